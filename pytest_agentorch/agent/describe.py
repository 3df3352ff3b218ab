"""From pytest's items to descriptors: the only place that looks into fixtures and marks."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from pytest_agentorch.agent.dependencies import Dependencies
from pytest_agentorch.agent.turns import Turns
from pytest_agentorch.model.settings import PhaseSettings
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.classify import TestFacts, classify

_UNITTEST = "_unittest_setUpClass_fixture_"
"""How pytest calls the fixture of a `TestCase`, which every one of them has."""
_SHARED_SCOPES = ("class", "module", "package")


def occurrences(items: Iterable[pytest.Item]) -> dict[pytest.Item, int]:
    """Number the items that share a node id, from 0."""
    seen: Counter[str] = Counter()
    numbers = {}
    for item in items:
        numbers[item] = seen[item.nodeid]
        seen[item.nodeid] += 1
    return numbers


class Families:
    """A table of the keywords of collectors: many items are in the same one."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, ...], int] = {}

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The table."""
        return tuple(self._rows)

    def divide(self, item: pytest.Item) -> tuple[tuple[str, ...], int]:
        """Return the keywords that are an item's own, and the row of the others."""
        inherited = tuple(item.parent.keywords) if item.parent is not None else ()
        known = set(inherited)
        own = tuple(name for name in item.keywords if name not in known)
        return own, self._rows.setdefault(inherited, len(self._rows))


def describe(
    item: pytest.Item,
    occurrence: int,
    phases: Sequence[PhaseSettings],
    families: Families,
    *,
    dependencies: Dependencies,
    turns: Turns,
) -> TestDescriptor:
    """Return what planning needs to know about an item.

    Raises:
        SettingsError: its phase does not exist.
    """
    own_names, family = families.divide(item)
    path, line, name = item.location
    marks = list(dict.fromkeys(mark.name for mark in item.iter_markers()))
    groups = {_group_name(mark) for mark in item.iter_markers("xdist_group")}
    return TestDescriptor(
        node_id=str(item.nodeid),
        occurrence=occurrence,
        location_path=str(path),
        line=line,
        name=str(name),
        classification=classify(_facts(item, marks), phases),
        unit=_unit(item),
        whole=_is_whole(item),
        scope=str(item.nodeid).rpartition("::")[0] or str(item.nodeid),
        group="_".join(sorted(groups)) or dependencies.group(item),
        keywords=tuple(marks),
        file=str(item.path),
        own_names=own_names,
        family=family,
        turn=turns.turn(item),
    )


def _facts(item: pytest.Item, marks: list[str]) -> TestFacts:
    phase_mark = item.get_closest_marker("phase")
    return TestFacts(
        node_id=str(item.nodeid),
        hook=item.ihook.pytest_agentorch_phase(item=item),
        marked=str(phase_mark.args[0]) if phase_mark and phase_mark.args else None,
        markers=tuple(marks),
        fixtures=tuple(getattr(item, "fixturenames", ())),
        path=str(item.nodeid).partition("::")[0],
    )


def _group_name(mark: pytest.Mark) -> str:
    return str(mark.args[0] if mark.args else mark.kwargs.get("name", "default"))


def _unit(item: pytest.Item) -> str:
    """Name what the item shares with its neighbours.

    That is: fixtures above function scope, and which value of a parametrised one. pytest has
    sorted the items so that setting these up costs the least.
    """
    definitions = _definitions(item)
    indices: dict[str, int] = getattr(getattr(item, "callspec", None), "indices", {})
    parts = []
    for name, variants in definitions.items():
        scope = variants[-1].scope if variants else "function"
        if scope == "function":
            continue
        if scope in _SHARED_SCOPES:
            parts.append(f"{name}@{_scope_node(item, scope)}")
        if name in indices:
            parts.append(f"{name}={indices[name]}")
    return " ".join(sorted(parts))


def _definitions(item: pytest.Item) -> dict[str, Any]:
    """The fixtures of an item: what defines each, the one that counts last."""
    found: dict[str, Any] = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return found


def _is_whole(item: pytest.Item) -> bool:
    """Whether the item shares with its class what is set up and torn down once for it.

    Tests of such a class lean on each other, and what fails at its end is told of the last.
    """
    of_class = item.getparent(pytest.Class)
    if of_class is None:
        return False
    scoped = [
        name for name, some in _definitions(item).items() if some and some[-1].scope == "class"
    ]
    return any(not name.startswith(_UNITTEST) or _has_own_setup(of_class.obj) for name in scoped)


def _has_own_setup(of_class: type) -> bool:
    """Whether a `TestCase` has more than what all of them inherit."""
    base = getattr(sys.modules.get("unittest"), "TestCase", object)
    return any(
        getattr(getattr(of_class, name, None), "__func__", None)
        is not getattr(getattr(base, name, None), "__func__", None)
        for name in ("setUpClass", "tearDownClass")
    )


def _scope_node(item: pytest.Item, scope: str) -> str:
    if scope == "package":
        return str(item.path.parent)
    kind = pytest.Class if scope == "class" else pytest.Module
    node = item.getparent(kind) or item.getparent(pytest.Module)
    return str(node.nodeid) if node is not None else ""
