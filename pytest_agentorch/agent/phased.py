"""What follows the phase of the tests that an agent runs."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator


class Phased(ABC):
    """Is told of each phase."""

    _phase = ""

    @abstractmethod
    def turn(self, phase: str) -> None:
        """What comes now belongs to this phase; to none if it is empty."""

    @contextlib.contextmanager
    def between_tests(self) -> Iterator[None]:
        """What comes now belongs to no phase, also if a test has led to it."""
        phase = self._phase
        self.turn("")
        try:
            yield
        finally:
            self.turn(phase)
