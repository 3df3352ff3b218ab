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
from types import MappingProxyType
from typing import NamedTuple

from pytest_agentorch.model.frozen import Frozen, replace
from pytest_agentorch.model.size import size
from pytest_agentorch.model.supply import THOUSANDTHS, Supply

CPUS, MEMORY = "\0cpus", "\0memory"
"""Named resources and locks have other names: these are nobody's."""
RUN, SERIAL = "\0run", "\0serial"


READ, WRITE = 0, -1
"""Instead of a number, where a lock is lacking."""


class Lack(NamedTuple):
    """What a request cannot have: so much of something, or a lock."""

    name: str
    number: int


class Rank(NamedTuple):
    """How much a request is for.

    Attributes:
        demanding: no two of its kind can run at once.
        special: a test has asked for it, it is not just what an agent has anyway.
        share: how much of the capacity it takes, all kinds together.
    """

    demanding: bool = False
    special: bool = False
    share: float = 0.0


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
    """Mutable. Leases hold what it says is taken, and nothing else does.

    Attributes:
        reserved: others are refused what it lacks.
    """

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
        self.reserve(None)

    def copy(self) -> Ledger:
        """Return one to try something with."""
        twin = Ledger(Supply())
        twin.total, twin.free = self.total, dict(self.free)
        twin.leases, twin._number = dict(self.leases), self._number
        twin._readers, twin._writers = Counter(self._readers), set(self._writers)
        twin.reserved, twin._kept, twin._ending = self.reserved, self._kept, self._ending
        return twin

    def allocate(self, request: Request) -> Lease | Refused:
        """Take all that is asked for, or nothing. Reserved or not, what is free is free."""
        shortages = tuple(self._shortage(*lack) for lack in self._lacks(request, NOTHING))
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

    def lacks(
        self, request: Request, without: Request = NOTHING, *, is_preferred: bool = False
    ) -> Lack | None:
        """What it cannot have or may not, if another's lease was released before; None if all."""
        if self.reserved is None or is_preferred:
            return next(self._lacks(request, without), None)
        return next(self._lacks(request, without, self.reserved, self._kept), None)

    def reserve(self, request: Request | None) -> None:
        """Keep free what a request lacks, until it is another's turn; None for nothing.

        It waits for the leases that it cannot run beside. If it still lacks a named resource, which
        only single tests hold, it waits for one more of them, at least the smallest. What comes
        back with all these need not be kept free as well.
        """
        self.reserved = request
        self._ending: set[int] = set()
        self._kept: dict[str, int] = {}
        if request is None:
            return
        for number, lease in self.leases.items():
            if not self._are_compatible(lease.request, request):
                self._ending.add(number)
        for name, needed in request.takes:
            if name not in (CPUS, MEMORY) and self.free[name] + self._back(name) < needed:
                self._ending.add(self._smallest_other(name))
        for name, needed in request.takes:
            self._kept[name] = max(0, needed - self._back(name))

    def is_in_the_way(self, lease: Lease) -> bool:
        """Whether what is reserved waits for a lease."""
        return lease.number in self._ending or any(
            self.free[name] < self._kept.get(name, 0) for name, _ in lease.request.takes
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
        request = Request(takes=tuple(fitted.items()), reads=tuple(reads), writes=tuple(writes))
        rank = Rank(
            demanding=not self._are_compatible(request, request),
            special=special,
            share=sum(number / self.total[name] for name, number in fitted.items()),
        )
        return replace(request, rank=rank)

    def _lacks(
        self,
        request: Request,
        without: Request,
        reserved: Request = NOTHING,
        kept: Mapping[str, int] = MappingProxyType({}),
    ) -> Iterator[Lack]:
        for name in request.reads:
            is_written = name in self._writers and name not in without.writes
            if is_written or name in reserved.writes:
                yield Lack(name, READ)
        for name in request.writes:
            is_read = self._readers[name] > (name in without.reads)
            is_written = name in self._writers and name not in without.writes
            if is_read or is_written or name in reserved.reads or name in reserved.writes:
                yield Lack(name, WRITE)
        back = dict(without.takes) if without.takes else {}
        for name, number in request.takes:
            free = self.free.get(name, 0) + back.get(name, 0) - kept.get(name, 0)
            if free < number:
                yield Lack(name, number)

    def _shortage(self, name: str, number: int) -> Shortage:
        if number <= 0:
            return Shortage(name=name)
        free, total = self.free.get(name, 0), self.total.get(name, 0)
        return Shortage(name=name, needed=number, free=free, total=total)

    def _back(self, name: str) -> int:
        """How much of something comes back with the leases that end first."""
        return sum(dict(self.leases[one].request.takes).get(name, 0) for one in self._ending)

    def _smallest_other(self, name: str) -> int:
        """The smallest lease of something, but for those that end first."""
        others = (lease for number, lease in self.leases.items() if number not in self._ending)
        holders = [lease for lease in others if name in dict(lease.request.takes)]
        return min(holders, key=lambda lease: lease.request.rank.share).number

    def _are_compatible(self, one: Request, other: Request) -> bool:
        """Whether both could run at once if nothing else did."""
        mine = dict(one.takes)
        if any(mine.get(name, 0) + number > self.total[name] for name, number in other.takes):
            return False
        locks = {*one.reads, *one.writes}
        return locks.isdisjoint(other.writes) and {*one.writes}.isdisjoint(other.reads)


def _amount(name: str, number: int) -> str:
    if name == CPUS:
        return f"{number / THOUSANDTHS:g} CPUs"
    if name == MEMORY:
        return f"{size(number)} of memory"
    return f"{number} {name}"
