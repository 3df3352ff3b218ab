"""Incidents, told in one sentence each. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_agentorch.model.event import (
    AgentConnected,
    AgentLost,
    EventRefused,
    Incident,
    PhaseHookFailed,
    PhaseIncident,
    PhaseSkipped,
    PhaseTimedOut,
    ReporterFailed,
    RunFixtureLost,
    SlotGivenUp,
    TestGivenUp,
    TestOverdue,
    ZygoteLost,
)
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.frozen import Frozen, replace
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.memory_event import MemoryIncident
from pytest_agentorch.model.message_event import MessageIncident
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.results import message_sentence, phase_sentence
from pytest_agentorch.results.incident_record import IncidentRecord, Severity
from pytest_agentorch.results.memory_sentence import sentence
from pytest_agentorch.results.timeline import Timelines

_MOST_OUTPUT = 4_000
"""So much of the last output is in the report; all of it is in the event log."""


class Surroundings(Frozen):
    """What has to be known of the run in order to tell an incident."""

    node_ids: Mapping[TestId, str]
    outcomes: Mapping[TestId, Outcome]
    begun: Mapping[TestId, float | None]
    slots: Mapping[AgentId, SlotId]
    connections: Sequence[AgentConnected]
    stacks: Mapping[TestId, str]
    timelines: Timelines
    reason: StopReason | None

    def node_id(self, test: TestId | None) -> str:
        """The name of a test, empty for none."""
        return "" if test is None else self.node_ids.get(test, f"test {test}")

    def recovery_seconds(
        self, slot: SlotId | None, lost: AgentId | None, at: float
    ) -> float | None:
        """How long after `at` another process was up in the slot."""
        for connected in self.connections:
            if connected.slot == slot and connected.agent != lost and connected.at >= at:
                return connected.at - at
        return None


def tell(event: Incident, around: Surroundings) -> IncidentRecord:
    """Make the record of an incident."""
    status: ExitStatus | None = getattr(event, "status", None)
    output: str = getattr(event, "output", "")
    if isinstance(event, TestOverdue):
        output = around.stacks.get(event.test, "")
    told = _tell(event, around)
    return replace(
        told,
        peak_memory=told.peak_memory if status is None else status.peak_memory,
        output=output[-_MOST_OUTPUT:],
        timeline=around.timelines.of(event),
    )


def _tell(event: Incident, around: Surroundings) -> IncidentRecord:
    match event:
        case AgentLost():
            return _agent_lost(event, around)
        case TestGivenUp():
            return _test_given_up(event, around)
        case TestOverdue():
            return _test_overdue(event, around)
        case PhaseTimedOut() | PhaseSkipped() | PhaseHookFailed():
            return _phase(event)
        case SlotGivenUp():
            return _slot_given_up(event, around)
        case _:
            return _other(event, around)


def _agent_lost(event: AgentLost, around: Surroundings) -> IncidentRecord:
    node_id = around.node_id(event.test)
    where = "between tests" if event.ending is None else "after its last test"
    if node_id:
        where = f"in {node_id}"
    recovery = around.recovery_seconds(event.slot, event.agent, event.at)
    what = f"{event.agent} lost ({_short(event.status)}) {where}"
    outcome = None if event.test is None else around.outcomes.get(event.test)
    if outcome is not None and not outcome.is_bad:
        begun = around.begun.get(event.test) if event.test is not None else None
        is_copy = begun is not None and begun < event.at
        how = "on another agent at the same time" if is_copy else "when it ran again alone"
        what += f", which {outcome.value} {how}"
    if event.queued and around.reason in (None, StopReason.FINISHED):
        plural = "test" if event.queued == 1 else "tests"
        what += f"; {event.queued} queued {plural} went to other agents"
    return IncidentRecord(
        slug=event.slug,
        severity=Severity.SEV3,
        what=what + _replaced(recovery),
        agent=event.agent,
        slot=event.slot,
        test=event.test,
        node_id=node_id,
        status=str(event.status),
        at=event.at,
        recovery_seconds=recovery,
    )


def _test_given_up(event: TestGivenUp, around: Surroundings) -> IncidentRecord:
    node_id = around.node_id(event.test)
    slot = None if event.agent is None else around.slots.get(event.agent)
    recovery = around.recovery_seconds(slot, event.agent, event.at) if slot else None
    if event.attempts and event.agent is None:
        what = f"{node_id} lost its agent, and no other was left to run it again"
    elif event.excess is not None:
        what = f"{node_id} was ended: {event.excess}" + _replaced(recovery)
    elif event.attempts:
        times = {1: "", 2: ", twice"}.get(event.attempts, f", {event.attempts} times")
        what = f"{event.agent} lost ({_short(event.status)}) in {node_id}{times}"
        what += _replaced(recovery)
    else:
        what = f"no agent has collected {node_id}"
    return IncidentRecord(
        slug=event.slug,
        severity=Severity.SEV2,
        what=what,
        agent=event.agent,
        slot=slot,
        test=event.test,
        node_id=node_id,
        status="" if event.agent is None else str(event.status),
        at=event.at,
        recovery_seconds=recovery,
    )


def _test_overdue(event: TestOverdue, around: Surroundings) -> IncidentRecord:
    node_id = around.node_id(event.test)
    limit = f"; it may take {event.timeout:g} s" if event.timeout else ""
    return IncidentRecord(
        slug=event.slug,
        severity=Severity.SEV4,
        what=f"{node_id} has run for {event.seconds:.0f} s on {event.agent}{limit}",
        agent=event.agent,
        slot=around.slots.get(event.agent),
        test=event.test,
        node_id=node_id,
        at=event.at,
    )


def _phase(event: PhaseIncident) -> IncidentRecord:
    severity = Severity.SEV4 if isinstance(event, PhaseHookFailed) else Severity.SEV2
    what = phase_sentence.sentence(event)
    return IncidentRecord(slug=event.slug, severity=severity, what=what, at=event.at)


def _slot_given_up(event: SlotGivenUp, around: Surroundings) -> IncidentRecord:
    was_the_last = around.reason is StopReason.NO_AGENTS
    return IncidentRecord(
        slug=event.slug,
        severity=Severity.SEV1 if was_the_last else Severity.SEV2,
        what=f"{event.slot} given up: {event.deaths} agents in a row died before any verdict",
        slot=event.slot,
        at=event.at,
    )


def _run_fixture_lost(event: RunFixtureLost) -> IncidentRecord:
    fixtures = ", ".join(event.fixtures)
    plural = "test was" if event.users == 1 else "tests were"
    users = f"; {event.users} {plural} still to use that" if event.users else ""
    return IncidentRecord(
        slug=event.slug,
        severity=Severity.SEV2,
        what=f"{event.agent}, the process of run-scoped {fixtures}, was lost "
        f"({_short(event.status)}){users}",
        agent=event.agent,
        slot=event.slot,
        status=str(event.status),
        at=event.at,
    )


def _memory(event: MemoryIncident, around: Surroundings) -> IncidentRecord:
    agent: AgentId | None = getattr(event, "agent", None)
    test: TestId | None = getattr(event, "test", None)
    node_id = around.node_id(test)
    return IncidentRecord(
        slug=event.slug,
        severity=Severity.SEV4 if test is None else Severity.SEV2,
        what=sentence(event, node_id),
        agent=agent,
        slot=None if agent is None else around.slots.get(agent),
        test=test,
        node_id=node_id,
        at=event.at,
        peak_memory=getattr(event, "memory", None),
    )


def _message(event: MessageIncident) -> IncidentRecord:
    what = message_sentence.sentence(event)
    slot: SlotId | None = getattr(event, "slot", None)
    return IncidentRecord(
        slug=event.slug, severity=Severity.SEV4, what=what, slot=slot, at=event.at
    )


def _zygote_lost(event: ZygoteLost) -> IncidentRecord:
    return IncidentRecord(
        slug=event.slug,
        severity=Severity.SEV3,
        what=f"the process that forks agents was lost ({_short(event.status)}); "
        "its agents went on, others were spawned",
        status=str(event.status),
        at=event.at,
    )


def _other(
    event: (
        ZygoteLost
        | ReporterFailed
        | EventRefused
        | MemoryIncident
        | MessageIncident
        | RunFixtureLost
    ),
    around: Surroundings,
) -> IncidentRecord:
    if isinstance(event, MessageIncident):
        return _message(event)
    if isinstance(event, ZygoteLost):
        return _zygote_lost(event)
    if isinstance(event, RunFixtureLost):
        return _run_fixture_lost(event)
    if not isinstance(event, ReporterFailed | EventRefused):
        return _memory(event, around)
    if isinstance(event, ReporterFailed):
        what = f"{event.reporter} failed and reports no more: {event.error}"
    else:
        what = f"something impossible was told: {event.error}"
    return IncidentRecord(
        slug=event.slug,
        severity=Severity.SEV4,
        what=what,
        at=event.at,
    )


def _short(status: ExitStatus) -> str:
    return str(status) if status.reason else status.signal_name or str(status)


def _replaced(recovery_seconds: float | None) -> str:
    return "" if recovery_seconds is None else f"; replaced in {recovery_seconds:.2f} s"
