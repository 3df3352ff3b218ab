"""Run-scoped fixtures as a host has them: those that are at home in it are set up there."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.agent.connecting import connect
from pytest_agentorch.agent.fixture_keys import FixtureKeys, visible
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.run_fixtures import RunFixtures
from pytest_agentorch.model.run_fixture import Home, RunFixture

_SAME = 0
"""What pytest compares: as long as a fixture lives here it is the same for everybody."""


class HostedFixtures(RunFixtures):
    """Sets some of them up, and asks for the others as an agent does.

    Attributes:
        wanted: which one is set up for agents now; others are set up for that.
        values: what they have made, as it goes to agents.
        used: which of them that has asked for.
    """

    def __init__(self, config: pytest.Config, link: Link, keys: FixtureKeys, home: Home) -> None:
        super().__init__(config, link, keys)
        self._home = home
        self._names: dict[Any, RunFixture] = {}
        self._unconnected: set[Any] = set()
        self.wanted: RunFixture | None = None
        self.values: dict[Any, object] = {}
        self.used: list[RunFixture] = []

    def keep(self, fixturedef: Any, value: object) -> bool:
        """Keep what goes to the agents. It is connected to here if another fixture uses it."""
        if fixturedef not in self._names:
            return True
        self.values[fixturedef] = value
        if self._names[fixturedef] == self.wanted:
            self._unconnected.add(fixturedef)
            return False
        return True

    def adopt(self, fixturedef: Any, fixture: RunFixture) -> bool:
        """Set up here what is at home here, and note whenever something uses it."""
        is_of_phase = bool(self._home.phase)
        if (fixture.params, fixture.per_phase) != (self._home.params, is_of_phase):
            return False
        self._names[fixturedef] = fixture
        fixturedef.cache_key = lambda _request: self._note(fixturedef, fixture)
        return True

    def check_scope(self, fixture: RunFixture) -> None:
        """What lives as long as the run cannot use what lives as long as a phase."""
        if fixture.per_phase and not self._home.phase:
            pytest.fail(
                f"ScopeMismatch: a fixture of the run uses '{fixture}', of which each phase has "
                "its own. [run-fixture-scope]",
                pytrace=False,
            )

    def find(self, fixture: RunFixture, item: pytest.Item) -> Any:
        """Return the definition of a fixture.

        Raises:
            LookupError: the test does not know it here.
        """
        for one in reversed(visible(item, fixture.name)):
            mark = self._keys.mark(one)
            if mark is not None and self._keys.of(one, mark, item) == fixture:
                self._meet(one, mark, item)
                return one
        raise LookupError(f"{item.nodeid} knows no run-scoped fixture {fixture} here")

    def _note(self, fixturedef: Any, fixture: RunFixture) -> int:
        """Whoever asks for a fixture looks at this: as long as it lives it is the same."""
        if fixture not in self.used:
            self.used.append(fixture)
        if fixture != self.wanted and fixturedef in self._unconnected:
            self._unconnected.discard(fixturedef)
            mark = self._keys.mark(fixturedef)
            if mark is not None and fixturedef.cached_result is not None:
                connect(fixturedef, mark, self.values[fixturedef], _SAME)
        return _SAME
