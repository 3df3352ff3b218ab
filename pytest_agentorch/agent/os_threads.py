"""The threads of this process as the system counts them: a fork takes only the one that forks."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from time import sleep

from pytest_agentorch.agent.openblas import end_pools

_TASKS = Path("/proc/self/task")
_LOOKS = 20
_PAUSE_SECONDS = 0.005
"""A thread that has been joined may need a moment to be gone."""

_POOLS = (
    *("torch", "tensorflow", "jax", "grpc", "pyarrow", "polars", "duckdb", "cv2", "numba"),
    *("confluent_kafka", "zmq", "jpype", "scipy", "numpy"),
)
"""Libraries with threads of their own that Python does not know; the likeliest come first."""


def other_threads() -> tuple[str, ...]:
    """Name every other thread of this process.

    Waits a moment for those that are just ending, and ends those that need not be there.
    """
    others = _others()
    if others and threading.active_count() == 1:
        end_pools()
    for _ in range(_LOOKS):
        others = _others()
        if not others:
            return ()
        sleep(_PAUSE_SECONDS)
    known = {thread.native_id: thread.name for thread in threading.enumerate()}
    names = [f'thread "{known[number]}"' for number in others if number in known]
    unknown = [number for number in others if number not in known]
    return (*names, *_native(unknown))


def _others() -> list[int]:
    numbers = [int(name) for name in os.listdir(_TASKS)]  # noqa: PTH208 - this is the shortest
    return sorted(number for number in numbers if number != threading.get_native_id())


def _native(numbers: list[int]) -> list[str]:
    """Name threads that Python does not know: by what they call themselves, or by a guess."""
    own = _title(os.getpid())
    titles = {_title(number) for number in numbers} - {own, ""}
    if titles:
        return [f'native thread "{title}"' for title in sorted(titles)]
    if not numbers:
        return []
    several = "a native thread" if len(numbers) == 1 else f"{len(numbers)} native threads"
    suspects = [name for name in _POOLS if name in sys.modules][:2]
    return [f"{several} (perhaps of {' or '.join(suspects)})" if suspects else several]


def _title(number: int) -> str:
    try:
        return (_TASKS / str(number) / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
