"""The clock of controller and agents: no test can take it away, set it, or freeze it.

Those who replace clocks replace names in modules; an object keeps what it had at its making.
"""

from __future__ import annotations

import time

try:
    from resource import RUSAGE_CHILDREN, getrusage
except ImportError:  # Windows

    def _children() -> float:
        return 0.0
else:

    def _children() -> float:
        usage = getrusage(RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime


class Clock:
    """Seconds since the epoch that never go back, whatever happens to the system's clock."""

    def __init__(self) -> None:
        self._monotonic = time.monotonic
        self._offset = time.time() - time.monotonic()

    def __call__(self) -> float:
        """The moment."""
        return self._offset + self._monotonic()


class CpuClock:
    """Seconds that this process has computed, with those of its children that it has waited for.

    Attributes:
        own: the same without children.
    """

    def __init__(self) -> None:
        self.own = time.process_time
        self._children = _children

    def __call__(self) -> float:
        """So many by now."""
        return self.own() + self._children()


CLOCK = Clock()
"""Made at import: before a conftest can have changed anything."""
CPU_CLOCK = CpuClock()
"""Made at import likewise."""
