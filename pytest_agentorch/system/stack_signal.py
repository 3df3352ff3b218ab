"""The signal at which a process writes down what each of its threads is doing.

It is answered in C, also while a thread of C code lets no other run.
"""

from __future__ import annotations

import signal

_OFFSET = 13
"""From the first of the signals that nobody has given a meaning to."""


def _number() -> int | None:
    first = getattr(signal, "SIGRTMIN", None)
    if first is not None:
        return int(first) + _OFFSET
    # Of BSD and macOS, made for that; a process that does not expect it is not harmed.
    info = getattr(signal, "SIGINFO", None)
    return None if info is None else int(info)


STACK_SIGNAL = _number()
"""None where there is no such signal (Windows)."""
END_SIGNAL = None if getattr(signal, "SIGRTMIN", None) is None else int(signal.SIGRTMIN) + 14
"""What an agent sends to its own main thread; None where another way has to do."""
