"""`gate = "stop"`: a phase runs only if those before it have succeeded."""

from __future__ import annotations

import json

import pytest

from tests.functional.running import Suite

PHASES = """
    [tool.agentorch.phases.integration]
    gate = "stop"

    [tool.agentorch.phases.e2e]
    gate = "stop"

    [tool.agentorch.phases.report]
    after = ["e2e"]
    paths = ["tests/report"]
"""
UNIT, INTEGRATION = "tests/unit/test_a.py::test_sum", "tests/integration/test_b.py::test_b"
E2E, REPORT = "tests/e2e/test_c.py::test_c", "tests/report/test_d.py::test_d"


@pytest.fixture
def shop(suite: Suite) -> Suite:
    """Four phases, one behind the other; the first has a test that fails until it is repaired."""
    return suite.write_text("pyproject.toml", PHASES).write(
        tests__unit__test_a="""
        import os

        def test_sum(): assert os.path.exists("repaired")
        def test_open(): pass
        """,
        tests__integration__test_b="def test_b(): pass\n",
        tests__e2e__test_c="def test_c(): pass\n",
        tests__report__test_d="def test_d(): pass\n",
    )


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_after_a_failure_what_has_a_gate_does_not_run(shop: Suite, start: str) -> None:
    """The exit code is that of the failure; terminal, report and progress say what did not run."""
    ran = shop.agents(2, f"--agents-start={start}")
    assert ran.code == 1, str(ran)
    assert ran.counts == {"failed": 1, "passed": 2}
    closed = "! phase integration did not run (1 test): unit has 1 failure  [gate-closed]"
    assert closed in ran.lines
    assert ran.incidents == ["gate-closed"] * 2
    assert ran.statuses[INTEGRATION] == ran.statuses[E2E] == "not run"
    assert ran.statuses[REPORT] == "passed"
    assert ran.test("test_b")["message"] == "not run: unit has 1 failure"
    progress = json.loads((ran.run_directories[-1] / "progress.json").read_text("utf-8"))
    states = {phase["name"]: phase["status"] for phase in progress["phases"]}
    assert progress["status"] == "completed"
    assert states == {
        "unit": "finished",
        "integration": "skipped",
        "e2e": "skipped",
        "report": "finished",
    }


def test_the_failures_run_again_and_then_the_rest(shop: Suite) -> None:
    """`--lf` knows the failure only; what did not run is `--agents-rerun=unfinished`."""
    shop.agents(2)
    again = shop.agents(2, "--lf")
    assert (again.code, again.statuses) == (1, {UNIT: "failed"}), str(again)
    shop.agents(2)
    shop.write_text("repaired", "")
    rest = shop.agents(2, "--agents-rerun=unfinished")
    assert (rest.code, set(rest.statuses)) == (0, {INTEGRATION, E2E}), str(rest)
    whole = shop.agents(2)
    assert (whole.code, whole.counts, whole.incidents) == (0, {"passed": 5}, []), str(whole)


def test_a_run_that_is_resumed_keeps_its_gates_closed(shop: Suite) -> None:
    """Its failure is a verdict."""
    shop.agents(2)
    shop.write_text("repaired", "")
    resumed = shop.agents(2, "--agents-resume")
    assert resumed.code == 1, str(resumed)
    assert resumed.incidents == ["gate-closed"] * 2
    assert (resumed.statuses[UNIT], resumed.statuses[E2E]) == ("failed", "not run")


def test_with_x_the_run_stops_before_any_gate(shop: Suite) -> None:
    """As without gates."""
    ran = shop.agents(2, "-x")
    assert ran.code == 1, str(ran)
    assert ran.incidents == []
    assert ran.statuses[REPORT] == "not run"


def test_a_failure_that_is_retried_and_passes_closes_nothing(shop: Suite) -> None:
    """The gate waits for the verdict."""
    shop.write(
        tests__unit__test_a="""
        import os

        def test_sum():
            if not os.path.exists("once"):
                open("once", "w").close()
                assert 0
        """
    )
    ran = shop.agents(2, "--agents-retries=1")
    assert (ran.code, ran.incidents) == (0, []), str(ran)
    assert set(ran.statuses.values()) == {"passed"}
