"""Random runs of phases that wait for each other, in which plugins want tests to run earlier."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from pytest_agentorch.model.advance import Advance
from pytest_agentorch.model.settings import Crash, Gate, PhaseSettings
from pytest_agentorch.orchestration.plan import Plan
from tests.unit.orchestration.plans import a_phase
from tests.unit.orchestration.test_random_runs import NAMES, RandomRun, plans, wishes


@st.composite
def in_a_row(draw: st.DrawFn) -> list[PhaseSettings]:
    """Phases of which each waits for the one before, or for the one before that."""
    table = [a_phase(NAMES[0], configured=True, waves=draw(st.sampled_from([None, 2])))]
    for position, name in enumerate(NAMES[1:]):
        after = NAMES[draw(st.integers(max(0, position - 1), position))]
        table.append(
            a_phase(
                name,
                after,
                configured=True,
                max_agents=draw(st.sampled_from([None, 1])),
                waves=draw(st.sampled_from([None, None, 0, 2])),
                gate=draw(st.sampled_from([Gate.CONTINUE, *Gate])),
                capabilities=draw(st.sampled_from([(), (), ("gpu",), ("web",)])),
            )
        )
    return table


class RandomAdvances(RandomRun):
    """The same run, in which phases end sooner, and plugins want more."""

    @initialize(
        plan=plans(in_a_row()),
        stop_after=st.sampled_from([0, 0, 0, 3]),
        retries=st.sampled_from([0, 1]),
        data=st.data(),
    )
    def begin(self, *, plan: Plan, stop_after: int, retries: int, data: st.DataObject) -> None:
        """Let plugins look at everything."""
        limits = {"reviews_phases": True, "reviews_waves": True, "retries": retries}
        self.play(plan, stop_after, Crash.RERUN, limits, pause=1.0, data=data)

    @precondition(lambda self: self._goes_on() and not self.pool.reviews and self._friendly())
    @rule()
    def go_on(self) -> None:
        """Let agents do what they should until somebody is asked."""
        while self._goes_on() and not self.pool.reviews and self._friendly():
            self._make(self._friendly()[0])

    @precondition(lambda self: self._goes_on() and self.pool.reviews)
    @rule(some=st.lists(wishes(), min_size=1, max_size=3))
    def advance(self, some: list[Advance]) -> None:
        """Let plugins want tests to run earlier."""
        self._review(advances=tuple(some))


TestRandomAdvances = RandomAdvances.TestCase
TestRandomAdvances.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
