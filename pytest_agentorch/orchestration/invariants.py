"""What must hold between any two events: asked by tests, after every one."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import NO_NEEDS
from pytest_agentorch.orchestration.agent_record import AgentState
from pytest_agentorch.orchestration.exchange import generous
from pytest_agentorch.orchestration.phase_progress import PhaseProgress
from pytest_agentorch.orchestration.recovery import DEATHS_IN_A_ROW
from pytest_agentorch.orchestration.registry import AgentRegistry
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.sharing import spare_block

_HOLDING = (
    AgentState.ACTIVE,
    AgentState.FINISHING,
    AgentState.QUITTING,
    AgentState.KILLED,
    AgentState.EXPELLED,
)


def check(schedule: Schedule, registry: AgentRegistry, *, ended: bool) -> None:
    """Assert all of them."""
    _check_places(schedule)
    _check_agents(schedule, registry)
    _check_rations(schedule, registry)
    _check_leases(schedule)
    _check_nobody_waits_in_vain(schedule, registry)
    _check_work_is_taken(schedule, registry)
    for phase in schedule.agenda.phases.values():
        _check_phase(phase, schedule)
    if ended:
        assert not registry.live, "no process outlives the run"
        done = schedule.finished | schedule.dropped
        assert done == schedule.homes.keys(), "nothing is pending at the end"


def _check_places(schedule: Schedule) -> None:
    """Every test is in exactly one place."""
    places: list[Iterable[TestId]] = [schedule.suspects, schedule.finished, schedule.dropped]
    places += [schedule.resting, *schedule.followers.values()]
    void = schedule.copies.void
    places += [
        [test for test in hand.tests() if test != void.get(agent)]
        for agent, hand in schedule.hands.items()
    ]
    places += [
        unit.tests
        for phase in schedule.agenda.phases.values()
        for lane in (*phase.lanes.values(), phase.held)
        for unit in lane
    ]
    counts = Counter(test for place in places for test in place)
    most = {test: home.unit.copies for test, home in schedule.homes.items()}
    wrong = {test: counts[test] for test in most if not 1 <= counts[test] <= most[test]}
    assert not wrong, f"each test is in one place, but: {wrong}"
    done = schedule.finished | schedule.dropped | {*schedule.suspects} | schedule.resting.keys()
    wrong = {test: counts[test] for test in done if counts[test] != 1}
    assert not wrong, f"what is over is nowhere else, but: {wrong}"
    for phase in schedule.agenda.phases.values():
        mine = [test for test in void.values() if schedule.homes[test].phase is phase]
        assert phase.void == len(mine), f"{phase.plan.name}: void copies"
    for agent, test in void.items():
        assert test in schedule.hands[agent].tests(), f"{agent} has no copy of {test}"


def _check_agents(schedule: Schedule, registry: AgentRegistry) -> None:
    """Only agents that can work have tests; a slot has one agent and few deaths."""
    for agent in schedule.hands:
        assert agent in registry.live, f"{agent} is gone and has tests"
        assert registry.live[agent].state in _HOLDING, f"{agent} cannot have tests"
    for slot in registry.slots.values():
        live = [record.agent for record in registry.live.values() if record.slot == slot.slot]
        assert live == ([] if slot.agent is None else [slot.agent]), f"one agent in {slot}"
        assert slot.given_up == (slot.deaths >= DEATHS_IN_A_ROW), f"deaths of {slot}"
    for hand in schedule.hands.values():
        units = {id(schedule.homes[test].unit) for test in hand.claimed}
        assert len(units) <= 1, "what is claimed is the rest of one unit"
    for record in registry.in_state(AgentState.FINISHING):
        assert not [*schedule.hands[record.agent].tests()], f"{record.agent} has tests left"


def _check_rations(schedule: Schedule, registry: AgentRegistry) -> None:
    """Under isolation an agent runs one ration, and keeps its place in a phase to its end."""
    for agent, hand in schedule.hands.items() if schedule.rations else ():
        tests = [*registry.live[agent].before, *hand.queued]
        tests += [] if hand.started is None else [hand.started]
        given = {schedule.rations[test] for test in tests}
        assert given <= {hand.ration}, f"{agent} has more than one ration"
        places = {schedule.homes[test].phase.plan.name for test in tests}
        assert places <= hand.phases.keys(), f"{agent} has lost its place"


def _check_leases(schedule: Schedule) -> None:
    """Whoever has something to do holds a lease, and nobody else; together they fit."""
    leases, hands = schedule.leases, schedule.hands
    if not leases.active:
        assert not leases.held, "nothing is scarce"
        return
    holders = {agent for agent, hand in hands.items() if not hand.idle}
    assert leases.held.keys() == holders, "who has something to do holds a lease"
    held = {lease.number: lease for lease in leases.held.values()}
    assert leases.ledger.leases == held, "every lease is held by one agent"
    taken: Counter[str] = Counter()
    for lease in held.values():
        taken.update(dict(lease.request.takes))
    for name, total in leases.ledger.total.items():
        free = leases.ledger.free[name]
        assert free == total - taken[name] >= 0, f"{name!r} is taken too often"
    for agent, lease in leases.held.items():
        hand = hands[agent]
        tests = [*hand.tests()][: len(hand.queued) + (hand.started is not None)]
        special = [test for test in tests if leases.needs(test) != NO_NEEDS]
        is_alone = tests == special and len(tests) == 1
        assert is_alone if lease.request.rank.special else not special, f"{agent} holds too little"
    for mine, other in itertools.permutations(held.values(), 2):
        locks = {*other.request.reads, *other.request.writes}
        assert locks.isdisjoint(mine.request.writes), "who writes is alone"


def _check_work_is_taken(schedule: Schedule, registry: AgentRegistry) -> None:
    """No agent is idle while something waits that it may have."""
    for record in registry.in_state(AgentState.ACTIVE):
        hand = schedule.hands[record.agent]
        is_for_suspect = record.fresh and schedule.suspects
        if not hand.idle or hand.claimed or record.asked_back or is_for_suspect:
            continue
        for unit in itertools.chain(*schedule.agenda.lanes_for(hand)):
            may_have = not schedule.leases.active or schedule.leases.fits(unit.tests[0])
            can_run = hand.missing.isdisjoint(unit.tests)
            assert not (may_have and can_run), f"{record.agent} could have {unit}"


def _check_nobody_waits_in_vain(schedule: Schedule, registry: AgentRegistry) -> None:
    """No test is queued behind a running one while another agent is idle that may run it.

    Unless something is on its way for each idle agent, or that is kept for a suspect or a claim.
    """
    asked = {record.agent for record in registry.live.values() if record.asked_back}
    idle = [
        schedule.hands[record.agent]
        for record in registry.in_state(AgentState.ACTIVE)
        if schedule.hands[record.agent].idle
        and not schedule.hands[record.agent].claimed
        and record.agent not in asked
        and not (record.fresh and schedule.suspects)
    ]
    running = [
        hand
        for agent, hand in schedule.hands.items()
        if agent not in asked and hand.started is not None
    ]
    leases, could_share = schedule.leases, [*generous(schedule).values()]
    for hand in running if len(asked) < len(idle) else ():
        loose = [test for test in hand.queued if not schedule.homes[test].unit.sticky]
        loose = loose if any(hand is one for one in could_share) else []
        loose = [test for test in loose if not leases.active or leases.fits(test)]
        for test, other in itertools.product(loose, idle):
            home = schedule.homes[test]
            may_run = other.can_run(test, home) and other.may_enter(home.phase)
            assert not may_run, f"test {test} waits and an agent in {other.slot} is idle"
        for other in idle:
            block = spare_block(hand, other, schedule.homes)
            waits = leases.active and block and not leases.fits(block[0])
            assert waits or not block, f"{other.slot} could have a unit"


def _check_phase(phase: PhaseProgress, schedule: Schedule) -> None:
    """A phase keeps its barrier and its cap, and its counts are right."""
    name, tests = phase.plan.name, [t for t, one in schedule.homes.items() if one.phase is phase]
    done = schedule.finished | schedule.dropped
    before = [
        schedule.agenda.phases[other]
        for other in phase.plan.after
        if other in schedule.agenda.phases
    ]
    in_hand = [
        test
        for hand in schedule.hands.values()
        for test in (*hand.queued, *hand.claimed)
        if schedule.homes[test].phase is phase
    ]
    busy = [hand for hand in schedule.hands.values() if name in hand.phases]
    if phase.started and phase.plan.barrier:
        assert all(other.finished for other in before), f"{name} waits for those before it"
    if not phase.started:
        assert not busy, f"nobody runs {name} yet"
        assert not schedule.finished.intersection(tests), f"nothing of {name} has run yet"
    waiting = {test for unit in phase.waiting_units() for test in unit.tests}
    assert waiting <= {*tests}, f"{name}: what waits there belongs to it"
    assert phase.tests == len(tests), f"{name}: tests"
    assert phase.unfinished == sum(test not in done for test in tests), f"{name}: unfinished"
    assert phase.busy == len(busy) <= phase.plan.agents, f"{name}: busy"
    units = [schedule.homes[test].unit for test in in_hand]
    loose = Counter(unit.waits_for for unit in units if not unit.sticky)
    assert phase.loose == loose, f"{name}: loose"
    for lane in (*phase.lanes.values(), phase.held):
        assert lane.tests == sum(len(unit.tests) for unit in lane), f"{name}: waiting"
        assert lane.pieces == sum(unit.pieces for unit in lane), f"{name}: pieces"
