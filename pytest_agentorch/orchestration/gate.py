"""The gate of a phase: whether those before it have succeeded. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.orchestration.phase_plan import PhasePlan
from pytest_agentorch.orchestration.phase_progress import PhaseProgress


def closed_by(
    plan: PhasePlan, before: Iterable[PhaseProgress], kept_failures: Mapping[PhaseName, int]
) -> str:
    """Say why the gate of a phase is closed; empty if it is open.

    What an earlier turn of the same phase has led to does not count.

    Args:
        plan: of the phase.
        before: the phases that it waits for, all of which are over.
        kept_failures: what has failed in an earlier run, which this one finishes.
    """
    others = [phase for phase in before if phase.plan.phase != plan.phase]
    skipped = dict.fromkeys(phase.plan.phase for phase in others if phase.skipped)
    failures = Counter({name: kept_failures[name] for name in plan.after & kept_failures.keys()})
    dropped: Counter[PhaseName] = Counter()
    for phase in others:
        failures[phase.plan.phase] += phase.failures
        dropped[phase.plan.phase] += 0 if phase.skipped else phase.dropped
    reasons = [
        *(f"{name} has {_count(number, 'failure')}" for name, number in failures.items() if number),
        *(
            f"{_count(number, 'test')} of {name} did not run"
            for name, number in dropped.items()
            if number
        ),
        *(f"{name} did not run" for name in skipped),
    ]
    return ", ".join(reasons)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
