"""What the event log of any run has to be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.results.summary import SummaryFold
from tests.functional.running import Ran


def node_ids(events: Iterable[ev.Event]) -> dict[TestId, str]:
    """The tests of a log."""
    (plan,) = (event for event in events if isinstance(event, ev.PlanMade))
    return {planned.test: planned.node_id for planned in plan.tests}


def assert_consistent(events: Sequence[ev.Event], expected: Mapping[str, Outcome]) -> None:
    """One verdict per test, the expected one, by who has begun it; time never goes back."""
    ids = node_ids(events)
    finished = [event for event in events if isinstance(event, ev.TestFinished)]
    assert Counter(ids[one.test] for one in finished) == Counter([*expected])
    assert {ids[one.test]: one.outcome for one in finished} == expected
    begun: dict[TestId, AgentId] = {}
    for event in events:
        if isinstance(event, ev.TestStarted):
            assert begun.setdefault(event.test, event.agent) == event.agent
        elif isinstance(event, ev.TestFinished):
            assert begun.get(event.test, event.agent) == event.agent
    moments = [event.at for event in events]
    assert moments == sorted(moments)
    fold = SummaryFold()
    for event in events:
        fold.on_event(event)
    assert {test.node_id: test.outcome for test in fold.summary().tests} == expected


def assert_nested(events: Sequence[ev.Event]) -> None:
    """A run spans its agents, an agent its tests: what is inside is told in between."""
    assert isinstance(events[0], ev.RunStarted)
    assert isinstance(events[-1], ev.RunFinished)
    connected: set[AgentId] = set()
    exited: set[AgentId] = set()
    for event in events:
        match event:
            case ev.AgentConnected():
                connected.add(event.agent)
            case ev.TestStarted() | ev.TestFinished():
                assert event.agent in connected - exited
            case ev.AgentExited():
                exited.add(event.agent)
    # One that is not needed any more may end before it has connected.
    assert connected <= exited


def assert_agents_in_order(ran: Ran) -> None:
    """What each process has noted about its tests is what the log tells of its agent, in order."""
    ids = node_ids(ran.events)
    told: defaultdict[int, list[str]] = defaultdict(list)
    pids = {e.agent: e.pid for e in ran.events if isinstance(e, ev.AgentConnected)}
    for event in ran.events:
        if isinstance(event, ev.TestFinished):
            told[pids[event.agent]].append(ids[event.test])
    notes = (ran.suite / "notes").glob("*.txt")
    assert dict(told) == {int(path.stem): _lines(path) for path in notes}


def assert_shared_equally(ran: Ran, agents: int, tests: int) -> None:
    """So many agents have run so many tests each."""
    by_agent = Counter(e.agent for e in ran.events if isinstance(e, ev.TestFinished))
    assert [*by_agent.values()] == [tests] * agents


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()
