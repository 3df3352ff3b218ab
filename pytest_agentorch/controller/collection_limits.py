"""How long a collection may take: one file, and all of it."""

from __future__ import annotations

import pytest

from pytest_agentorch.system.clock import CLOCK

LEAST_SECONDS = 300.0
"""A file may take longer to import than any test to run, and nobody has said how long."""


class CollectionLimits:
    """Ends a run that does not get to its tests.

    Args:
        timeout: how long a test may run, in seconds; 0 for as long as it likes.
        until: when the run has had its time; None if it may take as long as it likes.
    """

    def __init__(self, timeout: float, until: float | None) -> None:
        self._longest = max(timeout, LEAST_SECONDS) if timeout else None
        self._until = until
        self._heard = CLOCK()

    @property
    def wait_seconds(self) -> float | None:
        """How long to wait for news; None for as long as it takes."""
        moments = [at for at in (self._until, self._silent_at) if at is not None]
        return max(0.0, min(moments) - CLOCK()) if moments else None

    def heard(self) -> None:
        """There were news: another file, for one."""
        self._heard = CLOCK()

    def check(self, file: str) -> None:
        """End the run if it has had its time.

        Raises:
            pytest.Session.Interrupted: that is so; it names the file that is collected.
        """
        where = f", in {file}" if file else ""
        if self._until is not None and CLOCK() >= self._until:
            raise pytest.Session.Interrupted(
                "the run has taken as long as it may while tests were collected"
                f"{where} [run-timed-out]"
            )
        if self._silent_at is not None and CLOCK() >= self._silent_at:
            raise pytest.Session.Interrupted(
                f"the collection did not get on for {self._longest:g} s{where} "
                "[collection-timed-out]"
            )

    @property
    def _silent_at(self) -> float | None:
        return None if self._longest is None else self._heard + self._longest
