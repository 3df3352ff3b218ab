"""The item that follows, found out when it is asked for: at teardown, not before the start.

pytest tears down what the next item does not need. Were it told at the start, an agent would always
have to hold one test back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


class NextItem:
    """Stands for the next item of the queue, or for the session if the queue is empty.

    With the session as next item modules, classes and packages are torn down; session fixtures
    stay.
    """

    def __init__(
        self,
        session: pytest.Session,
        choose: Callable[[], pytest.Item | pytest.Collector | None],
        is_last: Callable[[], bool],
    ) -> None:
        self._session = session
        self._choose = choose
        self._is_last = is_last
        self._chain: list[pytest.Item | pytest.Collector] | None = None
        self._node: pytest.Item | pytest.Collector | None = None

    def suits(self, item: pytest.Item) -> bool:
        """Whether the teardown, if there was one, was done for this item, or for its file."""
        if self._node is item or self._node in (None, self._session):
            return True
        return self._node in item.listchain()

    def listchain(self) -> list[Any]:
        """What the next item needs. Empty if nothing follows at all: everything is torn down."""
        node = self._resolve()
        return [] if node is self._session and self._is_last() else list(node.listchain())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._resolve(), name)

    def _resolve(self) -> pytest.Item | pytest.Collector:
        if self._node is None:
            self._node = self._choose() or self._session
        return self._node
