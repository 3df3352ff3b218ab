"""Tests look up agents, and acquire them for a task: the best match, each for one at a time."""

from __future__ import annotations

from tests.functional.running import Suite, assert_same_verdicts
from tests.functional.test_needs import STARTS
from tests.functional.test_registry import WAITS, document, wait_until

TABLE = """
[tool.agentorch.capabilities]
gpu = ["gw1", "gw2"]
web = ["gw0"]

[tool.agentorch.agent_priority]
gw2 = 5
"""
MEETING = """
    import pathlib, time

    def meet(name, *others):
        pathlib.Path(name).touch()
        while not all(pathlib.Path(other).exists() for other in others):
            time.sleep(0.01)
"""
WHO = """
    import pytest

    @pytest.fixture(scope="session", autouse=True)
    def desk(agent_bus):
        answer = lambda message: agent_bus.reply(message, agent_bus.name)
        with agent_bus.subscribe("who", answer):
            yield
"""


@STARTS
def test_an_agent_is_held_for_one_at_a_time(suite: Suite, start: str) -> None:
    """However many want it, each has it once, and nobody is there when another has it."""
    suite.write_text("pyproject.toml", TABLE)
    suite.write(
        meeting=MEETING,
        test_a="""
        import pathlib
        from meeting import meet

        def test_rush(agent_bus):
            meet(agent_bus.name, "gw0", "gw1", "gw2")
            for n in range(30):
                task, capability = f"{agent_bus.name} {n}", [None, "gpu", "web"][n % 3]
                with agent_bus.acquire(task, capability=capability, timeout=100) as held:
                    lock = pathlib.Path(f"{held.agent}.lock")
                    lock.touch(exist_ok=False)
                    (entry,) = [one for one in agent_bus.find() if one.name == held.agent]
                    assert entry.task == task
                    assert capability in (None, *entry.capabilities)
                    lock.unlink()
        """,
    )
    ran = suite.agents(3, f"--agents-start={start}", "--agents-dist=each", env={"PYTHONPATH": "."})
    assert ran.counts == {"passed": 3}, str(ran)
    assert not ran.incidents


@STARTS
def test_the_end_of_a_process_releases_what_it_holds(suite: Suite, start: str) -> None:
    """It is killed; whoever waits has the agent then, also if it is the process that was killed."""
    suite.write_text("pyproject.toml", TABLE)
    suite.write(
        meeting=MEETING,
        test_a="""
        import os, pathlib
        from meeting import meet

        def test_die(agent_bus):
            if pathlib.Path("died").exists():
                return
            meet("a", "b")
            agent_bus.acquire("held", capability="web")
            meet("holds", "waits")
            pathlib.Path("died").touch()
            os._exit(3)
        """,
        test_b="""
        import pytest
        from meeting import meet
        from pytest_agentorch import AgentHeldError, TaskInUseError

        def test_wait(agent_bus):
            meet("b", "a", "holds")
            with pytest.raises(AgentHeldError, match="within 0.1 s: gw0 is held for 'held'"):
                agent_bus.acquire("mine", capability="web", timeout=0.1)
            with pytest.raises(TaskInUseError):
                agent_bus.acquire("held")
            with agent_bus.acquire("now", capability="gpu", timeout=0) as now:
                assert now.agent == "gw1"
            meet("waits")
            with agent_bus.acquire("mine", capability="web", timeout=100) as mine:
                assert mine.agent == "gw0"
            with agent_bus.acquire("held"):
                pass
        """,
    )
    ran = suite.agents(2, f"--agents-start={start}", env={"PYTHONPATH": "."})
    assert ran.counts == {"passed": 2}, str(ran)
    assert ran.incidents == ["agent-lost"]


@STARTS
def test_the_best_match_is_asked(suite: Suite, start: str) -> None:
    """The preferred one of those that can; it answers, whatever it runs."""
    suite.write_text("pyproject.toml", TABLE)
    suite.write(
        meeting=MEETING,
        conftest=WHO,
        test_a="""
        import pytest
        from meeting import meet
        from pytest_agentorch import AgentBus, AgentEntry, AgentStatus, HeldAgent

        @pytest.mark.parametrize("n", range(3))
        def test_ask(agent_bus: AgentBus, n: int) -> None:
            meet(f"here{n}", "here0", "here1", "here2")
            if n == 0:
                entry: AgentEntry = agent_bus.find()[0]
                assert (entry.name, entry.priority, entry.load) == ("gw2", 5, 1)
                assert [one.name for one in agent_bus.find("gpu")] == ["gw2", "gw1"]
                assert [one.name for one in agent_bus.find("web", "active")] == ["gw0"]
                assert agent_bus.find("web", AgentStatus.DRAINING) == ()
                held: HeldAgent
                with agent_bus.acquire("render", capability="gpu") as held:
                    assert agent_bus.request(held.agent, "who", timeout=100).payload == "gw2"
                    with agent_bus.acquire("paint", capability="gpu") as other:
                        assert agent_bus.request(other.agent, "who").payload == "gw1"
                meet("asked")
            meet(f"over{n}", "asked")
        """,
    )
    ran = suite.agents(3, f"--agents-start={start}", env={"PYTHONPATH": "."})
    assert ran.counts == {"passed": 3}, str(ran)


@STARTS
def test_agents_stay_for_those_who_acquire_them(suite: Suite, start: str) -> None:
    """One has no tests any more, and nothing comes: it answers all the same."""
    suite.write_text("pyproject.toml", TABLE)
    suite.write(
        meeting=MEETING,
        conftest=WHO,
        test_a="""
        import time
        from meeting import meet

        def test_long(agent_bus):
            agent_bus.acquire("any").release()
            meet("long", "short")
            while not (idle := [one for one in agent_bus.find() if not one.load]):
                time.sleep(0.01)
            (other,) = idle
            with agent_bus.acquire("answer", capability=other.capabilities[0]) as held:
                assert held.agent == other.name
                assert agent_bus.request(held.agent, "who").payload == other.name

        def test_short():
            meet("short", "long")
        """,
    )
    ran = suite.agents(2, f"--agents-start={start}", env={"PYTHONPATH": "."})
    assert ran.counts == {"passed": 2}, str(ran)


def test_nobody_waits_for_what_no_agent_has(suite: Suite) -> None:
    """The error says who has what."""
    suite.write_text("pyproject.toml", TABLE)
    ran = suite.write(
        test_a="""
        def test_a(agent_bus): agent_bus.acquire("drive", capability="vpn", timeout=1000)
        """
    ).agents(1)
    assert ran.counts == {"failed": 1}, str(ran)
    told = (
        "UnknownAgentError: no agent of this run has the capability 'vpn' "
        "(gw0: web). Say in [tool.agentorch.capabilities] which agents have what. [unknown-agent]"
    )
    assert told in ran.out


def test_the_same_tests_run_without_agents(suite: Suite) -> None:
    """One process plays every agent; plugins look up agents, too."""
    suite.write_text("pyproject.toml", TABLE)
    suite.write(
        conftest="""
        def pytest_agentorch_message(message, bus):
            return [one.name for one in bus.find(message.payload) if not one.is_free]
        """,
        test_a="""
        import pytest
        from pytest_agentorch import AgentHeldError, MessageRefusedError, UnknownAgentError

        def test_hold(agent_bus):
            for _ in range(2):
                with agent_bus.acquire("print", capability="web") as held:
                    assert held.agent == agent_bus.name
                    assert agent_bus.request("controller", "held", "web").payload == [held.agent]
                    with pytest.raises(AgentHeldError, match="is held for 'print'"):
                        agent_bus.acquire("scan", capability="web", timeout=0.1)
                    with pytest.raises(UnknownAgentError):
                        agent_bus.acquire("drive", capability="vpn")
                assert agent_bus.find("web")[0].task is None
                assert agent_bus.request("controller", "held").payload == []

        def test_our_words_are_taken(agent_bus):
            with pytest.raises(MessageRefusedError, match="a word of pytest-agentorch's own"):
                agent_bus.request("controller", "agentorch.find", 3)
        """,
    )
    serial = suite.serial()
    assert serial.counts == {"passed": 2}, str(serial)
    assert_same_verdicts(serial, suite.agents(1))


@STARTS
def test_a_preferred_agent_comes_first(suite: Suite, start: str) -> None:
    """It is started before others, has what comes when it is idle, and is let go after them."""
    suite.write_text(
        "pyproject.toml",
        """
        [tool.agentorch.agent_priority]
        gw0 = -1
        gw3 = 5

        [tool.agentorch.phases.unit]
        tests_per_agent = 1

        [tool.agentorch.phases.late]
        after = ["unit"]
        paths = ["late/*"]
        parallelism = "sequential"
        """,
    )
    suite.write(
        meeting=MEETING,
        unit__test_unit="""
        import pytest
        from meeting import meet

        @pytest.mark.parametrize("n", range(2))
        def test_unit(n): meet(f"here{n}", "here0", "here1")
        """,
        late__test_late="""
        def test_late(worker_id): assert worker_id == "gw3"
        """,
    )
    env = {"PYTHONPATH": "."}
    ran = suite.agents(4, f"--agents-start={start}", env=env)
    assert ran.counts == {"passed": 3}, str(ran)
    agents = document(suite, "run.json")["agents"]
    assert {agent["slot"]: agent["priority"] for agent in agents} == {"gw0": -1, "gw3": 5}
    plan = suite.agents(4, "--agents-plan", env=env)
    assert "agent priorities: gw0 -1, gw3 5" in plan.lines


def test_it_is_told_what_agents_have_and_are(suite: Suite) -> None:
    """While the run goes on, and at its end."""
    suite.write_text("pyproject.toml", TABLE)
    suite.write(test_a=WAITS + '    def test_a(): wait("end")')
    with suite.start_agents(3, "--agents-dist=each") as running:
        data = wait_until(suite, running, lambda d: d["statistics"]["busy"] == 3)
        suite.write_text("end", "")
        assert running.finish().code == 0
    for agents in (data["agents"], document(suite, "run.json")["agents"]):
        assert {agent["slot"]: (agent["capabilities"], agent["priority"]) for agent in agents} == {
            "gw0": (["web"], 0),
            "gw1": (["gpu"], 0),
            "gw2": (["gpu"], 5),
        }
