"""The schedule: where every test is, and which test goes where next.

A test is in exactly one place: waiting in its phase, suspected, in the hand of an agent (claimed,
queued or started), finished, or dropped because it cannot or must not run. Knows no processes.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId, TestId
from pytest_agentorch.orchestration.agenda import Agenda, Spot
from pytest_agentorch.orchestration.copies import Copies
from pytest_agentorch.orchestration.hand import Hand
from pytest_agentorch.orchestration.leases import Leases
from pytest_agentorch.orchestration.phase_progress import Home, PhaseProgress
from pytest_agentorch.orchestration.plan import Plan


class Schedule:
    """Mutable, and changed by the orchestrator only.

    Attributes:
        suspects: tests that wait for a fresh agent.
        alone: tests that are to run on such an agent, without any other, wherever they are.
        followers: tests of the same undivided unit; they wait for the verdict of the suspect.
        resting: tests that have failed and will wait again.
        redealt: tests that were dealt to one slot and are for all now.
        dropped: tests that will have no verdict.
        changes: how often tests or phases have become available to others, or less so.
        reach_changed: whether agents or waiting tests are others than `reach.stranded` has seen.
    """

    def __init__(self, plan: Plan) -> None:
        self.leases = leases = Leases(plan)
        self.agenda = Agenda(plan, leases)
        self.homes = {
            test: home
            for phase in self.agenda.phases.values()
            for home in (Home(phase, unit) for unit in phase.plan.units)
            for test in home.unit.tests
        }
        self.forecast = plan.forecast
        self.rations = plan.rations
        self.hands: dict[AgentId, Hand] = {}
        self.copies = Copies(self.homes, self.hands)
        self.suspects: list[TestId] = []
        self.alone: set[TestId] = set()
        self.followers: dict[TestId, list[TestId]] = {}
        self.resting: dict[TestId, None] = {}
        self.finished: set[TestId] = set()
        self.redealt: set[TestId] = set()
        self.dropped: set[TestId] = set()
        self.changes = 0
        self.reach_changed = True

    @property
    def without_verdict(self) -> int:
        """How many tests have no verdict."""
        return len(self.homes) - len(self.finished)

    @property
    def pending(self) -> int:
        """How many tests are to have one, also those that run."""
        return self.without_verdict - len(self.dropped)

    @property
    def unstarted(self) -> int:
        """How many tests are still to start."""
        return self.pending - sum(hand.started is not None for hand in self.hands.values())

    def open_phases(self) -> list[PhaseProgress]:
        """Start every phase whose barrier is open; return those that are new."""
        opened = self.agenda.open_phases()
        if opened:
            self.changes += 1
            self.reach_changed = True
        return opened

    def close_phases(self) -> list[PhaseName]:
        """Finish every started phase in which nothing is left to do; return those that are new."""
        closed = self.agenda.close_phases()
        self.changes += len(closed)
        return closed

    # Agents and their tests.

    def join(self, agent: AgentId, slot: SlotId, missing: frozenset[TestId]) -> None:
        """Let an agent take part."""
        self.hands[agent] = Hand(slot, missing, rations=self.rations)
        self.changes += 1
        self.reach_changed = True

    def take(
        self, agent: AgentId, limit: int, wait: float = math.inf, longest: float = math.inf
    ) -> tuple[TestId, ...]:
        """Move tests into the queue of an agent: none to `wait` longer, no long one to wait."""
        hand, leases = self.hands[agent], self.leases
        is_refused = hand.idle and leases.active and self._is_refused(agent, hand)
        if is_refused or self.is_overtaken(agent, hand.claimed):
            self.relinquish(agent)
        taken: list[TestId] = []
        while len(taken) < limit and wait >= 0:
            spot = self.agenda.first(agent, hand)
            test = hand.next if spot is None else spot.unit.tests[0]
            has_to_wait = bool(taken) or not hand.idle
            if test is None or (has_to_wait and self._is_for_idle(test, longest)):
                break
            if leases.active and not leases.grant(agent, test):
                break
            if spot is not None:
                self._claim(hand, spot)
            taken.append(hand.claimed.popleft())
            hand.allot(test)
            wait -= self.forecast.of(test)
        return tuple(taken)

    def is_overtaken(self, agent: AgentId, tests: Sequence[TestId]) -> bool:
        """Whether something waits for an agent that is more urgent than the last of its tests."""
        if not tests or not self.agenda.has_priorities:
            return False
        unit, spot = self.homes[tests[-1]].unit, self.agenda.look(agent, self.hands[agent])
        return spot is not None and not unit.sticky and spot.unit.priority > unit.priority

    def take_suspect(self, agent: AgentId) -> tuple[TestId, ...]:
        """Move one suspect that this agent may run now into its queue."""
        hand, leases = self.hands[agent], self.leases
        for test in self.suspects:
            home = self.homes[test]
            may_run = hand.can_run(test, home) and hand.may_enter(home.phase)
            if may_run and (not leases.active or leases.grant(agent, test)):
                self.suspects.remove(test)
                hand.gain(home, 1)
                hand.allot(test)
                return (test,)
        return ()

    def unclaim(self, agent: AgentId, count: int) -> None:
        """Let the last tests that an agent has claimed wait again."""
        hand = self.hands[agent]
        back = [hand.claimed.pop() for _ in range(count)]
        self.lose(hand, back)
        self.put_back(reversed(back))

    def relinquish(self, agent: AgentId) -> None:
        """Let what an agent has claimed wait again: it is not to have it, or not now."""
        self.unclaim(agent, len(self.hands[agent].claimed))

    def start(self, agent: AgentId, test: TestId) -> bool:
        """The agent has begun a test of its queue; False if it cannot have done so."""
        hand = self.hands.get(agent)
        if hand is None or hand.started is not None or test not in hand.queued:
            return False
        hand.begin(test, self.homes[test])
        return True

    def put_down(self, agent: AgentId, test: TestId) -> bool:
        """The started test of the agent has ended; False if it is not the started one."""
        hand = self.hands.get(agent)
        if hand is None or hand.started != test:
            return False
        hand.put_down(self.homes)
        self.release(agent, hand)
        # Its place in the phase may be free for another now.
        self.changes += self.homes[test].phase.plan.name not in hand.phases
        return True

    def lack(self, agent: AgentId, tests: frozenset[TestId]) -> list[TestId]:
        """Take what an agent has not collected out of its hand; return what it had of it."""
        self.changes += 1
        self.reach_changed = True
        hand = self.hands[agent]
        had = hand.lack(tests)
        self.lose(hand, had)
        self.release(agent, hand)
        return self.copies.end(agent, had)

    def leave(self, agent: AgentId) -> tuple[TestId | None, list[TestId]]:
        """Take an agent out; return the test it had started and those that it had not."""
        self.changes += 1
        self.reach_changed = True
        hand = self.hands.pop(agent, None)
        if hand is None:
            return None, []
        started, queued = hand.put_down(self.homes), [*hand.queued, *hand.claimed]
        self.lose(hand, queued)
        self.leases.release(agent)
        hand.vacate()
        if agent in self.copies.void:
            left = self.copies.end(agent, [*queued] if started is None else [started, *queued])
            started = started if started in left else None
            queued = [test for test in left if test != started]
        return started, queued

    # Tests that are in nobody's hand.

    def settle(self, test: TestId, *, failed: bool = False) -> None:
        """A test that is in nobody's hand has its verdict."""
        self.finished.add(test)
        self.homes[test].finish_one()
        self.homes[test].phase.failures += failed
        self.put_back(self.followers.pop(test, ()))

    def suspect(self, test: TestId, queued: Iterable[TestId]) -> list[TestId]:
        """Let a test wait for a fresh agent; return those of its neighbours that need not wait.

        What must not be divided would be, if they ran elsewhere at the same time.
        """
        home = self.homes[test]
        unit = home.unit = replace(home.unit, dealt=None)
        neighbours: dict[bool, list[TestId]] = {True: [], False: []}
        for other in queued:
            neighbours[unit.sticky and self.homes[other].unit is unit].append(other)
        self.suspects.append(test)
        self.alone.add(test)
        self.followers[test] = neighbours[True]
        return neighbours[False]

    def hold_back(self, agent: AgentId, test: TestId) -> None:
        """Let what an agent has claimed wait for the verdict of a test, of whose chain it is."""
        hand = self.hands[agent]
        rest = [*hand.claimed]
        hand.claimed.clear()
        self.lose(hand, rest)
        self.followers.setdefault(test, []).extend(rest)

    def put_back(self, tests: Iterable[TestId], *, last: bool = False) -> None:
        """Let tests wait again, first or last in their phase; what was one unit stays one."""
        members: dict[Home, list[TestId]] = {}
        for test in self.copies.uncovered(tests):
            members.setdefault(self.homes[test], []).append(test)
        for home, some in members.items() if last else reversed(members.items()):
            if home.phase.stopped:
                self.drop(some)
                continue
            unit = replace(home.unit, tests=tuple(some))
            home.phase.put_back(unit, last=last)
            self.changes += 1
            self.reach_changed = True

    def drop(self, tests: Iterable[TestId]) -> None:
        """Never run these tests."""
        for test in self.copies.uncovered(tests):
            self.dropped.add(test)
            self.homes[test].finish_one()
            self.homes[test].phase.dropped += 1

    def stop(self) -> None:
        """Drop everything that is not with an agent."""
        self.changes += 1
        self.drop([*self.suspects, *self.resting, *itertools.chain(*self.followers.values())])
        for some in (self.suspects, self.resting, self.followers):
            some.clear()
        self.drop(self.agenda.clear())
        for hand in self.hands.values():
            claimed = [*hand.claimed]
            hand.claimed.clear()
            self.lose(hand, claimed)
            self.drop(claimed)

    def release(self, agent: AgentId, hand: Hand) -> None:
        """An agent that has nothing to do holds nothing, any other what it still needs."""
        leases = self.leases
        if not leases.active or hand.started is not None:
            return
        if not hand.queued:
            leases.release(agent)
        else:
            leases.shrink(agent, hand.queued)
        self.changes += 1

    def _is_refused(self, agent: AgentId, hand: Hand) -> bool:
        """Whether an agent has claimed what it is refused now, and another may have it."""
        if not hand.claimed or self.homes[hand.claimed[0]].unit.sticky:
            return False
        leases, test = self.leases, hand.claimed[0]
        is_lent = leases.preferred(agent) not in (None, test)
        return is_lent or not leases.may_ask(agent) or leases.lacks(test, agent) is not None

    def _is_for_idle(self, test: TestId, longest: float) -> bool:
        """Whether a test is for an agent that has nothing else to do."""
        unit = self.homes[test].unit
        return self.forecast.of(test) > longest or unit.chain or unit.copies > 1

    def _claim(self, hand: Hand, spot: Spot) -> None:
        unit = spot.lane.take(spot.place)
        self.changes += 1
        hand.gain(self.homes[unit.tests[0]], len(unit.tests))
        hand.claimed.extend(unit.tests)
        if unit.copies > 1:
            rest = replace(unit, copies=unit.copies - 1)
            self.homes[unit.tests[0]].phase.put_back(rest, last=False)

    def lose(self, hand: Hand, tests: Iterable[TestId]) -> None:
        """Take note that tests that have not started are in a hand no more."""
        for test in tests:
            hand.lose(self.homes[test], started=False)
