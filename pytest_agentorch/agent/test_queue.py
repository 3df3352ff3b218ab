"""The agent's queue: what it runs next, and what it can still give back."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueuedTest:
    """A test and its position in the collection."""

    test: int
    item: int


class TestQueue:
    """Filled from execnet's thread, emptied by the main thread."""

    __test__ = False

    def __init__(self) -> None:
        self._tests: deque[QueuedTest] = deque()
        self._changed = threading.Condition()
        self._finishing = False
        self._held = False
        self._following: int | None = None

    @property
    def finishing(self) -> bool:
        """Whether nothing will be added any more."""
        return self._finishing

    def add(self, tests: Iterable[QueuedTest], following: int | None = None) -> None:
        """Append tests, and note which item will probably follow them."""
        with self._changed:
            self._tests.extend(tests)
            self._following = following
            self._changed.notify()

    def give_back(self, tests: Iterable[int]) -> list[int]:
        """Remove those of the tests that are still here and return them."""
        wanted = set(tests)
        with self._changed:
            given = [queued.test for queued in self._tests if queued.test in wanted]
            self._tests = deque(queued for queued in self._tests if queued.test not in wanted)
        return given

    def finish(self) -> None:
        """Nothing will be added any more. Ends a hold."""
        with self._changed:
            self._finishing = True
            self._held = False
            self._changed.notify()

    def hold(self) -> None:
        """Give out nothing until `release` or `finish`."""
        with self._changed:
            self._held = not self._finishing

    def release(self) -> None:
        """End a hold."""
        with self._changed:
            self._held = False
            self._changed.notify()

    def peek(self) -> int | None:
        """The item of the next test, if it is here or known to come."""
        with self._changed:
            if self._tests:
                return self._tests[0].item
            return None if self._finishing else self._following

    def pop(self) -> QueuedTest | None:
        """Take the next test, if it is here and may be started."""
        with self._changed:
            return self._tests.popleft() if self._tests and not self._held else None

    def wait(self) -> QueuedTest | None:
        """Wait for the next test and take it; None when the session is to end."""
        with self._changed:
            while self._held or not (self._tests or self._finishing):
                self._changed.wait()
            return self._tests.popleft() if self._tests else None
