"""What each agent has and does, for those who look on."""

from __future__ import annotations

from pytest_agentorch.model.agent_entry import AgentEntry
from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.needs import Capability, ResourceSettings
from pytest_agentorch.orchestration.agent_views import agent_entries
from tests.unit.orchestration.plans import planned, some_tests
from tests.unit.orchestration.short import Run, running


def statuses(run: Run) -> dict[str, AgentStatus]:
    """The agents that live."""
    return {view.agent: view.status for view in run.orchestrator.agents()}


def test_an_agent_is_registered_active_draining_and_gone() -> None:
    """One after the other."""
    run = Run(planned(some_tests(1), agents=1))
    seen = [statuses(run)]
    run.joins("gw0")
    seen.append(statuses(run))
    run.runs("gw0", 0)
    seen.append(statuses(run))
    run.leaves("gw0")
    assert seen == [
        {"gw0": AgentStatus.REGISTERED},
        {"gw0": AgentStatus.ACTIVE},
        {"gw0": AgentStatus.DRAINING},
    ]
    assert statuses(run) == {}


def test_one_in_the_place_of_a_lost_one_recovers() -> None:
    """Until it takes part."""
    run = running(planned(some_tests(2), agents=1), "gw0")
    run.started("gw0", 0)
    run.dies("gw0")
    assert statuses(run) == {"gw0.2": AgentStatus.RECOVERING}
    run.joins("gw0.2")
    assert statuses(run) == {"gw0.2": AgentStatus.ACTIVE}


def test_it_has_what_it_runs_and_what_it_has_not_begun() -> None:
    """And since when."""
    run = running(planned(some_tests(3), agents=1), "gw0")
    run.started("gw0", 0)
    (view,) = run.orchestrator.agents()
    assert (view.slot, view.test, view.since) == ("gw0", 0, 3.0)
    assert view.queued == (1, 2)
    run.finished("gw0", 0)
    (view,) = run.orchestrator.agents()
    assert (view.test, view.since, view.tests) == (None, 0.0, (1, 2))


def test_who_looks_for_an_agent_is_told_what_it_has() -> None:
    """What the plan says of its slot, and how many tests it has."""
    there = ResourceSettings(
        capabilities=(Capability(name="web"), Capability(name="gpu", slots=(SlotId("gw1"),))),
        priorities={SlotId("gw1"): 5},
    )
    plan = planned(some_tests(4), resources=there)
    run = running(plan, "gw0")
    run.started("gw0", 0)
    assert agent_entries(run.orchestrator.agents(), plan) == [
        AgentEntry(name="gw0", status=AgentStatus.ACTIVE, capabilities=("web",), load=3),
        AgentEntry(
            name="gw1", status=AgentStatus.REGISTERED, capabilities=("gpu", "web"), priority=5
        ),
    ]
