"""The process that forks agents: it is undone once, and its death costs nothing."""

from __future__ import annotations

import signal
import sys

import pytest

from tests.functional.running import Suite

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="agents are forked on Linux only")


def test_if_the_zygote_is_killed_agents_go_on_and_others_are_spawned(suite: Suite) -> None:
    """Tests that run go on, one that needs a fresh agent gets it, and the incident is told."""
    suite.write(
        test_it="""
        import os, pathlib, signal, time, pytest

        @pytest.mark.parametrize("n", range(2))
        def test_meets(n):
            pathlib.Path(f"here-{n}").touch()
            for _ in range(3000):
                if len(list(pathlib.Path().glob("here-*"))) == 2:
                    break
                time.sleep(0.01)
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
    ran = suite.agents(2, "--agents-start=fork")
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 13}
    assert sorted(ran.incidents) == ["agent-lost", "zygote-lost"]


def test_an_agent_goes_on_if_the_zygote_is_killed_as_it_forks(suite: Suite) -> None:
    """Nobody has told of its birth: it says itself who it is, and is followed to its end."""
    suite.write(
        conftest="""
        import os, pathlib, signal, time

        zygote = os.getpid() if "PYTEST_XDIST_WORKER" in os.environ else None
        births = []

        def after():
            births.append(1)
            if os.getpid() == zygote and len(births) == 2:
                while len(list(pathlib.Path().glob("here-*"))) < 2:
                    time.sleep(0.01)
                os.kill(zygote, signal.SIGKILL)

        os.register_at_fork(after_in_parent=after)
        """,
        test_it="""
        import pathlib, time, pytest

        @pytest.mark.parametrize("n", range(2))
        def test_meets(n):
            pathlib.Path(f"here-{n}").touch()
            for _ in range(3000):
                if len(list(pathlib.Path().glob("here-*"))) == 2:
                    break
                time.sleep(0.01)
            time.sleep(2)

        @pytest.mark.parametrize("n", range(10))
        def test_others(n): pass
        """,
    )
    ran = suite.agents(2, "--agents-start=fork")
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 12}
    assert ran.incidents == ["zygote-lost"]


def test_what_was_set_up_before_the_fork_is_undone_once(suite: Suite) -> None:
    """`pytest_configure` and `pytest_unconfigure`, `atexit` at import: in pairs, whoever forks."""
    suite.write(
        conftest="""
        import atexit, os

        def note(what):
            with open("log.txt", "a") as file:
                file.write(f"{what} {os.getpid()}\\n")

        note("import")
        atexit.register(note, "exit")

        def pytest_configure(config): note("configure")
        def pytest_unconfigure(config): note("unconfigure")
        """,
        test_it="""
        import pytest

        @pytest.mark.parametrize("n", range(20))
        def test_it(n): pass
        """,
    )
    ran = suite.agents(3, "--agents-start=fork")
    assert ran.code == 0, str(ran)
    notes = [line.split() for line in ran.words("log.txt")]
    by_process: dict[str, list[str]] = {}
    for what, pid in notes:
        by_process.setdefault(pid, []).append(what)
    # The controller and the zygote.
    assert list(by_process.values()) == [["import", "configure", "unconfigure", "exit"]] * 2


def test_atexit_functions_of_tests_run_in_their_agent(suite: Suite) -> None:
    """Registered after the fork, they are the agent's own."""
    suite.write(
        test_it="""
        import atexit, os, pytest

        def note(pid):
            with open("log.txt", "a") as file:
                file.write(f"{pid == os.getpid()}\\n")

        @pytest.mark.parametrize("n", range(4))
        def test_it(n): atexit.register(note, os.getpid())
        """
    )
    ran = suite.agents(2, "--agents-start=fork")
    assert ran.code == 0, str(ran)
    assert ran.words("log.txt") == ["True"] * 4


def test_a_zygote_that_is_killed_while_it_collects_names_the_file(suite: Suite) -> None:
    """Every process that imports the module dies: the file and the signal are named."""
    suite.write(
        test_good="def test_good(): pass",
        test_kills="""
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 2, str(ran)
    assert "while collecting test_kills.py: SIGKILL" in ran.out


def test_nothing_finished_is_lost_when_an_agent_dies(suite: Suite) -> None:
    """200 instant tests, `os._exit` in the 150th: all others have passed, and none ran twice."""
    suite.write(
        test_it="""
        import os, pytest

        @pytest.mark.parametrize("n", range(200))
        def test_it(n):
            with open("log.txt", "a") as file:
                file.write(f"{n}\\n")
            if n == 149:
                os._exit(1)
        """
    )
    ran = suite.agents(1, "--agents-crash=fail")
    assert ran.code == 1, str(ran)
    assert ran.counts == {"passed": 199, "failed": 1}
    assert ran.test("::test_it[149]")["rawStatus"] == "failed"
    assert sorted(map(int, ran.words("log.txt"))) == list(range(200))


def test_a_controller_that_is_killed_takes_the_zygote_with_it(suite: Suite) -> None:
    """While it still collects, too."""
    suite.write(
        test_slow="""
        import time
        with open("log.txt", "a") as file:
            file.write("collecting\\n")
        time.sleep(600)
        """
    )
    with suite.start_agents(2) as running:
        running.wait_for_words("log.txt", 1)
        running.signal(signal.SIGKILL)
        ran = running.finish()
    assert not ran.left
