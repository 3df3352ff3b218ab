"""Agents share documents: nothing is lost, also if some of them are killed."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite, assert_same_verdicts

_COUNT = """
    import pytest

    @pytest.mark.parametrize("number", range(60))
    def test_count(agent_state, number):
        agent_state.update("count", lambda count: count + 1, 0, timeout=60)
        agent_state.update("who", lambda who: [*who, number], [], timeout=60)
"""
_AT_THE_END = """
    import json, pathlib
    import pytest

    @pytest.fixture(scope="session", autouse=True)
    def keep(agent_state):
        yield
        pathlib.Path("keys").write_text(json.dumps(agent_state.keys()))
        pathlib.Path("count").write_text(str(agent_state.read("count")))
        pathlib.Path("who").write_text(json.dumps(sorted(agent_state.read("who"))))
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_many_agents_count_together(suite: Suite, start: str) -> None:
    """Each test adds one, and none is lost."""
    suite.write(test_a=_COUNT)
    ran = suite.agents(4, f"--agents-start={start}")
    assert ran.counts == {"passed": 60}, str(ran)
    folder = ran.run_directories[-1] / "state"
    assert (folder / "count.json").read_text() == "60"


def test_the_same_tests_run_without_agents(suite: Suite) -> None:
    """In a folder of the session, which is gone afterwards."""
    suite.write(test_a=_COUNT, conftest=_AT_THE_END)
    serial = suite.serial()
    assert serial.counts == {"passed": 60}, str(serial)
    assert serial.text("count") == "60"
    assert serial.text("keys") == '["count", "who"]'
    assert not list((serial.records / "tmp").glob("agentorch-state-*"))
    assert_same_verdicts(serial, suite.agents(1))


def test_killed_agents_leave_the_sum_right(suite: Suite) -> None:
    """Some are killed while they have the lock: it is free at once, and the document whole."""
    suite.write(
        test_a="""
        import os, pathlib, signal
        import pytest

        @pytest.mark.parametrize("number", range(40))
        def test_count(agent_state, number):
            again = pathlib.Path(f"again{number}")

            def add(count):
                if number % 10 == 5 and not again.exists():
                    again.touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                return count + 1

            agent_state.update("count", add, 0)
        """
    )
    ran = suite.agents(4)
    assert ran.counts == {"passed": 40}, str(ran)
    assert ran.incidents == ["agent-lost"] * 4
    folder = ran.run_directories[-1] / "state"
    assert (folder / "count.json").read_text() == "40"


def test_who_has_a_document_is_named(suite: Suite) -> None:
    """The agent and its test."""
    suite.write(
        test_a="""
        import time
        import pytest
        from pytest_agentorch import DocumentLockedError

        def test_lock(agent_bus, agent_state):
            if agent_bus.name == "gw0":
                def wait(_):
                    agent_bus.send("gw1", "locked")
                    agent_bus.receive("told", timeout=60)
                agent_state.update("a", wait)
            else:
                agent_bus.receive("locked", timeout=60)
                with pytest.raises(DocumentLockedError, match=r"by gw0 in test_a.py::test_lock"):
                    agent_state.write("a", 1, timeout=0.1)
                agent_bus.send("gw0", "told")
        """
    )
    ran = suite.agents(2, "--agents-dist=each")
    assert ran.counts == {"passed": 2}, str(ran)
