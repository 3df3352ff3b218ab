"""Which run-scoped fixtures a test uses, and with which parameters: their names for all processes.

Where a suite has none nothing is looked for.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet

from pytest_agentorch.agent.connecting import mark_of
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.run_fixture import RunFixture, RunFixtureMark
from pytest_agentorch.model.suggestion import did_you_mean

_DECORATOR = "pytest_agentorch.run_fixture_decorator"
_LIFTED = RunFixtureMark()
_REGISTRIES = ("_arg2fixturedefs", "_arg2node2fixturedefs", "_arg2nodeid2fixturedefs")
"""Where pytest has all fixtures by name: until 9.0, and since."""
_SCALARS = (str, int, float, bool, bytes, type(None))


class FixtureKeys:
    """Names run-scoped fixtures.

    Args:
        lifted: the session fixtures that the project's configuration has made such.
    """

    def __init__(self, lifted: Collection[str]) -> None:
        self._lifted = frozenset(lifted)
        # What they need is taken from fixtures that need nothing in this process any more.
        self._argnames: dict[Any, tuple[str, ...]] = {}

    @property
    def needed(self) -> bool:
        """Whether there may be any."""
        return bool(self._lifted) or _DECORATOR in sys.modules

    def check(self, session: pytest.Session) -> None:
        """Look whether what the configuration names can be run-scoped.

        Raises:
            SettingsError: it cannot, or is called otherwise: a part of a suite may lack fixtures.
        """
        for name in sorted(self._lifted):
            scopes = {one.scope for one in _registered(session, name)}
            if scopes and "session" not in scopes:
                raise SettingsError(
                    f'[tool.agentorch] run_fixtures: the fixture "{name}" has the scope '
                    f'{" and ".join(sorted(scopes))}. Give it scope="session", or take it out. '
                    "[bad-run-fixture]"
                )
            meant = "" if scopes or _is_part(session) else did_you_mean(name, _names(session))
            if meant:
                raise SettingsError(
                    f'[tool.agentorch] run_fixtures: there is no fixture "{name}".{meant} '
                    "[bad-run-fixture]"
                )

    def mark(self, fixturedef: Any) -> RunFixtureMark | None:
        """What is said of a fixture; None if it is an ordinary one."""
        if fixturedef.scope != "session":
            return None
        mark = mark_of(fixturedef)
        return _LIFTED if mark is None and fixturedef.argname in self._lifted else mark

    def cut(self, fixturedef: Any) -> None:
        """Let a fixture need nothing in this process; what it needs elsewhere is remembered."""
        self._argnames.setdefault(fixturedef, fixturedef.argnames)
        fixturedef.argnames = ("request",)

    def of(self, fixturedef: Any, mark: RunFixtureMark, item: pytest.Item) -> RunFixture:
        """Name a fixture as this test uses it."""
        needs = self.closure(fixturedef, item)
        values: dict[str, object] = getattr(getattr(item, "callspec", None), "params", {})
        params = (f"{name}={_param(name, needs[name], item)}" for name in values if name in needs)
        return RunFixture(
            name=str(fixturedef.argname),
            where=f"{fixturedef.baseid}:{getattr(fixturedef.func, '__module__', '')}",
            params=",".join(sorted(params)),
            per_phase=mark.per_phase,
        )

    def used_by(self, item: pytest.Item) -> tuple[RunFixture, ...]:
        """Name those that a test uses, as far as that is known before it runs."""
        return tuple(self.of(one, mark, item) for one, mark in self.marked(item))

    def marked(self, item: pytest.Item) -> Iterator[tuple[Any, RunFixtureMark]]:
        """Find those that a test uses."""
        for definitions in _definitions(item).values():
            for fixturedef in definitions:
                mark = self.mark(fixturedef)
                if mark is not None:
                    yield fixturedef, mark

    def all_visible(self, item: pytest.Item) -> Iterator[Any]:
        """Find all fixtures that a test may ask for."""
        for name in _names(item.session):
            yield from visible(item, name)

    def closure(self, fixturedef: Any, item: pytest.Item) -> dict[str, Any]:
        """Find the fixture and all that it needs, by name."""
        found: dict[str, Any] = {}
        waiting = [fixturedef]
        while waiting:
            one = waiting.pop()
            found[one.argname] = one
            for name in self._argnames.get(one, one.argnames):
                if name not in found:
                    waiting += visible(item, name)[-1:]
        return found

    def prune(self, item: pytest.Item) -> None:
        """Take out of what is set up for a test what only run-scoped fixtures need."""
        info: Any = getattr(item, "_fixtureinfo", None)
        if info is None:
            return
        kept: set[str] = set()
        waiting = list(info.initialnames)
        while waiting:
            name = waiting.pop()
            if name not in kept:
                kept.add(name)
                for fixturedef in info.name2fixturedefs.get(name, ()):
                    waiting += fixturedef.argnames
        # The list of the item itself: parametrised tests of one function share it.
        info.names_closure[:] = [name for name in info.names_closure if name in kept]


def _names(session: pytest.Session) -> list[str]:
    """The names of all fixtures that were found."""
    return sorted({name for registry in _registries(session) for name in registry})


def _registered(session: pytest.Session, name: str) -> Iterator[Any]:
    """All fixtures of a name, whoever may use them."""
    for registry in _registries(session):
        found = registry.get(name, ())
        yield from chain.from_iterable(found.values()) if isinstance(found, Mapping) else found


def _registries(session: pytest.Session) -> Iterator[Mapping[str, Any]]:
    manager: Any = session._fixturemanager  # noqa: SLF001
    return (getattr(manager, name, {}) for name in _REGISTRIES)


def _is_part(session: pytest.Session) -> bool:
    """Whether somebody has named what is to be collected."""
    return session.config.args_source is pytest.Config.ArgsSource.ARGS


def visible(item: pytest.Item, name: str) -> list[Any]:
    """The fixtures of a name that a test may ask for, the one that it gets last."""
    known = _definitions(item).get(name)
    if known is None:
        manager: Any = item.session._fixturemanager  # noqa: SLF001 - the one place that knows
        known = manager.getfixturedefs(name, item)
    return list(known or ())


def _definitions(item: pytest.Item) -> dict[str, Any]:
    found: dict[str, Any] = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return found


def _param(name: str, fixturedef: Any, item: pytest.Item) -> str:
    """Say which parameter a test has, in words that mean the same in another process."""
    callspec: Any = getattr(item, "callspec", None)
    value = callspec.params[name]
    for position, one in enumerate(fixturedef.params or ()):
        if value is (one.values[0] if isinstance(one, ParameterSet) else one):
            return str(position)
    if type(value) in _SCALARS:
        return repr(value)
    function = str(item.nodeid).partition("[")[0]
    return f"{function}#{callspec.indices[name]}"
