"""The checks can fail: each of them, on a state that is broken by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from pytest_agentorch.model import test as described
from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId, TestId
from pytest_agentorch.model.needs import Count, Needs, ResourceSettings
from pytest_agentorch.model.settings import Isolate
from pytest_agentorch.orchestration.agent_record import AgentState
from pytest_agentorch.orchestration.invariants import check
from pytest_agentorch.orchestration.lane import LaneKey
from pytest_agentorch.orchestration.ledger import Lease, Request
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule
from tests.unit.orchestration.plans import a_phase, a_test, planned, some_tests

GW0, UNIT, E2E = AgentId("gw0"), PhaseName("unit"), PhaseName("e2e")


class State:
    """A run with one active agent that has two of four unit tests, or one and some others."""

    def __init__(
        self,
        others: Iterable[described.TestDescriptor] = (),
        isolate: Isolate = Isolate.NONE,
        **more: object,
    ) -> None:
        phases = (a_phase("unit"), a_phase("e2e", "unit"))
        unit = [a_test(0), *others][:4] if others else some_tests(4)
        plan = planned([*unit, a_test(4, "e2e", named=True)], *phases, isolate=isolate, **more)
        self.schedule = Schedule(plan)
        self.registry = AgentRegistry(plan.slots)
        self.record = self.registry.adopt(SlotId("gw0"), 1)
        self.record.state = AgentState.ACTIVE
        self.schedule.open_phases()
        self.schedule.join(GW0, SlotId("gw0"), frozenset())
        self.schedule.take(GW0, 2)

    def check(self, *, ended: bool = False) -> None:
        """Ask."""
        check(self.schedule, self.registry, ended=ended)


def test_a_healthy_state_passes() -> None:
    """Nothing is wrong."""
    State().check()


def _finish_agent(state: State) -> None:
    state.record.state = AgentState.FINISHING


def _lose_agent(state: State) -> None:
    del state.registry.live[GW0]


def _agent_is_done(state: State) -> None:
    state.record.state = AgentState.DONE


def _two_agents(state: State) -> None:
    state.registry.slots[SlotId("gw0")].agent = None


def _two_claims(state: State) -> None:
    state.schedule.hands[GW0].claimed.extend([TestId(2), TestId(3)])


def _deaths(state: State) -> None:
    state.registry.slots[SlotId("gw1")].deaths = 3


def _twice(state: State) -> None:
    state.schedule.suspects.append(TestId(0))


def _nowhere(state: State) -> None:
    state.schedule.hands[GW0].queued.popleft()


def _too_early(state: State) -> None:
    state.schedule.agenda.phases[E2E].started = True


def _ran_early(state: State) -> None:
    state.schedule.agenda.phases[E2E].lanes[LaneKey()].clear()
    state.schedule.finished.add(TestId(4))


def _unfinished(state: State) -> None:
    state.schedule.agenda.phases[UNIT].unfinished -= 1


def _too_busy(state: State) -> None:
    state.schedule.agenda.phases[UNIT].busy += 1


def _too_loose(state: State) -> None:
    state.schedule.agenda.phases[UNIT].loose[None] += 1


def _miscounted(state: State) -> None:
    state.schedule.agenda.phases[UNIT].lanes[LaneKey()].tests += 1


def _wrong_pieces(state: State) -> None:
    state.schedule.agenda.phases[UNIT].lanes[LaneKey()].pieces += 1


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (_finish_agent, "gw0 has tests left"),
        (_lose_agent, "gw0 is gone and has tests"),
        (_agent_is_done, "gw0 cannot have tests"),
        (_two_agents, "one agent in"),
        (_deaths, "deaths of"),
        (_two_claims, "what is claimed is the rest of one unit|one place"),
        (_twice, "each test is in one place"),
        (_nowhere, "each test is in one place"),
        (_too_early, "e2e waits for those before it"),
        (_ran_early, "nothing of e2e has run yet"),
        (_unfinished, "unit: unfinished"),
        (_too_busy, "unit: busy"),
        (_too_loose, "unit: loose"),
        (_miscounted, "unit: waiting"),
        (_wrong_pieces, "unit: pieces"),
    ],
)
def test_a_broken_state_does_not(damage: Callable[[State], None], complaint: str) -> None:
    """It says what is wrong."""
    state = State()
    damage(state)
    with pytest.raises(AssertionError, match=complaint):
        state.check()


def test_an_agent_does_not_run_two_rations_or_lose_its_place() -> None:
    """Under isolation."""
    state = State(isolate=Isolate.TEST)
    hand = state.schedule.hands[GW0]
    state.check()
    state.record.before.append(TestId(3))
    with pytest.raises(AssertionError, match="gw0 has more than one ration"):
        state.check()
    state.record.before.clear()
    hand.vacate()
    hand.phases.clear()
    with pytest.raises(AssertionError, match="gw0 has lost its place"):
        state.check()


def _scarce(*needs: Needs) -> State:
    """An agent with a lease for the first of these tests."""
    there = ResourceSettings(counts=(Count(name="db", number=2),))
    return State([a_test(n, needs=some) for n, some in enumerate(needs)], resources=there)


def _holds_nothing(state: State) -> None:
    state.schedule.leases.release(GW0)


def _holds_what_nobody_has(state: State) -> None:
    state.schedule.leases.ledger.allocate(Request())


def _miscounts_what_is_free(state: State) -> None:
    state.schedule.leases.ledger.free["db"] += 1


def _holds_too_little(state: State) -> None:
    leases = state.schedule.leases
    leases.release(GW0)
    leases.grant(GW0, TestId(0))


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (_holds_nothing, "who has something to do holds a lease"),
        (_holds_what_nobody_has, "every lease is held by one agent"),
        (_miscounts_what_is_free, "'db' is taken too often"),
        (_holds_too_little, "gw0 holds too little"),
    ],
)
def test_a_lease_has_a_holder_and_is_what_it_needs(
    damage: Callable[[State], None], complaint: str
) -> None:
    """No more is taken than there is."""
    both = Needs(counts=(Count(name="db", number=2),))
    state = _scarce(both, both)
    state.check()
    damage(state)
    with pytest.raises(AssertionError, match=complaint):
        state.check()


def test_who_writes_is_alone() -> None:
    """Whatever the ledger says."""
    state = _scarce(Needs(writes=("schema",)), Needs(reads=("schema",)))
    other = state.registry.occupy(state.registry.slots[SlotId("gw1")])
    other.state = AgentState.ACTIVE
    state.schedule.join(other.agent, SlotId("gw1"), frozenset())
    with pytest.raises(AssertionError, match="gw1 could have"):
        state.check()
    state.schedule.agenda.remove([TestId(0)])
    state.schedule.drop([TestId(0)])
    state.check()
    state.schedule.leases.ledger._writers.clear()
    state.schedule.take(other.agent, 1)
    with pytest.raises(AssertionError, match="who writes is alone"):
        state.check()


def test_nobody_holds_anything_where_nothing_is_scarce() -> None:
    """It would never be counted."""
    state = State()
    leases = state.schedule.leases
    leases.held[GW0] = Lease(number=1, request=Request())
    with pytest.raises(AssertionError, match="nothing is scarce"):
        state.check()


def test_a_test_does_not_wait_while_an_agent_is_idle_that_may_run_it() -> None:
    """Unless something is on its way, or nobody runs anything."""
    state = State()
    gw1 = AgentId("gw1")
    other = state.registry.occupy(state.registry.slots[SlotId("gw1")])
    other.state = AgentState.ACTIVE
    state.schedule.join(gw1, SlotId("gw1"), frozenset())
    state.schedule.take(GW0, 2)
    state.check()
    state.schedule.start(GW0, TestId(0))
    with pytest.raises(AssertionError, match="test 1 waits and an agent in gw1 is idle"):
        state.check()
    state.record.asked_back = 1
    state.check()
    state.record.asked_back = 0
    state.schedule.hands[gw1].missing = frozenset(map(TestId, (1, 2, 3)))
    state.check()


def test_a_group_does_not_wait_while_an_agent_is_idle_that_may_run_it() -> None:
    """It goes there as a whole."""
    state = State(a_test(number, group="g") for number in (1, 2))
    gw1 = AgentId("gw1")
    other = state.registry.occupy(state.registry.slots[SlotId("gw1")])
    other.state = AgentState.ACTIVE
    state.schedule.join(gw1, SlotId("gw1"), frozenset())
    state.schedule.start(GW0, TestId(0))
    with pytest.raises(AssertionError, match="gw1 could have a unit"):
        state.check()


def test_a_run_does_not_end_with_agents_or_tests_left() -> None:
    """All processes are gone, all tests have a verdict or will have none."""
    state = State()
    with pytest.raises(AssertionError, match="no process outlives the run"):
        state.check(ended=True)
    state.schedule.leave(GW0)
    state.registry.live.clear()
    state.registry.slots[SlotId("gw0")].agent = None
    state.schedule.drop([TestId(0), TestId(1)])
    with pytest.raises(AssertionError, match="nothing is pending at the end"):
        state.check(ended=True)
    state.schedule.stop()
    state.check(ended=True)
