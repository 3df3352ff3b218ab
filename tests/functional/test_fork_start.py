"""Forked agents: when they are not safe they are spawned, and everybody is told why."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec

import pytest

from pytest_agentorch.model.event import PlanMade
from tests.functional.running import Ran, Suite

NEEDS_NUMPY = pytest.mark.skipif(find_spec("numpy") is None, reason="numpy is not installed")

# Two agents are at work before any test ends, and each test knows which one ran it.
MEETING = """
    import os, pathlib, pytest, time

    @pytest.mark.parametrize("n", range(4))
    def test_it(n, request):
        folder = pathlib.Path("workers")
        folder.mkdir(exist_ok=True)
        worker = os.environ["PYTEST_XDIST_WORKER"]
        (folder / worker).touch()
        for _ in range(3000):
            if len(list(folder.iterdir())) == 2:
                break
            time.sleep(0.01)
        else:
            raise AssertionError("the other agent never came")
        assert request.config.workerinput["workerid"] == worker
"""

REFUSED = {
    "thread": (
        """
        import threading

        threading.Thread(target=threading.Event().wait, name="poller", daemon=True).start()
        """,
        'thread "poller" is running',
    ),
    "event loop": (
        "import asyncio\nLOOP = asyncio.new_event_loop()",
        "an event loop (epoll) is open",
    ),
    "database": (
        "import sqlite3\nDATABASE = sqlite3.connect('some.db')",
        "some.db is open for writing",
    ),
    "log file": (
        "import logging\nlogging.getLogger().addHandler(logging.FileHandler('some.log'))",
        "some.log is open for writing",
    ),
    "archive": (
        "FILE = open(__file__)",
        "conftest.py is open",
    ),
    "pipe": ("import os\nENDS = os.pipe()", "a pipe is open"),
    "listening socket": (
        "import socket\nSOCKET = socket.create_server(('127.0.0.1', 0))",
        "a socket at 127.0.0.1:",
    ),
    "child": (
        """
        import subprocess

        CHILD = subprocess.Popen(["sleep", "1000"])

        def pytest_unconfigure():
            CHILD.kill()
            CHILD.wait()
        """,
        'process "sleep" was started before the tests',
    ),
    "module": (
        """
        import sys, types

        sys.modules["torch"] = types.SimpleNamespace(
            cuda=types.SimpleNamespace(is_initialized=lambda: True)
        )
        """,
        "torch has initialised CUDA",
    ),
    "name by variable": (
        "import os\nWHO = os.environ.get('PYTEST_XDIST_WORKER', 'master')",
        "conftest.py:2 asks for PYTEST_XDIST_WORKER",
    ),
    "name by workerinput": (
        """
        def pytest_configure(config):
            config.who = getattr(config, "workerinput", {"workerid": "master"})["workerid"]
        """,
        'conftest.py:2 asks for workerinput["workerid"]',
    ),
    "copied workerinput": (
        """
        def pytest_configure(config):
            config.known = {**getattr(config, "workerinput", {})}
        """,
        'conftest.py:2 asks for workerinput["workerid"]',
    ),
    "what the controller has given to this agent": (
        """
        import pytest

        @pytest.hookimpl(optionalhook=True)
        def pytest_configure_node(node):
            node.workerinput["database"] = f"test_{node.gateway.id}"

        def pytest_configure(config):
            if hasattr(config, "workerinput"):
                config.database = config.workerinput["database"]

        @pytest.fixture(autouse=True)
        def database(request, worker_id):
            assert request.config.database == f"test_{worker_id}"
        """,
        'conftest.py:9 asks for workerinput["database"]',
    ),
    "folder for temporary files": (
        """
        def pytest_collection_finish(session):
            if hasattr(session.config, "workerinput"):
                session.config._tmp_path_factory.mktemp("made")
        """,
        "tmp_path_factory was used before the tests",
    ),
    "end of session": (
        "def pytest_sessionfinish(): pass",
        "conftest.py has pytest_sessionfinish",
    ),
    "end of session in a plugin": (
        """
        import helper

        def pytest_configure(config):
            config.pluginmanager.register(helper.Plugin())
        """,
        "plugin helper has pytest_sessionfinish",
    ),
}

ALLOWED = {
    "nothing": "",
    "database in memory": "import sqlite3\nDATABASE = sqlite3.connect(':memory:')",
    "closed file": "with open('some.txt', 'w') as file: file.write('x')",
    "unreachable file": """
        class Node: pass

        node = Node()
        node.me, node.file = node, open("some.txt", "w")
        del node
    """,
    "null device": "import os\nNOTHING = open(os.devnull, 'w')",
    "thread that has ended": """
        import concurrent.futures

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(str, range(100)))
    """,
    "child that has ended": "import subprocess\nsubprocess.run(['true'], check=True)",
    "child that nobody has waited for": """
        import os, subprocess

        CHILD = subprocess.Popen(["true"])
        os.waitid(os.P_PID, CHILD.pid, os.WEXITED | os.WNOWAIT)
    """,
    "copied environment": """
        import os

        KNOWN, AGAIN = {**os.environ}, os.environ.copy()
        assert "PYTEST_XDIST_WORKER" not in {**KNOWN, **AGAIN}
    """,
    "whether there is a name": """
        import os

        IS_AGENT = "PYTEST_XDIST_WORKER" in os.environ

        def pytest_configure(config):
            assert hasattr(config, "workerinput") == IS_AGENT
            assert IS_AGENT == ("workerid" in getattr(config, "workerinput", {}))
            assert isinstance(getattr(config, "workerinput", {}), dict)
    """,
    "what the controller has given to this agent, asked for by a test": """
        import pytest

        @pytest.hookimpl(optionalhook=True)
        def pytest_configure_node(node):
            node.workerinput["database"] = f"test_{node.gateway.id}"

        @pytest.fixture(autouse=True)
        def database(request, worker_id):
            assert request.config.workerinput["database"] == f"test_{worker_id}"
    """,
    "what is the same in all agents": """
        def pytest_configure(config):
            if hasattr(config, "workerinput"):
                config.count = config.workerinput["workercount"]
                config.run = config.workerinput.get("testrunuid")
    """,
    "program that inherits the environment": """
        import subprocess

        subprocess.run(["env"], check=True, stdout=subprocess.DEVNULL)
    """,
}


def how(ran: Ran) -> tuple[str, list[str]]:
    """How agents started, and why; three records agree about it."""
    (made,) = [event for event in ran.events if isinstance(event, PlanMade)]
    start, reasons = ran.ours["start"], ran.ours["start_reasons"]
    assert (made.start.value, list(made.start_reasons)) == (start, reasons)
    record = json.loads((ran.run_directories[-1] / "run.json").read_text("utf-8"))
    assert (record["start"], record["start_reasons"]) == (start, reasons)
    return start, reasons


def start_lines(ran: Ran) -> list[str]:
    """What is printed about the start besides the header."""
    return [line for line in ran.lines if "[fork-" in line]


@pytest.mark.parametrize("kind", REFUSED)
def test_where_a_fork_is_not_safe_agents_are_spawned(suite: Suite, kind: str) -> None:
    """The reason is printed in one line and is in the reports; every test has its verdict."""
    conftest, reason = REFUSED[kind]
    helper = "class Plugin:\n    def pytest_sessionfinish(self): pass"
    suite.write(conftest=conftest, test_it=MEETING, helper=helper)
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 4}
    start, reasons = how(ran)
    assert start == "spawn"
    assert any(one.startswith(reason) for one in reasons), reasons
    (line,) = start_lines(ran)
    assert line.startswith("agents: spawned: ")
    assert line.endswith(" [fork-refused]")
    assert reasons[0] in line


@pytest.mark.parametrize("kind", ["event loop", "database", "log file"])
def test_what_speaks_against_a_fork_is_no_matter_to_those_who_do_not_want_one(
    suite: Suite, kind: str
) -> None:
    """`--agents-start=spawn`: each agent has its own, and nothing is said."""
    suite.write(conftest=REFUSED[kind][0], test_it=MEETING)
    ran = suite.agents(2, "--agents-start=spawn")
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 4}
    assert how(ran) == ("spawn", [])
    assert start_lines(ran) == []


@pytest.mark.lenient  # Python warns of a file that nobody has closed.
@pytest.mark.parametrize("kind", ALLOWED)
def test_what_does_no_harm_is_no_obstacle(suite: Suite, kind: str) -> None:
    """Agents are forked, know who they are, and nothing is said about it."""
    suite.write(conftest=ALLOWED[kind], test_it=MEETING)
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 4}
    assert how(ran) == ("fork", [])
    assert start_lines(ran) == []


@NEEDS_NUMPY
@pytest.mark.parametrize("threads", ["", "4"], ids=["one thread", "as many as the user wants"])
def test_numeric_libraries_are_no_obstacle(suite: Suite, threads: str) -> None:
    """Their pools of threads are kept small, or can be ended before a fork."""
    more = [name for name in ("pandas", "matplotlib", "hypothesis") if find_spec(name)]
    suite.write(
        conftest=f"""
        import numpy, {", ".join(["sqlite3", *more])}

        ONES = numpy.ones((300, 300)) @ numpy.ones((300, 300))
        """,
        test_it=MEETING,
    )
    ran = suite.agents(2, env={"OPENBLAS_NUM_THREADS": threads})
    assert ran.code == 0, str(ran)
    assert how(ran) == ("fork", [])


@NEEDS_NUMPY
def test_a_plugin_that_imports_numpy_is_no_obstacle(suite: Suite) -> None:
    """As pytest-randomly does in the process that pytest is started in; agents have one thread."""
    suite.write(
        early="import numpy\nONES = numpy.ones((300, 300)) @ numpy.ones((300, 300))",
        test_it="""
        import early, os

        def test_it():
            before = len(os.listdir("/proc/self/task"))
            early.ONES @ early.ONES
            assert len(os.listdir("/proc/self/task")) == before
        """,
    )
    path = os.pathsep.join([".", os.environ.get("PYTHONPATH", "")])
    ran = suite.agents(1, "-p", "early", env={"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": ""})
    assert ran.code == 0, str(ran)
    assert how(ran) == ("fork", [])


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_numeric_libraries_have_one_thread_unless_more_are_wanted(suite: Suite, start: str) -> None:
    """In agents; what the user has set stays."""
    suite.write(
        test_it="""
        import os

        def test_it():
            assert os.environ["OMP_NUM_THREADS"] == "3"
            for name in ("OPENBLAS", "MKL", "NUMEXPR"):
                assert os.environ[f"{name}_NUM_THREADS"] == "1"
        """
    )
    environment = {"OMP_NUM_THREADS": "3", "PYTHON_CPU_COUNT": "1"}
    ran = suite.agents(1, f"--agents-start={start}", env=environment)
    assert ran.code == 0, str(ran)


@pytest.mark.parametrize("kind", ["database", "name by variable", "end of session"])
def test_who_asks_for_a_fork_takes_its_risks(suite: Suite, kind: str) -> None:
    """`--agents-start=fork`: agents are forked, and the risk has a line."""
    conftest, reason = REFUSED[kind]
    suite.write(conftest=conftest, test_it=MEETING)
    ran = suite.agents(2, "--agents-start=fork")
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 4}
    assert how(ran) == ("fork", [reason])
    assert start_lines(ran) == [f"agents: forked at your risk: {reason} [fork-risk]"]


def test_a_process_with_threads_is_not_forked_whoever_asks_for_it(suite: Suite) -> None:
    """Known after collection: agents are spawned."""
    conftest, reason = REFUSED["thread"]
    suite.write(conftest=conftest, test_it=MEETING)
    ran = suite.agents(2, "--agents-start=fork")
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 4}
    assert how(ran) == ("spawn", [reason])


@pytest.mark.parametrize("start", ["auto", "fork", "spawn"])
def test_a_thread_that_is_there_from_the_start(suite: Suite, start: str) -> None:
    """Known before any agent starts: who asks for a fork hears that it cannot be."""
    suite.write(threaded=REFUSED["thread"][0], test_it=MEETING)
    path = os.pathsep.join([".", os.environ.get("PYTHONPATH", "")])
    ran = suite.agents(2, "-p", "threaded", f"--agents-start={start}", env={"PYTHONPATH": path})
    reason = 'thread "poller" runs in the process that pytest was started in'
    if start == "fork":
        assert ran.code == 4, str(ran)
        assert f"agents cannot be forked: {reason}." in ran.err
        assert "[fork-impossible]" in ran.err
        assert ran.run_directories == []
        return
    assert ran.code == 0, str(ran)
    assert how(ran) == ("spawn", [reason] if start == "auto" else [])
    assert len(start_lines(ran)) == (start == "auto")


def test_the_start_is_asked_for_in_the_configuration(suite: Suite) -> None:
    """The command line wins."""
    suite.write(test_it="def test_it(): pass")
    suite.write_text("pyproject.toml", '[tool.agentorch]\nstart = "spawn"\n')
    ran = suite.agents(2)
    assert how(ran) == ("spawn", [])
    assert any(line == "agents: up to 2, spawn start" for line in ran.lines)
    assert how(suite.agents(2, "--agents-start=fork")) == ("fork", [])
    suite.write_text("pyproject.toml", '[tool.agentorch]\nstart = "forked"\n')
    ran = suite.agents(2)
    assert ran.code == 4, str(ran)
    assert "auto or fork or spawn. [bad-value]" in ran.err


def test_files_made_while_collecting_are_there_for_the_agent_that_has_collected(
    suite: Suite,
) -> None:
    """The folder for temporary files is not made anew when that process begins to run tests."""
    suite.write(
        conftest="""
        def pytest_collection_finish(session):
            if hasattr(session.config, "workerinput"):
                session.config.made = session.config._tmp_path_factory.mktemp("made")
                (session.config.made / "file").touch()
        """,
        test_it="""
        def test_it(request, tmp_path):
            assert (request.config.made / "file").exists()
            assert request.config.made.parent == tmp_path.parent
        """,
    )
    ran = suite.agents(1)
    assert ran.code == 0, str(ran)
    assert how(ran)[0] == "spawn"


def test_after_the_fork_everything_about_the_name_is_plain(suite: Suite) -> None:
    """Also for those who have kept the dictionary from before it."""
    suite.write(
        conftest="""
        def pytest_configure(config):
            config.kept = getattr(config, "workerinput", None)
        """,
        test_it="""
        import copy, json, os, pickle, execnet

        def test_it(request):
            given = request.config.workerinput
            assert type(given) is dict
            assert given["workerid"] == request.config.kept["workerid"] == "gw0"
            assert pickle.loads(pickle.dumps(request.config.kept)) == given
            assert json.loads(json.dumps(given)) == given == copy.deepcopy(given)
            assert execnet.loads(execnet.dumps(given)) == given
            assert type(os.environ._data) is type(os.environb._data) is dict
            assert dict(os.environ)["PYTEST_XDIST_WORKER"] == "gw0"
            assert os.environb[b"PYTEST_XDIST_WORKER"] == b"gw0"
        """,
    )
    ran = suite.agents(1)
    assert ran.code == 0, str(ran)
    assert how(ran) == ("fork", [])


def test_what_plugins_hand_over_before_the_fork_comes_from_each_agent(suite: Suite) -> None:
    """`workeroutput` of `pytest_configure` and `pytest_sessionstart`, as pytest-metadata has it."""
    suite.write(
        conftest="""
        import pytest

        def pytest_configure(config):
            if hasattr(config, "workerinput"):
                config.workeroutput["configured"] = "yes"

        def pytest_sessionstart(session):
            if hasattr(session.config, "workerinput"):
                session.config.workeroutput["started"] = ["yes"]

        @pytest.hookimpl(optionalhook=True)
        def pytest_testnodedown(node, error):
            given = {name: node.workeroutput[name] for name in ("configured", "started")}
            with open("down.txt", "a") as file:
                file.write(f"{node.gateway.id} {given}\\n")
        """,
        test_it=MEETING,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert how(ran) == ("fork", [])
    given = {"configured": "yes", "started": ["yes"]}
    assert sorted(ran.words("down.txt")) == [f"gw0 {given}", f"gw1 {given}"]


def test_with_q_the_reason_is_in_the_report_only(suite: Suite) -> None:
    """As with everything else that is ours."""
    suite.write(conftest="def pytest_sessionfinish(): pass", test_it="def test_it(): pass")
    ran = suite.agents(2, "-q")
    assert start_lines(ran) == []
    assert how(ran) == ("spawn", ["conftest.py has pytest_sessionfinish"])


def test_a_zygote_that_dies_while_it_collects(suite: Suite) -> None:
    """Whoever collects after it is spawned, and so are all others; the reason is told."""
    suite.write(
        conftest="""
        import os, pathlib

        if "PYTEST_XDIST_WORKER" in os.environ and not pathlib.Path("died").exists():
            pathlib.Path("died").touch()
            os._exit(3)
        """,
        test_it=MEETING,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert how(ran) == ("spawn", ["the process that forks agents died while it collected"])


def test_a_zygote_that_has_nothing_to_collect_has_not_died(suite: Suite) -> None:
    """It was ended by pytest, which says why."""
    suite.write(test_it=MEETING)
    ran = suite.agents(2, "test_missing.py")
    assert ran.code == 4, str(ran)
    assert "agents died" not in ran.out
    assert "file or directory not found: test_missing.py" in ran.err


def test_a_zygote_that_dies_before_it_knows_where_to_write(suite: Suite) -> None:
    """A plugin fails when pytest reads its options once more: why is told, and kept in its log."""
    suite.write(
        options_once="""
        import os

        def pytest_addoption(parser):
            if "READ" in os.environ and "PYTEST_XDIST_WORKER" not in os.environ:
                raise RuntimeError("options are read twice")
            os.environ["READ"] = "yes"
        """,
        test_it=MEETING,
    )
    ran = suite.agents(2, "-p", "options_once", env={"PYTHONPATH": str(suite.folder)})
    assert ran.code == 0, str(ran)
    why = "the process that forks agents died while it read its options: "
    assert how(ran) == ("spawn", [f"{why}RuntimeError: options are read twice"])
    (line,) = start_lines(ran)
    assert "options are read twice" in line
    log = (ran.run_directories[-1] / "logs" / "gw0.log").read_text("utf-8")
    assert log.startswith("Traceback (most recent call last):\n")
