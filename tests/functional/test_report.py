"""Reports: the CTRF file, the run directory, the event log."""

from __future__ import annotations

import json
import stat
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from pytest_agentorch.model.event import RunFinished
from pytest_agentorch.results.summary import SummaryFold
from tests.functional.running import Ran, Suite

EVERYTHING = """
    import os, pathlib, pytest

    @pytest.mark.slow
    def test_passes(): pass

    def test_fails():
        print("on stdout")
        assert 0, "why it failed"

    def test_skips(): pytest.skip("why it was skipped")

    @pytest.mark.xfail(reason="known")
    def test_xfails(): assert 0

    @pytest.mark.xfail
    def test_xpasses(): pass

    @pytest.fixture
    def broken(): raise RuntimeError("no setup")

    def test_error(broken): pass

    def test_dies(): os._exit(3)

    def test_dies_once():
        seen = pathlib.Path("seen.txt")
        if not seen.exists():
            seen.touch()
            os._exit(4)

    @pytest.mark.phase("e2e")
    def test_late(): pass
"""


def check_schema(document: dict[str, Any]) -> None:
    """Validate against the schema that the package publishes."""
    text = (files("pytest_agentorch.reporting") / "ctrf.schema.json").read_text("utf-8")
    Draft202012Validator(json.loads(text), format_checker=FormatChecker()).validate(document)


def replayed(ran: Ran) -> SummaryFold:
    """The fold after all events of the log."""
    fold = SummaryFold()
    for event in ran.events:
        fold.on_event(event)
    return fold


def everything(suite: Suite) -> Ran:
    """Run a suite in which everything happens."""
    suite.write(test_it=EVERYTHING)
    suite.write_text("pytest.ini", "[pytest]\nmarkers =\n    slow: x\n")
    (suite.folder / "seen.txt").unlink(missing_ok=True)
    return suite.agents(2)


def test_the_report_fits_its_schema_and_tells_the_truth(suite: Suite) -> None:
    """Verdicts, reasons, retries, tags, counts; the run directory has the same document."""
    ran = everything(suite)
    document = ran.report
    check_schema(document)
    assert ran.code == 1, str(ran)
    assert {name.rpartition("::")[2]: status for name, status in ran.statuses.items()} == {
        "test_passes": "passed",
        "test_fails": "failed",
        "test_skips": "skipped",
        "test_xfails": "xfailed",
        "test_xpasses": "xpassed",
        "test_error": "error",
        "test_dies": "failed",
        "test_dies_once": "passed",
        "test_late": "passed",
    }
    summary = document["results"]["summary"]
    assert {key: summary[key] for key in ("tests", "passed", "failed", "skipped", "pending")} == {
        "tests": 9,
        "passed": 4,
        "failed": 3,
        "skipped": 2,
        "pending": 0,
    }
    fails = ran.test("::test_fails")
    assert "why it failed" in fails["message"]
    assert "assert 0" in fails["trace"]
    assert "on stdout" in fails["stdout"]
    assert ran.test("::test_skips")["message"].endswith("why it was skipped")
    assert "slow" in ran.test("::test_passes")["tags"]
    assert ran.test("::test_late")["type"] == "e2e"
    assert ran.test("::test_dies_once")["flaky"] is True
    assert ran.test("::test_dies")["retries"] == 1
    assert ran.ours["exit_code"] == 1
    assert sorted(ran.incidents) == ["agent-lost", "agent-lost", "agent-lost", "poison-test"]
    kept = json.loads((ran.run_directories[-1] / "report.json").read_text("utf-8"))
    assert kept == document


def test_the_event_log_replays_to_the_same_summary(suite: Suite) -> None:
    """What a later program reads from the log is what the run itself had counted."""
    ran = everything(suite)
    summary = replayed(ran).summary()
    totals = ran.ours["totals"]
    assert summary.tally.total == totals["total"] == 9
    assert summary.tally.passed == totals["passed"]
    assert {test.node_id: test.outcome.value for test in summary.tests if test.outcome} == (
        ran.statuses
    )
    assert [incident.slug for incident in summary.incidents] == ran.incidents
    assert {test.node_id: test.slot for test in summary.tests} == {
        test["name"]: test["threadId"] for test in ran.report["results"]["tests"]
    }
    assert isinstance(ran.events[-1], RunFinished)
    assert sum(isinstance(event, RunFinished) for event in ran.events) == 1


@pytest.mark.parametrize(
    ("files_", "args", "code"),
    [
        ({"test_a": ""}, [], 5),
        ({"test_a": "import no_such_module_at_all\n"}, [], 2),
        ({"test_a": "def test_1(): assert 0\ndef test_2(): pass\n"}, ["-x"], 1),
        ({"test_a": "import pytest\ndef test_1(): pytest.exit('x', returncode=6)\n"}, [], 6),
        ({"test_a": "def test_1(): pass\n"}, ["nowhere.py"], 4),
    ],
    ids=["no-test", "collection-error", "x", "exit", "usage-error"],
)
def test_every_end_of_a_run_leaves_a_report(
    suite: Suite, files_: dict[str, str], args: list[str], code: int
) -> None:
    """It fits the schema and has the exit code."""
    suite.write(**files_)
    ran = suite.agents(1, *args)
    assert ran.code == code, str(ran)
    check_schema(ran.report)
    assert ran.ours["exit_code"] == code
    run = json.loads((ran.run_directories[-1] / "run.json").read_text("utf-8"))
    assert run["status"] in ("completed", "failed", "interrupted")


def test_a_plan_leaves_a_report_and_no_run(suite: Suite) -> None:
    """The report is written where somebody has asked for it."""
    suite.write(test_a="def test_1(): pass")
    ran = suite.agents(1, "--agents-plan")
    check_schema(ran.report)
    assert ran.ours["exit_code"] == ran.code == 0, str(ran)
    assert ran.run_directories == []


def test_the_run_directory_is_private_and_complete(suite: Suite) -> None:
    """Mode 0700; `run.json` with id, status, settings and agents."""
    suite.write(test_it="def test_it(): pass")
    ran = suite.agents(1)
    (directory,) = ran.run_directories
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    run = json.loads((directory / "run.json").read_text("utf-8"))
    assert run["id"] == directory.name == ran.ours["run"]
    assert run["status"] == "completed"
    names = {path.name for path in directory.iterdir()}
    assert names >= {"run.json", "events.jsonl", "report.json"}


def test_old_run_directories_go(suite: Suite) -> None:
    """`keep_runs = 2`: the newest two stay, what is no run is left alone."""
    suite.write(test_it="def test_it(): pass")
    suite.write_text("pyproject.toml", "[tool.agentorch]\nkeep_runs = 2\n")
    suite.write_text(".pytest_cache/d/agentorch/runs/notes.txt", "mine\n")
    ids = [suite.agents(1).ours["run"] for _ in range(4)]
    runs = suite.folder / ".pytest_cache/d/agentorch/runs"
    assert sorted(path.name for path in runs.iterdir()) == sorted([*ids[-2:], "notes.txt"])


def test_without_the_cache_plugin_the_run_leaves_nothing(suite: Suite) -> None:
    """`-p no:cacheprovider`: neither in the project nor in the temporary folder."""
    suite.write(test_it="def test_it(tmp_path): pass")
    ran = suite.agents(1, "-p", "no:cacheprovider")
    assert ran.code == 0, str(ran)
    assert ran.report["results"]["summary"]["passed"] == 1
    assert not (suite.folder / ".pytest_cache").exists()
    assert list((ran.records / "tmp").iterdir()) == []


def test_a_run_leaves_nothing_in_the_temporary_folder(suite: Suite) -> None:
    """No socket, no lock, no directory of ours, also after a crash."""
    suite.write(test_it="import os\ndef test_1(): pass\ndef test_2(): os._exit(1)\n")
    ran = suite.agents(2)
    assert ran.code == 1
    assert list((ran.records / "tmp").iterdir()) == []


def test_the_report_may_come_from_the_configuration(suite: Suite) -> None:
    """`report` in `[tool.agentorch]`; an old file is replaced."""
    suite.write(test_it="def test_it(): pass")
    suite.write_text("pyproject.toml", '[tool.agentorch]\nreport = "out.json"\n')
    suite.write_text("out.json", "old")
    ran = suite.run("--agents=1")
    assert ran.code == 0, str(ran)
    check_schema(json.loads(ran.text("out.json")))


def test_two_runs_at_once_do_not_disturb_each_other(suite: Suite) -> None:
    """Same folder, same moment: each has its own directory and its own verdicts."""
    suite.write(
        test_it="""
        import os, pathlib, time

        def test_it():
            mine, other = os.environ["MINE"], os.environ["OTHER"]
            pathlib.Path(mine).touch()
            for _ in range(3000):
                if pathlib.Path(other).exists():
                    return
                time.sleep(0.01)
            raise AssertionError("the other run never came")
        """
    )
    with (
        suite.start_agents(1, env={"MINE": "a", "OTHER": "b"}) as first,
        suite.start_agents(1, env={"MINE": "b", "OTHER": "a"}) as second,
    ):
        one, two = first.finish(), second.finish()
    assert (one.code, two.code) == (0, 0), f"{one}\n{two}"
    assert one.ours["run"] != two.ours["run"]
    assert {path.name for path in one.run_directories} == {one.ours["run"], two.ours["run"]}
