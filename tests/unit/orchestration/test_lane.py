"""Units wait in a lane: in order, for whoever can run them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.orchestration.lane import Lane
from pytest_agentorch.orchestration.unit import Unit

ALL: frozenset[TestId] = frozenset()


def unit(*tests: int, sticky: bool = False) -> Unit:
    """Tests that stay together."""
    return Unit(tests=tuple(map(TestId, tests)), sticky=sticky)


def lacking(*tests: int) -> frozenset[TestId]:
    """What an agent has not collected."""
    return frozenset(map(TestId, tests))


def take(lane: Lane, missing: frozenset[TestId] = ALL) -> Unit | None:
    """Take the first unit of which an agent lacks no test."""
    place = lane.first(lambda unit: None if missing.isdisjoint(unit.tests) else missing)
    return None if place is None else lane.take(place)


def taken(lane: Lane, missing: frozenset[TestId] = ALL) -> list[Unit]:
    """Take units until there is none."""
    return [*iter(lambda: take(lane, missing), None)]


def test_units_leave_in_the_order_of_the_plan() -> None:
    """Whoever takes them."""
    lane = Lane([unit(0), unit(1, 2), unit(3)])
    assert [unit.tests for unit in lane.untried(2)] == [(0,), (1, 2)]
    assert take(lane) == unit(0)
    assert take(lane, lacking(7)) == unit(1, 2)
    assert taken(lane) == [unit(3)]
    assert (lane.tests, lane.pieces, [*lane]) == (0, 0, [])


def test_what_comes_back_is_first() -> None:
    """The last that came back before the others that did."""
    lane = Lane([unit(0), unit(1)])
    take(lane)
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
    assert taken(lane, lacking(1, 3, 9)) == [unit(8), unit(2)]
    assert take(lane, lacking(1, 3, 9)) is None
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


def test_of_those_that_lack_the_same_one_is_looked_at() -> None:
    """Until somebody lacks that no longer."""
    lane, looks, free = Lane([unit(n) for n in range(9)]), [], {2: 0, 3: 0}

    def lacks(one: Unit) -> int | None:
        looks.append(one.tests[0])
        number = 3 if one.tests[0] % 3 == 0 else 2
        return None if free[number] else number

    assert lane.first(lacks) is None
    assert looks == [*range(9)]
    assert [one.tests[0] for one in lane.refused()] == [0, 1]
    assert [lane.find(TestId(n)) for n in (0, 1, 2)] == [0, 1, None]
    looks.clear()
    assert lane.first(lacks) is None
    assert looks == [0, 1]
    free[2] = 1
    assert [lane.take(lane.first(lacks) or 0).tests[0] for _ in range(2)] == [1, 2]
    free[3] = 1
    lane.put_back(unit(2), last=False)
    lane.put_back(unit(9), last=True)
    assert [one.tests[0] for one in taken(lane)] == [2, 0, 3, 4, 5, 6, 7, 8, 9]


def test_what_lacks_something_else_now_waits_behind_that() -> None:
    """It is in nobody's way."""
    lane, held = Lane([unit(0), unit(1), unit(2)]), {"a"}
    needs = {0: "ab", 1: "ac", 2: "a"}

    def lacks(one: Unit) -> str | None:
        return next((name for name in needs[one.tests[0]] if name in held), None)

    assert lane.first(lacks) is None
    held = {"b", "c"}
    assert lane.first(lacks) == 2
    held = {"c"}
    assert lane.first(lacks) == 0


def test_what_lacks_less_than_was_thought_is_looked_at_again() -> None:
    """In its place."""
    lane, large = Lane([unit(0), unit(1), unit(2)]), {0, 1, 2}

    def lacks(one: Unit) -> str | None:
        return "memory" if one.tests[0] in large else None

    assert lane.first(lacks) is None
    large -= {1, 2}
    assert lane.first(lacks) is None
    lane.look_again(lambda one: one.tests[0] > 0)
    assert lane.first(lacks) == 1
    large.clear()
    assert lane.first(lacks) == 0


@given(
    sizes=st.lists(st.integers(1, 3), max_size=8),
    moves=st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.booleans()), max_size=25),
    missing=st.frozensets(st.integers(0, 20).map(TestId)),
    other=st.frozensets(st.integers(0, 20).map(TestId)),
)
def test_nothing_is_lost_and_the_first_that_suits_is_found(
    sizes: list[int],
    moves: list[tuple[int, bool, bool]],
    missing: frozenset[TestId],
    other: frozenset[TestId],
) -> None:
    """Whoever takes and puts back what, some of them lacking some tests."""
    first = [sum(sizes[:position]) for position in range(len(sizes))]
    units = [unit(*range(at, at + size)) for at, size in zip(first, sizes, strict=True)]
    lane, out = Lane(units), []
    for agent, takes, last in moves:
        if takes:
            lacks = (ALL, missing, other)[agent]
            expected = next((one for one in lane if lacks.isdisjoint(one.tests)), None)
            assert take(lane, lacks) == expected
            out += [] if expected is None else [expected]
        elif out:
            lane.put_back(out.pop(), last=last)
    assert sorted(t for u in (*lane, *out) for t in u.tests) == [*range(sum(sizes))]
    assert lane.tests == lane.pieces == sum(len(u.tests) for u in lane)
