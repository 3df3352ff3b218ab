"""From a fork of the zygote to an agent: everything that must not be shared is made its own."""

from __future__ import annotations

import os

import pytest

from pytest_agentorch.agent.births import Birth
from pytest_agentorch.agent.farewell import forget_inherited_exits
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.parent_watch import end_with
from pytest_agentorch.agent.plugin import AgentPlugin
from pytest_agentorch.agent.process import about_this_process, leave_terminal, redirect_output
from pytest_agentorch.agent.randomness import Randomness
from pytest_agentorch.agent.renewal import renew
from pytest_agentorch.protocol.pipe_io import serve
from pytest_agentorch.protocol.to_controller import PROTOCOL_VERSION, Hello
from pytest_agentorch.system import collector


class AgentMaker:
    """Makes the process that it is called in an agent of its own.

    Args:
        link: what the zygote speaks over; the agent speaks over its own wire.
        plugin: what makes a pytest session that of an agent.
        randomness: as it was before any code of the suite.
        controller: the process whose end is the end of the agent.
    """

    def __init__(
        self, link: Link, plugin: AgentPlugin, randomness: Randomness, controller: int
    ) -> None:
        self._link = link
        self._plugin = plugin
        self._randomness = randomness
        self._controller = controller

    def make(self, session: pytest.Session, birth: Birth) -> None:
        """Take the identity that the controller has sent, and say hello."""
        start = birth.start
        # A test may want to see what there was before the fork.
        collector.look_at_all()
        leave_terminal()
        forget_inherited_exits()
        end_with(self._controller)
        redirect_output(start["output"])
        self._plugin.take_identity(session.config, start)
        renew(session.config)
        self._randomness.renew()
        os.environ.update(start["environment"])
        self._link.attach(serve(birth.wire, str(start["workerinput"]["workerid"])))
        about = about_this_process()
        self._link.send(Hello(protocol=PROTOCOL_VERSION, pid=os.getpid(), forked=True, info=about))
