"""Who writes letters, and what is checked before one leaves: its address and what it says."""

from __future__ import annotations

import itertools
from typing import Any

from pytest_agentorch.model.coordination_error import (
    AgentBusError,
    NotJsonError,
    UnknownAgentError,
)
from pytest_agentorch.model.letter import Letter
from pytest_agentorch.model.message import CONTROLLER, EVERYONE, Priority
from pytest_agentorch.model.plain_json import to_json
from pytest_agentorch.system.clock import CLOCK

LONGEST = 1 << 20
"""What a message says has at most so many characters as JSON."""

Urgency = Priority | str
"""A priority, or its value: `low`, `normal`, `high`, `critical`."""


class Letterhead:
    """Writes the letters of one process.

    Args:
        name: of the agent, or `controller`.
        agents: all that there are in the run.
        mark: makes ids of this process unlike those of all others.
    """

    def __init__(self, name: str, agents: tuple[str, ...], mark: str) -> None:
        self.name = name
        self.agents = agents
        self._prefix = f"{name}-{mark}"
        # Several threads may write.
        self._numbers = itertools.count(1)

    def write(
        self,
        to: str,
        intent: str,
        payload: object,
        *,
        priority: Urgency = Priority.NORMAL,
        requires_ack: bool = False,
        reply_to: str = "",
    ) -> Letter:
        """Write a letter.

        Raises:
            UnknownAgentError, NotJsonError, AgentBusError: it cannot be sent.
        """
        self._check_address(to)
        body = _body(intent, payload)
        return Letter(
            id=f"{self._prefix}-{next(self._numbers)}",
            sender=self.name,
            to=to,
            time=CLOCK(),
            intent=intent,
            priority=priority_of(priority),
            body=body,
            requires_ack=requires_ack,
            reply_to=reply_to,
        )

    def _check_address(self, to: str) -> None:
        if to not in self.agents and to not in (CONTROLLER, EVERYONE):
            known = ", ".join(self.agents)
            raise UnknownAgentError(
                f"there is no agent {to!r} in this run. There are {known} and {CONTROLLER}. "
                "[unknown-agent]"
            )


def priority_of(given: Urgency) -> Priority:
    """Return what was meant.

    Raises:
        AgentBusError: nothing known.
    """
    try:
        return Priority(given)
    except ValueError:
        known = ", ".join(one.value for one in Priority)
        raise AgentBusError(
            f"{given!r} is no priority: give one of {known}. [bad-message]"
        ) from None


def _body(intent: Any, payload: object) -> str:
    if not isinstance(intent, str) or not intent:
        raise AgentBusError(f"{intent!r} is no intent: give a word. [bad-message]")
    body = to_json(payload, f"the payload of {intent!r}")
    if len(body) > LONGEST:
        raise NotJsonError(
            f"the payload of {intent!r} has {len(body):,} characters as JSON, and at most "
            f"{LONGEST:,} travel in a message. Write it into a file and send its path. [not-json]"
        )
    return body
