"""Which files stay together since their tests depend on each other."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.agent.dependencies import Dependencies

ONE, TWO = "dependencies of test_one.py", "dependencies of test_two.py"


class Config:
    """As much of a config as is looked at."""

    def __init__(self, *plugins: str, automark: bool = False) -> None:
        self._plugins = plugins
        self._automark = automark

    def hasplugin(self, name: str) -> bool:
        """Whether it is there."""
        return name in self._plugins

    def getini(self, name: str) -> bool:
        """The plugin's only setting."""
        assert name == "automark_dependency"
        return self._automark

    @property
    def pluginmanager(self) -> Config:
        """Here as well."""
        return self


class Item:
    """As much of an item."""

    def __init__(self, node_id: str, *marks: pytest.Mark) -> None:
        self.nodeid = node_id
        self._marks = {mark.name: mark for mark in marks}

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        """Its only mark."""
        return self._marks.get(name)


def mark(**arguments: object) -> pytest.Mark:
    """`@pytest.mark.dependency` with arguments."""
    return pytest.Mark("dependency", (), arguments, _ispytest=True)


def groups(config: Any, *items: Any) -> list[str]:
    """The groups of these items."""
    found = Dependencies(config, items)
    return [found.group(item) for item in items]


def three(**arguments: object) -> list[Item]:
    """Two tests of one file, of which one depends on others, and one in another file."""
    return [
        Item("test_one.py::test_1"),
        Item("test_one.py::test_2", mark(**arguments)),
        Item("test_two.py::test_1", mark()),
    ]


def test_a_file_with_the_mark_is_a_group() -> None:
    """With its tests that have no mark: what they leave may be needed."""
    items = [*three(), Item("test_three.py::test_1")]
    assert groups(Config("dependency"), *items) == [ONE, ONE, TWO, ""]


@pytest.mark.parametrize("scope", ["package", "session"])
def test_who_depends_on_other_files_joins_all_with_the_mark(scope: str) -> None:
    """They are one group; files without the mark are not in it."""
    items = [*three(scope=scope), Item("test_three.py::test_1")]
    assert groups(Config("dependency"), *items) == ["dependencies"] * 3 + [""]


@pytest.mark.parametrize("scope", ["class", "module"])
def test_who_depends_on_the_own_file_joins_nothing(scope: str) -> None:
    """Each file is a group."""
    assert groups(Config("dependency"), *three(scope=scope)) == [ONE, ONE, TWO]


def test_all_tests_may_be_marked_by_a_setting() -> None:
    """Then every file is a group."""
    item = Item("test_one.py::test_1")
    assert groups(Config("dependency", automark=True), item) == [ONE]


def test_without_the_plugin_the_mark_means_nothing() -> None:
    """Somebody else's."""
    assert groups(Config(), *three(scope="session")) == ["", "", ""]
