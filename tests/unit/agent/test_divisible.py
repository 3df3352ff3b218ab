"""Whether other agents may collect file by file what was collected as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.agent.divisible import is_divisible

TESTS = "def test_one(): pass\nclass TestIt:\n  def test_two(self): pass"


class Keeper:
    """Keeps the session, and has no hook that sees items."""

    session: pytest.Session

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Keep it."""
        self.session = session


def collected(pytester: pytest.Pytester, conftest: str = "", **more: object) -> pytest.Session:
    """Collect a file and return the session, with its items."""
    pytester.makepyfile(test_a=TESTS)
    pytester.makeconftest(conftest)
    keeper = Keeper()
    pytester.inline_run("--collect-only", "-q", plugins=[keeper, *more.values()])
    assert len(keeper.session.items) == 2
    return keeper.session


def test_what_only_pytest_has_seen_can_be_divided(pytester: pytest.Pytester) -> None:
    """Also where some were deselected."""
    session = collected(pytester)
    assert is_divisible(session, session.items)
    everything = [*session.items]
    del session.items[0]
    assert is_divisible(session, everything)


@pytest.mark.parametrize(
    "hook",
    [
        "pytest_collection_modifyitems(items)",
        "pytest_collection_finish(session)",
        "pytest_collection(session)",
    ],
)
def test_a_project_that_sees_items_wants_to_see_all(pytester: pytest.Pytester, hook: str) -> None:
    """It may count them, or compare them."""
    session = collected(pytester, f"def {hook}: pass")
    assert not is_divisible(session, session.items)


def test_an_item_that_came_later_cannot_be_found(pytester: pytest.Pytester) -> None:
    """No file has it."""
    session = collected(pytester)
    assert not is_divisible(session, session.items[1:])


@pytest.mark.parametrize("name", ["elsewhere.py::test_one", "test_one"])
def test_an_item_that_is_named_after_another_file_cannot_be_found(
    pytester: pytest.Pytester, name: str
) -> None:
    """It would be looked for there."""
    session = collected(pytester)
    renamed: Any = Renamed(session.items[0], name)
    session.items[0] = renamed
    assert not is_divisible(session, session.items)


class Renamed:
    """As much of an item as is looked at, with a name of its own."""

    def __init__(self, item: pytest.Item, name: str) -> None:
        self.parent = item.parent
        self.nodeid = name
