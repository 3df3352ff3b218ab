"""What is taken is not there for others, and all of it comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.needs import Count
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.orchestration.ledger import (
    CPUS,
    MEMORY,
    READ,
    RUN,
    SERIAL,
    WRITE,
    Lease,
    Ledger,
    Refused,
    Request,
)

MIB = 1 << 20
THERE = Supply(cpus=2000, memory=1024 * MIB, counts=(Count(name="db", number=3),))
READER = Request(reads=(RUN, "schema"))
WRITER = Request(writes=("schema",))


def allocated(ledger: Ledger, request: Request) -> Lease:
    """A lease that nobody refuses."""
    lease = ledger.allocate(request)
    assert isinstance(lease, Lease)
    return lease


def refused(ledger: Ledger, request: Request) -> Refused:
    """Why there is none."""
    refusal = ledger.allocate(request)
    assert isinstance(refusal, Refused)
    return refusal


def test_a_refusal_says_what_is_missing_and_what_is_there() -> None:
    """In words, for each kind that is not enough."""
    ledger = Ledger(THERE)
    allocated(ledger, Request(takes=((CPUS, 1500), (MEMORY, 700 * MIB), ("db", 2))))
    asked = Request(takes=((CPUS, 1000), (MEMORY, 512 * MIB), ("db", 2)))
    refusal = refused(ledger, asked)
    assert refusal.reason == (
        "needs 1 CPUs, 0.5 CPUs of 2 CPUs free; "
        "needs 512 MiB of memory, 324 MiB of memory of 1 GiB of memory free; "
        "needs 2 db, 1 db of 3 db free"
    )
    assert refusal.available == (
        "0.5 CPUs of 2 CPUs free, 324 MiB of memory of 1 GiB of memory free, 1 db of 3 db free"
    )


def test_it_takes_all_or_nothing() -> None:
    """What is there of a request that is refused stays there."""
    ledger = Ledger(THERE)
    before = dict(ledger.free)
    refused(ledger, Request(takes=((CPUS, 1000), ("db", 4))))
    assert (ledger.free, ledger.leases) == (before, {})


@pytest.mark.parametrize(
    ("held", "asked", "reason"),
    [
        (READER, READER, ""),
        (READER, WRITER, "the lock schema is held"),
        (WRITER, READER, "the lock schema is held"),
        (WRITER, WRITER, "the lock schema is held"),
        (WRITER, Request(writes=("other",)), ""),
        (Request(writes=(SERIAL,)), Request(writes=(SERIAL,)), "another serial test runs"),
        (Request(writes=(SERIAL,)), Request(), ""),
        (Request(), Request(reads=(), writes=(RUN,)), "nothing else may run at the same time"),
        (Request(reads=(), writes=(RUN,)), Request(), "nothing else may run at the same time"),
    ],
)
def test_locks(held: Request, asked: Request, reason: str) -> None:
    """Many may read, one may write; and nobody runs beside what is exclusive."""
    ledger = Ledger(THERE)
    lease = allocated(ledger, held)
    assert (ledger.lacks(asked) is None) == (not reason)
    if reason:
        assert refused(ledger, asked).reason == reason
    assert ledger.lacks(asked, without=held) is None
    ledger.release(lease)
    allocated(ledger, asked)


def test_a_lease_is_released_once() -> None:
    """A second time it would give back what is another's."""
    ledger = Ledger(THERE)
    lease = allocated(ledger, Request(takes=(("db", 1),)))
    ledger.release(lease)
    with pytest.raises(KeyError):
        ledger.release(lease)
    assert ledger.free["db"] == 3


def test_a_request_is_for_no_more_than_there_is() -> None:
    """It then has all of it; of what is not counted here nothing is taken."""
    request = Ledger(THERE).request({CPUS: 9000, "gpu": 1}, ["a"], ["b", RUN], special=True)
    assert request.takes == ((CPUS, 2000),)
    assert (request.reads, request.writes) == (("a",), ("b", RUN))
    assert request.rank == (True, True, 1.0)


@pytest.mark.parametrize(
    ("asked", "demanding"),
    [
        ({CPUS: 1000}, False),
        ({CPUS: 1001}, True),
        ({"db": 1}, False),
        ({"db": 2}, True),
        ({}, False),
    ],
)
def test_what_cannot_run_twice_at_once_is_demanding(asked: dict[str, int], demanding: bool) -> None:
    """Whether it takes too much, or writes a lock."""
    ledger = Ledger(THERE)
    assert ledger.request(asked, [RUN, "a"], [], special=True).rank.demanding == demanding
    assert ledger.request(asked, [RUN], ["a"], special=True).rank.demanding


@pytest.mark.parametrize(
    ("held", "reserved", "asked", "lack"),
    [
        (Request(), Request(takes=((CPUS, 2000),)), Request(takes=((CPUS, 500),)), (CPUS, 500)),
        (Request(), Request(takes=((CPUS, 1500),)), Request(takes=((CPUS, 500),)), None),
        (Request(), Request(takes=(("db", 3),)), Request(takes=((CPUS, 500),)), None),
        (Request(), Request(reads=(), writes=(RUN,)), Request(), (RUN, READ)),
        (READER, WRITER, READER, ("schema", READ)),
        (WRITER, READER, WRITER, ("schema", WRITE)),
        (READER, READER, Request(reads=("schema",)), None),
        (READER, WRITER, WRITER, ("schema", WRITE)),
    ],
)
def test_what_is_reserved_is_refused_to_others(
    held: Request, reserved: Request, asked: Request, lack: tuple[str, int] | None
) -> None:
    """If it is not the one."""
    ledger = Ledger(THERE)
    lease = allocated(ledger, held)
    ledger.reserve(reserved)
    assert ledger.lacks(asked) == lack
    ledger.release(lease)
    assert ledger.lacks(asked, is_preferred=True) is None
    ledger.reserve(None)
    assert ledger.lacks(asked) is None


def test_what_comes_back_anyway_is_not_kept_free() -> None:
    """Who waits for a lock or a resource waits for its holder, and gets its CPUs, too."""
    half = ((CPUS, 1000),)
    for needs in (
        Request(takes=half, writes=("schema",)),
        Request(takes=(*half, ("db", 3))),
        Request(takes=(*half, ("db", 1))),
    ):
        ledger = Ledger(Supply(cpus=2000, counts=(Count(name="db", number=3),)))
        first = allocated(ledger, Request(takes=(*half, ("db", 3)), writes=("schema",)))
        ledger.reserve(needs)
        assert ledger.lacks(Request(takes=half)) is None
        ordinary = allocated(ledger, Request(takes=half))
        assert ledger.is_in_the_way(first)
        assert not ledger.is_in_the_way(ordinary)
        ledger.reserve(Request(takes=((CPUS, 2000),)))
        assert ledger.is_in_the_way(ordinary)


def test_a_copy_is_for_trying() -> None:
    """What is taken there is not taken here."""
    ledger = Ledger(THERE)
    lease = allocated(ledger, WRITER)
    trial = ledger.copy()
    trial.release(lease)
    allocated(trial, Request(takes=(("db", 3),), writes=("schema",)))
    assert (ledger.free["db"], [*ledger.leases.values()]) == (3, [lease])
    assert ledger.lacks(WRITER) == ("schema", WRITE)


NAMES = st.lists(st.sampled_from("abc"), unique=True, max_size=2)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Any request."""
    takes = draw(st.dictionaries(st.sampled_from([CPUS, MEMORY, "db"]), st.integers(1, 3000)))
    writes = draw(NAMES) + draw(st.sampled_from([[], [], [SERIAL], [RUN]]))
    reads = [name for name in [RUN, *draw(NAMES)] if name not in writes]
    return Ledger(THERE).request(takes, reads, writes, special=True)


@given(st.lists(st.tuples(requests(), st.integers(0, 5))))
def test_nothing_is_given_twice_and_nothing_leaks(steps: list[tuple[Request, int]]) -> None:
    """Whatever is asked for and released."""
    ledger = Ledger(THERE)
    for request, number in steps:
        fits = ledger.lacks(request) is None
        assert isinstance(ledger.allocate(request), Lease) == fits
        leases = [*ledger.leases.values()]
        for name, total in ledger.total.items():
            taken = sum(dict(lease.request.takes).get(name, 0) for lease in leases)
            assert 0 <= taken == total - ledger.free[name]
            assert taken <= total
        if number < len(leases):
            ledger.release(leases[number])
    for lease in [*ledger.leases.values()]:
        ledger.release(lease)
    assert ledger.free == ledger.total
    assert ledger.lacks(Request(reads=(), writes=(RUN, "a", "b", "c", SERIAL))) is None


@given(
    held=st.lists(requests(), max_size=6),
    reserved=requests(),
    asked=st.lists(requests(), max_size=12),
)
def test_what_is_granted_beside_a_reservation_is_not_in_its_way(
    held: list[Request], reserved: Request, asked: list[Request]
) -> None:
    """Whoever it waited for at the beginning gives back, and it has what it needs."""
    ledger = Ledger(THERE)
    first = [lease for one in held if isinstance(lease := ledger.allocate(one), Lease)]
    ledger.reserve(reserved)
    before = [lease for lease in first if ledger.is_in_the_way(lease)]
    for request in asked:
        if first and request != reserved and ledger.lacks(request) is None:
            allocated(ledger, request)
    for lease in before:
        ledger.release(lease)
    assert isinstance(ledger.allocate(reserved), Lease)
