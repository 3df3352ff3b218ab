"""Spawned agents: copies of a process that has imported nothing of the suite, or interpreters."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from tests.functional.running import Ran, Running, Suite

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")

WAYS = pytest.mark.parametrize("way", ["copies", "interpreters"])
THREADED = """
    import threading

    threading.Thread(target=threading.Event().wait, name="poller", daemon=True).start()
"""
# Two agents are at work before any test ends.
MEETS = """
    import os, pathlib, time

    def meet():
        folder = pathlib.Path("here")
        folder.mkdir(exist_ok=True)
        (folder / os.environ["PYTEST_XDIST_WORKER"]).touch()
        for _ in range(3000):
            if len(list(folder.iterdir())) == 2:
                return
            time.sleep(0.01)
        raise AssertionError("the other agent never came")
"""


def arguments(suite: Suite, way: str, *args: str) -> tuple[list[str], dict[str, str]]:
    """Options and environment: a process with a thread from the start is not copied."""
    suite.write(meeting=MEETS)
    path = os.pathsep.join([".", os.environ.get("PYTHONPATH", "")])
    options = ["--agents-start=spawn", *args]
    if way == "interpreters":
        suite.write(threaded=THREADED)
        options += ["-p", "threaded"]
    return options, {"PYTHONPATH": path}


def run(suite: Suite, way: str, *args: str) -> Ran:
    """Run on two agents that are made in that way."""
    options, env = arguments(suite, way, *args)
    return suite.agents(2, *options, env=env)


def start(suite: Suite, way: str) -> Running:
    """Start such a run."""
    options, env = arguments(suite, way)
    return suite.start_agents(2, *options, env=env)


@WAYS
def test_who_is_whose_parent(suite: Suite, way: str) -> None:
    """An interpreter is a child of the controller, a copy is not; each has its own group."""
    suite.write(
        conftest="""
        import os

        def pytest_configure(config):
            if not hasattr(config, "workerinput"):
                os.environ["CONTROLLER"] = str(os.getpid())
        """,
        test_it="""
        import os, pytest
        from meeting import meet

        @pytest.mark.parametrize("n", range(2))
        def test_it(n):
            meet()
            assert os.getpgid(0) == os.getpid()
            with open("log.txt", "a") as file:
                file.write(f"{os.getppid() == int(os.environ['CONTROLLER'])}\\n")
        """,
    )
    ran = run(suite, way)
    assert ran.counts == {"passed": 2}, str(ran)
    assert ran.words("log.txt") == [str(way == "interpreters")] * 2
    assert ran.ours["start"] == "spawn"
    assert ran.ours["start_reasons"] == []
    assert any(line == "agents: up to 2, spawn start" for line in ran.lines)


@WAYS
def test_an_agent_is_a_worker_before_conftests_are_imported(suite: Suite, way: str) -> None:
    """It has its name, what plugins send it, and the environment that the controller has by now."""
    suite.write(
        conftest="""
        import atexit, os, random, sys

        ME = os.environ.get("PYTEST_XDIST_WORKER", "controller")

        def note(what):
            with open(f"log-{ME}.txt", "a") as file:
                file.write(f"{what}\\n")

        note("import")
        atexit.register(note, "exit")
        NUMBER = random.random()

        class Down:
            def pytest_configure_node(self, node):
                node.workerinput["sent"] = node.gateway.id

            def pytest_testnodedown(self, node, error):
                assert error is None
                note(f"down {node.gateway.id} {node.workeroutput['back']}")

        def pytest_configure(config):
            note("configure")
            if hasattr(config, "workerinput"):
                assert config.workerinput["workerid"] == config.workerinput["sent"] == ME
                assert os.environ["LATE"] == "set"
            else:
                os.environ["LATE"] = "set"
                config.pluginmanager.register(Down())

        def pytest_sessionfinish(session):
            if hasattr(session.config, "workeroutput"):
                session.config.workeroutput["back"] = f"from {ME}"

        def pytest_unconfigure(): note("unconfigure")
        """,
        test_it="""
        import conftest, os, pytest, sys
        from meeting import meet

        @pytest.mark.parametrize("n", range(2))
        def test_it(n):
            meet()
            assert os.read(0, 1) == b""
            print("out of", conftest.ME)
            with open("numbers.txt", "a") as file:
                file.write(f"{conftest.NUMBER}\\n")
            with open("order.txt", "a") as file:
                file.write(f"{list({f'x{i}' for i in range(50)})}\\n")
        """,
    )
    ran = run(suite, way, "-p", "no:cacheprovider", "-s")
    assert ran.counts == {"passed": 2}, str(ran)
    for agent in ("gw0", "gw1"):
        assert ran.words(f"log-{agent}.txt") == ["import", "configure", "unconfigure", "exit"]
        assert any(agent in line and f"out of {agent}" in line for line in ran.lines)
    downs = [line for line in ran.words("log-controller.txt") if line.startswith("down")]
    assert sorted(downs) == ["down gw0 from gw0", "down gw1 from gw1"]
    assert len(set(ran.words("numbers.txt"))) == 2
    assert len(set(ran.words("order.txt"))) == 1


@WAYS
def test_what_an_agent_writes_is_captured(suite: Suite, way: str) -> None:
    """As in plain pytest, and what a crashed test had written is told."""
    suite.write(
        test_it="""
        import os, sys

        def test_fails():
            print("out of a failure")
            print("err of a failure", file=sys.stderr)
            assert 0

        def test_crashes():
            os.write(1, b"last words\\n")
            os._exit(3)
        """
    )
    ran = run(suite, way, "--agents-crash=fail")
    assert ran.counts == {"failed": 2}, str(ran)
    assert "out of a failure" in ran.out
    assert "err of a failure" in ran.out
    assert "last words" in ran.out


@WAYS
def test_a_crashed_agent_is_replaced(suite: Suite, way: str) -> None:
    """Its test runs once more, alone, and the others are not missed."""
    suite.write(
        test_it="""
        import os, pathlib, pytest
        from meeting import meet

        @pytest.mark.parametrize("n", range(2))
        def test_meets(n): meet()

        def test_dies_once():
            if not pathlib.Path("died").exists():
                pathlib.Path("died").touch()
                os._exit(7)

        @pytest.mark.parametrize("n", range(10))
        def test_others(n): pass
        """
    )
    ran = run(suite, way)
    assert ran.counts == {"passed": 13}, str(ran)
    assert ran.incidents == ["agent-lost"]


def test_if_the_nursery_is_killed_agents_go_on_and_others_are_interpreters(suite: Suite) -> None:
    """A test that needs a fresh agent gets it, and the incident is told."""
    suite.write(
        test_it="""
        import os, pathlib, pytest, signal, time
        from meeting import meet

        @pytest.mark.parametrize("n", range(2))
        def test_meets(n):
            meet()
            if n == 0:
                os.kill(os.getppid(), signal.SIGKILL)
                time.sleep(0.5)

        def test_dies_once():
            if not pathlib.Path("died").exists():
                pathlib.Path("died").touch()
                os._exit(7)

        @pytest.mark.parametrize("n", range(10))
        def test_others(n): pass
        """
    )
    ran = run(suite, "copies")
    assert ran.counts == {"passed": 13}, str(ran)
    assert sorted(ran.incidents) == ["agent-lost", "zygote-lost"]


def test_if_the_nursery_is_killed_while_it_waits_agents_are_interpreters(suite: Suite) -> None:
    """Before there is any agent."""
    suite.write(
        conftest="""
        import os, psutil

        def pytest_sessionstart(session):
            if not hasattr(session.config, "workerinput"):
                (nursery,) = psutil.Process().children()
                nursery.kill()
        """,
        test_it="def test_it(): pass",
    )
    ran = run(suite, "copies")
    assert ran.counts == {"passed": 1}, str(ran)
    assert ran.code == 0


def test_a_thread_that_a_plugin_starts_in_the_nursery_makes_agents_interpreters(
    suite: Suite,
) -> None:
    """It would be missed in copies."""
    suite.write(
        second="""
        import threading

        times = []

        def pytest_addoption(parser):
            times.append(1)
            if len(times) == 2:
                threading.Thread(target=threading.Event().wait, daemon=True).start()
        """,
        test_it="""
        import threading

        def test_it(): assert threading.active_count() == 1
        """,
    )
    ran = run(suite, "copies", "-p", "second")
    assert ran.counts == {"passed": 1}, str(ran)


@WAYS
def test_nothing_outlives_a_controller_that_is_killed_while_tests_run(
    suite: Suite, way: str
) -> None:
    """Agents, what they have started, and what they were made from."""
    suite.write(
        test_it="""
        import pytest, subprocess, time
        from meeting import meet

        @pytest.mark.parametrize("n", range(2))
        def test_it(n):
            meet()
            subprocess.Popen(["sleep", "1000"], start_new_session=True)
            with open("log.txt", "a") as file:
                file.write("running\\n")
            time.sleep(600)
        """
    )
    with start(suite, way) as running:
        running.wait_for_words("log.txt", 2)
        running.signal(signal.SIGKILL)
        ran = running.finish()
    assert not ran.left


@WAYS
def test_nothing_outlives_a_controller_that_is_killed_during_collection(
    suite: Suite, way: str
) -> None:
    """The agent that collects is not asked for anything by then."""
    suite.write(
        test_slow="""
        import time
        with open("log.txt", "a") as file:
            file.write("collecting\\n")
        time.sleep(600)
        """
    )
    with start(suite, way) as running:
        running.wait_for_words("log.txt", 1)
        running.signal(signal.SIGKILL)
        ran = running.finish()
    assert not ran.left


@WAYS
def test_ctrl_c_ends_the_run_and_all_of_it(suite: Suite, way: str) -> None:
    """Exit code 2, as of plain pytest."""
    suite.write(
        test_it="""
        import pytest, time
        from meeting import meet

        @pytest.mark.parametrize("n", range(2))
        def test_it(n):
            meet()
            with open("log.txt", "a") as file:
                file.write("running\\n")
            time.sleep(600)
        """
    )
    with start(suite, way) as running:
        running.wait_for_words("log.txt", 2)
        running.signal_group(signal.SIGINT)
        ran = running.finish()
    assert ran.code == 2, str(ran)
    assert not ran.left
