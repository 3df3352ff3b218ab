"""Plugins look at a phase, or at a wave of it, before what waits for it begins."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.event import PhaseReviewed, TestFinished, WaveFinished, WaveStarted
from tests.functional.running import Ran, Suite

PHASES = """
    [tool.agentorch.phases.integration]
    [tool.agentorch.phases.e2e]
"""
WAVES = """
    [tool.agentorch.phases.unit]
    waves = 4
"""


@pytest.fixture
def shop(suite: Suite) -> Suite:
    """Three phases; the first has a failure."""
    return suite.write_text("pyproject.toml", PHASES).write(
        tests__unit__test_a="def test_sum(): assert 1 == 2\ndef test_open(): pass\n",
        tests__integration__test_b="def test_b(): pass\n",
        tests__e2e__test_c="def test_c(): pass\n",
    )


def answering(code: str) -> str:
    """A conftest whose hook notes what it is told, and answers."""
    return f"""
        import pytest
        from pytest_agentorch import Veto

        def pytest_agentorch_phase_finished(phase, summary):
            with open("log.txt", "a") as log:
                log.write(f"{{phase}} {{summary.passed}} {{summary.failures}}\\n")
            {code}
    """


def names(ran: Ran, status: str) -> set[str]:
    """The tests of the report with this verdict, by their last letter."""
    return {name[-1] for name, found in ran.statuses.items() if found == status}


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_each_phase_is_told_when_it_is_over(shop: Suite, start: str) -> None:
    """With what its tests have led to; before any test of the next one begins."""
    shop.write(conftest=answering("return None"))
    ran = shop.agents(2, f"--agents-start={start}")
    assert ran.code == 1, str(ran)
    assert ran.words("log.txt") == [
        "unit 1 ('tests/unit/test_a.py::test_sum',)",
        "integration 1 ()",
        "e2e 1 ()",
    ]
    phases = [test["type"] for test in ran.report["results"]["tests"]]
    order = []
    for event in ran.events:
        if isinstance(event, TestFinished):
            order.append(phases[event.test])
        elif isinstance(event, PhaseReviewed):
            order.append(f"{event.phase} is over")
    assert order == [
        *("unit", "unit", "unit is over"),
        *("integration", "integration is over"),
        *("e2e", "e2e is over"),
    ]


def test_a_veto_keeps_all_that_waits_from_running(shop: Suite) -> None:
    """The exit code is 2; terminal and report say why."""
    shop.write(conftest=answering("return Veto(reason='no network') if summary.failed else None"))
    ran = shop.agents(2)
    assert ran.code == 2, str(ran)
    assert names(ran, "not run") == {"b", "c"}
    assert ran.incidents == ["phase-vetoed"] * 2
    assert "! phase e2e did not run (1 test): no network  [phase-vetoed]" in ran.lines
    assert "Interrupted: integration: no network; e2e: no network [phase-vetoed]" in ran.out
    assert ran.test("test_c")["message"] == "not run: no network"


def test_a_veto_may_name_phases(shop: Suite) -> None:
    """The others run; several answers count together."""
    shop.write(conftest=answering("return [Veto(reason='why not', phases=['integration'])]"))
    ran = shop.agents(2)
    assert ran.code == 2, str(ran)
    assert names(ran, "not run") == {"b"}
    slugs = ["phase-vetoed", "phase-hook-failed"]
    assert ran.incidents == slugs, "when e2e is over there is nothing left of integration"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise KeyError(phase)", "KeyError('unit')"),
        ("return 'no'", "it has answered 'no', which is no Veto"),
        ("return Veto(reason='no', phases='e2e')", "the phases a list of names"),
        ("return Veto(reason='no', phases=['load'])", "it has vetoed load"),
    ],
)
def test_a_hook_that_fails_is_told_and_the_run_goes_on(shop: Suite, code: str, said: str) -> None:
    """As an incident, and as if it had said nothing."""
    shop.write(conftest=answering(code))
    ran = shop.agents(2)
    assert ran.code == 1, str(ran)
    assert set(ran.incidents) == {"phase-hook-failed"}
    assert said in ran.ours["incidents"][0]["what"]
    assert not names(ran, "not run")


def test_a_hook_may_end_the_run(shop: Suite) -> None:
    """`pytest.exit` is no failure of it; what the phase has led to was told before."""
    shop.write(conftest=answering("pytest.exit('enough', returncode=7)"))
    ran = shop.agents(2)
    assert ran.code == 7, str(ran)
    assert ran.counts == {"passed": 1, "failed": 1}, str(ran)
    assert "enough" in ran.out
    assert names(ran, "not run") == {"b", "c"}


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_nothing_begins_after_an_interrupt_during_a_hook(shop: Suite, start: str) -> None:
    """The hook ends in peace, and what it answers counts no more."""
    shop.write(conftest=answering("import os, signal; os.kill(os.getpid(), signal.SIGINT)"))
    ran = shop.agents(2, f"--agents-start={start}")
    assert ran.code == 2, str(ran)
    assert ran.words("log.txt") == ["unit 1 ('tests/unit/test_a.py::test_sum',)"]
    assert names(ran, "not run") == {"b", "c"}


def test_waves_follow_each_other(suite: Suite) -> None:
    """No test of one begins before the one before is over, and the hook has seen it."""
    suite.write_text("pyproject.toml", WAVES).write(
        conftest="""
        def pytest_agentorch_wave_finished(phase, wave, summary):
            with open("log.txt", "a") as log:
                log.write(f"{phase} {wave} {summary.passed} {summary.failed}\\n")

        def pytest_agentorch_phase_finished(phase, summary):
            with open("log.txt", "a") as log:
                log.write(f"{phase} {summary.passed} {summary.failed}\\n")
        """,
        tests__unit__test_a="""
        import pytest

        @pytest.mark.parametrize("n", range(10))
        def test_some(n): assert n != 5
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 1, str(ran)
    assert ran.words("log.txt") == ["unit 1 4 0", "unit 2 3 1", "unit 3 2 0", "unit 9 1"]
    allowed: set[int] = set()
    waves = 0
    for event in ran.events:
        match event:
            case WaveStarted():
                allowed, waves = set(event.tests), waves + 1
            case TestFinished():
                allowed.remove(event.test)
            case WaveFinished():
                assert not allowed, "a wave ends when all of it is over"
    assert waves == 3


def test_a_veto_ends_a_phase_between_two_waves(suite: Suite) -> None:
    """What has not begun does not run."""
    suite.write_text("pyproject.toml", WAVES).write(
        conftest="""
        import pytest_agentorch

        def pytest_agentorch_wave_finished(phase, wave, summary):
            if summary.failures:
                return pytest_agentorch.Veto(reason=f"{len(summary.failures)} failed in {wave}")
        """,
        tests__unit__test_a="""
        import pytest

        @pytest.mark.parametrize("n", range(10))
        def test_some(n): assert n != 5
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 2, str(ran)
    assert ran.counts == {"passed": 7, "failed": 1}
    assert "! phase unit did not run (2 tests): 1 failed in 2  [phase-vetoed]" in ran.lines


@pytest.mark.parametrize("options", [["--agents-isolate=test"], ["--agents-dist=each"]])
def test_waves_that_find_their_size(suite: Suite, options: list[str]) -> None:
    """Whatever else is asked for, and if an agent dies: every test has its verdict."""
    suite.write_text("pyproject.toml", WAVES.replace("4", '"auto"')).write(
        tests__unit__test_a="""
        import os, pytest

        @pytest.mark.parametrize("n", range(12))
        def test_some(n):
            if n == 7 and not os.path.exists("once"):
                open("once", "w").close()
                os._exit(3)
        """
    )
    ran = suite.agents(2, *options)
    assert ran.code == 0, str(ran)
    assert set(ran.statuses.values()) == {"passed"}
    waves = [event for event in ran.events if isinstance(event, WaveStarted)]
    assert len(waves) > 1
