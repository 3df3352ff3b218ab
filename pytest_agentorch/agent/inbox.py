"""The inbox of a process: letters that have come and that nobody has received yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from pytest_agentorch.model.letter import Letter
from pytest_agentorch.model.message import Priority
from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.native import Event, RLock

_MOST_URGENT_FIRST = tuple(reversed(Priority))

Fits = Callable[[Letter], bool]


class Mail(NamedTuple):
    """A letter, and the number under which it is confirmed."""

    number: int
    letter: Letter


class Inbox:
    """Filled from one thread, emptied by others. Signal handlers of tests may come in between."""

    def __init__(self) -> None:
        # A signal handler may use the bus, too.
        self._lock = RLock()
        self._kept: dict[Priority, list[Mail]] = {one: [] for one in _MOST_URGENT_FIRST}
        self._waiting: list[Event] = []

    def put(self, mail: Mail) -> None:
        """Add a letter."""
        with self._lock:
            self._kept[mail.letter.priority].append(mail)
        self.wake()

    def wake(self) -> None:
        """Let everybody look who waits."""
        for news in tuple(self._waiting):
            news.set()

    def take(
        self,
        fits: Fits,
        deadline: float | None,
        is_over: Callable[[], bool] = lambda: False,
    ) -> Mail | None:
        """Take the most urgent letter that fits, of several the oldest.

        Args:
            fits: says which will do.
            deadline: when to give up, None for never.
            is_over: says, when woken, that nothing will come.

        Returns:
            None if it did not come in time, or will not come.
        """
        news = Event()
        self._waiting.append(news)
        try:
            while True:
                news.clear()
                if (found := self._find(fits)) is not None or is_over():
                    return found
                left = None if deadline is None else deadline - CLOCK()
                if left is not None and left <= 0:
                    return None
                news.wait(left)
        finally:
            self._waiting.remove(news)

    def _find(self, fits: Fits) -> Mail | None:
        with self._lock:
            for kept in self._kept.values():
                for position, mail in enumerate(kept):
                    if fits(mail.letter):
                        return kept.pop(position)
        return None
