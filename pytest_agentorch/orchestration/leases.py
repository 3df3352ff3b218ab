"""The leases: which agent holds what of the capacity, and what others may have beside it.

| an agent | holds |
|---|---|
| has ordinary tests in its queue, or runs one | its share of the CPUs, and their memory |
| has a test that needs more, and no other | what that needs |
| has nothing to do, whatever it has claimed | nothing |

So whoever waits for a lease waits for something that runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.needs import NO_NEEDS, Needs
from pytest_agentorch.model.supply import THOUSANDTHS
from pytest_agentorch.orchestration.ledger import (
    CPUS,
    MEMORY,
    NOTHING,
    RUN,
    SERIAL,
    Lack,
    Lease,
    Ledger,
    Request,
)
from pytest_agentorch.orchestration.memory_guess import MemoryGuess
from pytest_agentorch.orchestration.phase_plan import PhasePlan
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.unit import Unit


class Leases:
    """Part of the schedule.

    Attributes:
        active: whether anything is scarce; if not, nobody holds or asks for anything.
        held: by agent.
        limit: so many agents may be busy at once; None for all.
        reserved: what has waited for too long: others are refused what it lacks.
        called: the agents that could run it, or will when they have nothing to do.
    """

    def __init__(self, plan: Plan) -> None:
        capacity = plan.contention.supply
        self._plan = plan
        self._needs = plan.contention.needs
        self._counts_memory = capacity.memory > 0
        self._share = capacity.share(len(plan.slots))
        self._guess = MemoryGuess()
        self._requests: dict[tuple[Needs, int], Request] = {}
        self._known: dict[tuple[int, int], Request] = {}
        self._homes: dict[TestId, tuple[Unit, PhasePlan]] = {}
        if self._counts_memory:
            homes = ((unit, phase) for phase in plan.phases for unit in phase.units)
            self._homes = {test: home for home in homes for test in home[0].tests}
        self.ledger = Ledger(capacity)
        self.active = bool(self._needs or capacity.memory)
        self.held: dict[AgentId, Lease] = {}
        self._most_demanding: dict[AgentId, TestId] = {}
        self.limit: int | None = None
        self.reserved: TestId | None = None
        self.called: Collection[AgentId] = ()

    def allow(self, agents: int | None) -> None:
        """Let so many agents be busy at once, one at least; None for all.

        Those that are too many get nothing more until enough of them have nothing to do.
        """
        self.limit = None if agents is None else max(1, agents)

    def move(self, unit: Unit, phase: PhasePlan) -> None:
        """A unit belongs to another phase from now on."""
        if self._counts_memory:
            self._homes.update(dict.fromkeys(unit.tests, (unit, phase)))

    # What is needed.

    def needs(self, test: TestId) -> Needs:
        """What somebody has said that a test needs."""
        return self._needs[test] if self._needs else NO_NEEDS

    def request(self, test: TestId) -> Request:
        """What the agent must have that runs a test."""
        memory = 0
        if self._counts_memory:
            unit, phase = self._homes[test]
            memory = self._guess.of(self._plan.tests[test], unit, phase.memory)
        return self._request(self.needs(test), memory)

    def ordinary(self, phase: PhasePlan) -> Request:
        """What an agent must have at most that runs tests of which nobody has said anything."""
        return self._request(NO_NEEDS, self._guess.most(phase.memory) if self._counts_memory else 0)

    def goes_first(self, test: TestId) -> bool:
        """Whether a test begins before others: it might be alone at the end."""
        several = self.active and len(self._plan.slots) > 1
        return several and self.request(test).rank.demanding

    def learn(self, test: TestId, memory: int) -> bool:
        """Take in the peak of a test; say whether others may need more now."""
        return self._counts_memory and self._guess.learn(self._plan.tests[test], memory)

    def see(self, memory: int) -> bool:
        """Take in what agents have while no test takes much; say whether others may need less."""
        return self._counts_memory and self._guess.see(memory)

    # What is granted.

    def may_ask(self, agent: AgentId | None = None) -> bool:
        """Whether an agent may have anything now that it does not hold; None for an idle one.

        Those with ordinary tests may have more of them, unless somebody waits for their lease.
        """
        lease = None if agent is None else self.held.get(agent)
        if lease is None:
            return self.limit is None or len(self.held) < self.limit
        is_alone = lease.request.rank.special or self.ledger.is_in_the_way(lease)
        return not is_alone and (self.limit is None or len(self.held) <= self.limit)

    def lacks(self, test: TestId, agent: AgentId | None = None) -> Lack | None:
        """What is not there for a test if an agent gives back what it holds; None if all is.

        Where nobody holds anything nothing is refused, so somebody always gets on.
        """
        lease = None if agent is None else self.held.get(agent)
        return self.ledger.lacks(
            self.request(test),
            NOTHING if lease is None else lease.request,
            is_preferred=test == self.reserved or not self.held,
        )

    def fits(self, test: TestId) -> bool:
        """Whether an agent may run it that holds nothing."""
        return self.may_ask() and self.lacks(test) is None

    def reserve(self, test: TestId | None, called: Collection[AgentId] = ()) -> None:
        """Keep free for a test what it lacks; None for nothing."""
        if test is not None or self.reserved is not None:
            self.reserved, self.called = test, called
            self.ledger.reserve(None if test is None else self.request(test))

    def preferred(self, agent: AgentId) -> TestId | None:
        """What an idle agent is called for, if it may have that now."""
        test = self.reserved if agent in self.called and agent not in self.held else None
        return test if test is not None and self.fits(test) else None

    def is_in_the_way(self, agent: AgentId) -> bool:
        """Whether an agent holds what somebody has waited for too long."""
        return agent in self.held and self.ledger.is_in_the_way(self.held[agent])

    def room(self, requests: Iterable[Request], most: int) -> int:
        """How many of some requests, `most` at most, fit one beside the other."""
        most = most if self.limit is None else min(most, self.limit - len(self.held))
        trial, granted = self.ledger.copy(), 0
        if not self.held:
            trial.reserve(None)
        for request in requests:
            if granted >= most:
                break
            if trial.lacks(request) is None:
                trial.allocate(request)
                granted += 1
        return granted

    def grant(self, agent: AgentId, test: TestId) -> bool:
        """Let an agent hold what a test needs, if it may: ordinary tests add up, others do not."""
        lease, request = self.held.get(agent), self.request(test)
        adds_up = lease is None or not request.rank.special
        if not adds_up or not self.may_ask(agent) or self.lacks(test, agent) is not None:
            return False
        if lease is None or request.rank > lease.request.rank:
            self.release(agent)
            self._hold(agent, test)
        if test == self.reserved:
            self.reserve(None)
        return True

    def shrink(self, agent: AgentId, tests: Sequence[TestId]) -> None:
        """Let an agent hold what the most demanding of some tests needs, if it holds more."""
        if self._most_demanding[agent] in tests:
            return
        most = max(tests, key=lambda test: self.request(test).rank)
        if self.request(most).rank < self.held[agent].request.rank:
            self.release(agent)
            self._hold(agent, most)
        self._most_demanding[agent] = most

    def release(self, agent: AgentId) -> None:
        """Take what an agent holds."""
        lease = self.held.pop(agent, None)
        if lease is not None:
            self.ledger.release(lease)

    def _hold(self, agent: AgentId, test: TestId) -> None:
        granted = self.ledger.allocate(self.request(test))
        assert isinstance(granted, Lease), granted.reason
        self.held[agent], self._most_demanding[agent] = granted, test

    def _request(self, needs: Needs, memory: int) -> Request:
        # Looked up for every test: to hash needs would take longer than all the rest.
        key = (id(needs), memory)
        found = self._known.get(key)
        if found is None:
            memory = memory if needs.memory is None else needs.memory
            found = self._requests.get((needs, memory))
            if found is None:
                found = request_for(self.ledger, self._share, needs, memory)
            self._requests[needs, memory] = self._known[key] = found
        return found


def request_for(ledger: Ledger, share: int, needs: Needs, memory: int) -> Request:
    """Ask for what a test needs, with so much of the CPUs and memory if it does not say it."""
    cpus = share if needs.cpus is None else round(needs.cpus * THOUSANDTHS)
    takes = {CPUS: cpus, MEMORY: memory, **{one.name: one.number for one in needs.counts}}
    writes = (*needs.writes, *[SERIAL] * needs.serial, *[RUN] * needs.exclusive)
    reads = (*[RUN] * (not needs.exclusive), *needs.reads)
    return ledger.request(
        {name: number for name, number in takes.items() if number},
        [name for name in reads if name not in writes],
        writes,
        special=needs != NO_NEEDS,
    )
