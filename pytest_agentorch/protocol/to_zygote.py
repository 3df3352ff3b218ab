"""What the controller says to the processes that fork agents: the zygote and the nursery."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId


class Go(Frozen):
    """The controller is configured: load conftests and collect.

    Attributes:
        start: what an agent is started with, in execnet's own format and base64.
        environment: the controller's, as it is now.
    """

    start: str
    environment: dict[str, str]


class ForkAgent(Frozen):
    """Fork an agent. The frame brings its ends of the wire.

    Attributes:
        start: what it is started with, in execnet's own format and base64.
    """

    agent: AgentId
    start: str


class CopyForAgent(Frozen):
    """Fork an agent that loads conftests and collects for itself. The frame brings its wire.

    Attributes:
        start: what it is started with, in execnet's own format and base64.
        environment: the controller's, as it is now.
    """

    agent: AgentId
    start: str
    environment: dict[str, str]


class BecomeAgent(Frozen):
    """Become an agent yourself: nothing else will be forked. The frame brings its wire."""

    agent: AgentId
    start: str


class EndZygote(Frozen):
    """The last agent is gone: undo what was set up before the first was forked, and exit."""


ToZygote = Go | ForkAgent | CopyForAgent | BecomeAgent | EndZygote
