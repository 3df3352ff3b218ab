"""The schedule: where every test is, and which test goes where next.

A test is in exactly one place: waiting in its phase, suspected, in the hand of an agent (claimed,
queued or started), finished, or dropped because the run stops. Knows nothing about processes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId, TestId
from pytest_agentorch.orchestration.hand import Hand, PhaseProgress
from pytest_agentorch.orchestration.plan import Plan, Unit


class Schedule:
    """Mutable, and changed by the orchestrator only."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._phases = {
            phase.name: PhaseProgress(phase, phase.tests, deque(phase.units))
            for phase in plan.phases
        }
        self._home = {
            test: unit for phase in plan.phases for unit in phase.units for test in unit.tests
        }
        self.hands: dict[AgentId, Hand] = {}
        self.suspects: deque[TestId] = deque()
        self.finished: set[TestId] = set()
        self.dropped: set[TestId] = set()

    @property
    def unfinished(self) -> int:
        """How many tests still need a verdict."""
        return sum(phase.unfinished for phase in self._phases.values())

    @property
    def waiting(self) -> int:
        """How many tests are in nobody's hand."""
        return len(self.suspects) + sum(
            len(unit.tests) for phase in self._phases.values() for unit in phase.waiting
        )

    def room(self) -> int:
        """How many agents the started phases can employ."""
        return sum(
            min(phase.plan.agents, phase.unfinished)
            for phase in self._phases.values()
            if phase.started and not phase.finished
        )

    def wants(self, slot: SlotId) -> bool:
        """Whether a started phase has tests waiting that this slot may run."""
        return any(
            unit.slot in (None, slot) for phase in self._open() for unit in phase.waiting
        ) or any(self._home[test].slot in (None, slot) for test in self.suspects)

    def has_later_work(self, slot: SlotId) -> bool:
        """Whether any phase, started or not, has tests waiting that this slot may run."""
        return any(
            unit.slot in (None, slot) for phase in self._phases.values() for unit in phase.waiting
        )

    def open_phases(self) -> list[PhaseProgress]:
        """Start every phase whose barrier is open; return those that are new."""
        done = {name for name, phase in self._phases.items() if phase.finished}
        opened = [
            phase
            for phase in self._phases.values()
            if not phase.started
            and (
                not phase.plan.barrier
                or all(name in done for name in phase.plan.after if name in self._phases)
            )
        ]
        for phase in opened:
            phase.started = True
        return opened

    def close_phases(self) -> list[PhaseName]:
        """Finish every started phase whose tests all have a verdict; return those that are new."""
        closed = [
            name
            for name, phase in self._phases.items()
            if phase.started and not phase.finished and not phase.unfinished
        ]
        for name in closed:
            self._phases[name].finished = True
        return closed

    def join(self, agent: AgentId, slot: SlotId, missing: frozenset[TestId]) -> None:
        """Let an agent take part."""
        self.hands[agent] = Hand(slot, missing)

    def take(self, agent: AgentId, limit: int) -> tuple[TestId, ...]:
        """Move up to `limit` tests into the queue of an agent."""
        hand = self.hands[agent]
        taken: list[TestId] = []
        while len(taken) < limit and (hand.claimed or self._claim(agent, hand)):
            taken.append(hand.claimed.popleft())
            hand.queued.append(taken[-1])
        return tuple(taken)

    def take_suspect(self, agent: AgentId) -> tuple[TestId, ...]:
        """Move one suspect that this agent may run into its queue."""
        hand = self.hands[agent]
        for test in self.suspects:
            if self._home[test].slot in (None, hand.slot) and test not in hand.missing:
                self.suspects.remove(test)
                hand.queued.append(test)
                return (test,)
        return ()

    def share(self, thief: AgentId) -> tuple[AgentId, tuple[TestId, ...]] | None:
        """Let an idle agent have work of the one that has most.

        What is only claimed goes back to its phase at once and None is returned; what is already
        queued must be taken back first: the agent that has it and the tests are returned.
        """
        may = {phase.plan.name for phase in self._open() if self._may_work_in(thief, phase)}
        best: list[TestId] = []
        owner: AgentId | None = None
        for agent, hand in self.hands.items():
            loose = self._loose(hand, may, self.hands[thief])
            if agent != thief and len(loose) > len(best):
                best, owner = loose, agent
        if owner is None:
            return None
        half = best[-((len(best) + 1) // 2) :]
        hand = self.hands[owner]
        claimed = [test for test in half if test in hand.claimed]
        if claimed:
            hand.claimed = deque(test for test in hand.claimed if test not in set(claimed))
            self.put_back(claimed)
            return None
        return owner, tuple(half)

    def start(self, agent: AgentId, test: TestId) -> None:
        """The agent has begun a test of its queue."""
        hand = self.hands[agent]
        hand.queued.remove(test)
        hand.started = test

    def finish(self, agent: AgentId, test: TestId) -> None:
        """The started test of the agent has its verdict."""
        self.hands[agent].started = None
        self.settle(test)

    def settle(self, test: TestId) -> None:
        """A test that is in nobody's hand has its verdict."""
        self.finished.add(test)
        self._phases[self._plan.phase_of(test)].unfinished -= 1

    def return_(self, agent: AgentId, tests: Iterable[TestId]) -> list[TestId]:
        """Take tests out of the queue of an agent; return those that were in it."""
        hand = self.hands[agent]
        returned = [test for test in tests if test in hand.queued]
        hand.queued = deque(test for test in hand.queued if test not in set(returned))
        return returned

    def leave(self, agent: AgentId) -> tuple[TestId | None, list[TestId]]:
        """Take an agent out; return the test it had started and those that it had not."""
        hand = self.hands.pop(agent, None)
        if hand is None:
            return None, []
        return hand.started, [*hand.queued, *hand.claimed]

    def put_back(self, tests: Iterable[TestId]) -> None:
        """Let tests wait again, before all others of their phase."""
        by_phase: dict[PhaseName, list[TestId]] = {}
        for test in tests:
            by_phase.setdefault(self._plan.phase_of(test), []).append(test)
        for name, members in by_phase.items():
            for unit in reversed(self._regrouped(members)):
                self._phases[name].waiting.appendleft(unit)

    def drop(self, tests: Iterable[TestId]) -> None:
        """Never run these tests: the run stops."""
        self.dropped.update(tests)

    def stop(self) -> None:
        """Drop everything that is not with an agent."""
        self.drop(self.suspects)
        self.suspects.clear()
        for phase in self._phases.values():
            self.drop(test for unit in phase.waiting for test in unit.tests)
            phase.waiting.clear()
        for hand in self.hands.values():
            self.drop(hand.claimed)
            hand.claimed.clear()

    def unreachable(self) -> list[TestId]:
        """Take out and return waiting tests that no agent of this run has collected."""
        lost = [
            test
            for phase in self._open()
            for unit in phase.waiting
            for test in unit.tests
            if all(test in hand.missing for hand in self.hands.values())
        ]
        for phase in self._phases.values() if lost else ():
            kept = ((unit, tuple(t for t in unit.tests if t not in lost)) for unit in phase.waiting)
            phase.waiting = deque(replace(unit, tests=tests) for unit, tests in kept if tests)
        return lost

    def place_counts(self) -> dict[TestId, int]:
        """In how many places each test is: 1 for all, or something is wrong."""
        counts = dict.fromkeys(map(TestId, range(len(self._plan.tests))), 0)
        places: list[Iterable[TestId]] = [self.suspects, self.finished, self.dropped]
        places += [unit.tests for phase in self._phases.values() for unit in phase.waiting]
        places += [list(hand.tests()) for hand in self.hands.values()]
        for place in places:
            for test in place:
                counts[test] += 1
        return counts

    def phases_in_hand(self, agent: AgentId) -> set[PhaseName]:
        """The phases that the agent has tests of."""
        return {self._plan.phase_of(test) for test in self.hands[agent].tests()}

    def _open(self) -> list[PhaseProgress]:
        return [phase for phase in self._phases.values() if phase.started and not phase.finished]

    def _may_work_in(self, agent: AgentId, phase: PhaseProgress) -> bool:
        if phase.plan.agents >= len(self.hands):
            return True
        name = phase.plan.name
        busy = [other for other in self.hands if name in self.phases_in_hand(other)]
        return agent in busy or len(busy) < phase.plan.agents

    def _claim(self, agent: AgentId, hand: Hand) -> bool:
        for phase in self._open():
            if not phase.waiting or not self._may_work_in(agent, phase):
                continue
            for unit in phase.waiting:
                if unit.slot in (None, hand.slot) and hand.missing.isdisjoint(unit.tests):
                    phase.waiting.remove(unit)
                    hand.claimed.extend(unit.tests)
                    return True
        return False

    def _loose(self, hand: Hand, may: set[PhaseName], thief: Hand) -> list[TestId]:
        """Tests of a hand that another agent could have, in order: never its last one."""
        tests = [*hand.queued, *hand.claimed]
        if hand.started is None:
            tests = tests[1:]
        return [
            test
            for test in tests
            if not self._home[test].sticky
            and test not in thief.missing
            and self._plan.phase_of(test) in may
        ]

    def _regrouped(self, tests: list[TestId]) -> list[Unit]:
        """Make units of tests that came back: what was one unit stays one."""
        members: dict[int, list[TestId]] = {}
        for test in tests:
            members.setdefault(id(self._home[test]), []).append(test)
        return [replace(self._home[some[0]], tests=tuple(some)) for some in members.values()]
