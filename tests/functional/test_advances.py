"""Plugins let tests of later phases run in the next one."""

from __future__ import annotations

import signal

import pytest

from pytest_agentorch.model.event import TestFinished, TestsAdvanced
from tests.functional import processes
from tests.functional.running import Ran, Suite

PHASES = """
    [tool.agentorch.phases.integration]
    env = { WHERE = "integration" }
    retries = 1

    [tool.agentorch.phases.e2e]
    env = { WHERE = "e2e" }
"""
CONFTEST = """
    import os
    import pytest
    import pytest_agentorch
    from pytest_agentorch import Advance, Veto

    @pytest_agentorch.run_fixture(scope="phase")
    def server():
        with open("log.txt", "a") as log:
            log.write("server up\\n")
        yield "there"

    @pytest.fixture(autouse=True)
    def note(request):
        with open("log.txt", "a") as log:
            log.write(f"{request.node.name} in {os.environ.get('WHERE', 'unit')}\\n")

    def pytest_agentorch_phase_finished(phase, summary):
        with open("told.txt", "a") as told:
            told.write(f"{phase} {summary.tests}\\n")
        if phase == "unit":
            return %s
"""
DATABASE = 'Advance(tests=["tests/e2e/test_shop.py::test_database"], reason="it has failed")'


@pytest.fixture
def shop(suite: Suite) -> Suite:
    """Three phases; a unit test has failed, and one of e2e tells why."""
    return suite.write_text("pyproject.toml", PHASES).write(
        conftest=CONFTEST % DATABASE,
        tests__unit__test_a="def test_unit(): assert 0\n",
        tests__integration__test_b="""
        def test_first(server): pass
        def test_second(): pass
        """,
        tests__e2e__test_shop="""
        import os

        def test_browser(server): pass

        def test_database(server):
            # It passes at its second attempt: only tests of integration have one.
            again = os.path.exists("again")
            open("again", "w").close()
            assert again and server == "there"
        """,
    )


def phases_of(ran: Ran) -> dict[str, str]:
    """The phase of each test, as the report has it, by the name of the test."""
    tests = ran.report["results"]["tests"]
    return {test["name"].rpartition("::")[2]: test["type"] for test in tests}


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_test_runs_first_in_the_next_phase(shop: Suite, start: str) -> None:
    """Once, with that phase's environment, retries and fixtures; all counts agree."""
    ran = shop.agents(2, f"--agents-start={start}")
    assert ran.code == 1, str(ran)
    assert ran.counts["failed"] == 1, str(ran)
    assert phases_of(ran) == {
        "test_unit": "unit",
        "test_first": "integration",
        "test_second": "integration",
        "test_browser": "e2e",
        "test_database": "integration",
    }
    log = ran.words("log.txt")
    assert [line for line in log if line.startswith("test_database")] == [
        "test_database in integration"
    ] * 2
    order = [line.partition(" ")[0] for line in log if line.startswith("test")]
    assert order.index("test_database") < min(map(order.index, ("test_first", "test_second")))
    assert order[-1] == "test_browser"
    assert log.count("server up") == 2, "one for each phase"
    assert ran.words("told.txt") == ["unit 1", "integration 3", "e2e 1"]
    totals = {phase["name"]: phase["totals"]["total"] for phase in ran.ours["phases"]}
    assert totals == {"unit": 1, "integration": 3, "e2e": 1}
    moved = {"from": "e2e", "phase": "integration", "tests": 1, "reason": "it has failed"}
    assert ran.ours["advanced"] == [moved]
    assert "1 test moved from e2e to integration: it has failed" in ran.lines
    assert ran.incidents == []
    shown = shop.run("--agents-show=last")
    assert "1 test moved from e2e to integration: it has failed" in shown.lines


def test_what_a_terminal_with_a_line_for_each_test_names(shop: Suite) -> None:
    """The phase that it has run in; a phase without tests does not begin anywhere."""
    both = 'Advance(tests=["tests/e2e"], reason="")'
    ran = shop.write(conftest=CONFTEST % both).agents(1, "-vv")
    assert "test_browser (integration)" in ran.out
    assert "(e2e)" not in ran.out
    assert ran.words("told.txt") == ["unit 1", "integration 4"]
    ran = shop.agents(1)
    assert not [line for line in ran.lines if line.startswith("e2e ")], "no dots, no row"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ('Advance(tests=["tests/no.py"], reason="")', "tests/no.py: there is no such test"),
        ('Advance(tests=["tests/unit"], reason="")', "tests/unit: it is over, or has begun"),
        ('Advance(tests="tests/e2e", reason="")', "the tests a list of names"),
        ('Advance(tests=["tests/e2e"], reason=None)', "the reason is a text"),
        ('Advance(tests=["tests/e2e"], reason="", phase=3)', "the phase is a name"),
        ('Advance(tests=["tests/e2e"], reason="", phase="load")', "to load: no such phase"),
        ('["tests/e2e"]', "which is no Veto and no Advance"),
    ],
)
def test_what_cannot_be_is_told_and_the_run_goes_on(shop: Suite, answer: str, said: str) -> None:
    """As an incident, and with the phases of the plan."""
    ran = shop.write(conftest=CONFTEST % answer).agents(1)
    assert ran.code == 1, str(ran)
    assert ran.incidents == ["phase-hook-failed"]
    assert said in ran.ours["incidents"][0]["what"]
    assert phases_of(ran)["test_database"] == "e2e"
    assert "not run" not in ran.statuses.values()


def test_a_veto_may_come_with_it(shop: Suite) -> None:
    """Of a phase the rest does not run then."""
    answer = f'[{DATABASE}, Veto(reason="no browser", phases=["e2e"])]'
    ran = shop.write(conftest=CONFTEST % answer).agents(2)
    assert ran.code == 2, str(ran)
    assert ran.statuses["tests/e2e/test_shop.py::test_database"] == "passed"
    assert ran.statuses["tests/e2e/test_shop.py::test_browser"] == "not run"


def test_the_plan_and_the_end_at_the_first_failure_know_nothing_of_it(shop: Suite) -> None:
    """Nobody is asked."""
    ran = shop.agents(2, "--agents-plan", "-v")
    assert "tests/e2e/test_shop.py::test_database  (path: path part e2e/)" in ran.out
    ran = shop.agents(1, "-x")
    assert (ran.code, ran.words("told.txt")) == (1, [])
    assert phases_of(ran)["test_database"] == "e2e"


@pytest.mark.parametrize("options", [["--agents-isolate=file"], ["--agents-dist=each"]])
def test_with_all_else_that_decides_what_runs_together(shop: Suite, options: list[str]) -> None:
    """A file has one process in each phase; with a copy for each agent all are moved."""
    (shop.folder / "again").touch()
    ran = shop.agents(2, *options)
    assert ran.code == 1, str(ran)
    events = [event for event in ran.events if isinstance(event, TestsAdvanced)]
    each = options == ["--agents-dist=each"]
    # Isolation keeps a file together.
    assert [len(event.tests) for event in events] == [2]
    moved = [line for line in ran.words("log.txt") if line.startswith("test_database")]
    assert moved == ["test_database in integration"] * (2 if each else 1)
    assert "not run" not in ran.statuses.values()


def test_after_a_wave_they_are_in_the_next_one(suite: Suite) -> None:
    """Also tests of another phase."""
    suite.write_text(
        "pyproject.toml",
        """
        [tool.agentorch.phases.unit]
        waves = 2
        [tool.agentorch.phases.e2e]
        """,
    ).write(
        conftest="""
        from pytest_agentorch import Advance

        def pytest_agentorch_wave_finished(phase, wave, summary):
            if wave == 1:
                return Advance(tests=["tests/unit/test_a.py::test_n[5]", "tests/e2e"], reason="")
        """,
        tests__unit__test_a="""
        import pytest

        @pytest.mark.parametrize("n", range(6))
        def test_n(n): pass
        """,
        tests__e2e__test_b="def test_b(): pass\n",
    )
    ran = suite.agents(1)
    assert ran.code == 0, str(ran)
    names = list(ran.statuses)
    order = [names[event.test] for event in ran.events if isinstance(event, TestFinished)]
    assert order[2:4] == ["tests/unit/test_a.py::test_n[5]", "tests/e2e/test_b.py::test_b"]
    assert len(order) == 7


def test_a_run_that_is_resumed_keeps_them_there(shop: Suite) -> None:
    """Killed between what was moved and the rest; and once more, before anything was told."""
    (shop.folder / "again").touch()
    shop.write(
        tests__integration__test_b="""
        import pathlib, time

        def test_first():
            open("waits.txt", "a").write("waits\\n")
            while not pathlib.Path("go").exists():
                time.sleep(0.01)
        """
    )
    for options, count in (([], 1), (["--agents-resume"], 2)):
        with shop.start_agents(1, *options) as running:
            running.wait_for_words("waits.txt", count)
            assert processes.wait_until(lambda: is_kept(shop))
            running.signal(signal.SIGKILL)
            running.finish()
    (shop.folder / "go").touch()
    ran = shop.agents(1, "--agents-resume")
    assert ran.code == 1, str(ran)
    assert ran.words("log.txt").count("test_database in integration") == 1
    assert phases_of(ran)["test_database"] == "integration"
    assert ran.ours["advanced"][0]["reason"] == "it has failed"
    assert ran.words("told.txt") == ["unit 1", "integration 2", "e2e 1"]


def is_kept(suite: Suite) -> bool:
    """Whether the verdicts of the unit test and of the one that was moved are in every log."""
    logs = (suite.folder / ".pytest_cache/d/agentorch/runs").glob("*/events.jsonl")
    texts = [log.read_text("ascii") for log in logs]
    verdicts = [text.count('"TestFinished"') + text.count('"TestKept"') for text in texts]
    return all('"PlanMade"' in text for text in texts) and min(verdicts) == 2
