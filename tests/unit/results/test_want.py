"""What tests ask for on some number of agents."""

from __future__ import annotations

from pytest_agentorch.model.demand import Demand
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import NO_NEEDS, Count, Needs
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.orchestration.ledger import CPUS, MEMORY, NOTHING
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.want import NO_WANT, Requests, Want, wants_of
from tests.unit.event_builders import a_plan, a_run, finished, over, planned, summary_of
from tests.unit.results.measured_run import shape

MIB = 1 << 20
LARGE, DB = Needs(cpus=2.0), Needs(counts=(Count(name="db", number=1),))
ASKED = Supply(cpus=2000, memory=1000 * MIB, asked=True)


def ran(*peaks: int, supply: Supply, demands: tuple[Demand, ...] = ()) -> RunSummary:
    """A run of tests of one file with these peaks in MiB, which are notable if they are not 0."""
    made = a_plan(
        *(planned(number) for number in range(len(peaks))),
        shapes=(shape(memory=512 * MIB),),
        demands=demands,
        supply=supply,
    )
    events = [finished(n, at=float(n), memory=peak * MIB) for n, peak in enumerate(peaks)]
    return summary_of(a_run(), made, *events, over())


def test_most_tests_want_nothing() -> None:
    """Nor does it matter what they take."""
    assert wants_of(ran(0, 700, supply=Supply(cpus=2000))) == {}


def test_what_somebody_has_written_is_wanted() -> None:
    """Memory does not matter where it is not counted."""
    demand = Demand(tests=(TestId(1),), needs=LARGE)
    assert wants_of(ran(0, 700, supply=Supply(), demands=(demand,))) == {1: Want(needs=LARGE)}


def test_memory_is_what_the_next_run_will_count_with() -> None:
    """What the plan knew, else what was seen; of what is not known a guess."""
    demand = Demand(tests=(TestId(2),), memory=300 * MIB)
    found = wants_of(ran(0, 700, 0, supply=ASKED, demands=(demand,)))
    assert [found[TestId(test)].memory // MIB for test in range(3)] == [0, 704, 300]
    assert {want.guess // MIB for want in found.values()} == {800}
    assert {want.usual for want in found.values()} == {512 * MIB}


def test_a_peak_is_no_promise_where_nobody_has_asked() -> None:
    """But a measure for others."""
    found = wants_of(ran(0, 700, supply=Supply(memory=1000 * MIB)))
    assert {(want.memory, want.guess // MIB) for want in found.values()} == {(0, 800)}


def test_nothing_is_asked_for_where_nothing_is_in_the_way() -> None:
    """On so many agents."""
    supply = Supply(cpus=2000, counts=(Count(name="db", number=2),))
    wants = {Want(needs=DB): 3, NO_WANT: 3}
    few, many = Requests(supply, wants, 2), Requests(supply, wants, 3)
    assert few.of(Want(needs=DB)) is NOTHING
    assert few.left_of(Want(needs=DB)) == NO_WANT
    assert dict(many.of(Want(needs=DB)).takes) == {CPUS: 666, "db": 1}
    assert dict(many.of(NO_WANT).takes) == {CPUS: 666}
    assert many.left_of(Want(needs=DB)) == Want(needs=DB)


def test_an_agent_has_its_part_of_what_nobody_has_asked_for() -> None:
    """Of the CPUs, and of memory that was not promised."""
    want = Want(usual=512 * MIB)
    alone, large = {want: 9}, {want: 9, Want(needs=Needs(memory=900 * MIB)): 1}

    def memory(supply: Supply, wants: dict[Want, int], agents: int) -> int:
        return dict(Requests(supply, wants, agents).of(want).takes)[MEMORY] // MIB

    assert memory(ASKED, alone, 4) == 512
    assert [memory(Supply(memory=1000 * MIB), large, agents) for agents in (2, 4)] == [500, 250]
    assert Requests(ASKED, {NO_WANT: 1}, 1).of(NO_WANT) is NOTHING
    assert Requests(Supply(), {Want(needs=NO_NEEDS): 2}, 2).of(NO_WANT) is NOTHING
