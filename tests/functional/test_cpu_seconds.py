"""Each verdict tells how much of its time was computing."""

from __future__ import annotations

from pytest_agentorch.model.event import TestFinished
from tests.functional.running import Ran, Suite

TESTS = """
    import os, subprocess, sys, time

    clock = time.process_time

    def burn(seconds):
        until = clock() + seconds
        while clock() < until:
            pass

    def test_waits(): time.sleep(0.3)

    def test_computes(): burn(0.3)

    def test_fails():
        burn(0.3)
        assert False

    def test_prints():
        burn(0.3)
        print("done")

    def test_takes_the_clock_away(monkeypatch):
        monkeypatch.setattr(time, "process_time", lambda: 0.0)
        burn(0.3)

    def test_starts_a_program():
        program = "import time\\nwhile time.process_time() < 0.3: pass"
        subprocess.run([sys.executable, "-c", program], check=True)
"""


def computed(ran: Ran) -> dict[str, float]:
    """The CPU time of each test, by its name."""
    ordered = [test["name"].rpartition("::")[2] for test in ran.report["results"]["tests"]]
    verdicts = [event for event in ran.events if isinstance(event, TestFinished)]
    return {ordered[event.test]: event.cpu_seconds for event in verdicts}


def test_what_computes_says_so_and_what_waits_does_not(suite: Suite) -> None:
    """Whatever else is to be said of a test, and whatever it does to clocks."""
    ran = suite.write(test_a=TESTS).agents(2)
    assert ran.counts == {"passed": 5, "failed": 1}, str(ran)
    seconds = computed(ran)
    assert seconds.pop("test_waits") < 0.2
    assert len(seconds) == 5
    assert all(0.29 < one < 20 for one in seconds.values()), seconds


def test_an_agent_that_dies_has_written_it_down(suite: Suite) -> None:
    """Its last words were still to be sent."""
    ran = suite.write(
        test_a="""
        import os, time

        def test_computes():
            until = time.process_time() + 0.3
            while time.process_time() < until:
                pass

        def test_dies(): os._exit(3)
        """
    ).agents(1)
    assert 0.29 < computed(ran)["test_computes"] < 20, str(ran)
