"""The life of an agent as the orchestrator sees it: a transition table and the records behind it."""

from __future__ import annotations

import enum
from collections import deque
from dataclasses import dataclass, field

from pytest_agentorch.model.errors import InvalidTransitionError
from pytest_agentorch.model.event import AgentConnected, AgentDone, AgentExited, AgentReady
from pytest_agentorch.model.ids import AgentId, SlotId, TestId, agent_id


class AgentState(enum.Enum):
    """Where an agent is in its life."""

    STARTING = "starting"
    COLLECTING = "collecting"
    ACTIVE = "active"
    FINISHING = "finishing"
    DONE = "done"
    ENDED = "ended"
    LOST = "lost"

    @property
    def is_live(self) -> bool:
        """Whether its process should be there."""
        return self not in (AgentState.ENDED, AgentState.LOST)


class Step(enum.Enum):
    """What can move an agent from one state to another."""

    CONNECTED = AgentConnected
    READY = AgentReady
    TOLD_TO_FINISH = "FinishAgent"
    DONE = AgentDone
    EXITED = AgentExited


TRANSITIONS: dict[tuple[AgentState, Step], AgentState] = {
    (AgentState.STARTING, Step.CONNECTED): AgentState.COLLECTING,
    (AgentState.STARTING, Step.EXITED): AgentState.LOST,
    (AgentState.COLLECTING, Step.READY): AgentState.ACTIVE,
    (AgentState.COLLECTING, Step.DONE): AgentState.DONE,
    (AgentState.COLLECTING, Step.EXITED): AgentState.LOST,
    (AgentState.ACTIVE, Step.TOLD_TO_FINISH): AgentState.FINISHING,
    (AgentState.ACTIVE, Step.DONE): AgentState.DONE,
    (AgentState.ACTIVE, Step.EXITED): AgentState.LOST,
    (AgentState.FINISHING, Step.DONE): AgentState.DONE,
    (AgentState.FINISHING, Step.EXITED): AgentState.LOST,
    (AgentState.DONE, Step.EXITED): AgentState.ENDED,
}


@dataclass(slots=True)
class AgentRecord:
    """One agent process.

    Attributes:
        fresh: has not run any test yet.
        alone: runs a suspect and gets nothing beside it.
        asked_back: tests that it was asked to give back and has not answered for.
        before: what it ran, the latest last.
        story: what happened to it, for error messages.
    """

    agent: AgentId
    slot: SlotId
    state: AgentState = AgentState.STARTING
    pid: int | None = None
    fresh: bool = True
    alone: bool = False
    asked_back: bool = False
    started_at: float = 0.0
    before: deque[TestId] = field(default_factory=lambda: deque(maxlen=5))
    story: deque[str] = field(default_factory=lambda: deque(maxlen=12))

    def move(self, step: Step, cause: object) -> None:
        """Go to the next state.

        Raises:
            InvalidTransitionError: there is none; the message tells the agent's story.
        """
        following = TRANSITIONS.get((self.state, step))
        if following is None:
            raise InvalidTransitionError(self.agent, self.state.value, cause, tuple(self.story))
        self.story.append(f"{self.state.value} -> {following.value}: {cause!r}")
        self.state = following


@dataclass(slots=True)
class SlotRecord:
    """A place for one agent at a time.

    Attributes:
        deaths: of its agents in a row, without any verdict in between.
    """

    slot: SlotId
    incarnations: int = 0
    deaths: int = 0
    given_up: bool = False
    agent: AgentId | None = None

    def next_agent(self) -> AgentId:
        """Name the process that takes the slot now."""
        self.incarnations += 1
        self.agent = agent_id(self.slot, self.incarnations)
        return self.agent
