"""The end of a process that was forked: it never returns to whoever called pytest."""

from __future__ import annotations

import atexit
import contextlib
import sys
import threading
from os import _exit
from typing import Any, NoReturn

from pytest_agentorch.agent.forked_coverage import save_at_exit


def forget_inherited_exits() -> None:
    """Leave to the parent what it has registered for its own end."""
    atexit._clear()  # noqa: SLF001 - what `multiprocessing` does in its children, too
    multiprocessing: Any = sys.modules.get("multiprocessing.util")
    if multiprocessing is not None:
        multiprocessing._finalizer_registry.clear()  # noqa: SLF001
        atexit.register(multiprocessing._exit_function)  # noqa: SLF001
    logging: Any = sys.modules.get("logging")
    if logging is not None:
        atexit.register(logging.shutdown)
    save_at_exit()


def leave(status: int) -> NoReturn:
    """End the process as an interpreter does: wait for threads, run `atexit`, flush."""
    try:
        with contextlib.suppress(Exception):
            threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
        atexit._run_exitfuncs()  # noqa: SLF001
        flush_streams()
    finally:
        _exit(status)


def flush_streams() -> None:
    """Write out what waits in the standard streams."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(Exception):
            if stream is not None:
                stream.flush()
