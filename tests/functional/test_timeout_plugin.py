"""pytest-timeout ends tests that hang, by either of its methods."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite

pytest.importorskip("pytest_timeout")

HANGS = """
    import time, pytest

    def test_hangs():
        print("about to hang")
        time.sleep(600)

    @pytest.mark.parametrize("n", range(4))
    def test_neighbour(n): pass
"""


def test_by_signal_the_test_fails_and_its_agent_lives(suite: Suite) -> None:
    """An ordinary failure, as in plain pytest."""
    suite.write(test_it=HANGS)
    ran = suite.agents(2, "--timeout=1", "--timeout-method=signal")
    assert ran.code == 1, str(ran)
    assert ran.counts == {"failed": 1, "passed": 4}
    assert "Timeout" in ran.test("::test_hangs")["message"]
    assert ran.incidents == []


def test_by_thread_the_agent_dies_and_the_run_goes_on(suite: Suite) -> None:
    """The plugin ends the process: the test is reported as crashed, with the stacks."""
    suite.write(test_it=HANGS)
    ran = suite.agents(2, "--timeout=1", "--timeout-method=thread")
    assert ran.code == 1, str(ran)
    assert ran.counts == {"failed": 1, "passed": 4}
    trace = ran.test("::test_hangs")["trace"]
    assert "Timeout" in trace
    assert "time.sleep(600)" in trace
    assert "about to hang" in trace
