"""How far some tests are: waiting, with an agent, begun, or finished. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_agentorch.model.agent_view import AgentView
from pytest_agentorch.model.frozen import Frozen, fields
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.results.tally import Tally
from pytest_agentorch.results.usage import AgentSummary


class Standing(Frozen):
    """Counts of tests.

    Attributes:
        tally: the verdicts; `not_run` are all tests without one.
        assigned: those of them that an agent has and has not begun.
        started: those that run.
    """

    tally: Tally = Tally()
    assigned: int = 0
    started: int = 0

    @property
    def finished(self) -> int:
        """Tests with a verdict."""
        return self.tally.ran

    @property
    def pending(self) -> int:
        """Tests that no agent has."""
        return max(0, self.tally.not_run - self.assigned - self.started)

    @property
    def percent(self) -> float:
        """Finished tests as a share of all, rounded down to one decimal: 100.0 means all."""
        total = self.tally.total
        return self.finished * 1000 // total / 10 if total else 0.0


class AgentStanding(Frozen):
    """What an agent that lives does, and has done.

    Attributes:
        node_id: the test that it runs; empty for none.
        phases: those of which it has run tests, in their order.
        summary: what is known of its process, and what it did.
    """

    view: AgentView
    node_id: str
    phases: tuple[PhaseName, ...]
    summary: AgentSummary


class PhaseStanding(Frozen):
    """How far a phase is.

    Attributes:
        began: whether its tests may run.
        waits_for: phases that have to be over before.
        agents: at most so many at once.
        busy: how many have tests of it.
        skipped: so many of its tests will never run.
    """

    phase: PhaseName
    standing: Standing
    began: bool
    waits_for: tuple[PhaseName, ...]
    agents: int
    busy: int
    skipped: int = 0

    @property
    def left(self) -> int:
        """How many of its tests will still have a verdict."""
        return self.standing.tally.not_run - self.skipped

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return not self.left

    @property
    def state(self) -> str:
        """`waiting`, `active`, `finished`, or `skipped` if that is why nothing more comes."""
        if self.is_over:
            return "skipped" if self.skipped else "finished"
        return "active" if self.began else "waiting"


def together(some: Iterable[Standing]) -> Standing:
    """Add up."""
    parts = list(some)
    counts = {name: sum(getattr(one.tally, name) for one in parts) for name in fields(Tally)}
    return Standing(
        tally=Tally(**counts),
        assigned=sum(one.assigned for one in parts),
        started=sum(one.started for one in parts),
    )
