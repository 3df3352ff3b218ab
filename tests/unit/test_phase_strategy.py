"""What phases wait for in each strategy."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.settings import Gate, PhaseSettings, Strategy
from pytest_agentorch.phase_strategy import in_strategy
from tests.unit.orchestration.plans import a_phase

DIAMOND = (a_phase("d", "b", "c"), a_phase("a"), a_phase("b", "a"), a_phase("c", "a"))


def order(phases: tuple[PhaseSettings, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Each phase with those that it waits for."""
    return [(phase.name, phase.after) for phase in phases]


def test_in_a_dag_phases_wait_as_they_say() -> None:
    """Nothing is changed."""
    assert in_strategy(DIAMOND, Strategy.DAG) == DIAMOND


def test_in_a_sequence_each_waits_for_the_one_before() -> None:
    """Also if nobody has named it; none comes before those in its `after`."""
    line = in_strategy(DIAMOND, Strategy.SEQUENTIAL)
    assert order(line) == [("a", ()), ("b", ("a",)), ("c", ("b",)), ("d", ("c",))]
    assert [phase.barrier for phase in line] == [False, True, True, True]


def test_in_parallel_nobody_waits() -> None:
    """But a gate would have to."""
    found = in_strategy(DIAMOND, Strategy.PARALLEL)
    assert order(found) == [("d", ()), ("a", ()), ("b", ()), ("c", ())]
    with pytest.raises(SettingsError, match=r"phases\.e2e\].*\[gate-without-order\]"):
        in_strategy((*DIAMOND, a_phase("e2e", "a", gate=Gate.STOP)), Strategy.PARALLEL)
