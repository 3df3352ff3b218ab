"""Ctrl-C, SIGTERM and worse, while tests run: what finished is told, and nothing stays."""

from __future__ import annotations

import signal

import psutil
import pytest

from pytest_agentorch.storage.test_record import rows_after
from tests.functional import processes
from tests.functional.running import Running, Suite

# Two tests end, then both agents sleep in one that does not end by itself; more wait behind them.
SLEEPERS = """
    import time, pytest

    def note(name):
        with open("log.txt", "a") as file:
            file.write(f"{name}\\n")

    @pytest.fixture(scope="session", autouse=True)
    def resource():
        yield
        with open("teardowns.txt", "a") as file:
            file.write("torn down\\n")

    def test_done_1(): pass
    def test_done_2(): pass

    @pytest.mark.parametrize("n", range(6))
    def test_sleeps(n):
        note("sleeps")
        time.sleep(600)
"""


def sleeping(suite: Suite, *args: str) -> Running:
    """Start the suite on two agents."""
    suite.write(test_sleepers=SLEEPERS)
    return suite.start_agents(2, *args)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("whom", ["controller", "group"])
def test_a_signal_ends_the_run_in_order(suite: Suite, name: str, whom: str) -> None:
    """Exit code 2, a summary, finished tests in all reports, fixtures torn down, nothing left."""
    number = getattr(signal, name)
    with sleeping(suite) as running:
        running.wait_for_words("log.txt", 2)
        if whom == "group":
            running.signal_group(number)
        else:
            running.signal(number)
        ran = running.finish()
    assert ran.code == 2, str(ran)
    assert not ran.left
    assert ran.counts["passed"] == 2
    assert "failed" not in ran.counts
    assert ("KeyboardInterrupt" if name == "SIGINT" else f"{name} received") in ran.out
    assert "INTERNALERROR" not in ran.out + ran.err
    assert "Traceback" not in ran.err
    done = [n for n, status in ran.statuses.items() if status == "passed"]
    assert sorted(done) == ["test_sleepers.py::test_done_1", "test_sleepers.py::test_done_2"]
    assert ran.ours["stop_reason"] == "interrupted"
    passed = [name for name, parts in ran.junit if not parts]
    assert set(passed) >= {"test_sleepers::test_done_1", "test_sleepers::test_done_2"}
    places = [line for line in ran.lines if "test_sleepers.py:" in line]
    assert len(places) == (2 if name == "SIGINT" else 0)
    assert "pytest_agentorch/" not in ran.out
    # Each agent ends its session fixture; nothing was started after the signal.
    assert ran.words("teardowns.txt") == ["torn down"] * 2
    assert ran.words("log.txt") == ["sleeps"] * 2


def test_a_second_signal_ends_the_run_at_once(suite: Suite) -> None:
    """Tests that do not heed the first Ctrl-C are killed at the second."""
    suite.write(
        test_stubborn="""
        import signal, time, pytest

        @pytest.mark.parametrize("n", range(2))
        def test_stubborn(n):
            signal.signal(signal.SIGINT, lambda *_: open("log.txt", "a").write("heard\\n"))
            with open("log.txt", "a") as file:
                file.write("started\\n")
            deadline = time.monotonic() + 600
            while time.monotonic() < deadline:
                time.sleep(0.1)
        """
    )
    with suite.start_agents(2) as running:
        running.wait_for_words("log.txt", 2)
        running.signal(signal.SIGINT)
        running.wait_for_words("log.txt", 4)
        running.signal(signal.SIGINT)
        ran = running.finish()
    assert ran.code == 2, str(ran)
    assert not ran.left
    assert "INTERNALERROR" not in ran.out + ran.err


def test_a_test_that_ignores_the_signal_is_killed_in_the_end(suite: Suite) -> None:
    """One Ctrl-C is enough: after the time for teardown the agent is killed."""
    suite.write(
        test_deaf="""
        import signal, time

        def test_deaf():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            with open("log.txt", "a") as file:
                file.write("started\\n")
            time.sleep(600)
        """
    )
    with suite.start_agents(1) as running:
        running.wait_for_words("log.txt", 1)
        running.signal(signal.SIGINT)
        ran = running.finish()
    assert ran.code == 2, str(ran)
    assert not ran.left
    # It is nobody's fault: the user wanted it to end.
    assert "failed" not in ran.counts


def test_a_signal_while_tests_are_collected_ends_the_run(suite: Suite) -> None:
    """Exit code 2, no test run; what was collected is named, and no file of ours."""
    suite.write(
        test_slow_import="""
        import time

        with open("log.txt", "a") as file:
            file.write("importing\\n")
        time.sleep(600)

        def test_never(): pass
        """
    )
    with suite.start_agents(2) as running:
        running.wait_for_words("log.txt", 1)
        running.signal(signal.SIGINT)
        ran = running.finish()
    assert ran.code == 2, str(ran)
    assert not ran.left
    assert "INTERNALERROR" not in ran.out + ran.err
    assert "[gw0] test_slow_import.py: while it was collected" in ran.lines
    assert not any((ran.run_directories[-1] / "logs").glob("*.tests"))
    assert "pytest_agentorch/" not in ran.out


def test_a_signal_while_an_agent_starts_ends_the_run(suite: Suite) -> None:
    """An agent that is not ready yet is not waited for."""
    suite.write(
        conftest="""
        import time

        def pytest_sessionstart(session):
            if getattr(session.config, "workerinput", {}).get("workerid") == "gw1":
                with open("log.txt", "a") as file:
                    file.write("gw1 starts\\n")
                time.sleep(600)
        """,
        test_sleepers=SLEEPERS,
    )
    with suite.start_agents(2) as running:
        running.wait_for_words("log.txt", 2)
        running.signal(signal.SIGINT)
        ran = running.finish()
    assert ran.code == 2, str(ran)
    assert not ran.left


@pytest.mark.parametrize("where", ["tests", "collection"])
def test_all_agents_end_with_a_killed_controller(suite: Suite, where: str) -> None:
    """`kill -9` of the controller: its agents are gone, and so is what their tests started."""
    suite.write(
        test_it=f"""
        import subprocess, sys, time

        def note():
            with open("log.txt", "a") as file:
                file.write("here\\n")

        if {where == "collection"}:
            note()
            time.sleep(600)

        def test_1():
            subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            note()
            time.sleep(600)

        def test_2():
            note()
            time.sleep(600)
        """
    )
    with suite.start_agents(2) as running:
        running.wait_for_words("log.txt", 1 if where == "collection" else 2)
        running.signal(signal.SIGKILL)
        ran = running.finish()
    assert ran.code == -signal.SIGKILL
    assert not ran.left


def test_what_finished_before_the_controller_was_killed_is_not_lost(suite: Suite) -> None:
    """It is in the event log, or in what the agents had written down and not yet told."""
    with sleeping(suite) as running:
        running.wait_for_words("log.txt", 2)
        running.signal(signal.SIGKILL)
        ran = running.finish()
    told = [type(event).__name__ for event in ran.events]
    records = (ran.run_directories[-1] / "logs").glob("*.tests")
    passed = [row for path in records for row in rows_after(path, 0) if row.passed]
    assert told.count("TestFinished") <= 2 == len(passed)
    assert "RunFinished" not in told


def test_an_agent_that_is_killed_from_outside_is_replaced(suite: Suite) -> None:
    """`kill -9` of an agent while its test runs: the test runs again, the run goes on."""
    suite.write(
        test_it="""
        import os, pathlib, time

        def test_victim():
            with open("pids.txt", "a") as file:
                file.write(f"{os.getpid()}\\n")
            while not pathlib.Path("go.txt").exists():
                time.sleep(0.01)

        def test_other(): pass
        """
    )
    with suite.start_agents(2) as running:
        running.wait_for_words("pids.txt", 1)
        pid = int((suite.folder / "pids.txt").read_text("utf-8"))
        psutil.Process(pid).kill()
        running.wait_for_words("pids.txt", 2)
        (suite.folder / "go.txt").touch()
        ran = running.finish()
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 2}
    assert ran.incidents == ["agent-lost"]
    assert not ran.left


@pytest.mark.lenient  # Python warns of it.
def test_a_process_that_a_test_left_behind_is_gone_after_the_run(suite: Suite) -> None:
    """Also if the run ends well: a server that a test forgot is ended with its agent."""
    suite.write(
        test_forgets="""
        import subprocess, sys

        def test_forgets():
            process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            with open("pid.txt", "w") as file:
                file.write(str(process.pid))
        """
    )
    with suite.start_agents(1) as running:
        ran = running.finish()
    assert ran.code == 0, str(ran)
    assert not ran.left
    pid = int(ran.text("pid.txt"))
    assert processes.wait_until(lambda: not psutil.pid_exists(pid), patience=30.0)
