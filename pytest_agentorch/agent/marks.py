"""What the marks of an item say: pytest's marks in, words of ours out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest

from pytest_agentorch.model.duration import seconds_of
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.needs import NO_NEEDS, Needs, together
from pytest_agentorch.model.written_needs import WORDS, needs_from

_TIMEOUT = "agents_timeout"
_RETRIES = "agents_retries"
_NEEDS = "needs"
_COMMON = (_NEEDS, "priority", "chain", "scatter")
"""Names so common that a suite may have marks of its own that are called so."""
_DECLARED = re.compile(r"\s*[:(]")
"""What ends the name of a mark where it is declared."""
_PRIORITY = "priority"
_PRIORITIES = {"critical": 100, "high": 10, "normal": 0, "low": -10}
_ALONE = ("exclusive", "serial")


def closest(marks: Sequence[pytest.Mark], name: str) -> pytest.Mark | None:
    """The mark of that name that is closest to the item; they come in that order."""
    return next((mark for mark in marks if mark.name == name), None)


def group(marks: Sequence[pytest.Mark]) -> str:
    """The `xdist_group` of an item, of all of them together; empty if it has none."""
    return "_".join(sorted({_group_name(mark) for mark in marks if mark.name == "xdist_group"}))


def timeout(marks: Sequence[pytest.Mark], node_id: str) -> float | None:
    """What the closest mark says.

    Raises:
        SettingsError: it says no time.
    """
    mark = closest(marks, _TIMEOUT)
    if mark is None:
        return None
    said = mark.args[0] if mark.args else mark.kwargs.get("seconds")
    seconds = seconds_of(said)
    if seconds is None:
        raise SettingsError(
            f"{node_id}: @pytest.mark.{_TIMEOUT}({said!r}) must have a number of seconds from 0, "
            'or a time such as "5m". [bad-timeout]'
        )
    return seconds


def retries(marks: Sequence[pytest.Mark], node_id: str) -> int | None:
    """What the closest mark says.

    Raises:
        SettingsError: it says no number.
    """
    mark = closest(marks, _RETRIES)
    if mark is None:
        return None
    said = mark.args[0] if mark.args else mark.kwargs.get("times")
    if isinstance(said, bool) or not isinstance(said, int) or said < 0:
        raise SettingsError(
            f"{node_id}: @pytest.mark.{_RETRIES}({said!r}) must have a whole number from 0. "
            "[bad-retries]"
        )
    return said


def marks_of_others(config: pytest.Config) -> frozenset[str]:
    """Those of our names that mean something else here: a suite may have declared its own."""
    declared = ((_DECLARED.split(line)[0], line) for line in config.getini("markers"))
    return frozenset(
        name for name, line in declared if name in _COMMON and "(pytest-agentorch)" not in line
    )


def priority(marks: Sequence[pytest.Mark], node_id: str) -> int:
    """What the closest mark says; 0 if there is none.

    Raises:
        SettingsError: it says neither a number nor one of the words.
    """
    mark = closest(marks, _PRIORITY)
    if mark is None:
        return 0
    said = mark.args[0] if mark.args else mark.kwargs.get("level")
    if isinstance(said, int) and not isinstance(said, bool):
        return said
    if not isinstance(said, str) or said not in _PRIORITIES:
        raise SettingsError(
            f"{node_id}: @pytest.mark.{_PRIORITY}({said!r}) must have a whole number, or one of "
            f"{', '.join(_PRIORITIES)}. [bad-priority]"
        )
    return _PRIORITIES[said]


def chain(marks: Sequence[pytest.Mark], node_id: str) -> str:
    """The name that the closest mark says; empty if there is none.

    Raises:
        SettingsError: it says no name.
    """
    mark = closest(marks, "chain")
    if mark is None:
        return ""
    said = mark.args[0] if mark.args else mark.kwargs.get("name")
    if not isinstance(said, str) or not said:
        written = "" if said is None else repr(said)
        raise SettingsError(
            f"{node_id}: @pytest.mark.chain({written}) must have the name of the chain. [bad-chain]"
        )
    return said


def copies(marks: Sequence[pytest.Mark], node_id: str) -> int:
    """How many agents may run the test at once, as the closest mark says; 1 if there is none.

    Raises:
        SettingsError: it says no number.
    """
    mark = closest(marks, "scatter")
    if mark is None:
        return 1
    said = mark.args[0] if mark.args else mark.kwargs.get("agents", 2)
    if isinstance(said, bool) or not isinstance(said, int) or said < 1:
        raise SettingsError(
            f"{node_id}: @pytest.mark.scatter({said!r}) must have a whole number from 1: how many "
            "agents may run the test at once. [bad-scatter]"
        )
    return said


def needs(marks: Sequence[pytest.Mark], node_id: str) -> Needs:
    """What all marks together say.

    Raises:
        SettingsError: one of them says something else.
    """
    found = NO_NEEDS
    for mark in marks:
        if mark.name == _NEEDS:
            found = together(found, _needs_of(mark, node_id))
        elif mark.name in _ALONE:
            found = together(found, needs_from({mark.name: True}))
    return found


def _needs_of(mark: pytest.Mark, node_id: str) -> Needs:
    try:
        return needs_from({**_named(mark.args), **mark.kwargs})
    except ValueError as error:
        raise SettingsError(f"{node_id}: @pytest.mark.{_NEEDS}: {error}. [bad-needs]") from None


def _named(args: Sequence[object]) -> Mapping[str, int]:
    """One of each resource that is only named."""
    for name in args:
        if not isinstance(name, str) or name in WORDS:
            raise ValueError(f"{name!r}: it must be the name of a resource")
    return {str(name): 1 for name in args}


def _group_name(mark: pytest.Mark) -> str:
    return str(mark.args[0] if mark.args else mark.kwargs.get("name", "default"))
