"""Tests of later phases run in the next one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.advance import Advance
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import PhaseName, SlotId, TestId
from pytest_agentorch.model.needs import Capability, Needs, ResourceSettings
from pytest_agentorch.model.settings import Dist, Gate, Isolate, PhaseSettings
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.model.veto import Veto
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.plan import build_plan
from pytest_agentorch.orchestration.reach import lose_slots
from tests.unit.orchestration.plans import a_phase, a_test, planned
from tests.unit.orchestration.short import Commands, Run, assign, running, start
from tests.unit.settings_builder import some_settings

UNIT, INTEGRATION, E2E = (PhaseName(name) for name in ("unit", "integration", "e2e"))
GW1 = SlotId("gw1")


def in_a_row(**integration: object) -> tuple[PhaseSettings, ...]:
    """Three phases that wait for each other."""
    return (
        a_phase(max_agents=1),
        a_phase("integration", "unit", max_agents=1, **integration),
        a_phase("e2e", "integration", max_agents=1),
    )


def a_suite(*e2e: TestDescriptor) -> list[TestDescriptor]:
    """A unit test, two of integration, and others."""
    first = [a_test(n, "integration" if n else "unit", named=True) for n in range(3)]
    return [*first, *(e2e or [a_test(n, "e2e", named=True) for n in (3, 4)])]


def reviewing(
    tests: list[TestDescriptor],
    *phases: PhaseSettings,
    settings: Mapping[str, object] = MappingProxyType({}),
    **policy: object,
) -> Run:
    """A run in which plugins look at the unit tests, which are over."""
    plan = planned(tests, *(phases or in_a_row()), **{"agents": 1, **settings})
    run = running(plan, reviews_phases=True, **policy)
    run.runs("gw0", 0)
    return run


def wants(run: Run, *tests: str, to: str = "", vetoes: tuple[Veto, ...] = ()) -> Commands:
    """Plugins want tests to run next."""
    wish = Advance(tests=tests, reason="why", phase=to)
    return run.tell(
        ev.PhaseReviewed(phase=UNIT, wave=0, vetoes=vetoes, advances=(wish,), at=run.now())
    )


def advanced(run: Run) -> list[tuple[str, tuple[int, ...]]]:
    """What was moved now, and where."""
    return [(e.phase, e.tests) for e in run.said if isinstance(e, ev.TestsAdvanced)]


def errors(run: Run) -> list[str]:
    """What plugins are told."""
    return [event.error for event in run.said if isinstance(event, ev.PhaseHookFailed)]


def to_the_end(run: Run, first: Commands) -> list[int]:
    """Let the only agent run what it is given; return that in its order."""
    ran: list[int] = []
    waiting: Commands = [*first]
    todo: list[int] = []
    while waiting or todo:
        for command in waiting:
            if isinstance(command, do.AssignTests):
                todo += command.tests
            elif isinstance(command, do.ReviewPhase):
                event = ev.PhaseReviewed(phase=command.phase, wave=command.wave, vetoes=(), at=0.0)
                waiting = [*waiting[waiting.index(command) + 1 :], *run.tell(event)]
                break
        else:
            waiting = []
            if todo:
                ran.append(todo.pop(0))
                waiting = run.runs("gw0", ran[-1])
    run.leaves("gw0")
    assert run.orchestrator.ended
    return ran


def test_a_test_is_the_first_in_the_next_phase() -> None:
    """It is one of that phase then, and its own begins without it."""
    run = reviewing(a_suite())
    first = wants(run, "test_4.py::test_4")
    assert advanced(run) == [("integration", (4,))]
    began = run.find(ev.PhaseStarted)
    assert isinstance(began, ev.PhaseStarted)
    assert (began.phase, began.tests) == ("integration", 3)
    assert to_the_end(run, first) == [4, 1, 2, 3]
    assert errors(run) == []


def test_several_run_in_the_order_in_which_they_are_named() -> None:
    """A name may be that of a folder, a file, or a function with all its parameters."""
    rows = [
        a_test(3, "e2e", named=True, node_id="e2e/a.py::test_one"),
        a_test(4, "e2e", named=True, node_id="e2e/b.py::TestB::test_two[1]"),
        a_test(5, "e2e", named=True, node_id="e2e/b.py::TestB::test_two[2]"),
        a_test(6, "e2e", named=True, node_id="e2e/b.py::TestB::test_two_more"),
    ]
    names = {
        "e2e/b.py::TestB::test_two": [4, 5, 1, 2, 3, 6],
        "e2e/b.py::TestB": [4, 5, 6, 1, 2, 3],
        "e2e/b.py": [4, 5, 6, 1, 2, 3],
        "e2e/": [3, 4, 5, 6, 1, 2],
    }
    for name, order in names.items():
        run = reviewing(a_suite(*rows))
        assert to_the_end(run, wants(run, name)) == order
    run = reviewing(a_suite(*rows))
    assert to_the_end(run, wants(run, "e2e/b.py", "e2e/a.py", "e2e")) == [4, 5, 6, 3, 1, 2]


def test_what_is_in_that_phase_already_begins_first_there() -> None:
    """That is what was asked for."""
    run = reviewing(a_suite())
    assert to_the_end(run, wants(run, "test_2.py")) == [2, 1, 3, 4]


def test_a_phase_may_be_named() -> None:
    """If it has not begun."""
    phases = (*in_a_row(), a_phase("load", "e2e"))
    tests = [*a_suite(), a_test(5, "load", named=True)]
    run = reviewing(tests, *phases)
    assert to_the_end(run, wants(run, "test_5.py", to="e2e")) == [1, 2, 5, 3, 4]


@pytest.mark.parametrize(
    ("name", "to", "error"),
    [
        ("test_9.py", "", "it has advanced test_9.py: there is no such test"),
        ("test_0.py", "", "it has advanced test_0.py: it is over, or has begun"),
        ("test_1.py", "e2e", "it has advanced test_1.py: e2e waits for integration"),
        ("test_4.py", "unit", "it has advanced tests to unit: no such phase is still to begin"),
        ("test_4.py", "load", "it has advanced tests to load: no such phase is still to begin"),
    ],
)
def test_what_cannot_be_is_told_and_stays_as_it_was(name: str, to: str, error: str) -> None:
    """In one message; the run goes on."""
    run = reviewing(a_suite())
    first = wants(run, name, to=to)
    assert (advanced(run), errors(run)) == ([], [error])
    assert to_the_end(run, first) == [1, 2, 3, 4]


def test_of_many_names_some_are_told() -> None:
    """What can be is done all the same."""
    run = reviewing(a_suite())
    wants(run, *(f"no_{n}.py" for n in range(5)), "test_3.py")
    assert advanced(run) == [("integration", (3,))]
    (error,) = errors(run)
    assert error.startswith("it has advanced no_0.py: there is no such test; no_1.py: ")
    assert error.endswith("; and 2 more")


def test_a_phase_that_nobody_waits_for_has_no_next_one() -> None:
    """So there is nothing to run earlier."""
    run = reviewing([a_test(0, named=True)], a_phase(max_agents=1))
    wants(run, "test_0.py")
    assert errors(run) == ["it has advanced tests behind unit: no such phase is still to begin"]


def test_tests_of_a_phase_that_has_begun_stay_there() -> None:
    """It is another branch of the graph."""
    phases = (*in_a_row(), a_phase("store", configured=True, max_agents=1))
    tests = [*a_suite(), a_test(5, "store", named=True), a_test(6, "store", named=True)]
    plan = planned(tests, *phases, agents=2)
    run = running(plan, "gw0", "gw1", reviews_phases=True)
    agent = next(a for a, hand in run.orchestrator._schedule.hands.items() if 0 in hand.queued)
    run.runs(agent, 0)
    wants(run, "test_6.py")
    assert errors(run) == ["it has advanced test_6.py: store has begun"]


@pytest.mark.parametrize(
    ("rows", "settings"),
    [
        ({"group": "g"}, {}),
        ({"chain": "c"}, {}),
        ({"path": "a.py", "unit": "fixture", "whole": True}, {}),
        ({"path": "a.py"}, {"dist": Dist.FILE}),
        ({"path": "a.py"}, {"isolate": Isolate.FILE}),
    ],
)
def test_what_must_stay_together_comes_whole(
    rows: dict[str, object], settings: dict[str, object]
) -> None:
    """Groups, chains, classes, files that are one unit, rations."""
    tests = a_suite(*(a_test(n, "e2e", named=True, **rows) for n in (3, 4, 5)))
    run = reviewing(tests, settings=settings)
    wants(run, tests[4].node_id)
    assert advanced(run) == [("integration", (3, 4, 5))]


def test_what_may_be_divided_is() -> None:
    """Tests of a file, and even those that share a fixture."""
    tests = a_suite(*(a_test(n, "e2e", named=True, path="a.py", unit="fx") for n in (3, 4, 5)))
    run = reviewing(tests)
    assert to_the_end(run, wants(run, tests[4].node_id)) == [4, 1, 2, 3, 5]


def test_copies_of_a_test_come_together() -> None:
    """As many agents as may run it at once run it there."""
    phases = (a_phase(max_agents=1), a_phase("integration", "unit"), a_phase("e2e", "integration"))
    tests = a_suite(a_test(3, "e2e", named=True, copies=2), a_test(4, "e2e", named=True))
    run = reviewing(tests, *phases, settings={"agents": 2})
    wants(run, "test_3.py")
    run.joins("gw1")
    hands = run.orchestrator._schedule.hands.values()
    assert [3 in hand.queued for hand in hands] == [True, True]


def test_with_each_agent_running_each_test_all_copies_come() -> None:
    """They have one name."""
    run = reviewing(a_suite(), settings={"dist": Dist.EACH, "agents": 2})
    run.joins("gw1")
    run.runs("gw1", 5)
    wants(run, "test_4.py")
    assert advanced(run) == [("integration", (4, 9))]


def test_a_turn_of_its_own_is_kept() -> None:
    """What empties the database stays behind all others; where nothing does it cannot go."""
    later = a_test(4, "e2e", named=True, turn=1)
    run = reviewing(a_suite(a_test(3, "e2e", named=True), later))
    wants(run, "test_4.py")
    (error,) = errors(run)
    assert error.endswith("it has a turn of its own, and integration has no such tests")
    tests = a_suite(a_test(3, "e2e", named=True), later)
    tests[2] = replace(tests[2], turn=1)
    run = reviewing(tests)
    first = wants(run, "test_4.py", "test_3.py")
    assert to_the_end(run, first) == [3, 1, 4, 2]


def test_capabilities_of_both_phases_are_needed() -> None:
    """If no agent has both, or none comes any more that has, the test stays where it is."""
    there = ResourceSettings(capabilities=(Capability(name="gpu", slots=(GW1,)),))
    settings = {"agents": 2, "resources": there}
    tests = a_suite()
    tests[1] = replace(tests[1], needs=Needs(capabilities=("gpu",)))
    phases = in_a_row(capabilities=("gpu",))
    run = reviewing(tests, *phases, settings=settings)
    assert start("gw1")[0] in wants(run, "test_4.py")
    run.joins("gw1")
    assert assign("gw1", 4) in run.runs("gw0", 2)
    lost = reviewing(tests, *phases, settings=settings)
    lose_slots(lost.orchestrator._schedule, [GW1])
    for run in (lost, reviewing(a_suite(), *in_a_row(capabilities=("web",)), settings=settings)):
        wants(run, "test_4.py")
        (error,) = errors(run)
        assert error.endswith("no agent has what it needs and the capabilities of integration")


def test_a_veto_takes_what_was_moved_there() -> None:
    """It is a test of that phase; a later phase runs without it."""
    phases = (*in_a_row(), a_phase("load", "e2e"))
    run = reviewing([*a_suite(), a_test(5, "load", named=True)], *phases)
    wants(run, "test_5.py", to="e2e")
    run.runs("gw0", 1, 2)
    veto = Veto(reason="no", phases=("e2e",))
    run.tell(ev.PhaseReviewed(phase=INTEGRATION, wave=0, vetoes=(veto,), at=run.now()))
    skipped = run.find(ev.PhaseSkipped)
    assert isinstance(skipped, ev.PhaseSkipped)
    assert (skipped.phase, {*skipped.tests}) == ("e2e", {3, 4, 5})


def test_a_veto_of_the_same_answer_comes_first() -> None:
    """What it leaves is the next phase; what it is about may be left by single tests."""
    run = reviewing(a_suite())
    first = wants(run, "test_4.py", vetoes=(Veto(reason="no", phases=("integration",)),))
    assert advanced(run) == [("e2e", (4,))]
    assert to_the_end(run, first) == [4, 3]
    run = reviewing(a_suite())
    first = wants(run, "test_4.py", vetoes=(Veto(reason="no", phases=("e2e",)),))
    assert to_the_end(run, first) == [4, 1, 2]


def test_a_closed_gate_holds_for_what_was_moved_there() -> None:
    """And its failures are those of the phase in which it has run."""
    plan = planned(a_suite(), *in_a_row(gate=Gate.STOP), agents=1)
    run = running(plan, reviews_phases=True)
    run.started("gw0", 0)
    run.finished("gw0", 0, failures=1)
    wants(run, "test_4.py")
    skipped = run.find(ev.PhaseSkipped)
    assert isinstance(skipped, ev.PhaseSkipped)
    assert {*skipped.tests} == {1, 2, 4}
    last = a_phase("e2e", "integration", gate=Gate.STOP, max_agents=1)
    run = reviewing(a_suite(), *in_a_row()[:2], last)
    wants(run, "test_4.py")
    run.started("gw0", 4)
    run.finished("gw0", 4, failures=1)
    run.runs("gw0", 1, 2)
    run.tell(ev.PhaseReviewed(phase=INTEGRATION, wave=0, vetoes=(), at=run.now()))
    skipped = run.find(ev.PhaseSkipped)
    assert isinstance(skipped, ev.PhaseSkipped)
    assert (skipped.tests, skipped.reason) == ((3,), "integration has 1 failure")


def test_a_phase_that_has_lost_all_its_tests_is_over_at_once() -> None:
    """Nobody is asked about it, no gate or veto closes it, and what waits for it begins."""
    phases = (*in_a_row(), a_phase("load", "e2e", max_agents=1))
    run = reviewing([*a_suite(), a_test(5, "load", named=True)], *phases)
    first = wants(run, "test_3.py", "test_4.py", vetoes=(Veto(reason="no", phases=("e2e",)),))
    assert to_the_end(run, first) == [3, 4, 1, 2, 5]
    (end,) = (event for event in run.said if isinstance(event, ev.RunFinished))
    assert (end.reason, end.not_run) == (StopReason.FINISHED, 0)


def test_the_limits_of_the_other_phase_apply() -> None:
    """Its time-out, its retries, and how long all of it may take."""
    run = reviewing(
        a_suite(),
        phase_timeouts={INTEGRATION: 7.0},
        phase_retries={INTEGRATION: 1},
        phase_limits={INTEGRATION: 500.0},
        timeout=100.0,
    )
    wants(run, "test_4.py")
    run.started("gw0", 4)
    timed_out = run.now() + 7.0
    run.time(timed_out)
    event = run.find(ev.TestTimedOut)
    assert isinstance(event, ev.TestTimedOut)
    assert event.timeout == 7.0
    run.finished("gw0", 4, failures=1)
    assert "TestRetried" in run.slugs
    run.time(timed_out + 600.0)
    stopped = run.find(ev.PhaseTimedOut)
    assert isinstance(stopped, ev.PhaseTimedOut)
    assert stopped.dropped > 0


def test_a_run_that_stops_moves_nothing() -> None:
    """And says nothing of it: nothing will run."""
    run = reviewing(a_suite())
    run.stop()
    wants(run, "test_4.py", "test_9.py")
    assert (advanced(run), errors(run)) == ([], [])


def test_after_a_wave_tests_are_first_in_the_next_one() -> None:
    """Those of the same phase, and of later ones; after the last wave, in the next phase."""
    phases = (a_phase(max_agents=1, waves=2), a_phase("e2e", "unit", max_agents=1))
    tests = [a_test(n, "unit" if n < 5 else "e2e", named=True) for n in range(7)]

    def wave(number: int, *names: str) -> ev.PhaseReviewed:
        wish = Advance(tests=names, reason="")
        return ev.PhaseReviewed(phase=UNIT, wave=number, vetoes=(), advances=(wish,), at=0.0)

    def began() -> list[tuple[int, ...]]:
        return [event.tests for event in run.said if isinstance(event, ev.WaveStarted)]

    run = running(planned(tests, *phases, agents=1), reviews_waves=True)
    run.runs("gw0", 0, 1)
    run.tell(wave(1, "test_4.py", "test_6.py"))
    assert advanced(run) == [("unit", (4, 6))]
    assert began() == [(4, 6)]
    run.runs("gw0", 4, 6)
    run.tell(wave(2))
    assert began() == [(2, 3)]
    first = run.runs("gw0", 2, 3)
    assert assign("gw0", 5) not in first
    assert assign("gw0", 5) in run.tell(wave(3, "test_5.py"))
    assert advanced(run) == [("e2e", (5,))]


def test_a_run_that_is_resumed_has_them_where_they_were() -> None:
    """With the capabilities of that phase, and what has failed there."""
    there = ResourceSettings(capabilities=(Capability(name="gpu", agents=1),))
    settings = some_settings(phases=in_a_row(capabilities=("gpu",)), agents=2, resources=there)
    tests = a_suite()
    tests[3] = replace(tests[3], advanced=INTEGRATION)
    plan = build_plan(tests, settings, kept={TestId(0): False})
    members = {p.name: {t for unit in p.units for t in unit.tests} for p in plan.phases}
    assert members == {"integration": {1, 2, 3}, "e2e": {4}}
    unit = next(unit for phase in plan.phases for unit in phase.units if 3 in unit.tests)
    assert unit.suits(SlotId("gw0"))
    assert not unit.suits(SlotId("gw1"))
    plan = build_plan(tests, settings, kept={TestId(3): True})
    assert plan.kept_failures == {INTEGRATION: 1}
