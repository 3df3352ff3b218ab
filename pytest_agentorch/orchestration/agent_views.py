"""What each agent has and does, for those who look on. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.agent_view import AgentStatus, AgentView
from pytest_agentorch.orchestration.agent_record import AgentRecord, AgentState
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule

_STATUSES = {
    AgentState.STARTING: AgentStatus.REGISTERED,
    AgentState.COLLECTING: AgentStatus.REGISTERED,
    AgentState.ACTIVE: AgentStatus.ACTIVE,
    AgentState.FINISHING: AgentStatus.DRAINING,
    AgentState.QUITTING: AgentStatus.DRAINING,
    AgentState.DONE: AgentStatus.DRAINING,
    AgentState.KILLED: AgentStatus.FAILED,
    AgentState.EXPELLED: AgentStatus.FAILED,
    AgentState.LOST: AgentStatus.FAILED,
    AgentState.ENDED: AgentStatus.TERMINATED,
}


def agent_views(schedule: Schedule, registry: AgentRegistry) -> tuple[AgentView, ...]:
    """Return the agents that live, as they are now."""
    return tuple(_view(record, schedule, registry) for record in registry.live.values())


def agent_entries(views: Iterable[AgentView], plan: Plan) -> list[AgentEntry]:
    """Return the same for those who look for an agent, with what the plan says of each."""
    return [
        AgentEntry(
            name=view.slot,
            status=view.status,
            capabilities=tuple(sorted(plan.capabilities.get(view.slot, ()))),
            priority=plan.priorities.get(view.slot, 0),
            load=len(view.tests),
        )
        for view in views
    ]


def _view(record: AgentRecord, schedule: Schedule, registry: AgentRegistry) -> AgentView:
    status = _STATUSES[record.state]
    if status is AgentStatus.REGISTERED and registry.slot(record).deaths:
        status = AgentStatus.RECOVERING
    hand = schedule.hands.get(record.agent)
    if hand is None:
        return AgentView(agent=record.agent, slot=record.slot, status=status)
    return AgentView(
        agent=record.agent,
        slot=record.slot,
        status=status,
        test=hand.started,
        since=record.started_at if hand.started is not None else 0.0,
        queued=tuple(hand.queued),
    )
