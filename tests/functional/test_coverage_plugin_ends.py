"""pytest-cov, and ends of all kinds: what tests that have finished covered is in the report."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal

import pytest

from tests.functional.coverage_plugin_suite import covered, left, union, write
from tests.functional.running import Ran, Running, Suite

pytest.importorskip("pytest_cov")

STARTS = pytest.mark.parametrize("start", ["--agents-start=fork", "--agents-start=spawn"])
MEASURED = ("--cov=project", "--cov-branch", "--cov-report=term")
TESTS = """
    import os, signal, time, pytest
    from project import numbers

    @pytest.mark.parametrize("n", range(COUNT))
    def test_number(n):
        with open("begun", "a") as file:
            file.write(f"{os.getpid()}\\n")
        numbers.METHODS[n]()
        time.sleep(0.01)

    def test_that_ends():
        with open("ending", "a") as file:
            file.write("x\\n")
        END
"""
ENDS = {
    "by SIGKILL": "os.kill(os.getpid(), signal.SIGKILL)",
    "by os._exit": "os._exit(0)",
    "by its time": "while True:\n            try: time.sleep(600)\n"
    "            except BaseException: pass",
}


def write_numbers(suite: Suite, *, end: str = "pass", count: int = 20) -> Suite:
    """Write tests of which each covers a line of its own, and one that ends in its own way."""
    names = "".join(f"def number_{n}():\n    return {n}\n" for n in range(count))
    methods = ", ".join(f"number_{n}" for n in range(count))
    write(suite, test_numbers=TESTS.replace("COUNT", str(count)).replace("END", end))
    return suite.write_text("project/numbers.py", f"{names}METHODS = [{methods}]\n")


def assert_nothing_lost(ran: Ran) -> set[int]:
    """Each number whose test has passed is covered; return these numbers."""
    lines = {line for file, line, _ in union(covered(ran)) if file == "numbers.py"}
    passed = [name for name, status in ran.statuses.items() if status == "passed"]
    found = (re.search(r"test_number\[(\d+)\]", name) for name in passed)
    numbers = {int(match[1]) for match in found if match}
    assert not {n for n in numbers if 2 * n + 2 not in lines}, str(ran)
    assert any(line.startswith("TOTAL") for line in ran.lines), str(ran)
    assert "INTERNALERROR" not in ran.out + ran.err
    assert "failed workers" not in ran.out
    return numbers


@STARTS
def test_a_run_that_stops_at_a_failure_is_reported(suite: Suite, start: str) -> None:
    """`-x`: in one process there would be no report, and nothing to report of."""
    write_numbers(suite, end="assert False")
    ran = suite.agents(2, start, "-x", *MEASURED)
    assert ran.code == 1, str(ran)
    assert assert_nothing_lost(ran)


@STARTS
@pytest.mark.parametrize("group", [True, False], ids=["terminal", "kill"])
def test_a_run_that_is_interrupted_is_reported(suite: Suite, start: str, group: bool) -> None:
    """Ctrl-C reaches all processes, or the controller alone."""
    write_numbers(suite, end="time.sleep(600)")
    with suite.start_agents(2, start, *MEASURED) as running:
        running.wait_for_words("ending", 1)
        if group:
            running.signal_group(signal.SIGINT)
        else:
            running.signal(signal.SIGINT)
        ran = running.finish()
    assert not ran.left
    assert ran.code == 2, str(ran)
    assert assert_nothing_lost(ran)


@STARTS
def test_a_run_whose_time_is_over_is_reported(suite: Suite, start: str) -> None:
    """`--agents-run-timeout`."""
    write_numbers(suite, end="time.sleep(600)")
    ran = suite.agents(2, start, "--agents-run-timeout=10", *MEASURED)
    assert ran.code == 2, str(ran)
    assert "[run-timed-out]" in ran.out
    assert assert_nothing_lost(ran) == set(range(20))


@STARTS
def test_with_errors_while_collecting_nothing_is_left(suite: Suite, start: str) -> None:
    """No test runs, and nothing is reported."""
    write_numbers(suite)
    suite.write(test_broken="import nothing_of_this_name")
    ran = suite.agents(2, start, *MEASURED)
    assert ran.code == 2, str(ran)
    assert covered(ran)
    assert not any(line.startswith("TOTAL") for line in ran.lines), str(ran)


@STARTS
def test_a_run_that_is_resumed_has_what_both_parts_have_covered(suite: Suite, start: str) -> None:
    """The first part was killed, and has reported nothing."""
    write_numbers(suite, end="time.sleep(600)")
    with suite.start_agents(2, start, *MEASURED) as running:
        running.wait_for_words("ending", 1)
        running.signal(signal.SIGKILL)
        ran = running.finish()
    assert not ran.left
    write_numbers(suite)
    ran = suite.agents(2, start, "--agents-resume", *MEASURED)
    assert ran.code == 0, str(ran)
    assert assert_nothing_lost(ran) == set(range(20))
    assert not (ran.run_directories[-1] / "coverage").exists()


@STARTS
def test_a_killed_run_leaves_no_data_of_agents_that_it_had_then(suite: Suite, start: str) -> None:
    """As in one process: the next run would take it for its own."""
    write_numbers(suite, end="time.sleep(600)")
    with suite.start_agents(1, start, *MEASURED) as running:
        running.wait_for_words("ending", 1)
        running.signal(signal.SIGKILL)
        ran = running.finish()
    assert not left(ran)


@STARTS
@pytest.mark.parametrize("more", [[], ["--cov-context=test"]], ids=["plain", "contexts"])
@pytest.mark.parametrize("end", [*ENDS])
def test_what_a_lost_agent_had_covered_is_not_lost(
    suite: Suite, start: str, more: list[str], end: str
) -> None:
    """One process covers the same if the test that ends its agent does nothing."""
    write_numbers(suite)
    serial = union(covered(suite.serial(*MEASURED, *more)))
    write_numbers(suite, end=ENDS[end])
    ran = suite.agents(2, start, "--agents-timeout=3", *MEASURED, *more)
    assert ran.code == 1, str(ran)
    assert assert_nothing_lost(ran) == set(range(20))
    # Fixtures of the session are not torn down where it has no end.
    ended = [place for place in serial if place[0] == "under_test.py" and place[1] > 12]
    assert union(covered(ran)) | set(ended) == serial


@STARTS
@pytest.mark.parametrize("seed", range(3))
def test_agents_that_are_killed_at_random_lose_nothing(suite: Suite, start: str, seed: int) -> None:
    """SIGKILL from outside, at any moment: no line that a test has covered is missing."""
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    write_numbers(suite, count=60)
    more = ["--cov-context=test"] if seed % 3 == 1 else []
    more += [f"--agents-isolate={chance.choice(['none', 'file'])}"]
    with suite.start_agents(2, start, *more, *MEASURED) as running:
        for begun in sorted(chance.sample(range(1, 50), 4)):
            running.wait_for_words("begun", begun)
            _kill(running, suite, chance)
        ran = running.finish()
    assert not ran.left
    assert len(assert_nothing_lost(ran)) >= 50


def _kill(running: Running, suite: Suite, chance: random.Random) -> None:
    pids = (suite.folder / "begun").read_text("utf-8").split()
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(pids[-chance.randint(1, 2)] if len(pids) > 1 else pids[0]), signal.SIGKILL)
