"""Tests that do not end: they are told of, they fail, and the others go on."""

from __future__ import annotations

import sys
import textwrap

import pytest

from pytest_agentorch.model.event import TestOverdue, TestTimedOut
from tests.functional.running import Suite

START = pytest.mark.parametrize(
    "start",
    [
        pytest.param(
            "fork", marks=pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked")
        ),
        "spawn",
    ],
)
HANGS = {
    "sleep": "time.sleep(600)",
    "loop": "while True: pass",
    "lock": "lock = threading.Lock(); lock.acquire(); lock.acquire()",
    "thread": "thread = threading.Thread(target=time.sleep, args=(600,), daemon=True); "
    "thread.start(); thread.join()",
    "child": "subprocess.run(['sleep', '600'])",
    "asyncio": "asyncio.run(asyncio.sleep(600))",
    "select": "select.select([], [], [])",
}
STUBBORN = {
    "swallows": "while True:\n        try: time.sleep(600)\n        except BaseException: pass",
    "holds the GIL": "ctypes.PyDLL(None).sleep(600)",
    "stops": "os.kill(os.getpid(), signal.SIGSTOP)",
    "ignores signals": "signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())\n"
    "    time.sleep(600)",
}
HEAD = (
    "import asyncio, ctypes, os, pytest, select, signal, subprocess, threading, time\n\n"
    "def test_before(): pass\n\n"
)
TAIL = "\n\n@pytest.mark.parametrize('n', range(6))\ndef test_after(n): pass\n"


def hanging(what: str) -> str:
    """A file in which one test hangs."""
    test = f"@pytest.mark.agents_timeout(1)\ndef test_hangs():\n    {what}"
    return HEAD + test + TAIL


@START
@pytest.mark.parametrize("how", HANGS)
def test_a_test_that_can_be_interrupted_fails_where_it_is(
    suite: Suite, how: str, start: str
) -> None:
    """Its agent goes on, and the report shows what all threads were doing."""
    suite.write_text("test_it.py", hanging(HANGS[how]))
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.counts == {"passed": 7, "failed": 1}, str(ran)
    assert ran.code == 1
    assert ran.incidents == [], [e for e in ran.events if "Lost" in type(e).__name__]
    assert "Failed: Timeout (>1 s)" in ran.out
    assert "Captured stacks" in ran.out
    assert "in test_hangs" in ran.out
    (out,) = [event for event in ran.events if isinstance(event, TestTimedOut)]
    assert out.timeout == 1.0


@START
@pytest.mark.parametrize("how", STUBBORN)
def test_a_test_that_cannot_be_interrupted_loses_its_agent(
    suite: Suite, how: str, start: str
) -> None:
    """After a grace; it is not run again, and the tests behind it run elsewhere."""
    suite.write_text("test_it.py", hanging(STUBBORN[how]))
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.counts == {"passed": 7, "failed": 1}, str(ran)
    assert sorted(ran.incidents) == ["agent-lost", "test-timed-out"]
    assert "its test timed out after 1 s" in ran.out
    (incident,) = [one for one in ran.ours["incidents"] if one["slug"] == "test-timed-out"]
    told = [one["what"] for one in incident["timeline"]]
    assert "the test was asked to end" in told
    assert told[-1] == "the test was given up: it failed"
    assert incident["peak_memory"] > 1 << 20


def test_what_a_test_has_done_to_signals_is_no_matter_to_the_next_one(suite: Suite) -> None:
    """Somebody sets all of them to what they are in a new process."""
    text = """
        def test_resets():
            for number in range(signal.SIGRTMIN, signal.SIGRTMAX + 1):
                signal.signal(number, signal.SIG_DFL)

        @pytest.mark.agents_timeout(1)
        def test_hangs(): time.sleep(600)
        """
    suite.write_text("test_it.py", HEAD + textwrap.dedent(text) + TAIL)
    ran = suite.agents(1)
    assert ran.counts == {"passed": 8, "failed": 1}, str(ran)
    assert ran.incidents == []


def test_fixtures_of_a_test_that_timed_out_are_torn_down(suite: Suite) -> None:
    """They are given a chance, and time."""
    suite.write(
        test_it="""
        import pytest, time

        @pytest.fixture
        def server():
            yield
            time.sleep(0.5)
            open("torn down", "w").close()

        @pytest.mark.agents_timeout(1)
        def test_hangs(server): time.sleep(600)

        @pytest.fixture
        def slow():
            time.sleep(600)

        @pytest.mark.agents_timeout(1)
        def test_has_no_setup(slow): pass

        @pytest.fixture
        def stuck():
            yield
            time.sleep(600)

        @pytest.mark.agents_timeout(1)
        def test_has_no_end(stuck): pass
        """
    )
    ran = suite.agents(2)
    assert ran.counts == {"passed": 1, "failed": 1, "errors": 2}, str(ran)
    assert (suite.folder / "torn down").exists()


@START
def test_a_test_that_catches_its_time_out_has_failed(suite: Suite, start: str) -> None:
    """Its agent goes on; the next test has nothing to do with it."""
    suite.write_text("test_it.py", hanging("try: time.sleep(600)\n    except BaseException: pass"))
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.counts == {"passed": 7, "failed": 1}, str(ran)
    assert ran.incidents == []
    assert "Timeout (>1 s); the test has caught what it was ended with" in ran.out


def test_a_test_that_takes_its_process_along_when_it_is_ended_is_not_run_again(
    suite: Suite,
) -> None:
    """It has had its time."""
    suite.write_text("test_it.py", hanging("try: time.sleep(600)\n    finally: os._exit(7)"))
    ran = suite.agents(1)
    assert ran.counts == {"passed": 7, "failed": 1}, str(ran)
    assert sorted(ran.incidents) == ["agent-lost", "test-timed-out"]


@pytest.mark.parametrize(
    ("settings", "args", "timeouts"),
    [
        ('timeout = "1s"', [], [1.0, 1.0]),
        ("timeout = 600", ["--agents-timeout=1"], [1.0, 1.0]),
        ("[tool.agentorch.phases.e2e]\ntimeout = 1", ["--agents-timeout=2"], [1.0, 2.0]),
    ],
)
def test_the_closest_limit_counts(
    suite: Suite, settings: str, args: list[str], timeouts: list[float]
) -> None:
    """Of the phase, of the command line, of the project."""
    suite.write_text("pyproject.toml", f"[tool.agentorch]\n{settings}\n")
    suite.write(
        unit__test_a="import time\n\ndef test_a(): time.sleep(600)\n",
        e2e__test_b="import time\n\ndef test_b(): time.sleep(600)\n",
    )
    ran = suite.agents(2, *args)
    assert ran.counts == {"failed": 2}, str(ran)
    out = [event.timeout for event in ran.events if isinstance(event, TestTimedOut)]
    assert sorted(out) == timeouts


def test_an_overdue_test_is_told_of_and_goes_on(suite: Suite) -> None:
    """Its verdict is its own."""
    suite.write_text("pyproject.toml", "[tool.agentorch]\noverdue = 0.5\n")
    suite.write(test_it="import time\n\ndef test_slow(): time.sleep(2)\n")
    ran = suite.agents(1)
    assert ran.counts == {"passed": 1}, str(ran)
    assert ran.incidents == ["test-overdue"]
    (overdue,) = [event for event in ran.events if isinstance(event, TestOverdue)]
    assert overdue.seconds >= 0.5
    head, _, _ = ran.out.partition("= agents =")
    assert "! test_it.py::test_slow has run for" in head
    assert "in test_slow" in head
    (incident,) = ran.ours["incidents"]
    assert any("in test_slow" in line for line in incident["output"])
    assert [one["what"].split(" ")[-1] for one in incident["timeline"]][-1] == "stacks"


def test_what_an_overdue_test_does_comes_before_what_other_threads_do(suite: Suite) -> None:
    """Not all lines are shown; those that say where the test is are."""
    suite.write_text("pyproject.toml", "[tool.agentorch]\noverdue = 0.5\n")
    suite.write(
        test_it="""
        import time

        def call(depth):
            call(depth - 1) if depth else time.sleep(2)

        def test_deep(): call(25)
        """
    )
    ran = suite.agents(1)
    assert ran.counts == {"passed": 1}, str(ran)
    head, _, _ = ran.out.partition("= agents =")
    assert "in test_deep" in head
    assert "lines more in the report" in head


@pytest.mark.parametrize("value", ["-1", "abc", "1x", "nan", "inf"])
def test_a_time_that_is_none_is_refused(suite: Suite, value: str) -> None:
    """With what can be given."""
    suite.write(test_it="def test_it(): pass")
    ran = suite.run("--agents=1", f"--agents-timeout={value}")
    assert ran.code == 4
    assert "[bad-timeout]" in ran.err
    suite.write(
        test_it=f"import pytest\n\n@pytest.mark.agents_timeout('{value}')\ndef test_it(): pass"
    )
    ran = suite.run("--agents=1")
    assert ran.code == 4, str(ran)
    assert "test_it.py::test_it" in ran.err + ran.out


def test_a_run_that_takes_too_long_ends(suite: Suite) -> None:
    """As after Ctrl-C: what has finished is reported, and nothing is left."""
    suite.write(
        test_it="""
        import time

        def test_one(): pass

        def test_two(): time.sleep(600)
        """
    )
    ran = suite.agents(1, "--agents-run-timeout=3")
    assert ran.code == 2, str(ran)
    assert ran.counts["passed"] == 1
    assert "[run-timed-out]" in ran.out


def test_a_collection_that_takes_too_long_ends(suite: Suite) -> None:
    """The file that holds it up is named."""
    suite.write(test_it="import time\n\ntime.sleep(600)\n")
    ran = suite.agents(1, "--agents-run-timeout=3")
    assert ran.code == 2, str(ran)
    assert "in test_it.py [run-timed-out]" in ran.out


def test_a_phase_that_takes_too_long_ends_and_the_next_one_begins(suite: Suite) -> None:
    """What ran has failed, what had not begun has not run, and the exit code tells."""
    suite.write_text(
        "pyproject.toml",
        "[tool.agentorch.phases.unit]\nphase_timeout = 2\n[tool.agentorch.phases.e2e]\n"
        "after = ['unit']\n",
    )
    suite.write(
        tests__unit__test_a="""
        import pytest, time

        @pytest.mark.parametrize("n", range(40))
        def test_slow(n): time.sleep(0.5)

        def test_hangs(): time.sleep(600)
        """,
        tests__e2e__test_b="def test_b(): pass\n",
    )
    ran = suite.agents(2)
    assert ran.code == 2, str(ran)
    assert ran.incidents == ["phase-timed-out"]
    assert ran.statuses["tests/e2e/test_b.py::test_b"] == "passed"
    assert 1 <= ran.counts["failed"] <= 2
    assert "Timeout: phase unit has had its 2 s" in ran.out
    assert "unit: out of time" in ran.out
