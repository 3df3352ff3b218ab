"""Python's garbage collector, where it would only find what is there to stay."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Bound here: conftests may replace what is in `gc`.
_is_enabled, _enable, _disable = gc.isenabled, gc.enable, gc.disable
_collect, _freeze, _unfreeze = gc.collect, gc.freeze, gc.unfreeze
_RUNNERS = ("pytest.__main__", "pytest", "py.test")


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """Let it rest while many objects are made that all stay."""
    was_enabled = _is_enabled()
    _disable()
    try:
        yield
    finally:
        if was_enabled:
            _enable()


def is_whole_process() -> bool:
    """Whether this process is nothing but one run of pytest, and ends with it."""
    if "PYTEST_CURRENT_TEST" in os.environ or _runs() > 1:
        # A test runs pytest, maybe in its own process.
        return False
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    return getattr(spec, "name", Path(sys.argv[0]).name) in _RUNNERS


def _runs() -> int:
    """How many runs of pytest have begun in this process and not ended: one may be in another."""
    count, frame = 0, sys._getframe()  # noqa: SLF001
    while frame.f_back is not None:
        frame = frame.f_back
        count += frame.f_code is pytest.main.__code__
    return count


def keep_all() -> None:
    """Leave out what exists now of every search for garbage from now on."""
    _freeze()


def look_at_all() -> None:
    """Search everything from now on, as if nothing had ever been left out."""
    _unfreeze()


def collect() -> None:
    """Search for garbage now, while there is nothing else to do."""
    _collect()


def keep_all_at_exit() -> None:
    """Search for no garbage when the interpreter ends: all of it ends then."""
    atexit.register(_freeze)
