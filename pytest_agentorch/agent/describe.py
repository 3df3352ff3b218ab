"""From pytest's items to descriptors: the only place that looks into fixtures."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentorch.agent import marks as said
from pytest_agentorch.agent.dependencies import Dependencies
from pytest_agentorch.agent.fixture_keys import FixtureKeys
from pytest_agentorch.agent.location import Locations
from pytest_agentorch.agent.turns import Turns
from pytest_agentorch.agent.well_known_imports import WellKnownImports
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.needs import Needs
from pytest_agentorch.model.reuse import NO_REUSE
from pytest_agentorch.model.settings import PhaseSettings
from pytest_agentorch.model.test import Classification, TestDescriptor, file_of, parent_of
from pytest_agentorch.orchestration.classify import TestFacts, classify

if TYPE_CHECKING:
    from pytest_agentorch.agent.fingerprints import Fingerprints

_UNITTEST = "_unittest_setUpClass_fixture_"
"""How pytest calls the fixture of a `TestCase`, which every one of them has."""
_TALKING = frozenset(("agent_bus", "agent_state"))
"""Fixtures of tests that others may wait for."""
_SHARED_SCOPES = ("class", "module", "package")


def occurrences(items: Iterable[pytest.Item]) -> dict[pytest.Item, int]:
    """Number the items that share a node id, from 0."""
    seen: Counter[str] = Counter()
    numbers = {}
    for item in items:
        name = item.nodeid
        numbers[item] = seen[name]
        seen[name] += 1
    return numbers


class Families:
    """A table of the keywords of collectors: many items are in the same one."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, ...], int] = {}
        self._of_parent: dict[object, tuple[frozenset[str], int]] = {}

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The table."""
        return tuple(self._rows)

    def divide(self, item: pytest.Item) -> tuple[tuple[str, ...], int]:
        """Return the keywords that are an item's own, and the row of the others."""
        found = self._of_parent.get(item.parent)
        if found is None:
            inherited = tuple(item.parent.keywords) if item.parent is not None else ()
            row = self._rows.setdefault(inherited, len(self._rows))
            found = self._of_parent[item.parent] = frozenset(inherited), row
        known, family = found
        return tuple(name for name in own_keywords(item) if name not in known), family


def own_keywords(item: pytest.Item) -> Iterable[str]:
    """The keywords of an item, without those of its parents where pytest keeps them apart."""
    found: Iterable[str] = getattr(item.keywords, "_markers", item.keywords)
    return found


class _Kin(Frozen):
    """What parametrised tests of one function have in common."""

    classification: Classification
    definitions: dict[str, Any]
    whole: bool
    scope: str
    group: str
    keywords: tuple[str, ...]
    file: str
    turn: int
    timeout: float | None
    retries: int | None
    needs: Needs
    fingerprint: str
    priority: int
    chain: str
    copies: int


class Describer:
    """Says what planning needs to know about items. What neighbours share is found out once."""

    def __init__(
        self,
        config: pytest.Config,
        items: Sequence[pytest.Item],
        phases: Sequence[PhaseSettings],
        run_fixtures: FixtureKeys,
        *,
        fingerprints: Fingerprints | None = None,
    ) -> None:
        self.families = Families()
        self._phases = phases
        self._fingerprints = fingerprints
        if fingerprints is not None:
            fingerprints.know(items)
        self._dependencies = Dependencies(config, items)
        self._turns = Turns(config, items)
        self._locations = Locations()
        self._imports = WellKnownImports()
        self._asks = bool(_phase_hooks(config))
        self._not_ours = said.marks_of_others(config)
        self._run_fixtures = run_fixtures if run_fixtures.needed else None
        self._by_name = any(phase.keywords for phase in phases)
        self._classified: dict[object, Classification] = {}
        self._kins: dict[object, _Kin] = {}

    def describe(self, item: pytest.Item, occurrence: int) -> TestDescriptor:
        """Describe an item.

        Raises:
            SettingsError: its phase does not exist, or a mark says something that cannot be.
        """
        node_id = str(item.nodeid)
        own_names, family = self.families.divide(item)
        path, line, name = self._locations.of(item)
        kin = self._kin(item, node_id)
        return TestDescriptor(
            node_id=node_id,
            occurrence=occurrence,
            location_path=str(path),
            line=line,
            name=str(name),
            classification=kin.classification,
            unit=_unit(item, kin.definitions) if kin.definitions else "",
            whole=kin.whole,
            scope=kin.scope,
            group=kin.group,
            keywords=kin.keywords,
            file=kin.file,
            own_names=own_names,
            family=family,
            turn=kin.turn,
            timeout=kin.timeout,
            retries=kin.retries,
            needs=kin.needs,
            priority=kin.priority,
            chain=kin.chain,
            copies=kin.copies,
            run_fixtures=self._run_fixtures.used_by(item) if self._run_fixtures else (),
            fingerprint=kin.fingerprint,
        )

    def _kin(self, item: pytest.Item, node_id: str) -> _Kin:
        """Return what the item has in common with others.

        That is with those of the same function; without marks of its own, with all beside it that
        use the same fixtures.
        """
        if self._by_name or self._asks or type(item) is not pytest.Function:
            return self._find_kin(item, node_id)
        about: Iterable[object] = (item._fixtureinfo, item.fixturenames, *item.own_markers)  # noqa: SLF001
        names: tuple[str, ...] = ()
        if not item.own_markers:
            names = tuple(item.fixturenames)
            about = (some[-1] if some else None for some in _definitions(item).values())
        # What is looked at lives as long as the items: nothing else has the same id.
        same = item.parent, file_of(node_id), names, *map(id, about)
        found = self._kins.get(same)
        if found is None:
            found = self._kins[same] = self._find_kin(item, node_id)
        return found

    def _find_kin(self, item: pytest.Item, node_id: str) -> _Kin:
        marks = list(item.iter_markers())
        ours = [mark for mark in marks if mark.name not in self._not_ours]
        definitions = _definitions(item)
        return _Kin(
            classification=self._classify(self._facts(item, node_id, marks)),
            definitions=definitions,
            whole=bool(definitions) and _is_whole(item, definitions),
            scope=parent_of(node_id) or node_id,
            group=said.group(marks) or self._dependencies.group(item),
            keywords=tuple(dict.fromkeys(mark.name for mark in marks)),
            file=str(item.path),
            turn=self._turns.turn(item),
            timeout=said.timeout(marks, node_id),
            retries=said.retries(marks, node_id),
            needs=said.needs(ours, node_id),
            priority=said.priority(ours, node_id),
            chain=said.chain(ours, node_id),
            fingerprint=self._fingerprint(item, marks),
            copies=said.copies(ours, node_id),
        )

    def _fingerprint(self, item: pytest.Item, marks: Sequence[pytest.Mark]) -> str:
        if self._fingerprints is None or said.closest(marks, NO_REUSE) is not None:
            return ""
        talks = not _TALKING.isdisjoint(getattr(item, "fixturenames", ()))
        return "" if talks else self._fingerprints.of(item.path)

    def _facts(self, item: pytest.Item, node_id: str, marks: Sequence[pytest.Mark]) -> TestFacts:
        phase_mark = said.closest(marks, "phase")
        return TestFacts(
            node_id=node_id,
            hook=item.ihook.pytest_agentorch_phase(item=item) if self._asks else None,
            marked=str(phase_mark.args[0]) if phase_mark and phase_mark.args else None,
            markers=tuple(dict.fromkeys(mark.name for mark in marks)),
            fixtures=tuple(getattr(item, "fixturenames", ())),
            path=file_of(node_id),
            imports=self._imports.of(item),
        )

    def _classify(self, facts: TestFacts) -> Classification:
        if self._by_name:
            return classify(facts, self._phases)
        named = (facts.hook, facts.marked, facts.markers)
        same = (*named, facts.fixtures, facts.path, facts.imports)
        found = self._classified.get(same)
        if found is None:
            found = self._classified[same] = classify(facts, self._phases)
        return found


def _phase_hooks(config: pytest.Config) -> Sequence[object]:
    """Who answers when it is asked for the phase of a test: all conftests are loaded by now."""
    found: Sequence[object] = config.hook.pytest_agentorch_phase.get_hookimpls()
    return found


def _unit(item: pytest.Item, definitions: dict[str, Any]) -> str:
    """Name what the item shares with its neighbours.

    That is: fixtures above function scope, and which value of a parametrised one. pytest has
    sorted the items so that setting these up costs the least.
    """
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


def _is_whole(item: pytest.Item, definitions: dict[str, Any]) -> bool:
    """Whether the item shares with its class what is set up and torn down once for it.

    Tests of such a class lean on each other, and what fails at its end is told of the last.
    """
    of_class = item.getparent(pytest.Class)
    if of_class is None:
        return False
    scoped = [name for name, some in definitions.items() if some and some[-1].scope == "class"]
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
