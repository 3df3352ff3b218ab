"""Modules that do not survive a fork in a certain state: forks of such a process hang or crash.

Most of them are told by their threads or their open files as well; here they have a name.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Callable
from typing import Any, NamedTuple


class _Breaker(NamedTuple):
    """A module, what must not be the case, and how that is said."""

    module: str
    is_live: Callable[[Any], bool]
    reason: str


def _has_grpc_wires(module: Any) -> bool:
    kinds = tuple(
        kind
        for name, attribute in (("grpc._channel", "Channel"), ("grpc._server", "_Server"))
        if isinstance(kind := getattr(sys.modules.get(name), attribute, None), type)
    )
    del module
    return any(issubclass(type(one), kinds) for one in gc.get_objects())


_BREAKERS = (
    # The core of gRPC has locks and a poller; only children that never call it get away with it.
    _Breaker("grpc", _has_grpc_wires, "grpc has an open channel or server"),
    # A CUDA context cannot be used in a fork: "Cannot re-initialize CUDA in forked subprocess".
    _Breaker("torch", lambda torch: torch.cuda.is_initialized(), "torch has initialised CUDA"),
    _Breaker("pycuda.autoinit", lambda _: True, "pycuda has made a CUDA context"),
    # The runtime has threads and locks from its first operation on; forks hang in theirs.
    _Breaker(
        "tensorflow.python.eager.context",
        lambda eager: eager._context._initialized,  # noqa: SLF001 - nothing public tells
        "tensorflow has started its runtime",
    ),
    # It warns of the deadlock itself: "os.fork() is incompatible with multithreaded code".
    _Breaker(
        "jax._src.xla_bridge",
        lambda bridge: bridge.backends_are_initialized(),
        "jax has initialised a backend",
    ),
    # MPI implementations do not support processes that fork after MPI_Init, which import calls.
    _Breaker("mpi4py.MPI", lambda mpi: mpi.Is_initialized(), "MPI is initialised"),
    # Their fork and their waiting go through an event loop that a zygote must not have.
    _Breaker(
        "gevent.monkey", lambda monkey: monkey.is_module_patched("os"), "gevent has patched os.fork"
    ),
    _Breaker(
        "eventlet.patcher",
        lambda patcher: patcher.is_monkey_patched("os"),
        "eventlet has patched os.fork",
    ),
)


def live_breakers() -> tuple[str, ...]:
    """Say which of them are in such a state."""
    return tuple(one.reason for one in _BREAKERS if _is_live(one))


def _is_live(one: _Breaker) -> bool:
    """Whether a module says so; one that has changed its ways is left to the other checks."""
    module = sys.modules.get(one.module)
    if module is None:
        return False
    with contextlib.suppress(Exception):
        return bool(one.is_live(module))
    return False
