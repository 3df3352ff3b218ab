"""Who is held for whom: each agent for one, first come, first served, and nothing is forgotten."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.orchestration.holds import (
    Answer,
    Ask,
    Granted,
    Holds,
    NobodyHas,
    TaskInUse,
)

HAS = {"gw0": (), "gw1": ("disk",), "gw2": ("disk", "gpu")}
ABLE = {SlotId(name): frozenset(some) for name, some in HAS.items()}


def an_entry(name: str, load: int = 0, priority: int = 0, status: str = "active") -> AgentEntry:
    """An agent with what it has."""
    return AgentEntry(
        name=name,
        status=AgentStatus(status),
        capabilities=HAS.get(name, ()),
        load=load,
        priority=priority,
    )


def an_ask(number: int, capability: str | None = None, by: str = "gw0") -> Ask:
    """The n-th wish, for a task of its own."""
    return Ask(id=str(number), by=by, task=f"task {number}", capability=capability)


@pytest.fixture
def there() -> list[AgentEntry]:
    """The agents that live."""
    return [an_entry(name) for name in HAS]


@pytest.fixture
def holds(there: list[AgentEntry]) -> Holds:
    """Of these."""
    return Holds(ABLE, lambda: there)


def names(entries: list[AgentEntry]) -> list[str]:
    """In their order."""
    return [entry.name for entry in entries]


def test_the_best_match_is_first(holds: Holds, there: list[AgentEntry]) -> None:
    """Free ones, then by priority, by load, by number."""
    there[:] = [
        an_entry("gw10"),
        an_entry("gw9"),
        an_entry("gw4", load=1),
        an_entry("gw3", load=5, priority=2),
        an_entry("gw1", priority=-1),
        an_entry("gw5", priority=9, status="draining"),
        an_entry("gw6", priority=9),
    ]
    ask = an_ask(1)
    assert holds.ask(ask) == [Granted(ask=ask, agent="gw6")]
    assert names(holds.find()) == ["gw3", "gw9", "gw10", "gw4", "gw1", "gw5", "gw6"]
    assert holds.find()[-1].task == "task 1"


def test_agents_are_found_by_what_they_have_and_how_they_are(
    holds: Holds, there: list[AgentEntry]
) -> None:
    """Both, one, or neither may be given."""
    there[1] = an_entry("gw1", status="draining")
    assert names(holds.find("disk")) == ["gw2", "gw1"]
    assert names(holds.find(status=AgentStatus.ACTIVE)) == ["gw0", "gw2"]
    assert names(holds.find("disk", AgentStatus.DRAINING)) == ["gw1"]
    assert holds.find("vpn") == []


def test_who_comes_first_is_served_first(holds: Holds) -> None:
    """Of those who wait for the same."""
    asks = [an_ask(number, "gpu") for number in range(3)]
    assert [holds.ask(ask) for ask in asks] == [[Granted(ask=asks[0], agent="gw2")], [], []]
    assert holds.end("0", "gw0") == [Granted(ask=asks[1], agent="gw2")]
    assert holds.end("1", "gw0") == [Granted(ask=asks[2], agent="gw2")]
    assert holds.end("2", "gw0") == []


def test_who_can_be_served_does_not_wait_for_others(holds: Holds) -> None:
    """Others want what they cannot have now."""
    holds.ask(an_ask(1, "gpu"))
    holds.ask(an_ask(2, "gpu"))
    other = an_ask(3, "disk")
    assert holds.ask(other) == [Granted(ask=other, agent="gw1")]


def test_only_who_has_asked_can_say_that_it_is_over(holds: Holds) -> None:
    """Twice does no harm."""
    holds.ask(an_ask(1, "gpu"))
    waiting = an_ask(2, "gpu", by="gw1")
    holds.ask(waiting)
    assert holds.end("1", "gw1") == []
    assert holds.end("1", "gw0") == [Granted(ask=waiting, agent="gw2")]
    assert holds.end("1", "gw0") == []
    assert holds.find("gpu")[0].task == "task 2"


def test_who_does_not_wait_any_more_is_not_served(holds: Holds) -> None:
    """And can ask again."""
    holds.ask(an_ask(1, "gpu"))
    holds.ask(an_ask(2, "gpu"))
    assert holds.end("2", "gw0") == []
    assert holds.end("1", "gw0") == []
    assert holds.ask(an_ask(2, "gpu")) != []


def test_what_a_process_had_ends_with_it(holds: Holds) -> None:
    """What it held, and what it waited for."""
    holds.ask(an_ask(1, "gpu", by="gw1"))
    holds.ask(an_ask(2, "gpu", by="gw1"))
    other = an_ask(3, "gpu")
    holds.ask(other)
    assert holds.leave("gw1") == [Granted(ask=other, agent="gw2")]
    assert holds.leave("gw1") == []


def test_an_agent_that_comes_is_for_who_waits(holds: Holds, there: list[AgentEntry]) -> None:
    """Before, there was none."""
    gone, there[2] = there[2], an_entry("gw2", status="recovering")
    ask = an_ask(1, "gpu")
    assert holds.ask(ask) == []
    assert holds.grant() == []
    there[2] = gone
    assert holds.grant() == [Granted(ask=ask, agent="gw2")]


def test_two_tasks_with_one_name_cannot_be_told_apart(holds: Holds) -> None:
    """Neither of one that has its agent nor of one that waits."""
    first, second = an_ask(1, "gpu"), an_ask(2, "gpu")
    holds.ask(first)
    holds.ask(second)
    for there in (first, second):
        again = replace(there, id="3")
        assert holds.ask(again) == [TaskInUse(ask=again)]


def test_nobody_waits_for_what_nobody_has(holds: Holds, there: list[AgentEntry]) -> None:
    """But for what somebody has who is not there."""
    ask = an_ask(1, "vpn")
    assert holds.ask(ask) == [NobodyHas(ask=ask, others="gw1: disk, gw2: disk gpu")]
    there.clear()
    assert holds.ask(an_ask(2, "gpu")) == []


class Rush(RuleBasedStateMachine):
    """Processes come, ask, release and die in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.there = {name: an_entry(name) for name in HAS}
        self.holds = Holds(ABLE, self.there.values)
        self.numbers = itertools.count()
        self.held: dict[str, Ask] = {}
        self.waiting: list[Ask] = []

    def heed(self, answers: list[Answer]) -> None:
        """Each answer is for one who waits, and gives what nobody has."""
        for answer in answers:
            assert isinstance(answer, Granted)
            assert answer.agent not in self.held, "nobody else has it"
            assert answer.ask.capability in (None, *HAS[answer.agent])
            assert self.there[answer.agent].status is AgentStatus.ACTIVE
            rivals = [ask for ask in self.waiting if ask.capability == answer.ask.capability]
            assert rivals[0] == answer.ask, "who came first is first"
            self.waiting.remove(answer.ask)
            self.held[answer.agent] = answer.ask

    @rule(
        capability=st.sampled_from([None, "disk", "gpu"]),
        by=st.sampled_from(["p", "q", "r"]),
    )
    def ask(self, capability: str | None, by: str) -> None:
        """Somebody wants an agent."""
        ask = an_ask(next(self.numbers), capability, by)
        self.waiting.append(ask)
        self.heed(self.holds.ask(ask))

    @precondition(lambda self: self.held or self.waiting)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        """Somebody releases, or waits no more."""
        ask = data.draw(st.sampled_from([*self.held.values(), *self.waiting]))
        self.forget({ask.id})
        self.heed(self.holds.end(ask.id, ask.by))

    @rule(by=st.sampled_from(["p", "q", "r"]))
    def die(self, by: str) -> None:
        """A process is gone."""
        self.forget({a.id for a in (*self.held.values(), *self.waiting) if a.by == by})
        self.heed(self.holds.leave(by))

    def forget(self, ids: set[str]) -> None:
        """What is over is nobody's."""
        self.held = {agent: ask for agent, ask in self.held.items() if ask.id not in ids}
        self.waiting = [ask for ask in self.waiting if ask.id not in ids]

    @rule(
        name=st.sampled_from(sorted(HAS)),
        status=st.sampled_from(["active", "active", "recovering", "draining", "gone"]),
        load=st.integers(0, 3),
    )
    def change(self, name: str, status: str, load: int) -> None:
        """An agent comes, goes, or has other tests."""
        self.there.pop(name, None)
        if status != "gone":
            self.there[name] = an_entry(name, load, status=status)
        self.heed(self.holds.grant())

    @invariant()
    def nobody_waits_for_who_is_free(self) -> None:
        """And what is told is so."""
        told = {one.name: one.task for one in self.holds.find()}
        held = {name: ask.task for name, ask in self.held.items()}
        assert told == {name: held.get(name) for name in self.there}
        free = [one for one in self.holds.find() if one.is_free]
        for ask in self.waiting:
            assert not any(ask.capability in (None, *one.capabilities) for one in free)

    def teardown(self) -> None:
        """When all are there and whoever has something releases it, nobody waits for ever."""
        for name in HAS:
            self.change(name=name, status="active", load=0)
        while self.held:
            ask = next(iter(self.held.values()))
            self.forget({ask.id})
            self.heed(self.holds.end(ask.id, ask.by))
        assert not self.waiting
        assert all(one.is_free for one in self.holds.find())


Rush.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestRush = Rush.TestCase
