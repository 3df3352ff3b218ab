"""The agent's queue: what it runs next, and what it can still give back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from pytest_agentorch.protocol.to_agent import RunTests
from pytest_agentorch.system.native import Lock


class QueuedTest(NamedTuple):
    """A test and its position in the collection.

    Attributes:
        again: whether it has failed before, here or elsewhere.
        threads: in how many it computes; None for as many as its agent.
        phase: of which it is; empty if nobody wants to know.
    """

    test: int
    item: int
    again: bool = False
    threads: int | None = None
    phase: str = ""


def queued_tests(message: RunTests) -> list[QueuedTest]:
    """Return the tests of a message."""
    threads = dict(message.threads)
    phases = message.phases or ("",) * len(message.tests)
    return [
        QueuedTest(test, item, test in message.again, threads.get(test), phase)
        for test, item, phase in zip(message.tests, message.items, phases, strict=True)
    ]


class TestQueue:
    """Filled from execnet's thread, emptied by the main thread.

    Made of two bare locks: tests may replace whatever `threading` has, its classes' methods too.
    """

    __test__ = False

    def __init__(self) -> None:
        self._tests: deque[QueuedTest] = deque()
        self._lock = Lock()
        # Free when something has changed since the main thread has looked.
        self._bell = Lock()
        self._finishing = False
        self._held = False
        self._following: int | None = None

    @property
    def finishing(self) -> bool:
        """Whether nothing will be added any more."""
        return self._finishing

    def add(self, tests: Iterable[QueuedTest], following: int | None = None) -> None:
        """Append tests, and note which item will probably follow them."""
        with self._lock:
            self._tests.extend(tests)
            self._following = following
            self._ring()

    def give_back(self, tests: Iterable[int]) -> list[int]:
        """Remove those of the tests that are still here and return them."""
        wanted = set(tests)
        with self._lock:
            given = [queued.test for queued in self._tests if queued.test in wanted]
            self._tests = deque(queued for queued in self._tests if queued.test not in wanted)
        return given

    def finish(self) -> None:
        """Nothing will be added any more. Ends a hold."""
        with self._lock:
            self._finishing = True
            self._held = False
            self._ring()

    def hold(self) -> None:
        """Give out nothing until `release` or `finish`."""
        with self._lock:
            self._held = not self._finishing

    def release(self) -> None:
        """End a hold."""
        with self._lock:
            self._held = False
            self._ring()

    def peek(self) -> int | None:
        """The item of the next test, if it is here or known to come."""
        with self._lock:
            if self._tests:
                return self._tests[0].item
            return None if self._finishing else self._following

    def pop(self) -> QueuedTest | None:
        """Take the next test, if it is here and may be started."""
        with self._lock:
            return self._tests.popleft() if self._tests and not self._held else None

    def wait(self) -> QueuedTest | None:
        """Wait for the next test and take it; None when the session is to end."""
        while True:
            with self._lock:
                if not self._held and (self._tests or self._finishing):
                    return self._tests.popleft() if self._tests else None
            # A signal handler that a test has left behind may raise: it disturbs nobody here.
            with suppress(Exception):
                self._bell.acquire()

    def _ring(self) -> None:
        if self._bell.locked():
            self._bell.release()
