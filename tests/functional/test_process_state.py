"""What a project sets up once per process or once per run is there, in every agent."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.functional.running import Suite

TWO_AGENTS = """
    import os, pathlib, time

    def wait_for_the_other():
        folder = pathlib.Path("workers")
        folder.mkdir(exist_ok=True)
        (folder / os.environ.get("PYTEST_XDIST_WORKER", "serial")).touch()
        for _ in range(3000):
            if len(list(folder.iterdir())) >= int(os.environ.get("WANTED", "1")):
                return
            time.sleep(0.01)
        raise AssertionError("the other agent never came")
"""


@pytest.mark.parametrize("start", ["auto", "spawn"])
def test_a_directory_of_the_session_is_there_for_every_test(suite: Suite, start: str) -> None:
    """Made in `pytest_sessionstart`, removed in `pytest_sessionfinish` of the same process."""
    suite.write(
        meeting=TWO_AGENTS,
        conftest="""
        import os, pathlib, shutil

        def pytest_sessionstart(session):
            session.config.own_folder = pathlib.Path(f"own-{os.getpid()}")
            session.config.own_folder.mkdir()

        def pytest_sessionfinish(session):
            shutil.rmtree(session.config.own_folder)
        """,
        test_it="""
        import pytest
        from meeting import wait_for_the_other

        @pytest.mark.parametrize("n", range(6))
        def test_it(n, request):
            wait_for_the_other()
            assert request.config.own_folder.is_dir()
        """,
    )
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    ran = suite.agents(2, f"--agents-start={start}", env={"WANTED": "2"})
    assert ran.code == 0, str(ran)
    assert ran.ours["start"] == "spawn"
    assert list(suite.folder.glob("own-*")) == []


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_atexit_functions_run_once_where_they_were_registered(suite: Suite, start: str) -> None:
    """At import of a conftest: no test sees their effect, nothing is left."""
    suite.write(
        meeting=TWO_AGENTS,
        conftest="""
        import atexit, os, pathlib

        MINE = pathlib.Path(f"own-{os.getpid()}")
        MINE.touch()

        @atexit.register
        def remove():
            MINE.unlink()
            with open("removed.txt", "a") as file:
                file.write(f"{MINE}\\n")
        """,
        test_it="""
        import pytest
        from conftest import MINE
        from meeting import wait_for_the_other

        @pytest.mark.parametrize("n", range(6))
        def test_it(n):
            wait_for_the_other()
            assert MINE.exists()
        """,
    )
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    ran = suite.agents(2, f"--agents-start={start}", env={"WANTED": "2"})
    assert ran.code == 0, str(ran)
    assert ran.ours["start"] == start
    assert list(suite.folder.glob("own-*")) == []
    removed = ran.words("removed.txt")
    # The controller, and each agent or the process that they were forked from.
    assert len(removed) == len(set(removed)) == (2 if start == "fork" else 3)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_seed_set_at_import_is_heeded(suite: Suite, start: str) -> None:
    """`random.seed(1234)` in a conftest: every agent draws the numbers of plain pytest."""
    suite.write(
        conftest="""
        import os, pytest, random

        if os.environ.get("SEED"):
            random.seed(int(os.environ["SEED"]))
        FIRST = random.random()

        @pytest.fixture(scope="session")
        def second():
            return random.random()
        """,
        meeting=TWO_AGENTS,
        test_it="""
        import os, pytest
        from conftest import FIRST
        from meeting import wait_for_the_other

        @pytest.mark.parametrize("n", range(4))
        def test_it(n, second):
            wait_for_the_other()
            worker = os.environ.get("PYTEST_XDIST_WORKER", "serial")
            with open("values.txt", "a") as file:
                file.write(f"{worker} {FIRST} {second}\\n")
        """,
    )
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    serial = suite.serial(env={"SEED": "1234"})
    expected = {tuple(line.split()[1:]) for line in serial.words("values.txt")}
    (suite.folder / "values.txt").unlink()
    (suite.folder / "workers/serial").unlink()
    args = [f"--agents-start={start}"]
    agents = suite.agents(2, *args, env={"SEED": "1234", "WANTED": "2"})
    assert agents.code == 0, str(agents)
    assert agents.ours["start"] == start
    assert {tuple(line.split()[1:]) for line in agents.words("values.txt")} == expected
    (suite.folder / "values.txt").unlink()
    for path in (suite.folder / "workers").iterdir():
        path.unlink()
    unseeded = suite.agents(2, *args, env={"WANTED": "2"})
    by_agent = {tuple(line.split()) for line in unseeded.words("values.txt")}
    assert len({second for *_, second in by_agent}) == len({agent for agent, *_ in by_agent}) == 2


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_an_id_put_into_the_environment_at_import_is_the_same_everywhere(
    suite: Suite, start: str
) -> None:
    """`os.environ.setdefault("RUN_ID", uuid4().hex)` in a conftest: the controller's counts."""
    suite.write(
        conftest="""
        import os, uuid

        RUN = os.environ.setdefault("RUN_ID", uuid.uuid4().hex)

        def pytest_configure(config):
            os.environ.setdefault("CONFIGURED_ID", uuid.uuid4().hex)

        def pytest_sessionstart(session):
            os.environ.setdefault("STARTED_ID", uuid.uuid4().hex)
            with open("ids.txt", "a") as file:
                file.write(f"{RUN} {os.environ['CONFIGURED_ID']} {os.environ['STARTED_ID']}\\n")
        """,
        meeting=TWO_AGENTS,
        test_it="""
        import os, pytest
        from conftest import RUN
        from meeting import wait_for_the_other

        @pytest.mark.parametrize("n", range(4))
        def test_it(n):
            wait_for_the_other()
            with open("ids.txt", "a") as file:
                file.write(f"{RUN} {os.environ['CONFIGURED_ID']} {os.environ['STARTED_ID']}\\n")
        """,
    )
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    ran = suite.agents(2, f"--agents-start={start}", env={"WANTED": "2"})
    assert ran.code == 0, str(ran)
    assert ran.ours["start"] == start
    lines = ran.words("ids.txt")
    assert len(lines) == (2 if start == "fork" else 3) + 4
    assert len(set(lines)) == 1


def test_sets_have_one_order_in_all_agents(suite: Suite) -> None:
    """Parameters made of a set of strings: every agent collects the same tests in one order."""
    suite.write(
        test_it="""
        import pytest

        @pytest.mark.parametrize("x", {f"value-{n}" for n in range(20)})
        def test_it(x): pass
        """
    )
    ran = suite.agents(3)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 20}


def test_tests_that_only_one_agent_collects_fail_and_say_so(suite: Suite) -> None:
    """Parameters made of the process id: nobody else has that test, and the run ends."""
    suite.write(
        meeting=TWO_AGENTS,
        test_it="""
        import os, pytest
        from meeting import wait_for_the_other

        @pytest.mark.parametrize("x", [os.getpid()])
        def test_odd(x): pass

        @pytest.mark.parametrize("n", range(4))
        def test_it(n): wait_for_the_other()
        """,
    )
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    ran = suite.agents(2, env={"WANTED": "2"})
    # The agent that has collected for all knows the test: it passes.
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 5}


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_ends_of_children_may_be_ignored(suite: Suite, start: str) -> None:
    """With SIGCHLD ignored the system tells nobody how a child has ended."""
    suite.write(
        conftest="import signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\n",
        test_it="""
        import pytest

        @pytest.mark.parametrize("n", range(6))
        def test_it(n): assert n != 3
        """,
    )
    ran = suite.agents(2, f"--agents-start={start}")
    assert ran.counts == {"failed": 1, "passed": 5}, str(ran)
    assert ran.code == 1
    assert ran.incidents == []


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_standard_input_may_be_closed(suite: Suite, start: str) -> None:
    """The descriptors of standard streams are then those of the next files that are opened."""
    suite.write(test_it="def test_1(): pass\ndef test_2(): pass\n")
    command = f'exec "$0" -m pytest --agents=2 --agents-start={start} <&-'
    ran = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable],
        cwd=suite.folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "2 passed" in ran.stdout


def test_a_recursion_limit_that_is_put_back_is_as_it_was(suite: Suite) -> None:
    """However many tests raise it for themselves."""
    suite.write(
        test_it="""
        import sys, pytest

        FIRST = sys.getrecursionlimit()

        @pytest.fixture(autouse=True)
        def deeper():
            before = sys.getrecursionlimit()
            sys.setrecursionlimit(5000)
            yield
            sys.setrecursionlimit(before)
            assert before == FIRST

        @pytest.mark.parametrize("n", range(4))
        def test_it(n): pass
        """
    )
    ran = suite.agents(1)
    assert ran.counts == {"passed": 4}, str(ran)


def test_a_node_that_a_plugin_does_not_want_keeps_nobody_waiting(suite: Suite) -> None:
    """There is no process yet when it is told of the node."""
    suite.write(
        conftest="""
        def pytest_configure_node(node):
            raise RuntimeError("not this one")
        """,
        test_it="def test_it(): pass\n",
    )
    ran = suite.agents(1)
    assert ran.code == 3, str(ran)
    assert "RuntimeError: not this one" in ran.out
