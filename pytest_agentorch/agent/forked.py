"""From a fork of the zygote to an agent: everything that must not be shared is made its own."""

from __future__ import annotations

import os

import pytest

from pytest_agentorch.agent.farewell import forget_inherited_exits
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.parent_watch import end_with
from pytest_agentorch.agent.plugin import AgentPlugin
from pytest_agentorch.agent.process import about_this_process, leave_terminal, redirect_output
from pytest_agentorch.agent.randomness import Randomness
from pytest_agentorch.agent.zygote import Birth
from pytest_agentorch.protocol.pipe_io import serve
from pytest_agentorch.protocol.to_controller import PROTOCOL_VERSION, Hello


def become_agent(
    session: pytest.Session,
    birth: Birth,
    link: Link,
    plugin: AgentPlugin,
    randomness: Randomness,
    controller: int,
) -> None:
    """Make this process an agent of its own."""
    start = birth.start
    leave_terminal()
    forget_inherited_exits()
    end_with(controller)
    redirect_output(start["output"])
    plugin.take_identity(session.config, start)
    randomness.renew()
    os.environ.update(start["environment"])
    link.attach(serve(birth.wire, str(start["workerinput"]["workerid"])))
    about = about_this_process()
    link.send(Hello(protocol=PROTOCOL_VERSION, pid=os.getpid(), forked=True, info=about))
