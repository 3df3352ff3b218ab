"""The life of an agent as the orchestrator sees it: a transition table and the records with it."""

from __future__ import annotations

import enum
from collections import deque
from dataclasses import dataclass, field

from pytest_agentorch.model.errors import InvalidTransitionError
from pytest_agentorch.model.event import (
    AgentConnected,
    AgentDone,
    AgentExited,
    AgentMisspoke,
    AgentReady,
)
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, SlotId, TestId, agent_id
from pytest_agentorch.model.memory_limit import Excess


class AgentState(enum.Enum):
    """Where an agent is in its life."""

    STARTING = "starting"
    COLLECTING = "collecting"
    ACTIVE = "active"
    FINISHING = "finishing"
    QUITTING = "quitting"
    """It has ended its session without being told to."""
    KILLED = "killed"
    """It was told to go at once, and is not gone yet."""
    EXPELLED = "expelled"
    """As killed, for what it has said, or not ended: it is not heeded, and it will be lost."""
    DONE = "done"
    ENDED = "ended"
    LOST = "lost"

    @property
    def is_live(self) -> bool:
        """Whether its process should be there."""
        return self not in (AgentState.ENDED, AgentState.LOST)

    @property
    def is_coming(self) -> bool:
        """Whether it will take part, but does not yet."""
        return self in (AgentState.STARTING, AgentState.COLLECTING)

    @property
    def is_going(self) -> bool:
        """Whether its process is at its end, whatever comes."""
        return self in (AgentState.KILLED, AgentState.EXPELLED, AgentState.DONE)

    @property
    def is_leaving(self) -> bool:
        """Whether its slot will be free soon."""
        return self in _LEAVING


class Step(enum.Enum):
    """What can move an agent from one state to another."""

    CONNECTED = AgentConnected
    READY = AgentReady
    TOLD_TO_FINISH = "FinishAgent"
    TOLD_TO_DIE = "KillAgent"
    DONE = AgentDone
    QUIT = "AgentDone, nobody asked for it"
    MISSPOKE = AgentMisspoke
    TIMED_OUT = "it did not get on in time"
    EXITED = AgentExited
    EXITED_AS_WISHED = "AgentExited, the run was interrupted"


_LEAVING = (
    AgentState.FINISHING,
    AgentState.QUITTING,
    AgentState.KILLED,
    AgentState.EXPELLED,
    AgentState.DONE,
)

TRANSITIONS: dict[tuple[AgentState, Step], AgentState] = {
    (AgentState.STARTING, Step.CONNECTED): AgentState.COLLECTING,
    (AgentState.STARTING, Step.TOLD_TO_DIE): AgentState.KILLED,
    (AgentState.STARTING, Step.MISSPOKE): AgentState.EXPELLED,
    (AgentState.STARTING, Step.TIMED_OUT): AgentState.EXPELLED,
    (AgentState.STARTING, Step.EXITED): AgentState.LOST,
    (AgentState.COLLECTING, Step.READY): AgentState.ACTIVE,
    (AgentState.COLLECTING, Step.QUIT): AgentState.QUITTING,
    (AgentState.COLLECTING, Step.TOLD_TO_DIE): AgentState.KILLED,
    (AgentState.COLLECTING, Step.MISSPOKE): AgentState.EXPELLED,
    (AgentState.COLLECTING, Step.TIMED_OUT): AgentState.EXPELLED,
    (AgentState.COLLECTING, Step.EXITED): AgentState.LOST,
    (AgentState.ACTIVE, Step.TOLD_TO_FINISH): AgentState.FINISHING,
    (AgentState.ACTIVE, Step.DONE): AgentState.DONE,
    (AgentState.ACTIVE, Step.QUIT): AgentState.QUITTING,
    (AgentState.ACTIVE, Step.TOLD_TO_DIE): AgentState.KILLED,
    (AgentState.ACTIVE, Step.MISSPOKE): AgentState.EXPELLED,
    (AgentState.ACTIVE, Step.TIMED_OUT): AgentState.EXPELLED,
    (AgentState.ACTIVE, Step.EXITED): AgentState.LOST,
    (AgentState.ACTIVE, Step.EXITED_AS_WISHED): AgentState.ENDED,
    (AgentState.FINISHING, Step.DONE): AgentState.DONE,
    (AgentState.FINISHING, Step.TOLD_TO_DIE): AgentState.KILLED,
    (AgentState.FINISHING, Step.MISSPOKE): AgentState.EXPELLED,
    (AgentState.FINISHING, Step.TIMED_OUT): AgentState.EXPELLED,
    (AgentState.FINISHING, Step.EXITED): AgentState.LOST,
    (AgentState.FINISHING, Step.EXITED_AS_WISHED): AgentState.ENDED,
    (AgentState.QUITTING, Step.TOLD_TO_DIE): AgentState.KILLED,
    (AgentState.QUITTING, Step.MISSPOKE): AgentState.EXPELLED,
    (AgentState.QUITTING, Step.TIMED_OUT): AgentState.EXPELLED,
    (AgentState.QUITTING, Step.EXITED): AgentState.LOST,
    (AgentState.QUITTING, Step.EXITED_AS_WISHED): AgentState.ENDED,
    # What it says before it is gone is taken note of, and changes nothing.
    (AgentState.KILLED, Step.CONNECTED): AgentState.KILLED,
    (AgentState.KILLED, Step.READY): AgentState.KILLED,
    (AgentState.KILLED, Step.DONE): AgentState.KILLED,
    (AgentState.KILLED, Step.MISSPOKE): AgentState.KILLED,
    (AgentState.KILLED, Step.TOLD_TO_DIE): AgentState.KILLED,
    (AgentState.KILLED, Step.TIMED_OUT): AgentState.KILLED,
    (AgentState.KILLED, Step.EXITED): AgentState.ENDED,
    (AgentState.KILLED, Step.EXITED_AS_WISHED): AgentState.ENDED,
    (AgentState.EXPELLED, Step.TOLD_TO_DIE): AgentState.EXPELLED,
    (AgentState.EXPELLED, Step.TIMED_OUT): AgentState.EXPELLED,
    (AgentState.EXPELLED, Step.EXITED): AgentState.LOST,
    (AgentState.EXPELLED, Step.EXITED_AS_WISHED): AgentState.ENDED,
    (AgentState.DONE, Step.TOLD_TO_DIE): AgentState.KILLED,
    (AgentState.DONE, Step.MISSPOKE): AgentState.EXPELLED,
    (AgentState.DONE, Step.EXITED): AgentState.ENDED,
    (AgentState.DONE, Step.EXITED_AS_WISHED): AgentState.ENDED,
}


@dataclass(slots=True)
class AgentRecord:
    """One agent process.

    Attributes:
        fresh: has not run any test yet.
        ran: how many tests have ended there.
        alone: runs a suspect and gets nothing beside it.
        asked_back: how often it was asked to give tests back and has not answered.
        finishing: whether it was told to end its session.
        reason: why it is expelled, empty if it is not.
        timed_out: whether that is since its test did not end in time.
        excess: why it is killed, if that is for its memory.
        begins_with: bytes that its first test has left, if that is more than it may keep; else 0.
        outgrown: it is to be replaced when what must stay together is over.
        leaving: it gets no other test.
        before: what it ran, the latest last.
        story: what happened to it, for error messages.
    """

    agent: AgentId
    slot: SlotId
    state: AgentState = AgentState.STARTING
    pid: int | None = None
    fresh: bool = True
    ran: int = 0
    alone: bool = False
    asked_back: int = 0
    finishing: bool = False
    reason: str = ""
    timed_out: bool = False
    started_at: float = 0.0
    excess: Excess | None = None
    begins_with: int = 0
    outgrown: bool = False
    leaving: bool = False
    before: deque[TestId] = field(default_factory=lambda: deque(maxlen=5))
    story: deque[str] = field(default_factory=lambda: deque(maxlen=12))

    def move(self, step: Step, cause: object) -> None:
        """Go to the next state.

        Raises:
            InvalidTransitionError: there is none; the message tells the agent's story.
        """
        following = TRANSITIONS.get((self.state, step))
        if following is None:
            raise self.invalid(cause)
        self.story.append(f"{self.state.value} -> {following.value}: {cause!r}")
        self.state = following

    @property
    def spares_started(self) -> bool:
        """Whether it is killed for what it had before its test began, and for nothing else."""
        is_before = self.excess is not None and self.started_at >= self.excess.at
        return is_before and not self.timed_out

    def explain(self, event: AgentExited) -> AgentExited:
        """Add to the end of its process what is known of why."""
        status = event.status
        seen = 0 if self.excess is None else self.excess.memory
        peak = max(seen, status.peak_memory or 0) or None
        reason = self.reason or status.reason
        return replace(event, status=replace(status, reason=reason, peak_memory=peak))

    def invalid(self, cause: object) -> InvalidTransitionError:
        """Make the error that says that this cannot happen to the agent now."""
        return InvalidTransitionError(self.agent, self.state.value, cause, tuple(self.story))

    def out_of_turn(self, error: InvalidTransitionError, at: float) -> AgentMisspoke:
        """What it has said could not be: that is what is told of it."""
        return AgentMisspoke(
            agent=self.agent,
            reason=f"it spoke out of turn: {error.summary}",
            story=tuple(self.story),
            at=at,
        )


@dataclass(slots=True)
class SlotRecord:
    """A place for one agent at a time.

    Attributes:
        capabilities: what each agent here has.
        priority: agents with a higher one are preferred.
        deaths: of its agents in a row, without any verdict in between.
        missing: the tests that its latest agent has not collected: the next one will not either;
            None if none has come so far.
        noticed: those of which one of its agents has noticed it late. Each might, and end with it.
    """

    slot: SlotId
    incarnations: int = 0
    deaths: int = 0
    given_up: bool = False
    agent: AgentId | None = None
    missing: frozenset[TestId] | None = None
    noticed: frozenset[TestId] = frozenset()
    capabilities: frozenset[str] = frozenset()
    priority: int = 0

    @property
    def is_free(self) -> bool:
        """Whether an agent can be started here."""
        return self.agent is None and not self.given_up

    def next_agent(self) -> AgentId:
        """Name the process that takes the slot now."""
        self.incarnations += 1
        self.agent = agent_id(self.slot, self.incarnations)
        return self.agent
