"""Values of a TOML table: what is wrong is said in one clear paragraph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.table import Table

KEYS = ("dist", "agents", "share", "paths", "memory")
Read = Callable[[Table], object]


def a_table(**values: Any) -> Table:
    """A table of the configuration."""
    return Table(values, "[tool.agentorch]", KEYS)


def complaint(read: Read, **values: Any) -> str:
    """What the user is told."""
    with pytest.raises(SettingsError) as raised:
        read(a_table(**values))
    message = str(raised.value)
    assert "\n" not in message
    return message


def dist(table: Table) -> object:
    """Read a choice."""
    return table.choice("dist", Dist)


def agents(table: Table) -> object:
    """Read a whole number."""
    return table.integer("agents", 4, low=1)


def share(table: Table) -> object:
    """Read a number."""
    return table.number("share", 0.5, low=0.0, high=1.0)


def paths(table: Table) -> object:
    """Read a list."""
    return table.texts("paths")


def memory(table: Table) -> object:
    """Read a size."""
    return table.size("memory", 256)


@pytest.mark.parametrize(
    ("read", "values", "value"),
    [
        (dist, {"dist": "file"}, "file"),
        (dist, {}, None),
        (agents, {"agents": 7}, 7),
        (agents, {}, 4),
        (share, {"share": 1}, 1.0),
        (share, {"share": 0.25}, 0.25),
        (share, {}, 0.5),
        (paths, {"paths": ["a", "b"]}, ("a", "b")),
        (paths, {}, ()),
        (memory, {"memory": "512MiB"}, 512 * 1024**2),
        (memory, {"memory": "1 GiB"}, 1024**3),
        (memory, {"memory": "3KiB"}, 3072),
        (memory, {"memory": 17}, 17),
        (memory, {}, 256),
    ],
)
def test_good_values(read: Read, values: dict[str, Any], value: object) -> None:
    """What is there, or the default."""
    assert read(a_table(**values)) == value


@pytest.mark.parametrize(
    ("read", "values", "ending"),
    [
        (
            dist,
            {"dist": "files"},
            f"dist = 'files': it must be {' or '.join(one.value for one in Dist)}.",
        ),
        (dist, {"dist": 3}, "dist = 3: it must be a string."),
        (agents, {"agents": 0}, "agents = 0: it must be a whole number from 1."),
        (agents, {"agents": True}, "agents = True: it must be a whole number from 1."),
        (agents, {"agents": "3"}, "agents = '3': it must be a whole number from 1."),
        (share, {"share": 1.5}, "share = 1.5: it must be a number from 0.0 to 1.0."),
        (share, {"share": float("nan")}, "share = nan: it must be a number from 0.0 to 1.0."),
        (share, {"share": False}, "share = False: it must be a number."),
        (share, {"share": "x"}, "share = 'x': it must be a number."),
        (paths, {"paths": "a"}, "paths = 'a': it must be a list of strings."),
        (paths, {"paths": ["a", 1]}, "paths = ['a', 1]: it must be a list of strings."),
        (
            memory,
            {"memory": "12 MB"},
            'memory = \'12 MB\': it must be a size such as "512MiB" or "1GiB".',
        ),
        (
            memory,
            {"memory": "-1GiB"},
            'memory = \'-1GiB\': it must be a size such as "512MiB" or "1GiB".',
        ),
        (
            memory,
            {"memory": "0GiB"},
            'memory = \'0GiB\': it must be a size such as "512MiB" or "1GiB".',
        ),
        (
            memory,
            {"memory": "²GiB"},
            'memory = \'²GiB\': it must be a size such as "512MiB" or "1GiB".',
        ),
        (memory, {"memory": 0}, 'memory = 0: it must be a size such as "512MiB" or "1GiB".'),
        (memory, {"memory": True}, 'memory = True: it must be a size such as "512MiB" or "1GiB".'),
    ],
)
def test_bad_values(read: Read, values: dict[str, Any], ending: str) -> None:
    """The table, the key, what is there and what would be right."""
    assert complaint(read, **values) == f"[tool.agentorch] {ending} [bad-value]"


def test_an_unknown_key_is_refused_with_the_one_that_was_meant() -> None:
    """A key that nobody reads would be obeyed by nobody."""
    message = complaint(lambda table: table, agent=3)
    assert message == (
        '[tool.agentorch]: there is no key "agent". Known keys: dist, agents, share, paths, memory.'
        ' Did you mean "agents"? [unknown-key]'
    )


def test_a_raw_value_is_what_is_there() -> None:
    """Whatever it is; None if nothing is."""
    assert a_table(paths={"a": 1}).raw("paths") == {"a": 1}
    assert a_table().raw("paths") is None


def test_a_text_is_a_string() -> None:
    """Or nothing."""
    assert a_table(dist="x").text("dist") == "x"
    assert a_table().text("dist") is None
