"""Which tests leave the database empty for others."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_agentorch.agent.turns import Turns


def mark(*args: object, **kwargs: object) -> pytest.Mark:
    """`@pytest.mark.django_db` with arguments."""
    return pytest.Mark("django_db", args, kwargs, _ispytest=True)


class Config:
    """As much of a config as is looked at."""

    def __init__(self, *plugins: str) -> None:
        self._plugins = plugins

    def hasplugin(self, name: str) -> bool:
        """Whether it is there."""
        return name in self._plugins

    @property
    def pluginmanager(self) -> Config:
        """Here as well."""
        return self


class Item:
    """As much of an item."""

    def __init__(
        self, mark: pytest.Mark | None = None, *fixtures: str, cls: type | None = None
    ) -> None:
        self.fixturenames = fixtures
        self.cls = cls
        self._marks = {} if mark is None else {mark.name: mark}

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        """Its only mark."""
        return self._marks.get(name)


def turns(*items: Any, plugins: tuple[str, ...] = ("django",)) -> list[int]:
    """The turns of these items."""
    config: Any = Config(*plugins)
    found = Turns(config, items)
    return [found.turn(item) for item in items]


@pytest.mark.parametrize(
    "item",
    [
        Item(mark(transaction=True)),
        Item(mark(True)),
        Item(mark(False, True)),
        Item(mark(reset_sequences=True)),
        Item(None, "transactional_db"),
        Item(mark(), "live_server"),
        Item(None, "db", "django_db_reset_sequences"),
    ],
)
def test_what_empties_the_database_comes_later(item: Any) -> None:
    """Than tests that are rolled back, by mark or by fixture; others are where they were."""
    assert turns(item, Item(mark()), Item()) == [1, 0, 0]
    assert turns(Item(None, "db"), item) == [0, 1]


def test_unittest_classes_of_django(monkeypatch: pytest.MonkeyPatch) -> None:
    """One is a subclass of the other."""

    class TransactionTestCase:
        pass

    class TestCase(TransactionTestCase):
        pass

    module = SimpleNamespace(TransactionTestCase=TransactionTestCase, TestCase=TestCase)
    monkeypatch.setitem(sys.modules, "django.test", module)
    items = [Item(cls=TransactionTestCase), Item(cls=TestCase), Item(cls=int)]
    assert turns(*items) == [1, 0, 0]


def test_where_nobody_would_be_disturbed_nobody_waits() -> None:
    """No test needs what is in the database, or there is no pytest-django."""
    assert turns(Item(mark(transaction=True)), Item()) == [0, 0]
    assert turns(Item(mark(transaction=True)), Item(mark()), plugins=()) == [0, 0]
