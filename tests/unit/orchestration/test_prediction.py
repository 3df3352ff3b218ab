"""How the phases of a plan will follow each other."""

from __future__ import annotations

from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.prediction import beside, directly_before, predicted_seconds
from tests.unit.orchestration.plans import a_history, a_phase, a_test, planned, some_tests

PHASES = (
    a_phase("a", max_agents=1),
    a_phase("b", "a", max_agents=1),
    a_phase("c", "a", max_agents=1),
    a_phase("d", "b", "c", max_agents=1),
)


def diamond(*seconds: float, named: bool = True, agents: int = 2) -> Plan:
    """Two phases beside each other between two others; what their tests took, if they ran."""
    tests = [a_test(n, phase.name, named=named) for n, phase in enumerate(PHASES)]
    return planned(tests, *PHASES, agents=agents, history=a_history(tests, *seconds))


def test_a_phase_waits_for_those_directly_before_it() -> None:
    """With them it waits for all others."""
    plan = diamond()
    waits = {phase.name: directly_before(phase, plan) for phase in plan.phases}
    assert waits == {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}


def test_what_has_no_path_between_runs_side_by_side() -> None:
    """If somebody has named it: of inferred phases it is said that they have no barrier."""
    plan = diamond()
    found = {phase.name: beside(phase, plan) for phase in plan.phases}
    assert found == {"a": [], "b": ["c"], "c": ["b"], "d": []}
    plan = diamond(named=False)
    assert not any(beside(phase, plan) for phase in plan.phases)


def test_the_longest_chain_decides() -> None:
    """Or the work, where there are fewer agents than phases side by side."""
    assert predicted_seconds(diamond(1.0, 2.0, 5.0, 3.0)) == 9.0
    assert predicted_seconds(diamond(1.0, 2.0, 5.0, 3.0, agents=1)) == 11.0
    assert predicted_seconds(diamond(4.0, 2.0, named=False)) is None


def test_what_never_ran_is_unknown() -> None:
    """One phase is enough."""
    assert predicted_seconds(diamond()) is None
    assert predicted_seconds(planned(some_tests(1), history=a_history(some_tests(1), 2.0))) == 2.0


def test_phases_side_by_side_share_the_agents() -> None:
    """After one that leaves agents idle there is no time to catch up; tests are not divided."""
    phases = (a_phase("a", max_agents=1), a_phase("b", "a"), a_phase("c", "a"))
    names = ["a", *("b", "c") * 3]
    tests = [a_test(n, name, named=True) for n, name in enumerate(names)]
    plan = planned(tests, *phases, agents=2, history=a_history(tests, 4.0, *[1.0] * 6))
    assert predicted_seconds(plan) == 4.0 + 3.0
    tests = some_tests(3)
    assert predicted_seconds(planned(tests, history=a_history(tests, 2.0, 2.0, 2.0))) == 4.0
