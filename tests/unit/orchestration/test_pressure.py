"""How many agents may be busy while memory is short."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.event import AgentsSampled
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.memory_event import AgentSample
from pytest_agentorch.orchestration.pressure import Pressure

MIB = 1 << 20
BUDGET = 1000 * MIB
GROWN = (30, 94)


def look(
    pressure: Pressure,
    at: float,
    share: float,
    busy: int = 4,
    *,
    short: bool = False,
    sizes: Sequence[int] = GROWN,
) -> int:
    """Look at a run that has so much of its budget; return how many may be busy, 0 for all.

    Its agents have so many megabytes.
    """
    samples = tuple(
        AgentSample(agent=AgentId(f"gw{number}"), memory=size * MIB)
        for number, size in enumerate(sizes)
    )
    event = AgentsSampled(samples=samples, total=int(share * BUDGET), short=short, at=at)
    before = pressure.allowed
    assert pressure.look(event, busy) == (pressure.allowed != before)
    return pressure.allowed or 0


ROWS = {
    "plenty": ([(0.0, 0.5), (9.0, 0.8)], [0, 0]),
    "between": ([(0.0, 0.9), (9.0, 0.94)], [0, 0]),
    "near the budget": ([(0.0, 0.95), (1.0, 0.95), (2.0, 1.2), (3.0, 1.2)], [3, 2, 1, 1]),
    "looked at often": ([(0.0, 0.95), (0.1, 0.95), (0.9, 0.95), (1.0, 0.95)], [3, 3, 3, 2]),
    "eases at once": ([(0.0, 0.95), (1.0, 0.5), (2.9, 0.5), (3.0, 0.5)], [3, 3, 3, 0]),
    "eases half": ([(0.0, 0.95), (1.0, 0.9), (9.0, 0.9), (11.9, 0.5), (12.0, 0.5)], [3] * 4 + [0]),
    "comes back": (
        [(0.0, 0.95), (1.0, 0.95), (4.0, 0.5), (5.0, 0.95), (6.0, 0.5), (8.0, 0.5)],
        [3, 2, 3, 2, 2, 3],
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_the_table(row: str) -> None:
    """As the docstring of the module has it."""
    looks, allowed = ROWS[row]
    pressure = Pressure(agents=4, budget=BUDGET)
    assert [look(pressure, at, share) for at, share in looks] == allowed


def test_who_is_idle_anyway_is_no_relief() -> None:
    """One fewer than are busy, not than there are."""
    pressure = Pressure(agents=8, budget=BUDGET)
    assert look(pressure, 0.0, 0.95, busy=3) == 2
    assert look(pressure, 1.0, 0.95, busy=5) == 1


def test_what_agents_begin_with_is_no_matter_of_how_many_are_busy() -> None:
    """It is there all the same: to let tests wait for it would last to the end of the run."""
    pressure = Pressure(agents=4, budget=BUDGET)
    assert look(pressure, 0.0, 1.4, sizes=[231, 230, 293, 230]) == 0
    assert look(pressure, 1.0, 1.4, sizes=[231, 293, 294]) == 3
    assert look(pressure, 4.0, 1.4, sizes=[231, 230, 230]) == 0
    assert look(pressure, 5.0, 1.4, sizes=[], short=True) == 3


def test_a_machine_that_is_short_needs_no_budget() -> None:
    """Nor does it matter then how much the run has."""
    pressure = Pressure(agents=2, budget=0)
    assert look(pressure, 0.0, 5.0, busy=2) == 0
    assert look(pressure, 1.0, 0.0, busy=2, short=True) == 1
    assert look(pressure, 4.0, 5.0, busy=1) == 0


@given(
    st.integers(1, 8),
    st.lists(st.tuples(st.floats(0.01, 9.0), st.floats(0.0, 2.0), st.integers(0, 8))),
)
def test_one_may_always_be_busy_and_it_moves_by_one(
    agents: int, looks: list[tuple[float, float, int]]
) -> None:
    """And all may again when there has been enough for long."""
    pressure, at = Pressure(agents=agents, budget=BUDGET), 0.0
    for pause, share, busy in looks:
        at += pause
        before, after = pressure.allowed, look(pressure, at, share, busy)
        assert 0 <= after <= agents
        assert before is None or not after or after <= before + 1
    for _ in range(agents + 4):
        at += 3.0
        last = look(pressure, at, 0.1)
    assert last == 0
