"""One run-scoped fixture, and one process that has some: what is known of them. Pure."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Iterator, Sequence

from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.run_fixture import Answer, AnswerKind, FixtureKey, Home
from pytest_agentorch.model.run_fixture_event import RunFixtureLost

LEAST_SECONDS_TO_COME = 300.0
"""A new process imports what its first fixture needs, and nobody has said how long that takes."""
_LAST_LINES = 20


class FixtureState(enum.Enum):
    """Where a fixture is."""

    DOWN = "down"
    WANTED = "wanted"
    UP = "up"
    FAILED = "failed"
    GOING = "going"

    @property
    def is_alive(self) -> bool:
        """Whether its host has something to do with it."""
        return self in (FixtureState.WANTED, FixtureState.UP, FixtureState.GOING)


class Asker(Frozen):
    """Who waits for an answer."""

    agent: AgentId
    number: int


class Wish(Frozen):
    """What an agent asks for.

    Attributes:
        item: the test that needs it.
        dynamic: nobody could know that.
        holds: the agent has something to end before the fixture goes.
    """

    asker: Asker
    key: FixtureKey
    item: int
    dynamic: bool
    holds: bool


class FixtureRecord:
    """One fixture.

    Attributes:
        users: the tests that are known to use it and have no verdict yet.
        kept: somebody uses it of whom that was not known: it stays to the end.
        answer: what is told; None if nobody has asked for it, and it was set up for another one.
        item: a test that it can be set up for.
        waiting: who has asked and has no answer.
        holders: who has something to end before it goes.
        answered: who has its value.
        needs: what it uses in its host.
        host: where it lives.
        since: when its host was told what it has to do for it.
    """

    def __init__(self, key: FixtureKey, users: Iterable[TestId] = ()) -> None:
        self.key = key
        self.users = set(users)
        self.kept = False
        self.state = FixtureState.DOWN
        self.answer: Answer | None = None
        self.item = 0
        self.waiting: dict[Asker, None] = {}
        self.holders: set[AgentId] = set()
        self.answered: set[AgentId] = set()
        self.needs: frozenset[FixtureKey] = frozenset()
        self.host: AgentId | None = None
        self.since = math.inf

    @property
    def is_used(self) -> bool:
        """Whether there is, or may come, anybody for whom it must stay."""
        return bool(self.users or self.kept or self.waiting or self.holders)

    def forget(self, agent: AgentId) -> None:
        """An agent is gone: what it waited for and held is nothing to it."""
        self.waiting = {one: None for one in self.waiting if one.agent != agent}
        self.holders.discard(agent)
        self.answered.discard(agent)


class HostRecord:
    """One host.

    Attributes:
        since: when it was started, or has done something last.
        ready: it heeds what it is told.
        finishing: since when it has to end; infinite if it has not.
        done: its session has ended as it should.
        reason: why it was ended; empty if it was not.
        given_up: it was not needed any more, or not wanted.
    """

    def __init__(self, agent: AgentId, home: Home, at: float) -> None:
        self.agent = agent
        self.home = home
        self.since = at
        self.ready = self.done = self.given_up = False
        self.finishing = math.inf
        self.reason = ""


def deadlines(
    hosts: Iterable[HostRecord], fixtures: Iterable[FixtureRecord], timeout: float
) -> Iterator[tuple[float, AgentId, str]]:
    """What has to be over when, and in which host; it may never be."""
    watched = {this.agent: this for this in hosts if not this.reason}
    for this in watched.values():
        yield this.finishing + timeout, this.agent, "the end of its process"
    for record in fixtures:
        this_one = None if record.host is None else watched.get(record.host)
        if this_one is not None:
            coming = max(timeout, LEAST_SECONDS_TO_COME)
            limit = timeout if this_one.ready else coming
            what = "tearing it down" if record.state is FixtureState.GOING else "setting it up"
            yield max(record.since, this_one.since) + limit, this_one.agent, what


def loss(
    this: HostRecord, alive: Sequence[FixtureRecord], status: ExitStatus, output: str, *, at: float
) -> RunFixtureLost:
    """What to tell of a host that has ended before its time."""
    return RunFixtureLost(
        fixtures=tuple(str(record.key.fixture) for record in alive),
        agent=this.agent,
        slot=SlotId(this.agent),
        status=status,
        output=output,
        users=len({test for record in alive for test in record.users}),
        at=at,
    )


def lost_answer(key: FixtureKey, status: ExitStatus, output: str) -> Answer:
    """What those get who use a fixture whose process is gone."""
    last = "\n".join(output.splitlines()[-_LAST_LINES:])
    text = f"the process of the run-scoped fixture '{key.fixture}' is gone: {status}"
    text += " [run-fixture-lost]" + (f"\nThe last that it wrote:\n{last}" if last else "")
    return Answer(kind=AnswerKind.FAILED, text=text)
