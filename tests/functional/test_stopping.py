"""Ends before the last test: `-x`, `--maxfail`, wishes of plugins, `pytest.exit`."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite

# While the bad test fails, the other agent is inside a test of its own, whichever: that one lasts
# until the agent of the bad test has ended. What was queued behind it must not start then.
BAD_AND_SLOW = """
    import pathlib, time, pytest

    def note(name):
        with open("started.txt", "a") as file:
            file.write(f"{name}\\n")

    def wait_for(condition):
        for _ in range(3000):
            if condition():
                return
            time.sleep(0.01)
        raise AssertionError("it never came")

    def other_agent_has_ended():
        logs = pathlib.Path(".pytest_cache/d/agentorch/runs").glob("*/events.jsonl")
        return any('"event":"AgentExited"' in log.read_text() for log in logs)

    def test_bad():
        note("bad")
        wait_for(pathlib.Path("slow.txt").exists)
        BAD

    @pytest.mark.parametrize("n", range(20))
    def test_slow(n):
        note("slow")
        pathlib.Path("slow.txt").touch()
        wait_for(other_agent_has_ended)
"""


def bad_and_slow(suite: Suite, bad: str) -> None:
    """Write the suite."""
    suite.write(test_it=BAD_AND_SLOW.replace("BAD", bad))


@pytest.mark.parametrize("option", ["-x", "--exitfirst", "--maxfail=1"])
def test_no_test_starts_once_the_failure_is_known(suite: Suite, option: str) -> None:
    """Of twenty-one tests two start: the bad one and the one that runs beside it."""
    bad_and_slow(suite, "assert 0")
    ran = suite.agents(2, option)
    assert ran.code == 1, str(ran)
    assert sorted(ran.words("started.txt")) == ["bad", "slow"]
    assert ran.counts == {"failed": 1, "passed": 1}
    assert "!!! stopping after 1 failures !!!" in ran.out
    assert sum(status == "not run" for status in ran.statuses.values()) == 19


def test_maxfail_2_stops_after_the_second_failure(suite: Suite) -> None:
    """The message and the exit code are those of serial pytest."""
    suite.write(
        test_bad="""
        import pytest

        @pytest.mark.parametrize("n", range(12))
        def test_number(n):
            with open("started.txt", "a") as file:
                file.write(f"{n}\\n")
            assert n not in (2, 3)
        """
    )
    serial = suite.serial("--maxfail=2")
    (suite.folder / "started.txt").unlink()
    agents = suite.agents(1, "--maxfail=2")
    assert agents.code == serial.code == 1
    assert agents.counts == serial.counts == {"failed": 2, "passed": 2}
    assert agents.words("started.txt") == ["0", "1", "2", "3"]
    message = "!!! stopping after 2 failures !!!"
    assert message in serial.out
    assert message in agents.out


def test_with_one_agent_x_runs_exactly_what_serial_runs(suite: Suite) -> None:
    """Nothing after the first failure, and its fixtures are torn down."""
    suite.write(
        test_bad="""
        import pytest

        @pytest.fixture(scope="session")
        def resource():
            yield
            with open("log.txt", "a") as file:
                file.write("torn down\\n")

        @pytest.mark.parametrize("n", range(12))
        def test_number(n, resource):
            with open("log.txt", "a") as file:
                file.write(f"{n}\\n")
            assert n != 2
        """
    )
    serial = suite.serial("-x")
    expected = serial.words("log.txt")
    (suite.folder / "log.txt").unlink()
    agents = suite.agents(1, "-x")
    assert agents.words("log.txt") == expected == ["0", "1", "2", "torn down"]
    assert agents.junit == serial.junit
    assert agents.code == serial.code


def test_an_error_at_setup_counts_for_x(suite: Suite) -> None:
    """As in serial pytest errors count like failures."""
    suite.write(
        test_bad="""
        import pytest

        @pytest.fixture
        def broken():
            raise RuntimeError("no setup")

        def test_1(broken): pass
        def test_2(): pass
        """
    )
    ran = suite.agents(1, "-x")
    assert ran.code == 1
    assert ran.counts == {"errors": 1}


def test_shouldstop_of_a_conftest_in_the_controller_stops_the_run(suite: Suite) -> None:
    """A plugin that looks at reports and has had enough: exit code 2, its words are printed."""
    suite.write(
        test_it="""
        import pathlib, time, pytest

        def stop_is_requested():
            logs = pathlib.Path(".pytest_cache/d/agentorch/runs").glob("*/events.jsonl")
            return any('"event":"StopRequested"' in log.read_text() for log in logs)

        @pytest.mark.parametrize("n", range(40))
        def test_number(n):
            with open("started.txt", "a") as file:
                file.write(f"{n}\\n")
            # An agent that has not heard of it yet may start what is queued; more it has not got.
            for _ in range(3000 if n else 0):
                if stop_is_requested():
                    break
                time.sleep(0.01)
            assert n
        """,
        conftest="""
        class Enough:
            def __init__(self, session):
                self.session = session

            def pytest_runtest_logreport(self, report):
                if report.failed:
                    self.session.shouldstop = "I have seen enough"

        def pytest_sessionstart(session):
            if not hasattr(session.config, "workerinput"):
                session.config.pluginmanager.register(Enough(session))
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 2, str(ran)
    assert "!!! Interrupted: I have seen enough !!!" in ran.out
    started = len(ran.words("started.txt"))
    assert started < 20
    assert ran.counts == {"failed": 1, "passed": started - 1}
    assert sum(status == "not run" for status in ran.statuses.values()) == 40 - started


@pytest.mark.parametrize(
    ("wish", "code"), [("shouldstop", 2), ("shouldfail", 1)], ids=["shouldstop", "shouldfail"]
)
def test_a_wish_of_a_test_stops_the_run(suite: Suite, wish: str, code: int) -> None:
    """`session.shouldstop` and `session.shouldfail` set in an agent count for the whole run."""
    suite.write(
        test_it=f"""
        import pytest

        def test_1(request):
            request.session.{wish} = "that was it"

        @pytest.mark.parametrize("n", range(10))
        def test_later(n):
            pass
        """
    )
    serial = suite.serial()
    agents = suite.agents(1)
    assert agents.code == serial.code == code
    assert agents.counts == serial.counts == {"passed": 1}
    assert "that was it" in serial.out
    assert "that was it" in agents.out


def test_pytest_exit_in_a_test_ends_the_run_with_its_code(suite: Suite) -> None:
    """`pytest.exit(reason, returncode=7)`: exit code 7, the reason is printed."""
    bad_and_slow(suite, "pytest.exit('that is all', returncode=7)")
    ran = suite.agents(2)
    assert ran.code == 7, str(ran)
    assert "!!! _pytest.outcomes.Exit: that is all !!!" in ran.out
    assert sorted(ran.words("started.txt")) == ["bad", "slow"]


@pytest.mark.parametrize("where", ["test", "fixture"])
def test_a_keyboard_interrupt_raised_in_an_agent_ends_the_run(suite: Suite, where: str) -> None:
    """Exit code 2 and pytest's own words."""
    suite.write(
        test_it=f"""
        import pytest

        @pytest.fixture
        def maybe():
            if {where == "fixture"}:
                raise KeyboardInterrupt

        def test_1():
            pass

        def test_2(maybe):
            raise KeyboardInterrupt

        @pytest.mark.parametrize("n", range(10))
        def test_later(n):
            pass
        """
    )
    serial = suite.serial()
    agents = suite.agents(1)
    assert agents.code == serial.code == 2, str(agents)
    assert "KeyboardInterrupt" in agents.out
    assert agents.counts == serial.counts == {"passed": 1}


def test_pytest_exit_in_a_session_hook_of_an_agent_ends_the_run(suite: Suite) -> None:
    """A conftest that refuses to work: its reason is printed once, nothing runs."""
    suite.write(
        test_it="def test_1(): pass",
        conftest="""
        import pytest

        def pytest_sessionstart(session):
            if hasattr(session.config, "workerinput"):
                pytest.exit("not here", returncode=9)
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 9, str(ran)
    assert "not here" in ran.out + ran.err
    assert "passed" not in ran.counts


def test_an_internal_error_in_an_agent_is_told_and_ends_the_run(suite: Suite) -> None:
    """A hook that raises: exit code 3 as in serial pytest, with the traceback."""
    suite.write(
        test_it="""
        def test_1(): pass
        def test_2(): pass
        """,
        conftest="""
        def pytest_runtest_setup(item):
            pass

        def pytest_runtest_logstart(nodeid, location):
            raise RuntimeError("the hook is broken")
        """,
    )
    serial = suite.serial()
    agents = suite.agents(2)
    assert serial.code == 3
    assert agents.code == 3, str(agents)
    assert "the hook is broken" in agents.out


@pytest.mark.parametrize(
    ("ends_with", "code"), [("raise KeyboardInterrupt", 2), ("pytest.exit('enough', 5)", 5)]
)
def test_what_ends_pytest_in_a_teardown_takes_no_verdict(
    suite: Suite, ends_with: str, code: int
) -> None:
    """The test has passed, or failed, before: that is told as in plain pytest."""
    suite.write(
        test_it=f"""
        import pytest

        @pytest.fixture
        def resource():
            yield
            {ends_with}

        def test_first(): pass
        def test_last(resource): assert 0
        def test_never(): pass
        """
    )
    serial, agents = suite.serial(), suite.agents(1)
    assert agents.code == serial.code == code, str(agents)
    assert agents.counts == serial.counts == {"passed": 1, "failed": 1}
    assert agents.junit == serial.junit
    assert agents.statuses == {
        "test_it.py::test_first": "passed",
        "test_it.py::test_last": "failed",
        "test_it.py::test_never": "not run",
    }


def test_an_interrupt_in_a_test_gives_it_no_verdict(suite: Suite) -> None:
    """It has been set up, and one of its subtests has passed: that is no end."""
    suite.write(
        test_it="""
        import unittest

        def test_first(): pass

        class TestCase(unittest.TestCase):
            def test_parts(self):
                with self.subTest(n=1):
                    pass
                raise KeyboardInterrupt
        """
    )
    agents = suite.agents(1)
    assert agents.code == 2, str(agents)
    assert agents.counts["passed"] == 1
    assert agents.statuses["test_it.py::TestCase::test_parts"] == "not run"


def test_the_place_of_an_interrupt_is_in_the_test(suite: Suite) -> None:
    """Not in a file of ours; while tests are collected it is in the module."""
    suite.write(test_it="def test_it():\n    raise KeyboardInterrupt\n")
    suite.write(module="raise KeyboardInterrupt\n")
    for name, line in (("test_it.py", 2), ("module.py", 1)):
        ran = suite.agents(1, name)
        assert ran.code == 2, str(ran)
        assert f"[gw0] {suite.folder / name}:{line}: KeyboardInterrupt" in ran.lines
        assert "pytest_agentorch/" not in ran.out
