"""Earlier runs are listed, shown as at their end, archived, and never in each other's way."""

from __future__ import annotations

import json
import re
import signal

import pytest

from pytest_agentorch.storage.event_log import read_events
from tests.functional import processes
from tests.functional.running import Ran, Suite
from tests.functional.test_status import WAITS, go_on

ROW = r"(\d{8}T\d{6}Z-[0-9a-f]{8})  \d\d-\d\d \d\d:\d\d  (\w+) +(\d+) +(\d+) +[\d.ms]+( z)?"
TESTS = """
    import time

    def test_long(): time.sleep(0.2)
    def test_fails():
        value = 41
        assert value == 42
"""

ERROR = """
    import pytest

    @pytest.fixture
    def stock(): assert "tea" in ["coffee"], "sold out for now" * 9

    def test_that(stock): pass
"""


def listed(suite: Suite) -> list[tuple[str, ...]]:
    """Id, status, tests and failures of each run, the newest first."""
    ran = suite.run("--agents-runs")
    assert ran.code == 0, str(ran)
    assert max(map(len, ran.lines)) <= 80
    found = [re.fullmatch(ROW, line) for line in ran.lines[1:]]
    return [match.groups() if match else () for match in found]


def shown(ran: Ran, first: str) -> list[str]:
    """What was printed from a title on, up to the last line, whose time is pytest's own."""
    lines = [re.sub(r"([=_])\1{3,}", r"\1", line.rstrip()) for line in ran.lines]
    start = next(n for n, line in enumerate(lines) if line == f"= {first} =")
    return lines[start:-1]


def test_runs_are_listed(suite: Suite) -> None:
    """One line each, the newest first; nothing runs for it, whatever else is asked for."""
    suite.write(test_it=TESTS)
    assert suite.run("--agents-runs").lines == ["there are no runs"]
    ids = [suite.agents(1).ours["run"], suite.agents(1, "-k", "long").ours["run"]]
    suite.write_text("pyproject.toml", "[tool.agentorch]\nagents = 2\n")
    assert [row[:4] for row in listed(suite)] == [
        (ids[1], "completed", "1", "0"),
        (ids[0], "completed", "2", "1"),
    ]
    assert len(list((suite.folder / ".pytest_cache/d/agentorch/runs").iterdir())) == 2


@pytest.mark.parametrize("more", [[], ["-v"]])
def test_a_run_is_shown_as_at_its_end(suite: Suite, more: list[str]) -> None:
    """Errors, failures, agents and the short summary are the same, also out of an archive."""
    suite.write(unit__test_it=TESTS, e2e__test_that=ERROR)
    suite.write_text("pyproject.toml", "[tool.agentorch]\nkeep_runs = 1\nkeep_archives = 2\n")
    ran = suite.agents(2, *more)
    run = ran.ours["run"]
    last = suite.run("--agents-show=last", *more)
    assert last.code == 0, str(last)
    assert last.lines[0].startswith(f"run {run}: completed, began ")
    # Where the junit file is said to be is no matter of the run.
    expected = [line for line in shown(ran, "ERRORS") if "generated xml" not in line]
    assert shown(last, "ERRORS") == expected
    assert "1 failed, 1 passed, 1 error in " in last.lines[-1]
    assert suite.agents(1).code == 1
    archive = suite.folder / f".pytest_cache/d/agentorch/runs/{run}.tar.gz"
    assert archive.exists()
    assert [row[-1] for row in listed(suite)] == [None, " z"]
    again = suite.run(f"--agents-show={run[:22]}", *more)
    assert again.lines == last.lines


def test_a_run_that_was_killed_is_shown_as_far_as_it_came(suite: Suite) -> None:
    """All that it has told is in its log."""
    suite.write(
        test_it=WAITS
        + """
    def test_fails(): assert 0
    def test_slow():
        note("slow")
        wait()
    """
    )
    with suite.start_agents(1, "-v") as running:
        running.wait_for_words("log.txt", 1)
        assert processes.wait_until(lambda: "FAILED" in running.printed), running.printed
        running.signal(signal.SIGKILL)
        running.finish()
    ((_, status, tests, _, _),) = listed(suite)
    assert (status, tests) == ("killed", "2")
    ran = suite.run("--agents-show=last")
    assert ran.code == 0, str(ran)
    assert ": killed, began " in ran.lines[0]
    assert "FAILED test_it.py::test_fails - assert 0" in ran.lines
    assert "1 failed, 1 not run in " in ran.lines[-1]


@pytest.mark.parametrize("wanted", ["last", "1999"])
def test_a_run_that_is_not_there_is_an_error(suite: Suite, wanted: str) -> None:
    """Exit code 4, and what to do."""
    ran = suite.run(f"--agents-show={wanted}")
    assert ran.code == 4, str(ran)
    assert f"--agents-show={wanted}: there is no such run." in ran.err
    assert "[no-such-run]" in ran.err


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_two_runs_at_once_do_not_disturb_each_other(suite: Suite, start: str) -> None:
    """Each has its directory, which the other does not tidy up, and both teach the history."""
    suite.write(
        test_slow=WAITS + "\n    def test_slow():\n        note('slow')\n        wait()\n",
        test_quick=TESTS,
    )
    suite.write_text("pyproject.toml", "[tool.agentorch]\nkeep_runs = 1\nkeep_archives = 1\n")
    option = f"--agents-start={start}"
    with suite.start_agents(2, option, "test_slow.py") as running:
        running.wait_for_words("log.txt", 1)
        quick = [suite.agents(2, option, "test_quick.py") for _ in range(3)]
        assert [ran.code for ran in quick] == [1, 1, 1]
        rows = listed(suite)
        go_on(suite)
        slow = running.finish()
    assert slow.code == 0, str(slow)
    assert not slow.left
    assert [row[1] for row in rows] == ["completed", "completed", "active"]
    folder = suite.folder / ".pytest_cache/d/agentorch"
    log = list(read_events(folder / f"runs/{slow.ours['run']}/events.jsonl"))
    assert type(log[-1]).__name__ == "RunFinished"
    known = json.loads((folder / "history.json").read_text("utf-8"))["tests"]
    assert {name.partition("::")[2] for name in known} == {"test_slow", "test_long", "test_fails"}


def test_a_plan_is_no_run(suite: Suite) -> None:
    """It takes the place of none, and leaves none: the latest is still there to be shown."""
    suite.write(test_it="def test_it(): pass")
    suite.write_text("pyproject.toml", "[tool.agentorch]\nkeep_runs = 1\n")
    (kept,) = suite.agents(2).run_directories
    planned = suite.run("--agents=2", "--agents-plan")
    assert "plan for 1 test" in planned.out
    assert planned.run_directories == [kept]
    assert "1 passed" in suite.run("--agents-show=last").out
