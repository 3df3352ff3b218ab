"""Agents send each other messages: in order, once, to nobody else, whatever happens to them."""

from __future__ import annotations

import os
import signal

import pytest

from tests.functional.running import Suite, assert_same_verdicts

_ALL_TO_ALL = """
    COUNT = {count}

    def test_traffic(agent_bus):
        agents = agent_bus.agents
        me = agents.index(agent_bus.name)
        expected = {{}}
        for number in range(COUNT):
            agent_bus.send(agents[(me + number) % len(agents)], "count", [agent_bus.name, number])
            expected.setdefault(agents[(me - number) % len(agents)], []).append(number)
        found = {{}}
        for _ in range(COUNT):
            message = agent_bus.receive("count", timeout=100)
            assert message.to == agent_bus.name
            sender, number = message.payload
            assert sender == message.sender
            found.setdefault(sender, []).append(number)
        assert found == expected
        agent_bus.send("controller", "end")


    def test_nothing_else_has_come(agent_bus):
        assert agent_bus.request("controller", "all here?", timeout=100).payload is True
        try:
            extra = agent_bus.receive(timeout=0)
        except TimeoutError:
            return
        raise AssertionError(extra)
"""
_BARRIER = """
    waiting, ended = [], []

    def pytest_agentorch_message(message, bus):
        if message.intent == "end":
            ended.append(message.sender)
        else:
            waiting.append(message)
        if len(ended) == len(bus.agents):
            while waiting:
                bus.reply(waiting.pop(), True)
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize(("agents", "count"), [(20, 50), (50, 100)])
def test_many_agents_talk_at_once(suite: Suite, start: str, agents: int, count: int) -> None:
    """The order of each sender is kept, each message comes once, and to nobody else."""
    suite.write(test_a=_ALL_TO_ALL.format(count=count), conftest=_BARRIER)
    ran = suite.agents(agents, "--agents-dist=each", f"--agents-start={start}")
    assert ran.counts == {"passed": 2 * agents}, str(ran)
    assert ran.code == 0
    assert not ran.incidents


def test_the_same_tests_run_without_agents(suite: Suite) -> None:
    """In one process one sends to oneself, and to plugins."""
    suite.write(test_a=_ALL_TO_ALL.format(count=10), conftest=_BARRIER)
    serial = suite.serial()
    assert serial.counts == {"passed": 2}, str(serial)
    assert_same_verdicts(serial, suite.agents(1))


def test_types_can_be_imported(suite: Suite) -> None:
    """For annotations, and to catch errors."""
    suite.write(
        test_a="""
        import pytest
        from pytest_agentorch import AgentBus, Message, NoMessageError, Priority, UnknownAgentError

        def test_errors(agent_bus: AgentBus) -> None:
            with pytest.raises(UnknownAgentError, match="There are gw0, gw1 and controller"):
                agent_bus.send("gw7", "x")
            with pytest.raises(NoMessageError):
                agent_bus.receive(timeout=0)
            agent_bus.send(agent_bus.name, "x", priority=Priority.HIGH)
            message: Message = agent_bus.receive()
            assert message.priority is Priority.HIGH
        """
    )
    ran = suite.agents(2)
    assert ran.counts == {"passed": 1}, str(ran)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_mailbox_is_that_of_a_slot(suite: Suite, start: str) -> None:
    """Each test has a process of its own, and what nobody has received waits for the next one."""
    suite.write(
        test_a="""
        def test_send(agent_bus):
            for number in range(3):
                agent_bus.send(agent_bus.name, "n", number)
            assert agent_bus.receive().payload == 0

        def test_receive_one(agent_bus):
            assert agent_bus.receive().payload == 1

        def test_receive_the_last(agent_bus):
            assert agent_bus.receive().payload == 2
        """
    )
    ran = suite.agents(1, "--agents-isolate=test", f"--agents-start={start}")
    assert ran.counts == {"passed": 3}, str(ran)


def test_a_replacement_gets_what_was_not_received(suite: Suite) -> None:
    """A test that has received one of three messages kills its agent, and runs again."""
    suite.write(
        test_a="""
        import os, pathlib, signal

        def test_die(agent_bus):
            again = pathlib.Path("again")
            if not again.exists():
                for number in range(3):
                    agent_bus.send(agent_bus.name, "n", number, requires_ack=True)
                assert agent_bus.receive().payload == 0
                again.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            assert agent_bus.receive().payload == 1
            assert agent_bus.receive().payload == 2
        """
    )
    ran = suite.agents(1)
    assert ran.counts == {"passed": 1}, str(ran)
    assert ran.incidents == ["agent-lost"]


def test_plugins_of_the_controller_answer(suite: Suite) -> None:
    """By what their hook returns; what they raise is told to whom waits, and to the user."""
    suite.write(
        conftest="""
        import pytest

        def pytest_agentorch_message(message, bus):
            if message.intent == "double":
                return 2 * message.payload
            if message.intent == "bad":
                raise KeyError("of the plugin")
            bus.broadcast("heard", message.payload)
        """,
        test_a="""
        import pytest
        from pytest_agentorch import MessageRefusedError

        def test_ask(agent_bus):
            assert agent_bus.request("controller", "double", 4).payload == 8
            with pytest.raises(MessageRefusedError, match="of the plugin"):
                agent_bus.request("controller", "bad")
            agent_bus.send("controller", "note", 5, requires_ack=True).wait()
            assert agent_bus.receive("heard", sender="controller").payload == 5
        """,
    )
    ran = suite.agents(2)
    assert ran.counts == {"passed": 1}, str(ran)
    assert ran.incidents == ["message-hook-failed"]
    assert suite.serial().counts == {"passed": 1}


def test_agents_answer_each_other(suite: Suite) -> None:
    """A session fixture of each serves the others while their tests run."""
    suite.write(
        conftest="""
        import pytest

        @pytest.fixture(scope="session", autouse=True)
        def server(agent_bus):
            with agent_bus.subscribe("who", lambda m: agent_bus.reply(m, agent_bus.name)):
                yield
                # Until all others have had their answers.
                for _ in agent_bus.agents:
                    agent_bus.receive("done", timeout=60)
        """,
        test_a="""
        def test_ask(agent_bus):
            for agent in agent_bus.agents:
                assert agent_bus.request(agent, "who", timeout=60).payload == agent
            agent_bus.broadcast("done")
        """,
    )
    ran = suite.agents(3, "--agents-dist=each")
    assert ran.counts == {"passed": 3}, str(ran)
    assert suite.serial().counts == {"passed": 1}


@pytest.mark.parametrize("agents", [0, 1])
def test_an_escalation_is_told_at_the_end(suite: Suite, agents: int) -> None:
    """The test passes, and somebody reads what was wrong."""
    suite.write(
        test_a="""
        def test_low(agent_bus):
            agent_bus.escalate("high", "disk full", context={"free": 0}, tried=["to tidy"])
        """
    )
    ran = suite.agents(agents) if agents else suite.serial()
    name = "gw0" if agents else "master"
    told = f'! {name} escalated, high: disk full ({{"free":0}}); tried: to tidy  [escalation]'
    assert told in ran.lines, str(ran)
    assert ran.counts == {"passed": 1}
    assert ran.code == 0


def test_who_never_reads_holds_nobody_up(suite: Suite) -> None:
    """Its mailbox is full one day, and what comes then is refused; the run goes on and ends."""
    suite.write(
        test_a="""
        import pathlib, time
        import pytest
        from pytest_agentorch import MessageRefusedError

        def test_flood(agent_bus):
            if agent_bus.name == "gw0":
                text = "x" * 1_000_000
                for _ in range(20):
                    agent_bus.send("gw1", "flood", text)
                with pytest.raises(MessageRefusedError, match="the mailbox of gw1 is full"):
                    agent_bus.send("gw1", "flood", text, requires_ack=True).wait(60)
                pathlib.Path("done").touch()
            else:
                while not pathlib.Path("done").exists():
                    time.sleep(0.01)
        """
    )
    ran = suite.agents(2, "--agents-dist=each")
    assert ran.counts == {"passed": 2}, str(ran)
    assert ran.incidents == ["mailbox-full"]


def test_a_stopped_agent_holds_nobody_up(suite: Suite) -> None:
    """Nothing reads its pipe; the others go on, and it is killed as ever."""
    suite.write(
        test_a="""
        import os, pathlib, signal, time

        def test_stop(agent_bus):
            if agent_bus.name == "gw1":
                if not pathlib.Path("stopped").exists():
                    pathlib.Path("stopped").touch()
                    os.kill(os.getpid(), signal.SIGSTOP)
                return
            while not pathlib.Path("stopped").exists():
                time.sleep(0.01)
            for number in range(300):
                agent_bus.send("gw1", "x", "y" * 1000)
                agent_bus.send("gw0", "x", number)
                assert agent_bus.receive("x").payload == number
        """
    )
    ran = suite.agents(2, "--agents-dist=each")
    assert ran.counts == {"passed": 2}, str(ran)
    assert ran.incidents == ["agent-lost"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_sender_that_hears_nothing_holds_nobody_up(suite: Suite) -> None:
    """It has much to be told, and no thread of it runs until the others have got on."""
    suite.write(
        test_a="""
        import ctypes, os, pathlib, time

        COUNT = 3000

        def test_all(agent_bus):
            if agent_bus.name == "gw1":
                for number in range(COUNT):
                    agent_bus.send("gw0", "x", number, requires_ack=True)
                last = agent_bus.send("gw0", "x", COUNT, requires_ack=True)
                os.mkfifo("pipe")
                pipe = os.open("pipe", os.O_RDWR)
                # A call that keeps the lock of the interpreter.
                ctypes.PyDLL(None).read(pipe, ctypes.create_string_buffer(1), 1)
                last.wait(timeout=60)
            else:
                while not pathlib.Path("pipe").exists():
                    time.sleep(0.01)
                for number in range(COUNT + 1):
                    assert agent_bus.receive("x", timeout=30).payload == number
                pathlib.Path("pipe").write_bytes(b"x")
        """
    )
    ran = suite.agents(2, "--agents-dist=each")
    assert ran.counts == {"passed": 2}, str(ran)
    assert not ran.incidents


def test_what_nobody_has_received_is_told(suite: Suite) -> None:
    """If that was required."""
    suite.write(
        test_a="""
        def test_send(agent_bus):
            agent_bus.send("gw1", "nobody cares")
            agent_bus.send("gw1", "come", requires_ack=True)
        """
    )
    ran = suite.agents(2)
    told = "! nobody on gw1 has received 'come' of gw0  [message-not-received]"
    assert told in ran.lines, str(ran)
    assert ran.code == 0


def test_a_test_that_waits_in_vain_has_its_time_limit(suite: Suite) -> None:
    """Waiting for a message can be interrupted."""
    suite.write(
        test_a="""
        import pytest

        @pytest.mark.agents_timeout(1)
        def test_wait(agent_bus):
            agent_bus.receive(timeout=600)
        """
    )
    ran = suite.agents(1)
    assert ran.counts == {"failed": 1}, str(ran)
    assert "test-timed-out" not in ran.incidents, "the agent had to be killed"


def test_a_plugin_may_end_the_run(suite: Suite) -> None:
    """With `pytest.exit`, as in any hook."""
    suite.write(
        conftest="""
        import pytest

        def pytest_agentorch_message(message, bus):
            pytest.exit("enough", returncode=7)
        """,
        test_a="""
        import pytest

        def test_first(agent_bus):
            agent_bus.request("controller", "end", timeout=60)
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 7, str(ran)
    assert any("enough" in line for line in ran.lines), str(ran)
    assert suite.serial().code == 7


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_child_of_a_test_has_no_messages(suite: Suite) -> None:
    """It is told so, and disturbs nobody."""
    suite.write(
        test_a="""
        import os
        import pytest
        from pytest_agentorch import AgentBusError

        def test_fork(agent_bus):
            child = os.fork()
            if not child:
                try:
                    agent_bus.send(agent_bus.name, "x")
                except AgentBusError:
                    os._exit(3)
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
            agent_bus.send(agent_bus.name, "x")
            agent_bus.receive("x")
        """
    )
    ran = suite.agents(1)
    assert ran.counts == {"passed": 1}, str(ran)


def test_an_interrupt_ends_those_who_wait(suite: Suite) -> None:
    """No test of them is left behind."""
    suite.write(
        test_a="""
        import pathlib

        def test_wait(agent_bus):
            with open("waiting", "a") as file:
                file.write("x\\n")
            agent_bus.receive(timeout=600)
        """
    )
    with suite.start_agents(2, "--agents-dist=each") as running:
        running.wait_for_words("waiting", 2)
        running.signal(signal.SIGINT)
        ran = running.finish()
    assert ran.code == 2, str(ran)
    assert not ran.left
