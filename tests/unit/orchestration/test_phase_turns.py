"""Phases that are over, skipped, and begun."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.settings import Crash, Gate, PhaseSettings
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.model.veto import Veto
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.plan import Plan, build_plan
from pytest_agentorch.orchestration.wave import AUTO
from tests.unit.orchestration.plans import a_phase, a_test, planned, some_tests
from tests.unit.orchestration.short import Run, assign, finish, running
from tests.unit.settings_builder import some_settings

UNIT, INTEGRATION, E2E = PhaseName("unit"), PhaseName("integration"), PhaseName("e2e")
PHASES = (
    a_phase(),
    a_phase("integration", "unit", gate=Gate.STOP),
    a_phase("e2e", "integration", gate=Gate.STOP),
    a_phase("report", "e2e"),
)
TESTS = [a_test(n, phase.name, named=True) for n, phase in enumerate(PHASES)]


def gated() -> Plan:
    """Four phases of one test each, one behind the other; two have a gate."""
    return planned(TESTS, *PHASES, agents=1)


def reviewed(phase: str, *vetoes: Veto, wave: int = 0) -> ev.PhaseReviewed:
    """Plugins have looked at it."""
    return ev.PhaseReviewed(phase=PhaseName(phase), wave=wave, vetoes=vetoes, at=0.0)


def reviews(commands: Sequence[do.Command]) -> list[tuple[str, int]]:
    """What plugins are asked about."""
    return [(c.phase, c.wave) for c in commands if isinstance(c, do.ReviewPhase)]


def wave(run: Run) -> list[tuple[int, tuple[int, ...]]]:
    """The waves that begin now."""
    return [(e.wave, e.tests) for e in run.said if isinstance(e, ev.WaveStarted)]


def skipped(run: Run) -> list[tuple[str, str]]:
    """The phases that are skipped now, and why."""
    return [(e.phase, e.reason) for e in run.said if isinstance(e, ev.PhaseSkipped)]


def end_of(run: Run) -> ev.RunFinished:
    """How the run has ended."""
    (event,) = (event for event in run.said if isinstance(event, ev.RunFinished))
    return event


def test_a_closed_gate_skips_a_phase_and_those_with_a_gate_behind_it() -> None:
    """What has no gate runs. The run is finished then: nothing could not run."""
    run = running(gated())
    run.started("gw0", 0)
    assert assign("gw0", 3) in run.finished("gw0", 0, failures=1)
    assert skipped(run) == [
        ("integration", "unit has 1 failure"),
        ("e2e", "unit has 1 failure, integration did not run"),
    ]
    assert run.slugs[1:] == ["PhaseFinished", "PhaseSkipped", "PhaseSkipped", "PhaseStarted"]
    assert finish("gw0") in run.runs("gw0", 3)
    run.leaves("gw0")
    end = end_of(run)
    assert (end.reason, end.not_run, run.verdicts) == (StopReason.FINISHED, 2, {0, 3})


def test_an_open_gate_is_passed() -> None:
    """All have succeeded."""
    run = running(gated())
    run.runs("gw0", 0, 1, 2, 3)
    assert run.verdicts == {0, 1, 2, 3}


def test_a_failure_that_is_retried_closes_nothing_yet() -> None:
    """The verdict decides: the phase is not over before."""
    run = running(gated(), retries=1)
    run.started("gw0", 0)
    assert assign("gw0", 0).tests == (0,)
    run.finished("gw0", 0, failures=1)
    assert "PhaseFinished" not in run.slugs
    run.started("gw0", 0)
    run.finished("gw0", 0)
    assert skipped(run) == []
    assert "PhaseStarted" in run.slugs


def test_a_test_that_was_given_up_has_failed() -> None:
    """It costs two agents; then the gate is closed."""
    run = running(gated())
    for agent in ("gw0", "gw0.2"):
        run.started(agent, 0)
        run.dies(agent)
        if agent == "gw0":
            run.joins("gw0.2")
    assert skipped(run)[0] == ("integration", "unit has 1 failure")


def test_a_run_that_is_resumed_keeps_its_gates_closed() -> None:
    """The failure is one of the earlier run; no test of its phase is left."""
    kept = {TestId(0): True, TestId(3): False}
    plan = build_plan(TESTS, some_settings(phases=PHASES, agents=1), kept=kept)
    assert plan.kept_failures == {UNIT: 1}
    run = Run(plan)
    assert skipped(run)[0] == ("integration", "unit has 1 failure")
    run.joins("gw0")
    run.leaves("gw0")
    assert (end_of(run).reason, end_of(run).not_run) == (StopReason.FINISHED, 2)


def test_a_run_that_stops_skips_nothing() -> None:
    """`-x`: what has not run is told by the reason of the run."""
    run = running(gated(), stop_after=1)
    run.started("gw0", 0)
    run.finished("gw0", 0, failures=1)
    run.leaves("gw0")
    assert end_of(run).reason is StopReason.MAXFAIL
    assert skipped(run) == []


def test_plugins_see_a_phase_before_what_waits_for_it_begins() -> None:
    """Nobody runs anything of it until they have answered."""
    run = running(gated(), reviews_phases=True)
    assert reviews(run.runs("gw0", 0)) == [("unit", 0)]
    assert "PhaseStarted" not in run.slugs
    assert assign("gw0", 1) in run.tell(reviewed("unit"))


def test_the_run_waits_for_plugins_also_if_no_agent_is_left() -> None:
    """What the phase has cost its agent may be the last thing that has happened."""
    run = running(gated(), reviews_phases=True, crash=Crash.FAIL)
    run.started("gw0", 0)
    assert reviews(run.dies("gw0")) == [("unit", 0)]
    assert "RunFinished" not in run.slugs
    run.tell(reviewed("unit"))
    assert skipped(run)[0] == ("integration", "unit has 1 failure")
    run.joins("gw0.2")
    run.runs("gw0.2", 3)
    run.tell(reviewed("report"))
    run.leaves("gw0.2")
    assert end_of(run).reason is StopReason.FINISHED


def test_a_veto_is_about_all_that_waits_for_the_phase() -> None:
    """Each is skipped in its turn, and the run tells that by its reason."""
    run = running(gated(), reviews_phases=True)
    run.runs("gw0", 0)
    assert finish("gw0") in run.tell(reviewed("unit", Veto(reason="no network")))
    assert skipped(run) == [(name, "no network") for name in ("integration", "e2e", "report")]
    run.leaves("gw0")
    end = end_of(run)
    assert (end.reason, end.not_run) == (StopReason.REQUESTED, 3)
    assert "integration: no network" in end.message
    assert "[phase-vetoed]" in end.message


def test_a_veto_may_be_about_one_phase() -> None:
    """What has a gate behind it is not run either, the rest is."""
    run = running(gated(), reviews_phases=True)
    run.runs("gw0", 0)
    run.tell(reviewed("unit", Veto(reason="", phases=("integration",))))
    assert skipped(run) == [
        ("integration", "a plugin has vetoed it"),
        ("e2e", "integration did not run"),
    ]
    assert "PhaseStarted" in run.slugs


def test_a_veto_that_comes_too_late_is_told() -> None:
    """Or is about nothing."""
    run = running(gated(), reviews_phases=True)
    run.runs("gw0", 0)
    run.tell(reviewed("unit", Veto(reason="no", phases=("unit", "load"))))
    errors = [event.error for event in run.said if isinstance(event, ev.PhaseHookFailed)]
    assert [error.partition(":")[0] for error in errors] == [
        "it has vetoed unit",
        "it has vetoed load",
    ]
    assert "PhaseStarted" in run.slugs


def in_waves(size: int, tests: int, *phases: PhaseSettings, **policy: object) -> Run:
    """A run on one agent of a phase in waves."""
    table = (a_phase(waves=size, max_agents=1), *phases)
    plan = planned(some_tests(tests, named=True), *table, agents=1)
    return running(plan, **policy)


def test_a_wave_begins_when_the_one_before_is_over() -> None:
    """Each has as many tests as somebody has said, the last one what is left."""
    run = in_waves(2, 5)
    run.started("gw0", 0)
    assert assign("gw0", 1) not in run.finished("gw0", 0)
    run.runs("gw0", 1)
    assert wave(run) == [(2, (2, 3))]
    assert run.slugs[1:] == ["WaveFinished", "WaveStarted"]
    run.runs("gw0", 2, 3)
    assert wave(run) == [(3, (4,))]
    assert finish("gw0") in run.runs("gw0", 4)
    assert run.slugs[1:] == ["WaveFinished", "PhaseFinished"]
    run.leaves("gw0")
    assert end_of(run).reason is StopReason.FINISHED


def test_a_wave_grows_with_what_the_last_one_showed() -> None:
    """The first has a test for each agent; after a loss the next one is smaller."""
    run = in_waves(AUTO, 60)
    run.pause = 0.01
    run.runs("gw0", 0)
    assert wave(run) == [(2, (1, 2, 3, 4))]
    run.started("gw0", 1)
    run.dies("gw0")
    run.joins("gw0.2")
    run.runs("gw0.2", 1)
    run.leaves("gw0.2")
    run.joins("gw0.3")
    run.runs("gw0.3", 2, 3, 4)
    assert wave(run) == [(3, (5, 6))]


def test_what_must_stay_together_is_in_one_wave() -> None:
    """Other units are cut."""
    tests = [a_test(n, named=True, path="test_a.py") for n in range(3)]
    tests += [a_test(n, named=True, group="g") for n in range(3, 6)]
    run = running(planned(tests, a_phase(waves=2), agents=1))
    run.runs("gw0", 0, 1)
    assert wave(run) == [(2, (2, 3, 4, 5))]


def test_plugins_see_a_wave_before_the_next_one_begins() -> None:
    """A veto is about the rest of its phase."""
    run = in_waves(2, 5, reviews_waves=True, reviews_phases=True)
    assert reviews(run.runs("gw0", 0, 1)) == [("unit", 1)]
    assert wave(run) == []
    run.tell(reviewed("unit", wave=1))
    assert wave(run) == [(2, (2, 3))]
    run.runs("gw0", 2, 3)
    assert reviews(run.tell(reviewed("unit", Veto(reason="enough"), wave=2))) == [("unit", 0)]
    assert skipped(run) == [("unit", "enough")]
    run.tell(reviewed("unit"))
    run.leaves("gw0")
    assert (end_of(run).reason, end_of(run).not_run) == (StopReason.REQUESTED, 1)


def test_a_phase_that_has_had_its_time_begins_no_other_wave() -> None:
    """What waits for a later one is dropped, too."""
    run = in_waves(2, 5, phase_limits={UNIT: 20.0})
    run.started("gw0", 0)
    run.time(60.0)
    run.returned("gw0", 1)
    run.finished("gw0", 0, failures=1)
    run.leaves("gw0")
    assert (end_of(run).reason, end_of(run).not_run) == (StopReason.TIMED_OUT, 4)
