"""A run after a run with agents goes on where plain pytest would: `--lf`, `--nf`, `--sw`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from functools import partial

import pytest

from tests.functional.running import Ran, Suite

TESTS = """
    import pathlib, pytest

    FIXED = pathlib.Path("fixed.txt").exists()

    @pytest.mark.parametrize("n", range(6))
    def test_it(n):
        with open("order.txt", "a") as file:
            file.write(f"{n}\\n")
        assert FIXED or n not in (2, 4)
"""


def order(ran: Ran) -> list[int]:
    """Which tests ran, in order."""
    found = [int(word) for word in ran.words("order.txt")]
    (ran.suite / "order.txt").unlink(missing_ok=True)
    return found


def status(ran: Ran) -> list[str]:
    """The lines that the cache and stepwise plugins print."""
    words = ("run-last-failure:", "stepwise:", "collected ")
    lines = [line for line in ran.lines if line.startswith(words)]
    return [re.sub(r"\d+:\d\d:\d\d", "0:00:00", line) for line in lines]


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize("flag", ["--lf", "--ff"])
def test_failures_of_a_run_with_agents_come_next(suite: Suite, flag: str, start: str) -> None:
    """For a run with agents as for one without; both say the same."""
    suite.write(test_it=TESTS, test_other="def test_other(): pass\n")
    first = suite.agents(2, f"--agents-start={start}")
    assert first.counts == {"failed": 2, "passed": 5}
    order(first)
    serial = suite.serial(flag)
    expected = order(serial)
    assert expected[:2] == [2, 4]
    agents = suite.agents(1, flag, f"--agents-start={start}")
    assert order(agents) == expected, str(agents)
    assert agents.counts == serial.counts
    assert status(agents) == status(serial)


def test_what_passes_at_last_is_forgotten(suite: Suite) -> None:
    """After a green `--lf` on agents nothing has failed last."""
    suite.write(test_it=TESTS)
    suite.agents(1)
    suite.write_text("fixed.txt", "")
    assert suite.agents(1, "--lf").counts == {"passed": 2}
    assert len(suite.run("--lf", "--collect-only", "-q", "--lfnf=none").lines) < 3


def test_a_crash_is_a_failure_for_last_failed(suite: Suite) -> None:
    """The test that died is the one that runs next time."""
    suite.write(test_it="import os\ndef test_1(): pass\ndef test_2(): os._exit(1)\n")
    assert suite.agents(2).code == 1
    ran = suite.run("--lf", "--collect-only", "-q")
    assert ran.lines[0] == "test_it.py::test_2"


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_stepwise_stops_and_continues_as_in_plain_pytest(suite: Suite, start: str) -> None:
    """Stop at the first failure, begin there the next time, go on when it is fixed."""
    suite.write(test_it=TESTS)
    serial = suite.serial("--sw")
    first = order(serial)
    serial_again = suite.serial("--sw")
    again = order(serial_again)
    suite.run("--cache-clear", "--collect-only", "-q")
    agents = suite.agents(1, "--sw", f"--agents-start={start}")
    assert order(agents) == first == [0, 1, 2]
    assert agents.code == serial.code
    assert agents.counts == serial.counts
    agents_again = suite.agents(1, "--sw", f"--agents-start={start}")
    assert order(agents_again) == again == [2]
    assert status(agents_again) == status(serial_again)
    suite.write_text("fixed.txt", "")
    assert order(suite.agents(1, "--sw")) == [2, 3, 4, 5]


def test_stepwise_skip_goes_over_one_failure(suite: Suite) -> None:
    """`--sw-skip`."""
    suite.write(test_it=TESTS)
    serial = suite.serial("--sw", "--sw-skip")
    expected = order(serial)
    suite.run("--cache-clear", "--collect-only", "-q")
    agents = suite.agents(1, "--sw", "--sw-skip")
    assert order(agents) == expected == [0, 1, 2, 3, 4]
    assert agents.counts == serial.counts


def noted(suite: Suite) -> object:
    """What pytest's cache says about stepwise, but for the date."""
    path = suite.folder / ".pytest_cache/v/cache/stepwise"
    found = json.loads(path.read_text("utf-8")) if path.exists() else None
    if isinstance(found, dict):
        found.pop("last_cache_date_str")
    return found


# A step is what is changed before a run, and the options of the run.
FIX, BREAK, ADD = "fixed.txt", "test_broken.py", "test_added.py"
STEPS = {
    "skip": ["", "--sw", "", "--sw --sw-skip", "", "--sw", "", "--sw-skip", FIX, "--sw"],
    "maxfail": ["", "--sw-skip --maxfail=1", "", "--sw --maxfail=3", FIX, "--sw -k it"],
    "changes": ["", "--sw", ADD, "--sw", BREAK, "--sw", "", "--sw --continue-on-collection-errors"],
    "reset": ["", "--sw-reset", FIX, "--sw", "", "--sw-reset"],
}


@pytest.mark.parametrize("name", STEPS)
def test_stepwise_runs_follow_each_other_as_in_plain_pytest(suite: Suite, name: str) -> None:
    """After each run of a sequence the cache is the same, and so is what the next run chooses."""
    steps = STEPS[name]
    if name == "reset" and pytest.version_tuple < (8, 4):
        pytest.skip("this pytest has no --sw-reset")
    contents = {
        FIX: "",
        BREAK: "import no_such_module_at_all\n",
        ADD: "def test_added(): pass\n",
    }

    def whole_sequence(run: Callable[..., Ran]) -> list[object]:
        suite.write(test_it=TESTS)
        for path in contents:
            (suite.folder / path).unlink(missing_ok=True)
        suite.run("--cache-clear", "--collect-only", "-q")
        told: list[object] = []
        for change, options in zip(steps[::2], steps[1::2], strict=True):
            if change:
                suite.write_text(change, contents[change])
            ran = run(*options.split())
            told.append((options, order(ran), ran.code, ran.counts, status(ran), noted(suite)))
        return told

    assert whole_sequence(partial(suite.agents, 1)) == whole_sequence(suite.serial)


def test_stepwise_after_a_run_on_two_agents_loses_no_test(suite: Suite) -> None:
    """It continues at the first test, in collected order, that has not passed."""
    suite.write(test_it=TESTS)
    suite.agents(2, "--sw")
    suite.write_text("fixed.txt", "")
    order(suite.run("--collect-only", "-q"))
    continued = order(suite.serial("--sw"))
    assert continued[0] <= 2
    assert continued == list(range(continued[0], 6))


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_new_first_knows_what_a_run_with_agents_has_seen(suite: Suite, start: str) -> None:
    """Only the tests that came since are new."""
    suite.write(test_b="def test_b(): pass\n", test_a="def test_a(): pass\n")
    suite.agents(2, f"--agents-start={start}")
    suite.write(test_z="def test_z(): pass\n")
    listed = suite.run("--nf", "--collect-only", "-q").lines
    assert listed[0] == "test_z.py::test_z"
    ran = suite.agents(1, "--nf", "-v", f"--agents-start={start}")
    names = [line.split()[-1] for line in ran.lines if line.startswith("[gw0]")]
    assert names[0] == "test_z.py::test_z", str(ran)


def test_cache_clear_and_the_cache_of_a_project(suite: Suite) -> None:
    """Agents write nothing of their own into the cache; `--cache-show` shows one run's state."""
    suite.write(
        test_it="""
        def test_it(request):
            assert request.config.cache.get("mine/value", None) is None
            request.config.cache.set("mine/value", 3)
        """
    )
    assert suite.agents(1).code == 0
    shown = suite.run("--cache-show").out
    assert "mine/value contains:" in shown
    assert "cache/nodeids contains:" in shown
    assert suite.agents(1, "--cache-clear").code == 0


def test_cache_clear_keeps_the_records_of_the_run_that_clears(suite: Suite) -> None:
    """The run directory is in the cache: what was there before is gone, what is told now is not."""
    suite.write(
        test_it="""
        import os

        def test_passes(): print("shown under -s")
        def test_dies():
            os.write(2, b"last words\\n")
            os._exit(3)
        """
    )
    suite.agents(1, "-k", "passes")
    ran = suite.agents(2, "--cache-clear", "-s")
    assert ran.code == 1, str(ran)
    assert re.search(r"^\[gw\d\] shown under -s$", ran.out, re.MULTILINE)
    assert "last words" in ran.test("test_dies")["trace"]
    (directory,) = ran.run_directories
    assert (directory / "report.json").is_file()
    assert ran.events


def test_new_first_with_tests_outside_of_rootdir(suite: Suite) -> None:
    """Their node ids lead nowhere from there."""
    suite.write(b__test_b="def test_b(): pass\n", b__test_c="def test_c(): pass\n")
    (suite.folder / "a").mkdir()
    os.utime(suite.folder / "b/test_b.py", (1, 1))
    args = ["--nf", "--rootdir=a", "-v", "b"]
    serial, agents = suite.serial(*args), suite.agents(1, *args)
    assert agents.code == serial.code == 0, str(agents)
    assert agents.counts == serial.counts == {"passed": 2}
    names = [line.split()[-1] for line in agents.lines if line.startswith("[gw0]")]
    assert [name.rpartition("::")[2] for name in names] == ["test_c", "test_b"]
