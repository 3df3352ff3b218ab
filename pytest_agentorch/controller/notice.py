"""What arrives in the controller's inbox, from other threads and from signal handlers."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_agentorch.model.event import PhaseReviewed
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.memory_event import AgentSample
from pytest_agentorch.protocol.to_controller import ToController
from pytest_agentorch.system.host import HostUse

_KILLED = -9


class AgentOpened(Frozen):
    """The process is there and can be told what to do."""

    agent: AgentId


class AgentSpoke(Frozen):
    """A batch of messages, in order."""

    agent: AgentId
    messages: Sequence[ToController]


class AgentGone(Frozen):
    """The process is gone, and everything it had sent has arrived.

    Attributes:
        returncode: as `subprocess` has it; None if the process never came up.
        peak_memory: the most that was resident of it, in bytes; None if nobody knows.
        error: what went wrong outside of pytest, empty if nothing is known.
    """

    agent: AgentId
    returncode: int | None
    error: str
    peak_memory: int | None = None

    @property
    def was_killed(self) -> bool:
        """Whether it ended by SIGKILL, wherever that came from."""
        return self.returncode == _KILLED


class ZygoteGone(Frozen):
    """The process that forks agents is gone before its time; its agents are not."""

    returncode: int


class SignalArrived(Frozen):
    """Ctrl-C or SIGTERM."""

    name: str


class StatusAsked(Frozen):
    """Somebody wants to know what runs now."""


class PhaseAnswered(Frozen):
    """What plugins think of a phase that is over; a signal that came meanwhile comes first."""

    review: PhaseReviewed


class AgentsLookedAt(Frozen):
    """What agents take; as in `AgentsSampled`.

    Attributes:
        controller: this process, with all that is no agent's.
        large: the agents of which it matters what they run.
    """

    samples: tuple[AgentSample, ...]
    controller: AgentSample
    host: HostUse
    total: int
    short: bool
    large: tuple[AgentId, ...]
    at: float


Notice = (
    AgentOpened
    | AgentSpoke
    | AgentGone
    | ZygoteGone
    | SignalArrived
    | StatusAsked
    | PhaseAnswered
    | AgentsLookedAt
)
