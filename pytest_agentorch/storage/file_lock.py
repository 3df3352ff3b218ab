"""A lock that runs of this host have with each other: a file, by `filelock`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.native import Event

PATIENCE_SECONDS = 1.0
"""So long a run waits for another one, and then does without."""
_POLL_SECONDS = 0.02


@contextlib.contextmanager
def locked(path: Path, patience: float, poll: float = _POLL_SECONDS) -> Iterator[None]:
    """Keep others out.

    Args:
        path: of the file.
        patience: how many seconds to wait for whoever is in.
        poll: how often to look, in seconds.

    Raises:
        Timeout: somebody has been in for too long; it is a `TimeoutError`.
        OSError, NotImplementedError: there can be no lock here.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    deadline = CLOCK() + patience
    while True:
        try:
            # It would wait with whatever `time.sleep` is by now.
            lock.acquire(blocking=False)
            break
        except Timeout:
            if CLOCK() >= deadline:
                raise
        Event().wait(poll)
    try:
        yield
    finally:
        lock.release()
