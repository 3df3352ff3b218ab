"""When what agents take is told."""

from __future__ import annotations

from pytest_agentorch.model.event import AgentsMeasured, AgentsSampled
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.memory_event import AgentSample
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.gauge import Gauge

MIB = 1 << 20


class Looked:
    """A gauge that says what it tells."""

    def __init__(self) -> None:
        self.draft = Draft()
        self.gauge = Gauge(self.draft)

    def take(self, at: float, **sizes: int) -> list[tuple[str, int]]:
        """Look at agents with so many megabytes; return the agents and sizes that are told."""
        samples = tuple(
            AgentSample(agent=AgentId(name), memory=size * MIB, cpu_seconds=at, threads=size)
            for name, size in sizes.items()
        )
        self.gauge.take(AgentsSampled(samples=samples, total=0, short=False, at=at))
        return self.told()

    def told(self) -> list[tuple[str, int]]:
        """The agents and sizes that were told since this was asked last."""
        events = self.draft.decision().events
        assert all(isinstance(event, AgentsMeasured) for event in events)
        return [
            (one.agent, one.memory // MIB)
            for event in events
            if isinstance(event, AgentsMeasured)
            for one in event.most
        ]


def test_the_first_look_is_told_and_then_one_in_ten_seconds() -> None:
    """With the most that there ever was, and only of those of whom there is news."""
    looked = Looked()
    assert looked.take(1.0, gw0=50, gw1=60) == [("gw0", 50), ("gw1", 60)]
    assert [looked.take(at, gw0=55, gw1=40) for at in (2.0, 5.0, 10.9)] == [[], [], []]
    assert looked.take(11.0, gw0=51) == [("gw0", 55), ("gw1", 60)]
    assert looked.take(21.0, gw0=51) == [("gw0", 55)]


def test_a_large_step_is_told_soon() -> None:
    """At most once in a second; a new agent is as large a step."""
    looked = Looked()
    looked.take(1.0, gw0=50)
    assert looked.take(1.5, gw0=300) == []
    assert looked.take(2.0, gw0=60) == [("gw0", 300)]
    assert looked.take(3.5, gw0=60, gw1=50) == [("gw0", 300), ("gw1", 50)]


def test_the_end_of_an_agent_is_told() -> None:
    """If anybody has ever looked at it: its time is over, too."""
    looked = Looked()
    looked.take(1.0, gw0=50, gw1=50)
    looked.take(2.0, gw0=70)
    looked.gauge.end(AgentId("gw0"), 3.0)
    assert looked.told() == [("gw0", 70)]
    looked.gauge.end(AgentId("gw1"), 3.0)
    assert looked.told() == [("gw1", 50)]
    looked.gauge.end(AgentId("gw2"), 3.0)
    assert looked.told() == []


def test_each_value_is_the_most_of_its_own() -> None:
    """Threads of one moment, memory of another."""
    looked = Looked()
    gauge, draft = looked.gauge, looked.draft
    for memory, threads in ((5, 1), (1, 9)):
        sample = AgentSample(agent=AgentId("gw0"), memory=memory, threads=threads, open_files=2)
        gauge.take(AgentsSampled(samples=(sample,), total=0, short=False, at=0.0))
    draft.decision()
    gauge.end(AgentId("gw0"), 1.0)
    (event,) = draft.decision().events
    assert isinstance(event, AgentsMeasured)
    assert (event.most[0].memory, event.most[0].threads, event.most[0].open_files) == (5, 9, 2)
