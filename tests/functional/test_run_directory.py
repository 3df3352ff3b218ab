"""The folders of a run directory: agents, results, metrics, coverage; and the life of a test."""

from __future__ import annotations

import json
import signal
import stat
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.functional import processes
from tests.functional.running import Suite
from tests.functional.test_registry import PHASES, WAITS, document, wait_until

CRASHES = """
    import os, pathlib

    def test_dies():
        print("the last words")
        if not pathlib.Path("died").exists():
            pathlib.Path("died").touch()
            os._exit(3)
    def test_fine(): pass
    def test_fails(): assert 0
"""
FULL = """
    import pathlib

    def pytest_sessionstart():
        # As where there is no place for anything new.
        for run in pathlib.Path(".pytest_cache/d/agentorch/runs").glob("*"):
            for name in ("agents", "results", "metrics", "coverage"):
                (run / name).touch()
"""
LATE = '    def test_late(): pathlib.Path("begun").touch(); wait("end")'


def run_directory(suite: Suite) -> Path:
    """The newest one."""
    runs = (suite.folder / ".pytest_cache/d/agentorch/runs").glob("*/")
    return max((run for run in runs if run.is_dir()), key=lambda run: run.name)


def rows(file: Path) -> list[dict[str, Any]]:
    """The lines of a file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def results(suite: Suite, phase: str = "unit") -> dict[str, dict[str, Any]]:
    """What is told of the tests of a phase, by their short names."""
    file = run_directory(suite) / "results" / f"{phase}.jsonl"
    return {row["id"].partition("::")[2]: row for row in rows(file)}


def wait_for_the_late_phase(suite: Suite) -> None:
    """Its test waits, and what was before has been written down."""
    assert processes.wait_until((suite.folder / "begun").exists)
    assert processes.wait_until((run_directory(suite) / "results/unit.jsonl").exists)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_each_process_that_has_ended_has_a_record(suite: Suite, start: str) -> None:
    """How it ended, what it had in hand, and its last words."""
    suite.write(test_it=CRASHES)
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.counts == {"passed": 2, "failed": 1}, str(ran)
    folder = run_directory(suite)
    first, second = rows(folder / "agents/gw0.jsonl")
    assert (first["id"], first["status"], first["returncode"]) == ("gw0", "failed", 3)
    assert set(first["in_hand"]) == {f"test_it.py::test_{x}" for x in ("dies", "fine", "fails")}
    assert first["in_hand"][0] == "test_it.py::test_dies"
    assert first["output"] == "the last words"
    assert (second["id"], second["status"], second["signal"]) == ("gw0.2", "terminated", None)
    assert (second["in_hand"], second["output"]) == ([], "")
    assert (second["tests"], second["failed"], second["type"]) == (3, 1, ["unit"])
    assert [first["pid"], second["pid"]] == [
        one["pid"] for one in document(suite, "run.json")["agents"]
    ]


def test_results_of_a_phase_can_be_read_while_the_next_one_runs(suite: Suite) -> None:
    """All of them at the end."""
    suite.write_text("pyproject.toml", PHASES)
    suite.write(unit__test_it=CRASHES, late__test_late=WAITS + LATE)
    with suite.start_agents(2) as running:
        wait_for_the_late_phase(suite)
        early = results(suite)
        assert not (run_directory(suite) / "results/late.jsonl").exists()
        suite.write_text("end", "")
        ran = running.finish()
    assert ran.code == 1, str(ran)
    assert {name: row["outcome"] for name, row in early.items()} == {
        "test_dies": "passed",
        "test_fine": "passed",
        "test_fails": "failed",
    }
    assert results(suite) == early
    assert results(suite, "late")["test_late"]["outcome"] == "passed"


def test_what_fails_at_the_end_of_a_session_is_in_the_results(suite: Suite) -> None:
    """Although the phase was over long before."""
    suite.write_text("pyproject.toml", PHASES)
    suite.write(
        unit__test_it="""
            import pytest

            @pytest.fixture(scope="session")
            def stock():
                yield
                raise OSError("closed")
            def test_it(stock): pass
        """,
        late__test_late="def test_late(): pass",
    )
    ran = suite.agents(1)
    assert ran.code == 1, str(ran)
    outcomes = [results(suite, phase) for phase in ("unit", "late")]
    assert sorted(row["outcome"] for one in outcomes for row in one.values()) == ["error", "passed"]


def test_what_agents_take_can_be_plotted(suite: Suite) -> None:
    """A line for each look, with all agents and the host."""
    suite.write(
        test_it=WAITS
        + """
    def test_one(): wait("end")
    def test_two(): wait("end")
    """
    )
    with suite.start_agents(2) as running:
        file = run_directory_when_there(suite) / "metrics/samples.jsonl"
        assert processes.wait_until(lambda: file.exists() and len(rows(file)) >= 3, patience=30.0)
        suite.write_text("end", "")
        assert running.finish().code == 0
    looks = rows(file)
    assert [look["seconds"] for look in looks] == sorted({look["seconds"] for look in looks})
    last = looks[2]
    assert last["agents"].keys() == {"gw0", "gw1"}
    for one in (last["controller"], *last["agents"].values()):
        assert one["memory"] > 1 << 20
        assert one["threads"] >= 1
        assert one["cpu_percent"] >= 0.0
    assert last["host"]["memory_available"] > 0
    assert 0.0 <= last["host"]["cpu_percent"] <= 100.0


def run_directory_when_there(suite: Suite) -> Path:
    """The one of a run that has just begun."""
    assert processes.wait_until(lambda: bool(document(suite, "run.json")))
    return run_directory(suite)


def test_a_short_run_makes_no_folder_without_need(suite: Suite) -> None:
    """Two files tell of it, besides those that are always there."""
    suite.write(test_it="def test_it(): pass")
    assert suite.agents(1).code == 0
    folder = run_directory(suite)
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    always = {"run.json", "progress.json", "events.jsonl", "report.json"}
    # On a slow machine somebody may have looked at it.
    assert names - {"metrics/samples.jsonl"} == {*always, "agents/gw0.jsonl", "results/unit.jsonl"}


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits")
def test_nobody_else_may_read_any_of_it(suite: Suite) -> None:
    """Nor may anybody look into its folders."""
    suite.write(test_it=CRASHES)
    suite.agents(1)
    folder = run_directory(suite)
    for name in ("agents", "results"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o700
        for path in (folder / name).iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_killed_run_leaves_what_was_told_by_then(suite: Suite) -> None:
    """The phase that was over, and the process that had ended."""
    suite.write_text("pyproject.toml", PHASES)
    suite.write(unit__test_it=CRASHES, late__test_late=WAITS + LATE)
    with suite.start_agents(1) as running:
        wait_for_the_late_phase(suite)
        running.signal(signal.SIGKILL)
        running.finish()
    assert results(suite)["test_dies"]["attempts"] == 2
    (lost,) = rows(run_directory(suite) / "agents/gw0.jsonl")
    assert (lost["id"], lost["returncode"]) == ("gw0", 3)
    assert suite.agents(1, "--agents-resume", "-k", "not late").code == 1


def test_an_interrupted_run_tells_what_did_not_run(suite: Suite) -> None:
    """Their rows have no outcome; the agent had them in hand."""
    suite.write(test_it=WAITS + LATE + "\n    def test_other(): pass\n")
    with suite.start_agents(1) as running:
        assert processes.wait_until((suite.folder / "begun").exists)
        running.signal(signal.SIGINT)
        assert running.finish().code == 2
    assert {row["outcome"] for row in results(suite).values()} == {None}
    (ended,) = rows(run_directory(suite) / "agents/gw0.jsonl")
    assert ended["status"] == "terminated"


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_where_nothing_can_be_written_the_run_goes_on(suite: Suite, start: str) -> None:
    """Nobody is told: all of it can be read in the event log."""
    suite.write(
        test_it=CRASHES + "    def test_long(): __import__('time').sleep(2.5)\n", conftest=FULL
    )
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.counts == {"passed": 3, "failed": 1}, str(ran)
    assert ran.incidents == ["agent-lost"]
    assert "Traceback" not in ran.err


def test_an_archive_has_all_of_it(suite: Suite) -> None:
    """And nothing of the directory stays."""
    suite.write_text("pyproject.toml", "[tool.agentorch]\nkeep_runs = 1\nkeep_archives = 1\n")
    suite.write(test_it=CRASHES)
    suite.agents(1)
    first = run_directory(suite)
    suite.agents(1)
    assert not first.exists()
    with tarfile.open(first.with_name(f"{first.name}.tar.gz")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"agents/gw0.jsonl", "results/unit.jsonl", "run.json"} <= names


class TestCoverage:
    """`coverage/`: what is needed to resume, or the data of the run."""

    MODULE = """
        def price(net): return round(net * 1.19, 2)
        def tax(net): return round(net * 0.19, 2)
    """

    def write(self, suite: Suite, more: str = "") -> None:
        """Write a module, and tests of it."""
        suite.write(
            shop=self.MODULE,
            test_it=WAITS
            + "    import shop\n    def test_price(): assert shop.price(100) == 119\n"
            + more,
        )

    def lines(self, file: Path) -> set[int]:
        """What a data file says of the module."""
        from coverage import CoverageData

        data = CoverageData(basename=str(file))
        data.read()
        (shop,) = [name for name in data.measured_files() if name.endswith("shop.py")]
        return set(data.lines(shop) or ())

    def test_the_data_of_a_run_stays_when_another_has_run(self, suite: Suite) -> None:
        """Whatever becomes of the project's own data file; there are no journals any more."""
        self.write(suite, "    def test_tax(): assert shop.tax(100) == 19\n")
        assert suite.agents(2, "--agents-cov=shop").code == 0
        folder = run_directory(suite) / "coverage"
        assert suite.agents(1, "--agents-cov=shop", "-k", "tax").code == 0
        assert [path.name for path in folder.iterdir()] == ["combined.coverage"]
        assert self.lines(folder / "combined.coverage") == {1, 2}

    @pytest.mark.parametrize("start", ["fork", "spawn"])
    def test_a_resumed_run_has_the_data_of_both(self, suite: Suite, start: str) -> None:
        """Journals stay until then."""
        self.write(
            suite,
            '    def test_tax():\n        pathlib.Path("begun").touch()\n        wait("end")\n'
            "        assert shop.tax(100) == 19\n",
        )
        options = ("--agents-cov=shop", f"--agents-start={start}")
        with suite.start_agents(1, *options) as running:
            assert processes.wait_until((suite.folder / "begun").exists)
            running.signal(signal.SIGINT)
            assert running.finish().code == 2
        first = run_directory(suite) / "coverage"
        assert any(path.suffix == ".journal" for path in first.iterdir())
        suite.write_text("end", "")
        ran = suite.agents(1, *options, "--agents-resume")
        assert ran.counts == {"passed": 2}, str(ran)
        last = run_directory(suite) / "coverage"
        assert [path.name for path in last.iterdir()] == ["combined.coverage"]
        assert self.lines(last / "combined.coverage") == {1, 2}

    def test_without_coverage_there_is_no_folder(self, suite: Suite) -> None:
        """It would be empty."""
        self.write(suite)
        assert suite.agents(1).code == 0
        assert not (run_directory(suite) / "coverage").exists()


class TestLifeOfATest:
    """Waiting, assigned, started, finished: when, where, and how often."""

    def check_times(self, row: dict[str, Any]) -> None:
        """Its attempts come one after the other, each as one would expect."""
        attempts = [*row.get("earlier", ()), row]
        moments = [one[key] for one in attempts for key in ("assigned", "started", "ended")]
        assert moments == sorted(moments), row
        assert row["attempts"] == len(attempts)
        assert row["ended"] - row["started"] == pytest.approx(row["seconds"], abs=1e-4)

    @pytest.mark.parametrize("start", ["fork", "spawn"])
    def test_times_and_attempts_are_told(self, suite: Suite, start: str) -> None:
        """After a crash, after a retry, and of a test that has simply passed."""
        suite.write(
            test_it=CRASHES
            + """
    def test_flaky():
        there = pathlib.Path("there").exists()
        pathlib.Path("there").touch()
        assert there, "not there yet"
    """
        )
        ran = suite.agents(2, f"--agents-start={start}", "--agents-retries=1")
        assert ran.counts["failed"] == 1, str(ran)
        told = results(suite)
        for row in told.values():
            self.check_times(row)
        attempts = {name: row["attempts"] for name, row in told.items()}
        assert attempts == {"test_dies": 2, "test_fine": 1, "test_fails": 2, "test_flaky": 2}
        (died,) = told["test_dies"]["earlier"]
        assert "exit code 3" in died["message"]
        assert died["agent"] != told["test_dies"]["agent"]
        assert "not there yet" in told["test_flaky"]["earlier"][0]["message"]
        in_report = ran.test("test_dies")
        assert (in_report["retries"], in_report["start"]) == (
            1,
            round(told["test_dies"]["started"] * 1000),
        )

    def test_a_test_that_no_agent_can_take_waits(self, suite: Suite) -> None:
        """It is pending, and assigned when there is enough for it."""
        suite.write(
            test_it=WAITS
            + """
    import pytest

    @pytest.mark.needs(write="ledger")
    def test_first(): pathlib.Path("begun").touch(); wait("end")
    @pytest.mark.needs(write="ledger")
    def test_second(): pass
    def test_other(): pass
    """
        )
        with suite.start_agents(2) as running:
            data = wait_until(suite, running, lambda d: d["tests"]["finished"] == 1)
            tests = data["tests"]
            assert (tests["pending"], tests["assigned"], tests["started"]) == (1, 0, 1), data
            suite.write_text("end", "")
            ran = running.finish()
        assert ran.counts == {"passed": 3}, str(ran)
        told = results(suite)
        assert told["test_second"]["assigned"] >= told["test_first"]["ended"]
        self.check_times(told["test_second"])
