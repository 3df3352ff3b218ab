"""The leases: which agent holds what of the capacity, and what others may have beside it.

| an agent | holds |
|---|---|
| has ordinary tests in its queue, or runs one | its share of the CPUs, and their memory |
| has a test that needs more, and no other | what that needs |
| has nothing to do, whatever it has claimed | nothing |

So whoever waits for a lease waits for something that runs.
"""

from __future__ import annotations

from collections.abc import Iterable

from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.needs import NO_NEEDS, Needs
from pytest_agentorch.model.supply import THOUSANDTHS
from pytest_agentorch.orchestration.ledger import (
    CPUS,
    MEMORY,
    NOTHING,
    RUN,
    SERIAL,
    Lease,
    Ledger,
    Request,
)
from pytest_agentorch.orchestration.memory_guess import MemoryGuess
from pytest_agentorch.orchestration.plan import PhasePlan, Plan
from pytest_agentorch.orchestration.unit import Unit


class Leases:
    """Part of the schedule.

    Attributes:
        active: whether anything is scarce; if not, nobody holds or asks for anything.
        held: by agent.
        limit: so many agents may be busy at once; None for all.
        reserved: what waits for too long: nothing is granted that would take what it lacks.
    """

    def __init__(self, plan: Plan) -> None:
        capacity = plan.contention.supply
        self._plan = plan
        self._needs = plan.contention.needs
        self._counts_memory = capacity.memory > 0
        self._share = capacity.share(len(plan.slots))
        self._guess = MemoryGuess()
        self._requests: dict[tuple[Needs, int], Request] = {}
        self._ordinary: dict[int, Request] = {}
        self.ledger = Ledger(capacity)
        self.active = bool(self._needs or capacity.memory)
        self.held: dict[AgentId, Lease] = {}
        self.limit: int | None = None
        self.reserved: Request | None = None

    def allow(self, agents: int | None) -> None:
        """Let so many agents be busy at once, one at least; None for all.

        Those that are too many get nothing more until enough of them have nothing to do.
        """
        self.limit = None if agents is None else max(1, agents)

    # What is needed.

    def needs(self, test: TestId) -> Needs:
        """What somebody has said that a test needs."""
        return self._needs[test] if self._needs else NO_NEEDS

    def request(self, test: TestId, unit: Unit, phase: PhasePlan) -> Request:
        """What the agent must have that runs a test of a unit."""
        memory = 0
        if self._counts_memory:
            memory = self._guess.of(self._plan.tests[test], unit, phase.memory)
        return self._request(self.needs(test), memory)

    def request_of_lane(self, needs: Needs, memory: int, phase: PhasePlan) -> Request:
        """What an agent must have at most that takes a unit of a lane.

        Where nobody knows how much memory that needs, `memory` is 0.
        """
        if self._counts_memory:
            memory = memory or self._guess.most(phase.memory)
        return self._request(needs, memory)

    def learn(self, test: TestId, memory: int) -> bool:
        """Take in the peak of a test; say whether others may need more now."""
        return self._counts_memory and self._guess.learn(self._plan.tests[test], memory)

    def see(self, memory: int) -> bool:
        """Take in what agents have while no test takes much; say whether others may need less."""
        return self._counts_memory and self._guess.see(memory)

    # What is granted.

    def fits(self, request: Request) -> bool:
        """Whether an agent may have it that holds nothing.

        Where nobody holds anything nothing is refused, so somebody always gets on.
        """
        if self.limit is not None and len(self.held) >= self.limit:
            return False
        if self._is_kept_free(request, held=False):
            return False
        return self.ledger.fits(request)

    def extends(self, agent: AgentId, request: Request) -> bool:
        """Whether an agent may add it to what it holds: ordinary tests, to ordinary tests."""
        held = self.held[agent].request
        if held.rank.special or request.rank.special:
            return False
        if self.limit is not None and len(self.held) > self.limit:
            return False
        if self.is_in_the_way(agent):
            return False
        return request.rank <= held.rank or self.fits_without(agent, request)

    def is_in_the_way(self, agent: AgentId) -> bool:
        """Whether an agent holds what is reserved."""
        return self._is_kept_free(self.held[agent].request, held=True)

    def fits_without(self, agent: AgentId, request: Request) -> bool:
        """Whether there is enough for a request if an agent gives back what it holds."""
        lease = self.held.get(agent)
        return self.ledger.fits(request, NOTHING if lease is None else lease.request)

    def room(self, requests: Iterable[Request], most: int) -> int:
        """How many of some requests, `most` at most, fit one beside the other."""
        busy = len(self.held)
        most = most if self.limit is None else min(most, self.limit - busy)
        trial, granted = self.ledger.copy(), 0
        for request in requests:
            if granted >= most:
                break
            if not self._is_kept_free(request, held=False):
                granted += isinstance(trial.allocate(request), Lease)
        return granted

    def grant(self, agent: AgentId, request: Request) -> bool:
        """Let an agent hold what it asks for, if that `fits` or `extends` what it holds."""
        lease = self.held.get(agent)
        may_have = self.fits(request) if lease is None else self.extends(agent, request)
        if may_have and (lease is None or request.rank > lease.request.rank):
            self.release(agent)
            self._hold(agent, request)
        return may_have

    def has_too_much(self, agent: AgentId, request: Request) -> bool:
        """Whether an agent holds more than is asked for."""
        return request.rank < self.held[agent].request.rank

    def shrink(self, agent: AgentId, requests: Iterable[Request]) -> None:
        """Let an agent hold what the most demanding of some requests is for, if it holds more."""
        most = max(requests, key=lambda request: request.rank)
        if self.has_too_much(agent, most):
            self.release(agent)
            self._hold(agent, most)

    def release(self, agent: AgentId) -> None:
        """Take what an agent holds."""
        lease = self.held.pop(agent, None)
        if lease is not None:
            self.ledger.release(lease)

    def _hold(self, agent: AgentId, request: Request) -> None:
        granted = self.ledger.allocate(request)
        assert isinstance(granted, Lease), granted.reason
        self.held[agent] = granted

    def _is_kept_free(self, request: Request, *, held: bool) -> bool:
        reserved = self.reserved
        return (
            reserved is not None
            and bool(self.held)
            and (held or request != reserved)
            and self.ledger.competes(request, reserved, held=held)
        )

    def _request(self, needs: Needs, memory: int) -> Request:
        # Looked up for every test: to hash needs would take longer than all the rest.
        if needs is NO_NEEDS and memory in self._ordinary:
            return self._ordinary[memory]
        memory = memory if needs.memory is None else needs.memory
        found = self._requests.get((needs, memory))
        if found is None:
            found = request_for(self.ledger, self._share, needs, memory)
            self._requests[needs, memory] = found
        if needs is NO_NEEDS:
            self._ordinary[memory] = found
        return found


def request_for(ledger: Ledger, share: int, needs: Needs, memory: int) -> Request:
    """Ask for what a test needs, with so much of the CPUs and memory if it does not say it."""
    cpus = share if needs.cpus is None else round(needs.cpus * THOUSANDTHS)
    takes = {CPUS: cpus, MEMORY: memory, **{one.name: one.number for one in needs.counts}}
    writes = (*needs.writes, *[SERIAL] * needs.serial, *[RUN] * needs.exclusive)
    reads = (*needs.reads, *[RUN] * (not needs.exclusive))
    return ledger.request(
        {name: number for name, number in takes.items() if number},
        [name for name in reads if name not in writes],
        writes,
        special=needs != NO_NEEDS,
    )
