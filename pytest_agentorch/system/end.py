"""The end of a child process: its return code, and how much memory it had."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

# In a zygote it is asked for after the suite was imported, which may have patched it.
_wait4 = getattr(os, "wait4", None)
_waitpid = os.waitpid
_code = os.waitstatus_to_exitcode
_UNIT = 1 if sys.platform == "darwin" else 1024


class End(NamedTuple):
    """How a process has ended.

    Attributes:
        returncode: as `subprocess` has it; None if nobody knows.
        peak_memory: the most that was resident at any time, in bytes; None if nobody knows.
    """

    returncode: int | None
    peak_memory: int | None


def wait_for_end(pid: int) -> End:
    """Wait for a child and reap it.

    Raises:
        ChildProcessError: somebody else has.
    """
    if _wait4 is None:
        return End(_code(_waitpid(pid, 0)[1]), None)
    _, status, usage = _wait4(pid, 0)
    return End(_code(status), usage.ru_maxrss * _UNIT)
