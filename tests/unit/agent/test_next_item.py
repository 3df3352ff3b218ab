"""The item that follows, as late as possible."""

from __future__ import annotations

from typing import Any, cast

import pytest

from pytest_agentorch.agent.next_item import NextItem


class Node:
    """What pytest asks of an item or of the session."""

    def __init__(self, name: str) -> None:
        self.name = name

    def listchain(self) -> list[Node]:
        """The node and what is above it."""
        return [self]


class Choice:
    """A queue that is asked for its next item, and counts how often."""

    def __init__(self, item: object = None) -> None:
        self.item = item
        self.asked = 0

    def __call__(self) -> Any:
        """Return the next item."""
        self.asked += 1
        return self.item


SESSION = cast("pytest.Session", Node("session"))


class Item(pytest.Item):
    """An item that needs no tree."""

    above: object = "module"

    def __init__(self) -> None:
        # Nothing of a node is needed but what it is.
        pass

    def runtest(self) -> None:
        """Do nothing."""

    def listchain(self) -> list[Any]:
        """Say what it needs."""
        return [self.above, self]


AN_ITEM = object.__new__(Item)
ANOTHER = object.__new__(Item)


def following(choose: Choice, *, last: bool = False) -> NextItem:
    """What stands for the next item."""
    return NextItem(SESSION, choose, lambda: last)


def test_nothing_is_asked_before_it_is_needed() -> None:
    """The queue may still change."""
    choose = Choice(AN_ITEM)
    assert following(choose).suits(AN_ITEM)
    assert choose.asked == 0


def test_the_next_item_tells_what_is_needed() -> None:
    """It is asked for once: what was promised stays."""
    choose = Choice(AN_ITEM)
    item = following(choose)
    assert item.listchain() == ["module", AN_ITEM]
    choose.item = None
    assert item.listchain() == ["module", AN_ITEM]
    assert item.suits(AN_ITEM)
    assert not item.suits(ANOTHER)
    assert choose.asked == 1


def test_a_file_stands_for_all_of_its_items() -> None:
    """Nothing is imported while a test is torn down."""
    file, item = Node("file"), object.__new__(Item)
    item.above = file
    after = following(Choice(file))
    assert after.listchain() == [file]
    assert after.suits(item)
    assert not after.suits(AN_ITEM)


def test_without_a_next_item_the_session_stays() -> None:
    """Modules and classes are torn down, fixtures of the session are not."""
    item = following(Choice())
    assert item.listchain() == [SESSION]
    assert item.suits(AN_ITEM)


def test_after_the_last_test_everything_is_torn_down() -> None:
    """Nothing will be added any more."""
    assert following(Choice(), last=True).listchain() == []


def test_a_queued_item_counts_although_nothing_will_be_added() -> None:
    """The last but one test."""
    assert following(Choice(AN_ITEM), last=True).listchain() == ["module", AN_ITEM]


def test_plugins_can_ask_it_anything() -> None:
    """It stands for the item, or for the session."""
    assert following(Choice()).name == "session"
    with pytest.raises(AttributeError):
        _ = following(Choice()).no_such_thing
