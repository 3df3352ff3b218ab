"""A run that has told what it has cost, in a few words."""

from __future__ import annotations

from typing import Any

from pytest_agentorch.model.agent_event import AgentCost, AgentDone, AgentReady
from pytest_agentorch.model.event import Event
from pytest_agentorch.model.ids import AgentId, PhaseName
from pytest_agentorch.model.phase_shape import PhaseShape
from pytest_agentorch.results.run_summary import RunSummary
from tests.unit.event_builders import (
    START,
    a_plan,
    a_run,
    connected,
    finished,
    over,
    planned,
    summary_of,
)


def shape(phase: str = "unit", wave: int = 0, **changes: Any) -> PhaseShape:
    """A phase without any limit."""
    fields: dict[str, Any] = {"most_agents": 100, "whole": ()}
    return PhaseShape(phase=PhaseName(phase), wave=wave, **{**fields, **changes})


def cost(cpu: float = 0.0, delay: float = 0.0, **changes: Any) -> AgentCost:
    """What an agent has needed."""
    fields: dict[str, Any] = {"start_cpu_seconds": 0.0, "setups": ()}
    return AgentCost(cpu_seconds=cpu, delay_seconds=delay, **{**fields, **changes})


def agent(name: str, ready: float = 1.0) -> tuple[Event, ...]:
    """An agent is there."""
    return connected(name), AgentReady(agent=AgentId(name), missing=(), at=START + ready)


def done(name: str, of: AgentCost | None, at: float = 9.0) -> AgentDone:
    """An agent has ended its session."""
    return AgentDone(agent=AgentId(name), at=START + at, cost=of)


def measured(*agents: tuple[float, ...], cpu: float = 0.0, **changes: Any) -> RunSummary:
    """A run in which each agent has run tests of so many seconds, one after the other.

    Args:
        agents: the tests of each.
        cpu: which share of its time each test computes.
        changes: `shapes`, `demands`, `supply`, `phases` (of each test), `costs` (of each agent),
            `controller`; the rest is of `RunStarted`.
    """
    count = sum(map(len, agents))
    phases = changes.pop("phases", ["unit"] * count)
    about_plan = {name: changes.pop(name) for name in ("demands", "supply") if name in changes}
    shapes, costs = changes.pop("shapes", (shape(),)), changes.pop("costs", None)
    controller = changes.pop("controller", 0.0)
    events: list[Event] = []
    ends = []
    number = 0
    for slot, tests in enumerate(agents):
        name, at = f"gw{slot}", 1.0
        events += agent(name)
        for seconds in tests:
            about: dict[str, Any] = {"seconds": seconds, "cpu_seconds": seconds * cpu}
            events.append(finished(number, agent=name, at=at, **about))
            at += seconds
            number += 1
        ends.append(at)
    last = max(ends)
    for slot, tests in enumerate(agents):
        own = costs[slot] if costs else cost(sum(tests) * cpu)
        events.append(done(f"gw{slot}", own, last))
    plan = a_plan(*(planned(n, phase=phases[n]) for n in range(count)), shapes=shapes, **about_plan)
    run = a_run(**{"cpus": 2.0, "agents": len(agents), **changes})
    return summary_of(run, plan, *events, over(at=last, controller_seconds=controller))
