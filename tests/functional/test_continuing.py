"""A run after a run with agents goes on where plain pytest would: `--lf`, `--nf`, `--sw`."""

from __future__ import annotations

import re

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


@pytest.mark.parametrize("flag", ["--lf", "--ff"])
def test_failures_of_a_run_with_agents_come_next(suite: Suite, flag: str) -> None:
    """For a run with agents as for one without; both say the same."""
    suite.write(test_it=TESTS, test_other="def test_other(): pass\n")
    first = suite.agents(2)
    assert first.counts == {"failed": 2, "passed": 5}
    order(first)
    serial = suite.serial(flag)
    expected = order(serial)
    assert expected[:2] == [2, 4]
    agents = suite.agents(1, flag)
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


def test_stepwise_stops_and_continues_as_in_plain_pytest(suite: Suite) -> None:
    """Stop at the first failure, begin there the next time, go on when it is fixed."""
    suite.write(test_it=TESTS)
    serial = suite.serial("--sw")
    first = order(serial)
    serial_again = suite.serial("--sw")
    again = order(serial_again)
    suite.run("--cache-clear", "--collect-only", "-q")
    agents = suite.agents(1, "--sw")
    assert order(agents) == first == [0, 1, 2]
    assert agents.code == serial.code
    assert agents.counts == serial.counts
    agents_again = suite.agents(1, "--sw")
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


def test_stepwise_after_a_run_on_two_agents_loses_no_test(suite: Suite) -> None:
    """It continues at the first test, in collected order, that has not passed."""
    suite.write(test_it=TESTS)
    suite.agents(2, "--sw")
    suite.write_text("fixed.txt", "")
    order(suite.run("--collect-only", "-q"))
    continued = order(suite.serial("--sw"))
    assert continued[0] <= 2
    assert continued == list(range(continued[0], 6))


def test_new_first_knows_what_a_run_with_agents_has_seen(suite: Suite) -> None:
    """Only the tests that came since are new."""
    suite.write(test_b="def test_b(): pass\n", test_a="def test_a(): pass\n")
    suite.agents(2)
    suite.write(test_z="def test_z(): pass\n")
    listed = suite.run("--nf", "--collect-only", "-q").lines
    assert listed[0] == "test_z.py::test_z"
    ran = suite.agents(1, "--nf", "-v")
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
