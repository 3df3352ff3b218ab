"""The ledger: what of the capacity is taken, and by which leases. Pure.

| what | how much there is | who may have it |
|---|---|---|
| CPUs, memory, a named resource | so many | leases that take no more than that together |
| a lock | one | one lease that writes, or any number of those that read |
| the run | one | an exclusive lease writes it, all others read it |
| the turn of serial tests | one | a serial lease writes it |

A lease has all that it asked for, or there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.size import size
from pytest_agentorch.model.supply import THOUSANDTHS, Supply

CPUS, MEMORY = "\0cpus", "\0memory"
"""Named resources and locks have other names: these are nobody's."""
RUN, SERIAL = "\0run", "\0serial"


class Rank(NamedTuple):
    """How demanding a request is: what is harder to have later begins sooner.

    Attributes:
        special: a test has asked for it, it is not just what an agent has anyway.
        share: how much of the capacity it takes, all kinds together.
    """

    exclusive: bool = False
    special: bool = False
    share: float = 0.0
    writes: int = 0
    reads: int = 0


class Request(Frozen):
    """What a lease is asked for.

    Attributes:
        takes: how much of what, nothing twice.
        reads: locks that others may read at the same time.
        writes: locks that nobody else may have.
    """

    takes: tuple[tuple[str, int], ...] = ()
    reads: tuple[str, ...] = (RUN,)
    writes: tuple[str, ...] = ()
    rank: Rank = Rank()


NOTHING = Request(reads=())


class Lease(Frozen):
    """A claim to what was asked for, until it is released."""

    number: int
    request: Request


class Shortage(Frozen):
    """Why a request is refused.

    Attributes:
        needed, free, total: how much; 0 for a lock.
    """

    name: str
    needed: int = 0
    free: int = 0
    total: int = 0

    def __str__(self) -> str:
        match self.name:
            case x if x == RUN:
                return "nothing else may run at the same time"
            case x if x == SERIAL:
                return "another serial test runs"
            case _ if not self.needed:
                return f"the lock {self.name} is held"
            case _:
                return f"needs {_amount(self.name, self.needed)}, {self.available}"

    @property
    def available(self) -> str:
        """What is free of it."""
        return f"{_amount(self.name, self.free)} of {_amount(self.name, self.total)} free"


class Refused(Frozen):
    """No lease: something is not there, or not free."""

    shortages: tuple[Shortage, ...]

    @property
    def reason(self) -> str:
        """What is missing, in words."""
        return "; ".join(map(str, self.shortages))

    @property
    def available(self) -> str:
        """What is free of that, in words."""
        return ", ".join(one.available for one in self.shortages if one.needed)


class Ledger:
    """Mutable. Leases hold what it says is taken, and nothing else does."""

    def __init__(self, capacity: Supply) -> None:
        self.total = {count.name: count.number for count in capacity.counts}
        if capacity.cpus:
            self.total[CPUS] = capacity.cpus
        if capacity.memory:
            self.total[MEMORY] = capacity.memory
        self.free = dict(self.total)
        self.leases: dict[int, Lease] = {}
        self._readers: Counter[str] = Counter()
        self._writers: set[str] = set()
        self._number = 0

    def copy(self) -> Ledger:
        """Return one to try something with."""
        twin = Ledger(Supply())
        twin.total, twin.free = self.total, dict(self.free)
        twin.leases, twin._number = dict(self.leases), self._number
        twin._readers, twin._writers = Counter(self._readers), set(self._writers)
        return twin

    def allocate(self, request: Request) -> Lease | Refused:
        """Take all that is asked for, or nothing."""
        shortages = tuple(self._shortages(request, NOTHING))
        if shortages:
            return Refused(shortages=shortages)
        self._number += 1
        lease = self.leases[self._number] = Lease(number=self._number, request=request)
        for name, number in request.takes:
            self.free[name] -= number
        self._readers.update(request.reads)
        self._writers.update(request.writes)
        return lease

    def release(self, lease: Lease) -> None:
        """Give back all that a lease has.

        Raises:
            KeyError: it has been released, or never was.
        """
        del self.leases[lease.number]
        for name, number in lease.request.takes:
            self.free[name] += number
        self._readers.subtract(lease.request.reads)
        self._writers.difference_update(lease.request.writes)

    def fits(self, request: Request, without: Request = NOTHING) -> bool:
        """Whether it would get a lease, if another's was released before."""
        return next(self._shortages(request, without), None) is None

    def competes(self, request: Request, other: Request, *, held: bool) -> bool:
        """Whether a request takes what another then lacks, if it has not `held` it already."""
        mine = dict(request.takes)
        for name, number in other.takes:
            taken = mine.get(name, 0)
            if taken and self.free[name] - (0 if held else taken) < number:
                return True
        locked = {*request.reads, *request.writes}
        return not locked.isdisjoint(other.writes) or not set(request.writes).isdisjoint(
            other.reads
        )

    def request(
        self,
        takes: Mapping[str, int],
        reads: Collection[str],
        writes: Collection[str],
        *,
        special: bool,
    ) -> Request:
        """Make a request for no more than there is; of what is not counted it takes nothing."""
        fitted = {name: min(takes[name], self.total[name]) for name in takes if name in self.total}
        rank = Rank(
            exclusive=RUN in writes,
            special=special,
            share=sum(number / self.total[name] for name, number in fitted.items()),
            writes=len(writes),
            reads=len(reads),
        )
        return Request(
            takes=tuple(fitted.items()), reads=tuple(reads), writes=tuple(writes), rank=rank
        )

    def _shortages(self, request: Request, without: Request) -> Iterator[Shortage]:
        back = dict(without.takes) if without.takes else {}
        for name, number in request.takes:
            free = self.free.get(name, 0) + back.get(name, 0)
            if free < number:
                total = self.total.get(name, 0)
                yield Shortage(name=name, needed=number, free=free, total=total)
        for name in request.reads:
            if name in self._writers and name not in without.writes:
                yield Shortage(name=name)
        for name in request.writes:
            readers = self._readers[name] - (name in without.reads)
            if readers or (name in self._writers and name not in without.writes):
                yield Shortage(name=name)


def _amount(name: str, number: int) -> str:
    if name == CPUS:
        return f"{number / THOUSANDTHS:g} CPUs"
    if name == MEMORY:
        return f"{size(number)} of memory"
    return f"{number} {name}"
