"""A suite and plugins that work under xdist work here unchanged."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite

NO_XDIST = ["-p", "no:xdist", "-p", "no:xdist.looponfail"]


@pytest.mark.parametrize("xdist", ["with xdist", "without xdist"])
def test_worker_id_and_testrun_uid(suite: Suite, xdist: str) -> None:
    """`gwN` and one id for all; `master` and an id without agents."""
    if xdist == "with xdist":
        pytest.importorskip("xdist")
    args = NO_XDIST if xdist == "without xdist" else []
    suite.write(
        test_it="""
        import os, pathlib, time, pytest

        @pytest.mark.parametrize("n", range(2))
        def test_it(n, worker_id, testrun_uid):
            with open("ids.txt", "a") as file:
                file.write(f"{worker_id} {testrun_uid}\\n")
            wanted = int(os.environ["WANTED"])
            for _ in range(3000):
                if len(pathlib.Path("ids.txt").read_text().splitlines()) >= wanted:
                    return
                time.sleep(0.01)
            raise AssertionError("the other agent never came")
        """
    )
    serial = suite.serial(*args, env={"WANTED": "1"})
    assert serial.code == 0, str(serial)
    ids = [line.split() for line in serial.words("ids.txt")]
    assert {worker for worker, _uid in ids} == {"master"}
    assert len({uid for _worker, uid in ids}) == 1
    (suite.folder / "ids.txt").unlink()
    agents = suite.agents(2, *args, env={"WANTED": "2"})
    assert agents.code == 0, str(agents)
    ids = [line.split() for line in agents.words("ids.txt")]
    assert {worker for worker, _uid in ids} == {"gw0", "gw1"}
    assert len({uid for _worker, uid in ids}) == 1


@pytest.mark.parametrize("xdist", ["with xdist", "without xdist"])
def test_an_agent_looks_like_a_worker_from_its_first_line(suite: Suite, xdist: str) -> None:
    """Environment and `config.workerinput`, already when conftests are imported."""
    if xdist == "with xdist":
        pytest.importorskip("xdist")
    suite.write(
        conftest="""
        import os

        NAMES = ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID")
        AT_IMPORT = {name: os.environ[name] for name in NAMES if name in os.environ}

        def pytest_configure(config):
            if not hasattr(config, "workerinput"):
                assert "PYTEST_XDIST_WORKER" not in AT_IMPORT
                assert config.getoption("numprocesses") == 2
                assert config.getoption("dist") != "no"
                return
            assert AT_IMPORT["PYTEST_XDIST_WORKER"] == config.workerinput["workerid"] == "gw0"
            assert AT_IMPORT["PYTEST_XDIST_WORKER_COUNT"] == "2"
            assert AT_IMPORT["PYTEST_XDIST_TESTRUNUID"] == config.workerinput["testrunuid"]
            assert config.workerinput["workercount"] == 2
            assert config.workerinput["mainargv"][1:][-1] == "marker.py"
            assert not config.pluginmanager.hasplugin("dsession")
            assert config.pluginmanager.hasplugin("xdist")
            assert config.getoption("dist", "no") == "no"
        """,
        marker="""
        def test_it(request):
            assert request.config.workeroutput == {}
        """,
        controller="""
        def pytest_sessionstart(session):
            if not hasattr(session.config, "workerinput"):
                assert session.config.pluginmanager.hasplugin("dsession")
        """,
    )
    args = NO_XDIST if xdist == "without xdist" else []
    ran = suite.agents(2, *args, "-p", "controller", "marker.py")
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 1}


@pytest.mark.parametrize("xdist", ["with xdist", "without xdist"])
def test_hooks_of_nodes_carry_data_both_ways(suite: Suite, xdist: str) -> None:
    """`pytest_configure_node` in, `workeroutput` out, `pytest_testnodedown` once per agent."""
    if xdist == "with xdist":
        pytest.importorskip("xdist")
    suite.write(
        conftest="""
        import json
        import pytest

        class Master:
            def __init__(self): self.lines = []

            @pytest.hookimpl(optionalhook=True)
            def pytest_configure_node(self, node):
                node.workerinput["given"] = {"word": node.gateway.id, "numbers": [1, 2]}
                self.lines.append(f"configure {node.gateway.id} {node.workerinput['workerid']}")

            @pytest.hookimpl(optionalhook=True)
            def pytest_testnodeready(self, node):
                self.lines.append(f"ready {node.gateway.id}")

            @pytest.hookimpl(optionalhook=True)
            def pytest_testnodedown(self, node, error):
                given = getattr(node, "workeroutput", None)
                self.lines.append(f"down {node.gateway.id} {error} {json.dumps(given)}")

            def pytest_runtest_logreport(self, report):
                if report.when == "call":
                    self.lines.append(f"report {report.node.gateway.id} {report.worker_id}")

            def pytest_sessionfinish(self):
                with open("master.txt", "w") as file:
                    file.write("\\n".join(self.lines) + "\\n")

        def pytest_configure(config):
            if hasattr(config, "workerinput"):
                assert config.workerinput["given"]["numbers"] == [1, 2]
            else:
                config.pluginmanager.register(Master())

        def pytest_sessionfinish(session):
            if hasattr(session.config, "workerinput"):
                session.config.workeroutput["back"] = session.config.workerinput["given"]["word"]
        """,
        test_it="def test_it(): pass",
    )
    args = NO_XDIST if xdist == "without xdist" else []
    ran = suite.agents(2, *args)
    assert ran.code == 0, str(ran)
    assert ran.words("master.txt") == [
        "configure gw0 gw0",
        "ready gw0",
        "report gw0 gw0",
        'down gw0 None {"exitstatus": 0, "shouldfail": false, "shouldstop": false, "back": "gw0"}',
    ]


def test_a_node_that_crashed_has_no_workeroutput(suite: Suite) -> None:
    """`pytest_testnodedown` gets an error, and the attribute is missing."""
    suite.write(
        conftest="""
        import pytest

        @pytest.hookimpl(optionalhook=True)
        def pytest_testnodedown(node, error):
            with open("down.txt", "a") as file:
                file.write(f"{node.gateway.id} {bool(error)} {hasattr(node, 'workeroutput')}\\n")

        @pytest.hookimpl(optionalhook=True)
        def pytest_handlecrashitem(crashitem, report, sched):
            with open("crashed.txt", "a") as file:
                file.write(f"{crashitem} {report.outcome}\\n")
        """,
        test_it="""
        import os

        def test_dies(): os._exit(3)
        """,
    )
    ran = suite.agents(1, "--agents-crash=fail")
    assert ran.code == 1, str(ran)
    assert ran.words("down.txt") == ["gw0 True False"]
    assert ran.words("crashed.txt") == ["test_it.py::test_dies failed"]


def test_what_plugins_send_is_never_an_internal_error(suite: Suite) -> None:
    """Things that no wire can carry fall back to text."""
    suite.write(
        conftest="""
        import pathlib

        def pytest_runtest_makereport(item, call):
            item.user_properties.append(("odd", pathlib.Path("x")))
            item.user_properties.append(("big", 2**80))

        def pytest_sessionfinish(session):
            if hasattr(session.config, "workerinput"):
                session.config.workeroutput["odd"] = object()
        """,
        test_it="""
        import pytest

        def test_it(): pass
        def test_fails(): assert 0, "\\udcff"
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 1, str(ran)
    assert ran.counts == {"passed": 1, "failed": 1}
    assert "INTERNALERROR" not in ran.out + ran.err


def test_n_and_dist_in_addopts_do_not_reach_agents(suite: Suite) -> None:
    """Xdist's own options next to `--agents` are neutral where they ask for nothing."""
    pytest.importorskip("xdist")
    suite.write(test_it="def test_it(): pass")
    suite.write_text("pytest.ini", "[pytest]\naddopts = --dist=loadfile --maxprocesses=4\n")
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 1}


def test_xdist_still_runs_without_agents(suite: Suite) -> None:
    """`-n 2` is xdist's business as ever."""
    pytest.importorskip("xdist")
    suite.write(test_it="def test_it(worker_id): assert worker_id.startswith('gw')")
    ran = suite.run("-n", "2", "-q")
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 1}
    assert ran.run_directories == []


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_plugin_with_a_loop_of_its_own_is_entered_once_in_each_agent(
    suite: Suite, start: str
) -> None:
    """A wrapper of `pytest_runtestloop`, as pytest-cov and others have it."""
    suite.write(
        conftest="""
        import os, pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_runtestloop(session):
            who = os.environ.get("PYTEST_XDIST_WORKER", "controller")
            with open("loop.txt", "a") as file:
                file.write(f"enter {who}\\n")
            result = yield
            with open("loop.txt", "a") as file:
                file.write(f"leave {who}\\n")
            return result
        """,
        test_it="""
        import os, pathlib, time, pytest

        @pytest.mark.parametrize("n", range(2))
        def test_it(n):
            pathlib.Path(f"seen-{n}").touch()
            while not pathlib.Path(f"seen-{1 - n}").exists():
                time.sleep(0.01)
        """,
    )
    ran = suite.agents(2, f"--agents-start={start}")
    assert ran.code == 0, str(ran)
    assert ran.ours["start"] == start
    everybody = ("controller", "gw0", "gw1")
    expected = [f"{what} {who}" for what in ("enter", "leave") for who in everybody]
    assert sorted(ran.words("loop.txt")) == expected


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_what_is_to_come_before_the_loop_does(suite: Suite, start: str) -> None:
    """A conftest asks for it; one that does not is behind those that distribute."""
    suite.write(
        conftest="""
        import os, pytest

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtestloop(session):
            with open("loop.txt", "a") as file:
                file.write(os.environ.get("PYTEST_XDIST_WORKER", "controller") + "\\n")
        """,
        later="""
        def pytest_runtestloop(session):
            raise AssertionError("this one is not asked")
        """,
        test_it="""
        import pytest

        @pytest.mark.parametrize("n", range(4))
        def test_it(n): pass
        """,
    )
    env = {"PYTHONPATH": "."}
    ran = suite.agents(1, f"--agents-start={start}", "-p", "later", env=env)
    assert ran.counts == {"passed": 4}, str(ran)
    assert sorted(ran.words("loop.txt")) == ["controller", "gw0"]


def test_runs_within_a_test_may_have_agents(suite: Suite) -> None:
    """One after the other in one process, which forgets what a run has imported."""
    suite.write(
        conftest="pytest_plugins = ['pytester']",
        test_it="""
        import pytest

        @pytest.mark.parametrize("n", range(3))
        def test_run(pytester, n):
            pytester.makepyfile(test_a="def test_a(): pass", test_b="def test_b(): pass")
            pytester.runpytest("--agents=2").assert_outcomes(passed=2)
        """,
    )
    assert suite.run().counts == {"passed": 3}
