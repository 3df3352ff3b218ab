"""What the controller says to the processes that fork agents: the zygote and the nursery."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_agentorch.model.ids import AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """The controller is configured: load conftests and collect.

    Attributes:
        start: what an agent is started with, in execnet's own format and base64.
        environment: the controller's, as it is now.
    """

    start: str
    environment: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForkAgent:
    """Fork an agent. The frame brings its ends of the wire.

    Attributes:
        start: what it is started with, in execnet's own format and base64.
    """

    agent: AgentId
    start: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyForAgent:
    """Fork an agent that loads conftests and collects for itself. The frame brings its wire.

    Attributes:
        start: what it is started with, in execnet's own format and base64.
        environment: the controller's, as it is now.
    """

    agent: AgentId
    start: str
    environment: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BecomeAgent:
    """Become an agent yourself: nothing else will be forked. The frame brings its wire."""

    agent: AgentId
    start: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndZygote:
    """The last agent is gone: undo what was set up before the first was forked, and exit."""


ToZygote = Go | ForkAgent | CopyForAgent | BecomeAgent | EndZygote
