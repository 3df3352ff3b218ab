"""Turns: pytest-django's tests that empty the database come after those that need what is in it.

So it is with Django's own runner. pytest-django sorts the tests, which is enough in one process.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import Enum
from typing import Any

import pytest

_EMPTYING_FIXTURES = {"transactional_db", "live_server", "django_db_reset_sequences"}


class _Use(Enum):
    """What a test does with the database."""

    NONE = "nothing"
    RESTORES = "is rolled back"
    EMPTIES = "leaves it empty"


class Turns:
    """In which turn each test is."""

    def __init__(self, config: pytest.Config, items: Iterable[pytest.Item]) -> None:
        self._later: frozenset[pytest.Item] = frozenset()
        if config.pluginmanager.hasplugin("django"):
            uses = {item: _use(item) for item in items}
            if _Use.RESTORES in uses.values():
                self._later = frozenset(i for i, use in uses.items() if use is _Use.EMPTIES)

    def turn(self, item: pytest.Item) -> int:
        """The turn of a test, from 0."""
        return int(item in self._later)


def _use(item: pytest.Item) -> _Use:
    """Look at what pytest-django looks at, too."""
    kind: Any = getattr(item, "cls", None)
    classes: Any = sys.modules.get("django.test")
    if kind is not None and classes is not None and issubclass(kind, classes.TransactionTestCase):
        return _Use.RESTORES if issubclass(kind, classes.TestCase) else _Use.EMPTIES
    mark = item.get_closest_marker("django_db")
    fixtures: set[str] = set(getattr(item, "fixturenames", ()))
    if fixtures & _EMPTYING_FIXTURES or (mark is not None and _empties(mark)):
        return _Use.EMPTIES
    return _Use.RESTORES if mark is not None or "db" in fixtures else _Use.NONE


def _empties(mark: pytest.Mark) -> bool:
    """Whether it says `transaction` or `reset_sequences`, which may have no names."""
    return any((*mark.args[:2], mark.kwargs.get("transaction"), mark.kwargs.get("reset_sequences")))
