"""A process that is to end says first where it is."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from queue import SimpleQueue

import pytest

from pytest_agentorch.controller.agent_wire import AgentWire
from pytest_agentorch.controller.notice import Notice
from pytest_agentorch.model.ids import AgentId, SlotId

AGENT = """
import sys, time
from pytest_agentorch.agent.stacks import Stacks

def hang():
    print(flush=True)
    while True:
        time.sleep(600)

Stacks(sys.argv[1]).install()
hang()
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not tell")
def test_stacks_are_written_before_a_process_ends(tmp_path: Path) -> None:
    """Also by one that takes its time: while it is stopped, all signals wait."""
    stacks = tmp_path / "stacks"
    with subprocess.Popen([sys.executable, "-c", AGENT, stacks], stdout=subprocess.PIPE) as agent:
        assert agent.stdout is not None
        agent.stdout.readline()
        inbox: SimpleQueue[Notice] = SimpleQueue()
        wire = AgentWire(AgentId("gw0"), SlotId("gw0"), inbox)
        wire.pid = agent.pid
        agent.send_signal(signal.SIGSTOP)
        wire.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            agent.wait(0.1)
        agent.send_signal(signal.SIGCONT)
        assert agent.wait() == -signal.SIGTERM
    assert "in hang\n" in stacks.read_text("utf-8")
