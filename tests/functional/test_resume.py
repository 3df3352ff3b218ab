"""A run goes on where it was killed or interrupted, and tells of the whole."""

from __future__ import annotations

import json
import signal

import pytest

from pytest_agentorch.model.event import TestKept, TestStarted
from tests import killing
from tests.functional import processes
from tests.functional.running import Ran, Running, Suite

# The last test waits for the end of the controller, once: what comes before it has a verdict.
OLD = pytest.version_tuple < (9,)
SINCE = {"cpus", "memory", "goal", "shapes", "scarce", "cpu_seconds", "cost", "excess"}
"""What events have told since a run knows of resources."""
EVERY_END = """
    import os, pathlib, time, pytest

    @pytest.fixture
    def broken(): raise RuntimeError("at setup")

    @pytest.fixture
    def breaks():
        yield
        raise RuntimeError("at teardown")

    def test_passes(): pass
    def test_fails():
        print("what it printed")
        assert 1 == 2, "it never was"
    def test_has_no_setup(broken): pass
    def test_has_no_teardown(breaks): pass
    def test_fails_twice(breaks): assert 0, "the first"
    def test_is_skipped(): pytest.skip("for a reason")
    @pytest.mark.skip(reason="by a mark")
    def test_is_marked(): pass
    @pytest.mark.xfail(reason="known")
    def test_fails_as_expected(): assert 0
    @pytest.mark.xfail(reason="known")
    def test_passes_unexpectedly(): pass
    @pytest.mark.xfail(strict=True, reason="known")
    def test_passes_strictly(): pass

    def test_waits():
        with open("log.txt", "a") as file:
            file.write("waits\\n")
        while not pathlib.Path("go").exists():
            time.sleep(0.01)
"""


def verdicts(suite: Suite) -> int:
    """How many tests have a verdict in some event log."""
    logs = (suite.folder / ".pytest_cache/d/agentorch/runs").glob("*/events.jsonl")
    return sum(log.read_text("ascii").count('"event":"TestFinished"') for log in logs)


def killed(suite: Suite, count: int = 10, *options: str) -> Ran:
    """Kill the controller when so many tests have a verdict; nothing waits for that any more."""
    with suite.start_agents(1, *options) as running:
        running.wait_for_words("log.txt", 1)
        assert processes.wait_until(lambda: verdicts(suite) == count)
        running.signal(signal.SIGKILL)
        ran = running.finish()
    assert ran.code == -signal.SIGKILL
    assert not ran.left, str(ran)
    suite.write_text("go", "")
    return ran


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_the_whole_is_told_as_if_nothing_had_happened(suite: Suite, start: str) -> None:
    """Counts, summary, junit file, exit code, `--lf`: those of a run in one process."""
    suite.write(test_it=EVERY_END)
    killed(suite, 10, f"--agents-start={start}")
    resumed = suite.agents(2, "--agents-resume", f"--agents-start={start}", "-rsxXfE")
    lastfailed = suite.folder / ".pytest_cache/v/cache/lastfailed"
    failed = lastfailed.read_text()
    serial = suite.serial("-rsxXfE")
    assert lastfailed.read_text() == failed
    assert resumed.counts == serial.counts, str(resumed)
    assert resumed.code == serial.code == 1
    ours, theirs = resumed.summary_lines, serial.summary_lines
    # The log has the text of the first failure of a test; pytest 8 has none for strict passes.
    other = "test_fails_twice", "test_passes_strictly" if OLD else "nothing else"
    assert {line for line in theirs - ours if not any(name in line for name in other)} == set()
    assert resumed.junit_counts == serial.junit_counts
    assert [name for name, _ in resumed.junit] == [name for name, _ in serial.junit]
    assert "10 verdicts kept, 1 test to run" in resumed.out
    for text in ("it never was", "what it printed", "at setup", "at teardown", "the first"):
        assert text in resumed.out
    assert resumed.statuses["test_it.py::test_has_no_setup"] == "error"
    assert resumed.ours["resumed"]["kept"] == 10
    assert resumed.words("log.txt") == ["waits"] * 3


def are_planned(suite: Suite) -> bool:
    """Whether all runs have written down which tests there are."""
    runs = (suite.folder / ".pytest_cache/d/agentorch/runs").iterdir()
    logs = [run / "events.jsonl" for run in runs]
    return all(log.exists() and b'"PlanMade"' in log.read_bytes() for log in logs)


def test_a_run_may_be_killed_again_and_again(suite: Suite) -> None:
    """No test that has a verdict begins again, and what was seen is in the log."""
    killing.write(suite, 40)
    serial = suite.run("-rfE")
    (suite.folder / "begun.txt").unlink()
    more: list[str] = []
    for count in (2, 25):

        def wait(running: Running, count: int = count) -> None:
            running.wait_for_words("begun.txt", count)
            # On a machine that is busy tests begin before their plan is in the log.
            assert processes.wait_until(lambda: are_planned(suite) and verdicts(suite) > 0)

        assert killing.kill(suite, wait, *more).code == -signal.SIGKILL
        more = ["--agents-resume"]
    log = killing.earlier(suite)
    assert log is not None
    assert log.tally.ran
    killing.finish(suite, serial)


def test_a_run_of_an_earlier_version_goes_on(suite: Suite) -> None:
    """It has told less of what there was."""
    suite.write(test_it=EVERY_END)
    killed(suite)
    (log,) = (suite.folder / ".pytest_cache/d/agentorch/runs").glob("*/events.jsonl")
    lines = map(json.loads, log.read_text("ascii").splitlines())
    less = [{name: line[name] for name in line.keys() - SINCE} for line in lines]
    log.write_text("".join(json.dumps(line) + "\n" for line in less))
    resumed = suite.agents(1, "--agents-resume")
    assert "10 verdicts kept, 1 test to run" in resumed.out


def test_what_an_interrupt_has_left_is_run(suite: Suite) -> None:
    """Also what had begun, for it has no verdict."""
    suite.write(test_it=EVERY_END)
    with suite.start_agents(1) as running:
        running.wait_for_words("log.txt", 1)
        assert processes.wait_until(lambda: verdicts(suite) == 10)
        running.signal(signal.SIGINT)
        assert running.finish().code == 2
    suite.write_text("go", "")
    resumed = suite.agents(2, "--agents-resume")
    assert "10 verdicts kept, 1 test to run" in resumed.out
    started = [event.test for event in resumed.events if isinstance(event, TestStarted)]
    assert len(started) <= 1
    again = suite.agents(2, "--agents-resume")
    assert again.code == 4
    assert "is complete: nothing to resume. [nothing-to-resume]" in again.err


def test_a_run_with_all_verdicts_and_no_end_is_told_of(suite: Suite) -> None:
    """It was killed when all tests had ended: nothing runs, and all is reported."""
    suite.write(
        test_it="""
        def test_a():
            with open("a.txt", "a") as file:
                file.write("a\\n")

        def test_b(): assert 0
        """,
        conftest="""
        import os, pathlib, time
        def pytest_sessionfinish(session):
            if hasattr(session.config, "workerinput") and not pathlib.Path("go").exists():
                pathlib.Path("log.txt").write_text("end\\n")
                time.sleep(60)
        """,
    )
    killed(suite, 2)
    resumed = suite.agents(2, "--agents-resume")
    assert resumed.code == 1
    assert resumed.counts == {"passed": 1, "failed": 1}
    assert "2 verdicts kept, 0 tests to run" in resumed.out
    assert resumed.words("a.txt") == ["a"]
    assert sum(isinstance(event, TestKept) for event in resumed.events) == 2


def test_the_suite_may_have_changed(suite: Suite) -> None:
    """What is gone is named and counts for nothing; what is new runs."""
    suite.write(test_it=EVERY_END)
    killed(suite)
    changed = EVERY_END.replace("test_fails()", "test_is_new()")
    resumed = suite.write(test_it=changed).agents(2, "--agents-resume")
    assert "9 verdicts kept, 2 tests to run" in resumed.out
    assert "1 test of that run is gone: test_it.py::test_fails [tests-gone]" in resumed.out
    assert resumed.ours["resumed"]["gone"] == ["test_it.py::test_fails"]
    assert resumed.statuses["test_it.py::test_is_new"] == "failed"


def test_what_a_crash_has_cost_is_kept(suite: Suite) -> None:
    """A poison test is not tried again, and keeps its page; a flaky one stays so."""
    suite.write(
        test_it="""
        import os, pathlib
        def test_a_poison(): os._exit(3)
        def test_b_flaky():
            if not pathlib.Path("flaky").exists():
                pathlib.Path("flaky").touch()
                os._exit(4)
        """,
        test_then=EVERY_END,
    )
    with suite.start_agents(1) as running:
        running.wait_for_words("log.txt", 1)
        running.signal(signal.SIGINT)
        first = running.finish()
    suite.write_text("go", "")
    resumed = suite.agents(2, "--agents-resume")
    assert "To run it alone:" in resumed.out
    for name in ("test_a_poison", "test_b_flaky"):
        before, after = first.test(name), resumed.test(name)
        for key in ("status", "message", "trace", "retries", "flaky", "start"):
            assert before.get(key) == after.get(key), key


def test_what_was_flaky_stays_so(suite: Suite) -> None:
    """Its first attempt is not forgotten."""
    suite.write(
        test_it="""
        import pathlib, time
        def test_flaky():
            if not pathlib.Path("flaky").exists():
                pathlib.Path("flaky").touch()
                assert 0, "the first time"

        def test_waits():
            while not pathlib.Path("go").exists():
                time.sleep(0.01)
        """
    )
    with suite.start_agents(2, "--agents-retries=1") as running:
        assert processes.wait_until(lambda: verdicts(suite) == 1)
        running.signal(signal.SIGKILL)
        running.finish()
    suite.write_text("go", "")
    resumed = suite.agents(2, "--agents-resume")
    assert resumed.counts == {"flaky": 1, "passed": 1}, str(resumed)
    test = resumed.test("test_flaky")
    assert (test["status"], test["flaky"], test["retries"]) == ("passed", True, 1)
    assert "the first time" in test["retryAttempts"][0]["message"]


def test_a_run_is_resumed_as_soon_as_its_controller_is_gone(suite: Suite) -> None:
    """Not before: two controllers would run the same tests."""
    suite.write(test_it=EVERY_END)
    with suite.start_agents(1) as running:
        running.wait_for_words("log.txt", 1)
        with suite.start_agents(1, "--agents-resume") as second:
            refused = second.finish()
        running.signal(signal.SIGKILL)
        suite.write_text("go", "")
        # Nobody has asked how the killed process ended: it is still in the system's table.
        with suite.start_agents(1, "--agents-resume") as third:
            assert third.finish().code == 1
    assert refused.code == 4
    assert "still goes on: wait for its end, or end it. [run-goes-on]" in refused.err


def test_a_failure_of_the_first_part_counts_for_x(suite: Suite) -> None:
    """The run has had its failure: it ends as it would have ended."""
    suite.write(test_it=EVERY_END)
    killed(suite)
    resumed = suite.agents(1, "--agents-resume", "-x")
    assert resumed.code == 1
    assert "!!! stopping after" in resumed.out
    assert len(resumed.words("log.txt")) <= 2


def test_a_rerun_runs_what_failed_what_is_missing_or_what_is_new(suite: Suite) -> None:
    """In the run before, which need not have come to its end; the others are deselected."""
    suite.write(test_it=EVERY_END)
    killed(suite)
    suite.write(test_new="def test_new(): pass")
    # The run before the second and the third is one of few tests.
    new = suite.agents(2, "--agents-rerun=new")
    assert new.counts == {"passed": 1, "deselected": 11}, str(new)
    assert new.statuses == {"test_new.py::test_new": "passed"}
    assert suite.agents(1, "--agents-rerun=new").counts["deselected"] == 1
    failed = suite.agents(2, "--agents-rerun=failed", "--agents-start=spawn")
    assert failed.counts == {"failed": 3, "errors": 3, "passed": 1, "deselected": 7}
    nothing = suite.agents(2, "--agents-rerun=unfinished")
    assert (nothing.code, nothing.counts) == (5, {"deselected": 12})
