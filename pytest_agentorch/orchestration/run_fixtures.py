"""Run-scoped fixtures: when they are set up and torn down, and what who waits gets. Pure.

| somebody | then |
|---|---|
| asks for a fixture that nobody has asked for | its host sets it up |
| asks for one that is being set up | waits with the others |
| asks for one that is there, or has failed | is told at once |
| was the last test that uses it | it is torn down, if no other fixture needs it |
| uses it, and that was not known | it stays to the end of its phase, or of the run |

There is a host for each set of parameters: in one process a fixture has one value at a time. A host
that has nothing left to do ends. One that dies takes its fixtures with it: who waits for them, or
comes later, fails. A set-up has as long as a test, and so has a teardown.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.run_fixture import Answer, FixtureKey, Home
from pytest_agentorch.model.run_fixture_event import RunFixtureLost
from pytest_agentorch.orchestration import fixture_command as do
from pytest_agentorch.orchestration.fixture_record import (
    FixtureRecord,
    FixtureState,
    HostRecord,
    Wish,
    deadlines,
    loss,
    lost_answer,
)


class RunFixtures:
    """All decisions about the run-scoped fixtures of a run.

    Args:
        users: which tests are known to use which fixture.
        slots: how many slots there are for agents: hosts are counted after them.
        timeout: how long a set-up, or a teardown, may take; 0 for as long as it likes.
    """

    def __init__(
        self, users: Mapping[FixtureKey, Collection[TestId]], slots: int, timeout: float
    ) -> None:
        self._fixtures = {key: FixtureRecord(key, tests) for key, tests in users.items()}
        self._used_by: defaultdict[TestId, list[FixtureRecord]] = defaultdict(list)
        for record in self._fixtures.values():
            for test in record.users:
                self._used_by[test].append(record)
        self._hosts: dict[AgentId, HostRecord] = {}
        self._slots = slots
        self._timeout = timeout or math.inf
        self._ending = False
        self._commands: list[do.FixtureCommand] = []
        self._losses: list[RunFixtureLost] = []

    @property
    def hosts(self) -> Collection[AgentId]:
        """The processes that are there, or about to be."""
        return self._hosts.keys()

    def home(self, host: AgentId) -> Home:
        """What a host has."""
        return self._hosts[host].home

    @property
    def next_at(self) -> float | None:
        """When there is something to look at."""
        earliest = min((at for at, _, _ in self._deadlines()), default=math.inf)
        return None if earliest == math.inf else earliest

    def decided(self) -> tuple[list[RunFixtureLost], list[do.FixtureCommand]]:
        """Take what has happened, and what is to be done."""
        found = self._losses, self._commands
        self._losses, self._commands = [], []
        return found

    def ask(self, wish: Wish, at: float) -> None:
        """Somebody needs a fixture, and waits."""
        record = self._record(wish.key)
        record.kept = record.kept or wish.dynamic
        record.item = wish.item
        if wish.holds or wish.asker.agent in self._hosts:
            record.holders.add(wish.asker.agent)
        record.waiting[wish.asker] = None
        if record.answer is not None:
            self._answer(record)
        elif record.state in (FixtureState.DOWN, FixtureState.UP):
            self._want(record, at)

    def ready(self, host: AgentId, at: float) -> None:
        """A host can be told what to do."""
        this = self._hosts[host]
        this.ready, this.since = True, at
        for record in self._of(host):
            if record.state is FixtureState.WANTED:
                record.since = at
                self._order(do.SetUp(host=host, key=record.key, item=record.item))
        self._settle(at)

    def set_up(
        self,
        key: FixtureKey,
        answer: Answer,
        at: float,
        *,
        lives: bool,
        needs: Iterable[FixtureKey] = (),
    ) -> None:
        """A host has set up a fixture, or has failed to."""
        record = self._heard_of(key, at)
        record.state = FixtureState.UP if lives else FixtureState.FAILED
        record.answer, record.needs, record.since = answer, frozenset(needs), math.inf
        for other in map(self._record, record.needs):
            if other.state is FixtureState.DOWN:
                # It was set up on the way: it is torn down as one that somebody has asked for.
                other.state, other.host, other.item = FixtureState.UP, record.host, record.item
        self._answer(record)
        self._settle(at)

    def torn_down(self, key: FixtureKey, at: float) -> None:
        """A host has torn a fixture down."""
        record = self._heard_of(key, at)
        record.state, record.answer, record.since = FixtureState.DOWN, None, math.inf
        record.answered.clear()
        if record.waiting and not self._ending:
            # Somebody has come late of whom nobody knew.
            self._want(record, at)
        self._settle(at)

    def use(self, test: TestId, keys: Iterable[FixtureKey]) -> None:
        """A test that has not begun uses these fixtures, and no others."""
        for record in self._used_by.pop(test, ()):
            record.users.discard(test)
        for record in map(self._record, keys):
            record.users.add(test)
            self._used_by[test].append(record)

    def test_ended(self, test: TestId, at: float) -> list[FixtureKey]:
        """A test has its verdict: say what lives that it was the last to use."""
        records = self._used_by.pop(test, ())
        for record in records:
            record.users.discard(test)
        left = [record for record in records if not record.users]
        if left:
            self._settle(at)
        return [record.key for record in left if record.state.is_alive]

    def agent_gone(self, agent: AgentId, at: float) -> None:
        """An agent has ended its session, or is gone."""
        for record in self._fixtures.values():
            record.forget(agent)
        if self._hosts:
            self._settle(at)

    def phase_over(self, phase: str, at: float) -> None:
        """Nothing of a phase will run any more."""
        for key, record in self._fixtures.items():
            if phase and key.phase == phase:
                record.kept = False
                record.users.clear()
        self._settle(at)

    def end(self, at: float) -> None:
        """No test will run any more: all hosts are to end, those first that need others."""
        self._ending = True
        for host, this in self._hosts.items():
            if not this.ready:
                self._end_host(this)
            elif any(record.state is FixtureState.WANTED for record in self._of(host)):
                self._order(do.InterruptHost(host=host))
        self._settle(at)

    def abandon(self) -> None:
        """Nobody wants to wait any longer."""
        for this in self._hosts.values():
            self._end_host(this)

    def on_time(self, at: float) -> None:
        """End what takes too long."""
        for due, host, what in list(self._deadlines()):
            this = self._hosts[host]
            if due <= at and not this.reason:
                this.reason = f"{what} took longer than {self._timeout:g} s"
                self._order(do.EndHost(host=host, gently=True))

    def host_done(self, host: AgentId) -> None:
        """A host has torn down what it had."""
        self._hosts[host].done = True

    def host_gone(
        self, host: AgentId, status: ExitStatus, output: str, at: float
    ) -> list[FixtureKey]:
        """The process of a host is gone, with all that it had: say what that was."""
        this = self._hosts.pop(host)
        if this.reason:
            status = replace(status, reason=this.reason)
        alive = [record for record in self._of(host) if record.state.is_alive]
        if alive and not (this.done or this.given_up):
            lost = loss(this, alive, status, output, at=at)
            self._losses.append(lost)
            if self._ending or not lost.users:
                # Nobody is left who would fail.
                self._order(do.FailTeardown(key=alive[-1].key, loss=lost))
            self._lose(alive, status, output)
        else:
            for record in alive:
                record.state, record.answer = FixtureState.DOWN, None
        self.agent_gone(host, at)
        return [record.key for record in alive]

    def _lose(self, alive: list[FixtureRecord], status: ExitStatus, output: str) -> None:
        for record in alive:
            record.state, record.since = FixtureState.FAILED, math.inf
            record.answer = lost_answer(record.key, status, output)
            for agent in sorted(record.answered):
                self._order(do.Revoke(agent=agent, key=record.key))
            self._answer(record)

    def _heard_of(self, key: FixtureKey, at: float) -> FixtureRecord:
        """A host has done one thing; what it was told besides begins now."""
        record = self._record(key)
        if record.host in self._hosts:
            self._hosts[record.host].since = at
        return record

    def _record(self, key: FixtureKey) -> FixtureRecord:
        return self._fixtures.setdefault(key, FixtureRecord(key))

    def _of(self, host: AgentId) -> list[FixtureRecord]:
        return [record for record in self._fixtures.values() if record.host == host]

    def _want(self, record: FixtureRecord, at: float) -> None:
        """Let a fixture be set up, in a process that there may not be yet."""
        home = record.key.home
        hosts = (one for one in self._hosts.values() if one.home == home)
        this = next((one for one in hosts if one.finishing == math.inf and not one.reason), None)
        if this is None:
            this = HostRecord(AgentId(f"gw{self._slots}"), home, at)
            self._slots += 1
            self._hosts[this.agent] = this
            self._order(do.StartHost(host=this.agent, home=home))
        record.state, record.host, record.since = FixtureState.WANTED, this.agent, at
        if this.ready:
            self._order(do.SetUp(host=this.agent, key=record.key, item=record.item))

    def _answer(self, record: FixtureRecord) -> None:
        """Tell all who wait. What was printed belongs to the first of them."""
        answer = record.answer
        assert answer is not None
        for asker in record.waiting:
            self._order(do.Tell(agent=asker.agent, number=asker.number, answer=answer))
            record.answered.add(asker.agent)
            answer = record.answer = replace(answer, out="", err="")
        record.waiting.clear()

    def _settle(self, at: float) -> None:
        """Tear down what nobody uses any more, and end hosts that have nothing left to do."""
        for record in list(self._fixtures.values()):
            if record.state is FixtureState.UP and not self._ending and not self._needed(record):
                assert record.host is not None
                # Whoever comes now gets a new one.
                record.state, record.answer, record.since = FixtureState.GOING, None, at
                self._order(do.TearDown(host=record.host, key=record.key))
        for this in self._hosts.values():
            if this.ready and this.finishing == math.inf and self._may_end(this):
                this.finishing = at
                self._order(do.FinishHost(host=this.agent))

    def _needed(self, record: FixtureRecord) -> bool:
        return record.is_used or any(
            other.host == record.host and record.key in other.needs and other.state.is_alive
            for other in self._fixtures.values()
        )

    def _may_end(self, this: HostRecord) -> bool:
        records = self._of(this.agent)
        if self._ending:
            return not any(record.holders & self._hosts.keys() for record in records)
        coming = (one for one in self._fixtures.values() if one.key.home == this.home)
        return not any(one.state.is_alive for one in records) and not any(
            one.state is FixtureState.DOWN and one.is_used for one in coming
        )

    def _end_host(self, this: HostRecord) -> None:
        this.given_up = True
        self._order(do.EndHost(host=this.agent, gently=False))

    def _deadlines(self) -> Iterator[tuple[float, AgentId, str]]:
        return deadlines(self._hosts.values(), self._fixtures.values(), self._timeout)

    def _order(self, command: do.FixtureCommand) -> None:
        self._commands.append(command)
