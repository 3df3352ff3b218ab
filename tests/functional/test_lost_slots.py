"""Agents that die before they do anything: the run goes on without them, and ends without any."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite

EIGHT_TESTS = """
    import pytest

    @pytest.mark.parametrize("n", range(8))
    def test_number(n):
        pass
"""


def test_a_slot_whose_agents_never_come_up_is_given_up(suite: Suite) -> None:
    """Every agent but the one that collects dies at session start: that one runs all tests."""
    suite.write(
        test_numbers="""
        import pathlib, time, pytest

        def other_slot_is_given_up():
            logs = pathlib.Path(".pytest_cache/d/agentorch/runs").glob("*/events.jsonl")
            return any('"event":"SlotGivenUp"' in log.read_text() for log in logs)

        @pytest.mark.parametrize("n", range(8))
        def test_number(n):
            for _ in range(6000):
                if other_slot_is_given_up():
                    return
                time.sleep(0.01)
            raise AssertionError("it was never given up")
        """,
        conftest="""
        import os

        def pytest_sessionstart(session):
            worker = getattr(session.config, "workerinput", {}).get("workerid")
            if worker is None or worker == "gw0":
                return
            with open("starts.txt", "a") as file:
                file.write(f"{worker}\\n")
            os._exit(11)
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 8}
    assert {test["threadId"] for test in ran.report["results"]["tests"]} == {"gw0"}
    # The first start and at most three more.
    assert 2 <= len(ran.words("starts.txt")) <= 4
    assert "slot-given-up" in ran.incidents
    told = [line for line in ran.lines if line.startswith("! ")]
    assert len(told) == 1, str(ran)
    assert "gw1 given up: 3 agents in a row died before any verdict (exit code 11)" in told[0]


def test_if_all_agents_die_at_session_start_the_run_ends_with_an_error(suite: Suite) -> None:
    """Nobody can collect: exit code not 0, the end of the process and its words are told."""
    suite.write(
        test_numbers=EIGHT_TESTS,
        conftest="""
        import os, sys

        def pytest_sessionstart(session):
            if hasattr(session.config, "workerinput"):
                os.write(2, b"this is why\\n")
                os._exit(12)
        """,
    )
    ran = suite.agents(2)
    assert ran.code not in (0, 5), str(ran)
    said = ran.out + ran.err
    assert "exit code 12" in said
    assert "this is why" in said
    assert "INTERNALERROR" not in said


def test_if_all_agents_die_in_every_test_each_test_fails_and_the_run_ends(suite: Suite) -> None:
    """An autouse fixture kills whoever runs a test: no test is lost, no test runs for ever."""
    suite.write(
        test_numbers="""
        import pytest

        @pytest.mark.parametrize("n", range(3))
        def test_number(n):
            pass
        """,
        conftest="""
        import os, pytest

        @pytest.fixture(autouse=True)
        def deadly():
            os._exit(13)
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 1, str(ran)
    assert ran.counts == {"failed": 3}
    assert set(ran.statuses.values()) == {"failed"}


def test_if_agents_die_between_tests_the_run_ends_and_tells_what_did_not_run(suite: Suite) -> None:
    """A conftest ends every agent before its first test: nobody is blamed for it alone."""
    suite.write(
        test_numbers=EIGHT_TESTS,
        conftest="""
        import os, pytest

        @pytest.hookimpl(wrapper=True, tryfirst=True)
        def pytest_runtestloop(session):
            if hasattr(session.config, "workerinput"):
                os._exit(14)
            return (yield)
        """,
    )
    ran = suite.agents(2)
    assert ran.code not in (0, 5), str(ran)
    assert "INTERNALERROR" not in ran.out + ran.err
    assert "no-agents" in ran.out or "[slot-given-up]" in ran.out, str(ran)
    assert "passed" not in ran.counts


def test_an_agent_that_dies_at_its_own_end_changes_no_verdict(suite: Suite) -> None:
    """A thread or an atexit function that kills the process after its last word."""
    suite.write(
        test_numbers="""
        import atexit, os

        def test_1():
            atexit.register(os._exit, 15)

        def test_2():
            atexit.register(os._exit, 15)
        """
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 2}


@pytest.mark.parametrize("hook", ["pytest_sessionfinish", "pytest_unconfigure"])
def test_an_agent_that_a_plugin_ends_is_told_with_the_plugins_error(
    suite: Suite, hook: str
) -> None:
    """Not with the signal that the controller sends to what is left of it."""
    suite.write(
        test_it="def test_it(): pass\n",
        conftest=f"""
        import os

        def {hook}():
            if "PYTEST_XDIST_WORKER" in os.environ:
                raise ValueError("no more")
        """,
    )
    # Under fork start it is the zygote that unconfigures, once for all agents.
    ran = suite.agents(1, "--agents-start=spawn" if hook == "pytest_unconfigure" else "-v")
    assert ran.code == 1, str(ran)
    assert "ValueError: no more) after its last test  [agent-lost]" in ran.out
    assert "SIGKILL" not in ran.out
    assert "ValueError: no more" in ran.test("test_it")["message"]


def test_a_plugin_that_lets_no_agent_start_is_told_with_its_error(suite: Suite) -> None:
    """Nobody can collect, and the signal of the controller is not the reason."""
    suite.write(
        test_numbers=EIGHT_TESTS,
        conftest="""
        def pytest_cmdline_main(config):
            if hasattr(config, "workerinput"):
                raise ValueError("no start")
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 2, str(ran)
    assert "died 3 times before it collected anything: ValueError: no start" in ran.out
    assert "SIGKILL" not in ran.out


@pytest.mark.parametrize("start", ["auto", "spawn"])
def test_a_conftest_that_fails_in_agents_only(suite: Suite, start: str) -> None:
    """The run ends with what it said there, and with pytest's own exit code of it."""
    suite.write(
        conftest="""
        import os

        if "PYTEST_XDIST_WORKER" in os.environ:
            raise RuntimeError("not in an agent")
        """,
        test_it="def test_it(): pass",
    )
    ran = suite.agents(2, f"--agents-start={start}")
    assert ran.code == 2, str(ran)
    assert "died 3 times before it collected anything: exit code 4; its last words:" in ran.out
    assert "RuntimeError: not in an agent [agent-lost]" in ran.out
