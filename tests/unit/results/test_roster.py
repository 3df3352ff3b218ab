"""The agents of a run."""

from __future__ import annotations

from pytest_agentorch.model.event import AgentDone, AgentExited, AgentsMeasured
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.memory_event import AgentSample
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.results.roster import Roster
from pytest_agentorch.results.usage import AgentState, AgentSummary, Work
from tests.unit.event_builders import START, connected, lost

GW0 = AgentId("gw0")
DONE = AgentDone(agent=GW0, at=START + 8.0)
EXITED = AgentExited(agent=GW0, status=ExitStatus(returncode=0), output="", at=START + 9.0)


def roster_of(*events: object) -> Roster:
    """A roster that has seen events."""
    roster = Roster()
    for event in events:
        if isinstance(event, AgentsMeasured):
            roster.measure(event)
        else:
            roster.on_event(event)  # type: ignore[arg-type]
    return roster


def only(roster: Roster) -> AgentSummary:
    """The one agent of a roster."""
    (agent,) = roster.summaries({})
    return agent


def test_a_connected_agent_is_active() -> None:
    """Its slot and pid are known."""
    agent = only(roster_of(connected("gw0", at=1.0, pid=7)))
    assert (agent.slot, agent.pid, agent.state) == ("gw0", 7, AgentState.ACTIVE)
    assert (agent.connected, agent.ended) == (START + 1.0, None)


def test_an_agent_that_is_done_is_terminated() -> None:
    """And then its process exits."""
    assert only(roster_of(connected("gw0"), DONE)).state is AgentState.TERMINATED
    agent = only(roster_of(connected("gw0"), DONE, EXITED))
    assert (agent.state, agent.status) == (AgentState.TERMINATED, "exit code 0")


def test_a_lost_agent_has_failed_in_whatever_order_it_is_told() -> None:
    """Its exit is seen, and judged later."""
    for events in ((EXITED, lost("gw0")), (lost("gw0"), EXITED), (lost("gw0"), DONE)):
        assert only(roster_of(connected("gw0"), *events)).state is AgentState.FAILED


def test_an_agent_that_died_before_it_connected_is_there_too() -> None:
    """With what its loss tells."""
    agent = only(roster_of(lost("gw0")))
    assert (agent.pid, agent.connected, agent.status) == (None, None, "SIGSEGV (11)")


def test_an_unheard_of_agent_is_taken_for_active_in_the_slot_of_its_name() -> None:
    """A torn log may lack its beginning."""
    assert Roster().slot(AgentId("gw3.2")) == "gw3"
    assert Roster().is_active(AgentId("gw3.2"))


def test_a_slot_sums_up_its_processes() -> None:
    """Under isolation there are many, each with a test or a file."""
    last = AgentDone(agent=AgentId("gw0.2"), at=START + 12.0)
    roster = roster_of(
        connected("gw0", at=1.0, pid=7), EXITED, connected("gw0.2", at=10.0, pid=8), last
    )
    work = {
        GW0: Work(outcomes=(Outcome.PASSED,), busy_seconds=1.0),
        AgentId("gw0.2"): Work(outcomes=(Outcome.FAILED,), busy_seconds=2.0),
    }
    (slot,) = roster.slot_summaries(work)
    assert (slot.agent, slot.processes, slot.tests, slot.busy_seconds) == ("gw0", 2, 2, 3.0)
    assert (slot.connected, slot.ended, slot.pid) == (START + 1.0, START + 12.0, 8)


def measured(agent: str, memory: int, seconds: float, at: float) -> AgentsMeasured:
    """What an agent has taken so far."""
    most = AgentSample(
        agent=AgentId(agent), memory=memory, cpu_seconds=seconds, threads=4, open_files=18
    )
    return AgentsMeasured(most=(most,), at=START + at)


def test_what_an_agent_takes_is_the_most_that_anybody_has_seen() -> None:
    """The controller now and then, the agent itself for a test, the system at its end."""
    seen = roster_of(connected("gw0", at=1.0), measured("gw0", 50, 1.5, at=4.0))
    agent = only(seen)
    assert (agent.peak_memory, agent.threads, agent.open_files) == (50, 4, 18)
    assert (agent.cpu_seconds, agent.cpu_percent) == (1.5, 50.0)
    (agent,) = seen.summaries({GW0: Work(outcomes=(), busy_seconds=0.0, memory=70)})
    assert agent.peak_memory == 70
    status = ExitStatus(returncode=0, peak_memory=90)
    seen.on_event(AgentExited(agent=GW0, status=status, output="", at=START + 9.0))
    assert only(seen).peak_memory == 90


def test_a_slot_has_the_most_of_its_processes_and_all_of_their_time() -> None:
    """They live one after the other."""
    seen = roster_of(
        connected("gw0", at=1.0),
        measured("gw0", 50, 1.5, at=4.0),
        connected("gw0.2", at=5.0),
        measured("gw0.2", 40, 0.5, at=6.0),
        connected("gw0.3", at=7.0),
    )
    (slot,) = seen.slot_summaries({})
    assert (slot.peak_memory, slot.cpu_seconds, slot.cpu_percent) == (50, 2.0, None)


def test_who_was_never_looked_at_has_nothing_to_tell() -> None:
    """A short run pays nothing, and reports nothing."""
    agent = only(roster_of(connected("gw0")))
    assert (agent.peak_memory, agent.cpu_seconds, agent.threads) == (None, None, None)
