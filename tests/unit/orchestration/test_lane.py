"""Units wait in a lane: in order, for whoever can run them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.orchestration.lane import Lane
from pytest_agentorch.orchestration.unit import Unit

GW0, GW1 = AgentId("gw0"), AgentId("gw1")
ALL: frozenset[TestId] = frozenset()


def unit(*tests: int, sticky: bool = False) -> Unit:
    """Tests that stay together."""
    return Unit(tests=tuple(map(TestId, tests)), sticky=sticky)


def lacking(*tests: int) -> frozenset[TestId]:
    """What an agent has not collected."""
    return frozenset(map(TestId, tests))


def taken(lane: Lane, agent: AgentId = GW0, missing: frozenset[TestId] = ALL) -> list[Unit]:
    """Take units until there is none."""
    units = []
    while (one := lane.take(agent, missing)) is not None:
        units.append(one)
    return units


def test_units_leave_in_the_order_of_the_plan() -> None:
    """Whoever takes them."""
    lane = Lane([unit(0), unit(1, 2), unit(3)])
    assert lane.take(GW0, ALL) == unit(0)
    assert lane.take(GW1, ALL) == unit(1, 2)
    assert taken(lane) == [unit(3)]
    assert (lane.tests, lane.pieces, [*lane]) == (0, 0, [])


def test_what_comes_back_is_first() -> None:
    """The last that came back before the others that did."""
    lane = Lane([unit(0), unit(1)])
    lane.take(GW0, ALL)
    lane.put_back(unit(0), last=False)
    lane.put_back(unit(7), last=False)
    assert taken(lane) == [unit(7), unit(0), unit(1)]


def test_pieces_tell_how_far_the_tests_can_be_spread() -> None:
    """A sticky unit is one piece, others are as many as they have tests."""
    lane = Lane([unit(0, 1, 2, sticky=True), unit(3, 4)])
    assert (lane.tests, lane.pieces) == (5, 3)


def test_an_agent_passes_over_units_that_it_lacks_a_test_of() -> None:
    """They stay for another, in their order."""
    lane = Lane([unit(0, 1), unit(2), unit(3)])
    lane.put_back(unit(8), last=False)
    lane.put_back(unit(9), last=False)
    assert taken(lane, GW1, lacking(1, 3, 9)) == [unit(8), unit(2)]
    assert lane.take(GW1, lacking(1, 3, 9)) is None
    assert taken(lane) == [unit(9), unit(0, 1), unit(3)]


def test_tests_are_removed_wherever_they_wait() -> None:
    """A unit of which nothing is left is gone, too."""
    lane = Lane([unit(0, 1), unit(2)])
    lane.put_back(unit(5), last=False)
    lane.remove([TestId(1), TestId(2), TestId(5)])
    assert [*lane] == [unit(0)]
    assert (lane.tests, lane.pieces) == (1, 1)


def test_a_lane_can_be_emptied() -> None:
    """The tests are returned in order."""
    lane = Lane([unit(0, 1), unit(2)])
    assert lane.clear() == [0, 1, 2]
    assert taken(lane) == []


def test_units_that_some_agent_has_whole_are_not_divided() -> None:
    """The others wait for that agent."""
    lane = Lane([unit(0, 1, sticky=True)])
    assert lane.divide([lacking(0), lacking()]) == []
    assert [*lane] == [unit(0, 1, sticky=True)]


def test_units_that_no_agent_has_whole_are_divided() -> None:
    """Neighbours that the same agents have stay together; what none has is said."""
    lane = Lane([unit(0, 1, 2, 3, sticky=True), unit(4)])
    assert lane.divide([lacking(0, 1, 3), lacking(2, 3)]) == [3]
    assert [*lane] == [
        unit(0, 1, sticky=True),
        unit(2, sticky=True),
        unit(3, sticky=True),
        unit(4),
    ]


def test_a_unit_that_none_has_is_said_and_stays() -> None:
    """It can be taken out then."""
    lane = Lane([unit(0, 1)])
    assert lane.divide([lacking(0, 1)]) == [0, 1]
    assert [*lane] == [unit(0, 1)]


@given(
    sizes=st.lists(st.integers(1, 3), max_size=8),
    moves=st.lists(st.tuples(st.sampled_from([GW0, GW1]), st.booleans()), max_size=25),
    missing=st.frozensets(st.integers(0, 20).map(TestId)),
)
def test_nothing_is_lost_and_the_counts_are_right(
    sizes: list[int], moves: list[tuple[AgentId, bool]], missing: frozenset[TestId]
) -> None:
    """Whoever takes and puts back what, one of them lacking some tests."""
    first = [sum(sizes[:position]) for position in range(len(sizes))]
    units = [unit(*range(at, at + size)) for at, size in zip(first, sizes, strict=True)]
    lane, out = Lane(units), []
    for agent, takes in moves:
        if takes:
            found = lane.take(agent, missing if agent == GW1 else ALL)
            assert found is not None or agent == GW1 or not lane.tests
            out += [] if found is None else [found]
            assert agent == GW0 or found is None or missing.isdisjoint(found.tests)
        elif out:
            lane.put_back(out.pop(), last=False)
    assert sorted(t for u in (*lane, *out) for t in u.tests) == [*range(sum(sizes))]
    assert lane.tests == lane.pieces == sum(len(u.tests) for u in lane)
