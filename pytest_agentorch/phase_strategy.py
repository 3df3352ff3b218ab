"""The strategy of a run: what its phases wait for, whatever their tables say."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import assert_never

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.settings import Gate, PhaseSettings, Strategy
from pytest_agentorch.orchestration.phase_order import ordered


def in_strategy(phases: Sequence[PhaseSettings], strategy: Strategy) -> tuple[PhaseSettings, ...]:
    """Return the phases as they wait for each other in a strategy.

    Raises:
        SettingsError: a gate, and no order.
    """
    match strategy:
        case Strategy.DAG:
            return tuple(phases)
        case Strategy.SEQUENTIAL:
            return tuple(_one_after_the_other(ordered(phases)))
        case Strategy.PARALLEL:
            _refuse_gates(phases)
            return tuple(replace(phase, after=()) for phase in phases)
        case _:
            assert_never(strategy)


def _one_after_the_other(phases: Sequence[PhaseSettings]) -> Iterator[PhaseSettings]:
    yield phases[0]
    for before, phase in itertools.pairwise(phases):
        yield replace(phase, after=(before.name,), barrier=True)


def _refuse_gates(phases: Sequence[PhaseSettings]) -> None:
    for phase in phases:
        if phase.gate is Gate.STOP:
            raise SettingsError(
                f'[tool.agentorch.phases.{phase.name}] gate = "stop" waits for the phases before '
                "it, and with the strategy parallel there are none. Take the strategy dag or "
                "sequential, or the gate away. [gate-without-order]"
            )
