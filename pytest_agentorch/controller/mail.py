"""Messages of agents: the controller's post office is opened when the first one comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pytest_agentorch.controller.shell import Shell
from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.orchestration.orchestrator import Orchestrator
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.protocol.mail import FromAgent

if TYPE_CHECKING:
    from pytest_agentorch.controller.post_office import PostOffice


class Mail:
    """Most runs have none, and pay for none."""

    def __init__(
        self, shell: Shell, now: Callable[[], float], plan: Plan, orchestrator: Orchestrator
    ) -> None:
        self._shell = shell
        self._now = now
        self._plan = plan
        self._orchestrator = orchestrator
        self._office: PostOffice | None = None

    def take(self, agent: AgentId, message: FromAgent) -> None:
        """Take in what an agent says of letters."""
        if self._office is None:
            from pytest_agentorch.controller.post_office import PostOffice

            self._office = PostOffice(self._shell, self._now, self._plan, self._orchestrator)
        self._office.take(agent, message)

    def on_event(self, event: ev.Event) -> None:
        """Follow the agents."""
        if self._office is not None:
            self._office.on_event(event)
