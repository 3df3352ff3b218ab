"""How a process ended."""

from __future__ import annotations

import signal

from pytest_agentorch.model.frozen import Frozen

_HINTS = {
    "SIGKILL": "often the kernel's out-of-memory killer, or kill -9",
    "SIGSEGV": "invalid memory access, usually in a C extension",
    "SIGABRT": "abort(), usually a failed assertion in C code",
    "SIGBUS": "invalid memory access, or a truncated memory map",
    "SIGTERM": "somebody asked the process to end",
}


class ExitStatus(Frozen):
    """The end of a process as `subprocess` tells it.

    Attributes:
        returncode: the exit code; minus the signal number if a signal ended the process;
            None if the process is out of reach.
        reason: what the controller knows of why, in one line; empty if it knows nothing.
        peak_memory: the most that was resident of it at any time, in bytes; None if nobody knows.
    """

    returncode: int | None
    reason: str = ""
    peak_memory: int | None = None

    @property
    def signal_name(self) -> str | None:
        """`SIGSEGV` and the like; None if no signal ended the process."""
        if self.returncode is None or self.returncode >= 0:
            return None
        try:
            return signal.Signals(-self.returncode).name
        except ValueError:
            return f"signal {-self.returncode}"

    def __str__(self) -> str:
        if not self.reason:
            return self._end()
        # SIGKILL was the controller's answer to it, and is no news.
        if self.returncode is None or self.signal_name == "SIGKILL":
            return self.reason
        return f"{self._end()}: {self.reason}"

    @property
    def hint(self) -> str | None:
        """What usually causes this end; None if the cause is known or there is nothing to say."""
        return None if self.reason else _HINTS.get(self.signal_name or "")

    def _end(self) -> str:
        if self.returncode is None:
            return "lost contact"
        name = self.signal_name
        if name is None:
            return f"exit code {self.returncode}"
        return f"{name} ({-self.returncode})"
