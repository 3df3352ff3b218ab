"""What tests have started ends with the run, however far it went and however the run ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import uuid

import psutil
import pytest

from tests.functional import processes
from tests.functional.running import LIMIT_SECONDS, Running, Suite, assert_same_verdicts

# Each way to get out of an agent's reach; the pid of what got out is noted.
WAYS = """
    import os, subprocess, sys, time

    SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]

    def note(pid):
        with open("pids.txt", "a") as file:
            file.write(f"{pid}\\n")

    def session():
        note(subprocess.Popen(SLEEP, start_new_session=True).pid)

    def daemon():
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.write(writer, str(os.getpid()).encode())
                os.execv(SLEEP[0], SLEEP)
            os._exit(0)
        os.wait()
        note(os.read(reader, 20).decode())

    def no_environment():
        note(subprocess.Popen(SLEEP, start_new_session=True, env={}).pid)

    def after_clearing():
        os.environ.clear()
        session()

    def beside_patches():
        session()
        for name in ("kill", "killpg", "getppid", "getpgid", "getpid", "_exit", "pidfd_open"):
            setattr(os, name, lambda *_: 0)
        os.open = os.read = os.listdir = os.pipe = os.close = time.sleep
"""
EVERY_WAY = ("session", "daemon", "no_environment", "after_clearing", "beside_patches")


def escape(suite: Suite, *names: str) -> None:
    """Write a test for each of these ways, which does not end by itself."""
    tests = "\n".join(f"def test_{name}(): ways.{name}(); time.sleep(600)\n" for name in names)
    suite.write(ways=WAYS, test_escape=f"import time, ways\n{tests}")


def pids(suite: Suite) -> list[int]:
    """What got out."""
    return [int(line) for line in (suite.folder / "pids.txt").read_text("utf-8").splitlines()]


def is_gone(pid: int) -> bool:
    """Whether a process does not run any more."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def assert_all_end(running: Running, suite: Suite) -> None:
    """Wait for the end of the run, and of what it has started."""
    out = pids(suite)
    try:
        ran = running.finish()
        assert processes.wait_until(lambda: all(map(is_gone, out))), str(ran)
        assert not ran.left, str(ran)
    finally:
        for pid in out:
            with contextlib.suppress(psutil.Error):
                psutil.Process(pid).kill()


@pytest.mark.parametrize("name", EVERY_WAY)
def test_nothing_outlives_a_killed_controller(suite: Suite, name: str) -> None:
    """`kill -9` of the controller alone: agents and what got out of their reach are gone."""
    escape(suite, name)
    with suite.start_agents(1) as running:
        running.wait_for_words("pids.txt", 1)
        running.signal(signal.SIGKILL)
        assert_all_end(running, suite)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_agents_that_end_at_the_same_time_do_not_save_each_others_children(
    suite: Suite, start: str
) -> None:
    """All of them notice that the controller is gone, and each kills for all."""
    escape(suite, *EVERY_WAY)
    with suite.start_agents(5, f"--agents-start={start}") as running:
        running.wait_for_words("pids.txt", 5)
        running.signal(signal.SIGKILL)
        assert_all_end(running, suite)


def test_an_agent_that_is_just_ending_sees_to_the_rest_first(suite: Suite) -> None:
    """It waits for work when the controller is killed, and its session ends by that."""
    suite.write(
        ways=WAYS,
        test_it="""
        import ways

        def test_escape(): ways.daemon()
        """,
        conftest="""
        import os, signal, time

        def pytest_runtest_logreport(report):
            if report.when == "call" and "PYTEST_XDIST_WORKER" not in os.environ:
                os.kill(os.getpid(), signal.SIGKILL)
        """,
    )
    with suite.start_agents(1) as running:
        running.process.wait()
        assert_all_end(running, suite)


@pytest.mark.parametrize("signals", [["SIGTERM"], ["SIGINT"], ["SIGINT", "SIGINT"]], ids="-".join)
def test_nothing_outlives_an_interrupted_run(suite: Suite, signals: list[str]) -> None:
    """SIGTERM, Ctrl-C, and Ctrl-C twice."""
    escape(suite, "session", "daemon")
    with suite.start_agents(2) as running:
        running.wait_for_words("pids.txt", 2)
        for name in signals:
            running.signal(getattr(signal, name))
        assert_all_end(running, suite)


def test_nothing_outlives_a_run_whose_agent_has_crashed(suite: Suite) -> None:
    """Neither the children of the agent that died, nor those of its successor."""
    escape(suite)
    suite.write(
        test_crash="""
        import os, ways

        def test_crash():
            ways.session()
            ways.daemon()
            os.abort()
        """
    )
    with suite.start_agents(1) as running:
        running.process.wait()
        assert len(pids(suite)) == 4
        assert_all_end(running, suite)


def test_nothing_outlives_a_run_whose_reader_has_gone(suite: Suite) -> None:
    """`pytest --agents=1 -v | head`: exit code 1, as plain pytest has it then."""
    suite.write(
        ways=WAYS,
        test_it="""
        import pathlib, pytest, time, ways

        def test_first():
            ways.session()
            ways.daemon()

        @pytest.mark.parametrize("n", range(4))
        def test_later(n):
            while not pathlib.Path("closed.txt").exists():
                time.sleep(0.01)
        """,
    )
    mark = uuid.uuid4().hex
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "--agents=1", "-v"],
        cwd=suite.folder,
        env={**os.environ, processes.VARIABLE: mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        text = b""
        while b"PASSED" not in text:
            text += (more := os.read(process.stdout.fileno(), 1000))
            assert more, text.decode()
        process.stdout.close()
        (suite.folder / "closed.txt").touch()
        assert process.wait(LIMIT_SECONDS) == 1
    assert len(pids(suite)) == 2
    assert processes.remaining(mark) == []


def test_nothing_outlives_a_run_inside_of_a_killed_run(suite: Suite) -> None:
    """A test that runs pytest with agents of its own: they and their daemons are gone."""
    suite.write_text("inner/pytest.ini", "[pytest]\n")
    suite.write(
        ways=WAYS,
        inner__test_inner="""
        import sys, time
        sys.path.insert(0, "..")
        import ways

        def test_daemon():
            ways.daemon()
            time.sleep(600)
        """,
        test_outer="""
        import subprocess, sys

        def test_outer():
            command = [sys.executable, "-m", "pytest", "--agents=1"]
            subprocess.run(command, cwd="inner", start_new_session=True)
        """,
    )
    (suite.folder / "inner/pids.txt").symlink_to(suite.folder / "pids.txt")
    with suite.start_agents(1, "test_outer.py") as running:
        running.wait_for_words("pids.txt", 1)
        running.signal(signal.SIGKILL)
        assert_all_end(running, suite)


def test_a_daemon_that_has_ended_is_gone_for_its_test(suite: Suite) -> None:
    """Nobody but the system adopts it: a test that waits for its pid to vanish passes."""
    suite.write(
        ways=WAYS,
        test_daemon="""
        import os, pathlib, signal, time, ways

        def test_daemon():
            ways.daemon()
            pid = int(pathlib.Path("pids.txt").read_text())
            os.kill(pid, signal.SIGKILL)
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                try:
                    os.kill(pid, 0)
                except ProcessLookupError:
                    return
                time.sleep(0.01)
            raise AssertionError("it never went")
        """,
    )
    # Python warns of a fork beside threads.
    env = {"PYTHONWARNINGS": "ignore"}
    serial = suite.serial(env=env)
    (suite.folder / "pids.txt").unlink()
    assert_same_verdicts(serial, suite.agents(1, env=env))


def test_no_thread_of_an_agent_is_seen_by_tests(suite: Suite) -> None:
    """Who looks for leaked threads finds those of plain pytest."""
    suite.write(
        test_it="""
        import threading

        def test_it():
            assert threading.enumerate() == [threading.main_thread()]
        """
    )
    assert suite.agents(1).counts == {"passed": 1}
