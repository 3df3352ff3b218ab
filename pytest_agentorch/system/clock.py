"""The clock of controller and agents: no test can take it away, set it, or freeze it.

Those who replace clocks replace names in modules; an object keeps what it had at its making.
"""

from __future__ import annotations

import time


class Clock:
    """Seconds since the epoch that never go back, whatever happens to the system's clock."""

    def __init__(self) -> None:
        self._monotonic = time.monotonic
        self._offset = time.time() - time.monotonic()

    def __call__(self) -> float:
        """The moment."""
        return self._offset + self._monotonic()


CLOCK = Clock()
"""Made at import: before a conftest can have changed anything."""
