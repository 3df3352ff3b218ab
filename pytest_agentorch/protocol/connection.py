"""How controller and agent are connected: execnet, on threads and locks that no test can replace.

Not public in execnet, and covered by contract tests: how a gateway is made of its parts, at either
end (`create_io`, `sendexec`, `Gateway(io, spec)`, `Group._register`; `init_popen_io`, `serve`), and
what an execution model is asked for.
"""

from __future__ import annotations

import contextlib
import os
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import execnet
from execnet import gateway_base, gateway_bootstrap, gateway_io

import pytest_agentorch
from pytest_agentorch.system import native

if sys.platform == "linux":
    import fcntl

for _module in (os, struct):
    # execnet asks them at every message, also while a test has replaced their functions.
    setattr(gateway_base, _module.__name__, SimpleNamespace(**vars(_module)))

_PIPE = -1
_READY = b"1"
_ROOM = 1 << 18


class NativeModel(gateway_base.ThreadExecModel):
    """An execution model of execnet with primitives of ours; code runs in the main thread."""

    backend = "main_thread_only"
    queue = SimpleNamespace(Queue=native.SimpleQueue, Empty=native.Empty)
    Lock = staticmethod(native.RLock)
    RLock = staticmethod(native.RLock)
    Event = native.Event
    get_ident = staticmethod(native.get_ident)

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        started: Callable[[int], None] = lambda _pid: None,
    ) -> None:
        self._environment = environment
        self._started = started
        self._subprocess = SimpleNamespace(PIPE=_PIPE, Popen=self._popen)

    @property
    def subprocess(self) -> Any:
        """What starts a process, in the environment of this model."""
        return self._subprocess

    def start(self, func: Any, args: tuple[Any, ...] = ()) -> None:
        """Run a function in a thread."""
        native.start_thread(func, *args)

    def sleep(self, delay: float) -> None:
        """Wait."""
        native.Event().wait(delay)

    def _popen(self, *args: Any, **options: Any) -> Any:
        start: Any = native.Popen
        # In a group of its own from the first moment on: Ctrl-C is for the controller.
        popen = start(*args, **options, env=self._environment, process_group=0)
        self._started(popen.pid)
        return popen


class Group(execnet.Group):
    """Gateways of which each may be left by two threads at once: execnet does not expect that."""

    def __contains__(self, key: object) -> bool:
        # Of a copy: others leave meanwhile.
        return any(key in (one, one.id) for one in self)

    def _unregister(self, gateway: Any) -> None:
        with contextlib.suppress(ValueError):
            # Another thread may have been faster.
            super()._unregister(gateway)


def new_group() -> Any:
    """Make a group of gateways, which ends with the process."""
    return Group(execmodel=cast(str, NativeModel()))


def connect(
    group: Any,
    name: str,
    *,
    python: str | None,
    environment: Mapping[str, str] | None,
    started: Callable[[int], None],
) -> Any:
    """Start an interpreter and make a gateway of it.

    Args:
        group: where the gateway belongs.
        name: its id, which must be new to the group.
        python: how a shell would start the interpreter; None if it is this one without options.
        environment: of the new process; None if it has that of this one.
        started: is told the number of the process as soon as it is there.

    Raises:
        OSError: there is no such interpreter, or it ended at once.
    """
    spec = execnet.XSpec("popen")
    spec.id, spec.python, spec.execmodel = name, python, NativeModel.backend
    io = gateway_io.create_io(spec, NativeModel(environment, started))
    try:
        _say_hello(io, name)
    except (OSError, EOFError) as error:
        raise ConnectionError(f"the interpreter said nothing, {_end(io)}") from error
    widen(io.popen.stdout.fileno())
    gateway = execnet.Gateway(io, spec)
    group._register(gateway)  # noqa: SLF001
    return gateway


def widen(pipe: int) -> None:
    """Make room in a pipe, so that who has much to say need not wait for who reads it."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _ROOM)


def serve(name: str) -> None:
    """Do what the other end asks for until it has had enough. Runs in the new interpreter."""
    os.write(1, _READY)
    io: Any = gateway_base.init_popen_io(NativeModel())
    gateway_base.serve(io, id=f"{name}-worker")


def _say_hello(io: Any, name: str) -> None:
    """Let a new interpreter serve, and wait until it is ready to."""
    gateway_bootstrap.sendexec(
        io,
        "import sys",
        # The working directory; a module of the project is not to be taken for another.
        "if sys.path[:1] == ['']: del sys.path[0]",
        f"sys.path += [path for path in {_homes()!r} if path not in sys.path]",
        f"from {__name__} import serve",
        f"serve({name!r})",
    )
    io.read(len(_READY))


def _end(io: Any) -> str:
    """End a process that is of no use, and say how it ended."""
    for close in (io.close_read, io.close_write):
        with contextlib.suppress(OSError):
            close()
    pause, tries = native.Event(), 100
    while io.popen.poll() is None and (tries := tries - 1):
        pause.wait(0.05)
    io.kill()
    return f"return code {io.wait()}"


def _homes() -> list[str]:
    """Where the new interpreter finds this package and execnet."""
    files = (pytest_agentorch.__file__, execnet.__file__)
    return [str(Path(file).parent.parent) for file in files]
