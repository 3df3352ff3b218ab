"""The timeline of an incident: what happened to its agent and to its test. Pure."""

from __future__ import annotations

from collections import defaultdict

from pytest_agentorch.model.event import (
    AgentConnected,
    AgentLost,
    Event,
    Incident,
    StacksTaken,
    TestGivenUp,
    TestOverdue,
    TestReassigned,
    TestTimedOut,
)
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, TestId

_WORDS: dict[type, str] = {
    AgentConnected: "{0.agent} came up, pid {0.pid}",
    TestOverdue: "the test had run for {0.seconds:.0f} s on {0.agent}",
    StacksTaken: "{0.agent} showed its stacks",
    TestTimedOut: "the test was asked to end",
    AgentLost: "{0.agent} was lost: {0.status}",
    TestReassigned: "the test was to run again, alone",
    TestGivenUp: "the test was given up: it failed",
}


class Moment(Frozen):
    """One line of a timeline; `at` is seconds since the epoch."""

    at: float
    what: str


class Timelines:
    """Keeps what is worth telling of agents and tests that come to harm."""

    def __init__(self) -> None:
        self._of_agents: defaultdict[AgentId, list[Moment]] = defaultdict(list)
        self._of_tests: defaultdict[TestId, list[Moment]] = defaultdict(list)

    def on_event(self, event: Event) -> None:
        """Take note of an event, if it belongs into a timeline."""
        agent: AgentId | None = getattr(event, "agent", None)
        test: TestId | None = getattr(event, "test", None)
        words = _WORDS.get(type(event))
        if words is None:
            return
        moment = Moment(at=event.at, what=words.format(event))
        if test is not None:
            self._of_tests[test].append(moment)
        if agent is not None:
            self._of_agents[agent].append(moment)

    def of(self, incident: Incident) -> tuple[Moment, ...]:
        """What happened to the agent and the test of an incident, in order."""
        agent: AgentId | None = getattr(incident, "agent", None)
        test: TestId | None = getattr(incident, "test", None)
        moments = {
            id(moment): moment
            for moment in (
                *(() if agent is None else self._of_agents.get(agent, ())),
                *(() if test is None else self._of_tests.get(test, ())),
            )
        }
        return tuple(sorted(moments.values(), key=lambda moment: moment.at))
