"""What suites and plugins touch of xdist: options, hooks, `workerinput`, with and without it."""

from __future__ import annotations

import os
import re

import pytest

from tests.functional.running import Ran, Suite

STARTS = pytest.mark.parametrize("start", ["fork", "spawn"])
XDIST = pytest.mark.parametrize("xdist", ["with xdist", "without xdist"])
NO_XDIST = ("-p", "no:xdist", "-p", "no:xdist.looponfail")
OPTIONS = """
    import pytest

    GIVEN = {
        "numprocesses": None, "maxprocesses": None, "maxworkerrestart": None, "dist": "no",
        "loadscopereorder": True, "tx": [], "px": [], "distload": False, "rsyncdir": [],
        "rsyncignore": [], "testrunuid": None, "maxschedchunk": None, "looponfail": False,
    }
    SPELLED = {"-n": "numprocesses", "--dist": "dist", "--max-worker-restart": "maxworkerrestart"}

    def check(config, **other):
        for name, value in {**GIVEN, **other}.items():
            assert config.getoption(name) == getattr(config.option, name) == value, name
        for spelling, name in SPELLED.items():
            assert config.getoption(spelling) == config.getoption(name)

    def pytest_configure(config):
        if hasattr(config, "workerinput") or not config.getoption("agents"):
            check(config)
        else:
            check(config, dist="load", numprocesses=2)
"""


def arguments(xdist: str) -> tuple[str, ...]:
    """The options of a run with xdist, if it is there, or without."""
    if xdist == "with xdist":
        pytest.importorskip("xdist")
        return ()
    return NO_XDIST


@STARTS
@XDIST
def test_all_options_of_xdist_can_be_asked_for(suite: Suite, xdist: str, start: str) -> None:
    """In the controller, in agents and in plain pytest, by name and as they are written."""
    suite.write(conftest=OPTIONS, test_it="def test_it(): pass")
    ran = suite.agents(2, f"--agents-start={start}", *arguments(xdist))
    assert ran.counts == {"passed": 1}, str(ran)
    assert suite.run(*arguments(xdist)).counts == {"passed": 1}


@STARTS
def test_options_of_a_suite_keep_their_meaning(suite: Suite, start: str) -> None:
    """Where xdist is not installed its names are free."""
    suite.write(
        conftest="""
        def pytest_addoption(parser):
            parser.addoption("--dist", default="bookworm")
            parser.addoption("--numprocesses", type=int, default=7)
            parser.addoption("--tx", default="cable")
            parser.addoption("--maxprocesses", default="many")
        """,
        test_it="""
        def test_it(request):
            names = ("dist", "numprocesses", "tx", "maxprocesses")
            found = [request.config.getoption(name) for name in names]
            assert found == ["bookworm", 7, "cable", "many"]
            assert request.config.getoption("maxworkerrestart") is None
        """,
    )
    ran = suite.agents(2, f"--agents-start={start}", *NO_XDIST)
    assert ran.counts == {"passed": 1}, str(ran)


@XDIST
def test_what_a_node_was_given_can_be_counted_on(suite: Suite, xdist: str) -> None:
    """A plugin that reads it before a fork would read that of another agent: they are spawned."""
    suite.write(
        conftest="""
        import pytest

        @pytest.hookimpl(optionalhook=True)
        def pytest_configure_node(node):
            node.workerinput["number"] = 1

        def pytest_configure(config):
            if hasattr(config, "workerinput"):
                config.workerinput["number"] += 1
        """,
        test_it="""
        import pytest

        @pytest.mark.parametrize("n", range(4))
        def test_it(request, n):
            assert request.config.workerinput["number"] == 2
        """,
    )
    ran = suite.agents(2, *arguments(xdist))
    assert ran.counts == {"passed": 4}, str(ran)
    assert ran.ours["start"] == "spawn"


@STARTS
@XDIST
def test_what_is_written_to_workerinput_stays(suite: Suite, xdist: str, start: str) -> None:
    """By a plugin at `pytest_configure`, which is before the fork, as in a worker of xdist."""
    suite.write(
        conftest="""
        import pytest

        @pytest.hookimpl(optionalhook=True)
        def pytest_configure_node(node):
            node.workerinput.update(same="same", slot=node.gateway.id)

        def pytest_configure(config):
            if hasattr(config, "workerinput"):
                config.workerinput["mine"] = ["mine"]
        """,
        test_it="""
        import pytest

        @pytest.mark.parametrize("n", range(4))
        def test_it(request, worker_id, n):
            found = request.config.workerinput
            assert (found["mine"], found["same"]) == (["mine"], "same")
            assert found["slot"] == found["workerid"] == worker_id
        """,
    )
    ran = suite.agents(2, *([] if start == "fork" else ["--agents-start=spawn"]), *arguments(xdist))
    assert ran.counts == {"passed": 4}, str(ran)
    assert ran.ours["start"] == start


@STARTS
@XDIST
def test_hooks_before_agents_start(suite: Suite, xdist: str, start: str) -> None:
    """Once for all, then for each; what nobody calls may be there nevertheless."""
    suite.write(
        conftest="""
        import os

        def told(text):
            with open("told.txt", "a") as file:
                file.write(text + "\\n")

        def pytest_xdist_setupnodes(config, specs):
            os.environ["SET_UP"] = "yes"
            told(f"setup {len(specs)} {specs[1].id} {specs[1].popen}")

        def pytest_xdist_newgateway(gateway):
            told(f"gateway {gateway.id}")

        def pytest_configure_node(node):
            told(f"node {node.gateway.id} of {len(node.nodemanager.specs)}")

        def pytest_testnodeready(node):
            told(f"ready {node.workerinfo['id']} {node.workerinfo['spec'].popen}")

        def pytest_xdist_make_scheduler(config, log): told("scheduler")
        def pytest_xdist_getremotemodule(): told("module")
        """,
        test_it="""
        import os

        def test_it(): assert os.environ["SET_UP"] == "yes"
        """,
    )
    ran = suite.agents(2, f"--agents-start={start}", *arguments(xdist))
    assert ran.counts == {"passed": 1}, str(ran)
    gateway, *rest = ran.words("told.txt")[1:]
    assert ran.words("told.txt")[0] == "setup 2 gw1 True"
    assert [gateway, *rest] == ["gateway gw0", "node gw0 of 2", "ready gw0 True"]
    assert "pytest_xdist_make_scheduler in conftest.py is not called" in ran.out
    assert suite.run(*arguments(xdist)).counts == {"failed": 1}


@STARTS
def test_no_agent_starts_a_process_to_introduce_itself(suite: Suite, start: str) -> None:
    """Python does for the name of the platform: it is asked once, in the controller."""
    suite.write(
        conftest="""
        import os, platform

        def pytest_testnodeready(node):
            assert node.workerinfo["platform"] == platform.platform()
            with open("controller.txt", "w") as file:
                file.write(str(os.getpid()))
        """,
        test_it="""
        import pytest

        @pytest.mark.parametrize("n", range(8))
        def test_it(n): pass
        """,
    )
    suite.write_text("bin/uname", '#!/bin/sh\necho $PPID >>"${0%/*}/askers"\n')
    (suite.folder / "bin/uname").chmod(0o700)
    path = f"{suite.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    ran = suite.agents(2, f"--agents-start={start}", env={"PATH": path})
    assert ran.counts == {"passed": 8}, str(ran)
    askers = set(ran.words("bin/askers")) if (suite.folder / "bin/askers").exists() else set()
    assert askers <= set(ran.words("controller.txt"))


@XDIST
@pytest.mark.parametrize(("asked", "agents"), [("auto", 3), ("logical", 2)])
def test_a_hook_sees_which_word_it_is_asked_for(
    suite: Suite, xdist: str, asked: str, agents: int
) -> None:
    """And beats the variable of xdist."""
    suite.write(
        conftest="""
        def pytest_xdist_auto_num_workers(config):
            return {"auto": 3, "logical": 2}[config.option.numprocesses]
        """,
        test_it="def test_it(): pass",
    )
    more = {"PYTEST_XDIST_AUTO_NUM_WORKERS": "1"}
    ran = suite.agents(1, f"--agents={asked}", *arguments(xdist), env=more)
    assert ran.code == 0, str(ran)
    assert ran.ours["agents_allowed"] == agents


@STARTS
def test_testrunuid_and_maxprocesses_of_xdist(suite: Suite, start: str) -> None:
    """Heeded as long as it is installed: they may stand in `addopts`."""
    pytest.importorskip("xdist")
    suite.write(
        test_it="""
        import os, pytest

        @pytest.mark.parametrize("n", range(2))
        def test_it(testrun_uid, n):
            assert testrun_uid == os.environ["PYTEST_XDIST_TESTRUNUID"] == "tuesday"
        """
    )
    suite.write_text("pytest.ini", "[pytest]\naddopts = --testrunuid=tuesday --maxprocesses=1\n")
    ran = suite.agents(1, "--agents=auto", f"--agents-start={start}")
    assert ran.counts == {"passed": 2}, str(ran)
    assert ran.ours["agents_allowed"] == 1


def test_looponfail_runs_on_agents(suite: Suite) -> None:
    """The session that xdist starts over and over is an ordinary one."""
    pytest.importorskip("xdist.looponfail")
    suite.write(test_it="def test_it(worker_id): open('ran.txt', 'a').write(worker_id + '\\n')")
    with suite.start("-f", "--agents=2") as running:
        running.wait_for_words("ran.txt", 1)
        suite.write(test_more="def test_more(): open('ran.txt', 'a').write('more\\n')")
        running.wait_for_words("ran.txt", 3)
        running.process.terminate()
        ran = running.finish()
    assert "Traceback" not in ran.out + ran.err, str(ran)
    assert sorted(ran.words("ran.txt")) == ["gw0", "gw0", "more"]


@STARTS
@XDIST
def test_a_node_tells_how_its_session_has_ended(suite: Suite, xdist: str, start: str) -> None:
    """Under the keys that xdist has; a plugin may change them, and read them when it is down."""
    suite.write(
        conftest="""
        import pytest

        def pytest_sessionfinish(session, exitstatus):
            found = getattr(session.config, "workeroutput", {"exitstatus": int(exitstatus)})
            assert found["exitstatus"] == int(exitstatus)

        def pytest_testnodedown(node, error):
            assert node.shutting_down
            names = ("exitstatus", "shouldfail", "shouldstop")
            with open("ended.txt", "a") as file:
                file.write(" ".join(str(node.workeroutput[name]) for name in names) + "\\n")
        """,
        test_it="def test_fails(): assert False",
    )
    ran = suite.agents(1, f"--agents-start={start}", *arguments(xdist))
    assert ran.counts == {"failed": 1}, str(ran)
    assert ran.words("ended.txt") == ["1 False False"]


@STARTS
@XDIST
def test_plugins_may_ask_the_session_that_distributes(suite: Suite, xdist: str, start: str) -> None:
    """For the id of the run, for nodes; and they may stop it there."""
    suite.write(
        plugin="""
        class Plugin:
            def __init__(self, config):
                self.config = config

            def pytest_xdist_setupnodes(self, config, specs):
                assert list(config.pluginmanager.getplugin("dsession").nodemanager.specs) == specs

            def pytest_runtest_logreport(self, report):
                session = self.config.pluginmanager.getplugin("dsession")
                assert session.nodemanager.testrunuid == report.testrun_uid
                assert report.node in session.sched.nodes
                assert report.node.gateway.node is report.node
                if not session.shouldstop:
                    session.shouldstop = "that will do"

        def pytest_configure(config):
            if not hasattr(config, "workerinput"):
                config.pluginmanager.register(Plugin(config))
        """,
        test_it="""
        import pytest, time

        @pytest.mark.parametrize("n", range(50))
        def test_it(n):
            time.sleep(0.2)
        """,
    )
    ran = suite.agents(2, "-p", "plugin", f"--agents-start={start}", *arguments(xdist))
    assert ran.code == 2, str(ran)
    assert "that will do" in ran.out
    assert ran.counts["passed"] < 50


@pytest.mark.parametrize("args", ["", "-n0", "-n 2", "--co -q", "--dist no -v", "-n 2 --pdb"])
def test_who_does_not_ask_for_agents_sees_nothing_of_them(suite: Suite, args: str) -> None:
    """With both installed the output is what it is without this plugin, and nothing warns."""
    pytest.importorskip("xdist")
    suite.write(
        conftest="""
        def pytest_sessionstart(session):
            worker = getattr(session.config, "workerinput", {}).get("workerid", "controller")
            with open("started.txt", "a") as file:
                file.write(f"{worker}\\n")
        """,
        test_it="""
        import pytest

        @pytest.mark.xdist_group("one")
        @pytest.mark.parametrize("n", range(3))
        def test_it(n, worker_id, testrun_uid): pass
        """,
    )
    given = ["-W", "error", "-p", "no:cacheprovider", *args.split()]
    ours, theirs = suite.run(*given), suite.run(*given, "-p", "no:agentorch")
    assert (ours.code, ours.err) == (theirs.code, theirs.err)
    assert _without_times(ours) == _without_times(theirs)
    started = ours.words("started.txt")
    half = len(started) // 2
    assert sorted(started[:half]) == sorted(started[half:])


def _without_times(ran: Ran) -> list[str]:
    kept = [line for line in ran.lines if not line.startswith("plugins: ")]
    return [re.sub(r"in [0-9.]+s|gw[0-9]", "", line) for line in kept]


@XDIST
def test_marks_of_xdist_are_declared_once(suite: Suite, xdist: str) -> None:
    """Whoever declares them."""
    args = arguments(xdist)
    assert suite.run("--markers", *args).out.count("@pytest.mark.xdist_group") == 1
    suite.write(test_it="import pytest\n@pytest.mark.xdist_group('one')\ndef test_it(): pass")
    for start in ("fork", "spawn"):
        ran = suite.agents(2, f"--agents-start={start}", "--strict-markers", *args)
        assert ran.counts == {"passed": 1}, str(ran)
