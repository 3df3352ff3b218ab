"""Builders of tests, phases and plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_agentorch.model import settings as asked
from pytest_agentorch.model import test as described
from pytest_agentorch.model.history import History
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.orchestration.leases import Leases
from pytest_agentorch.orchestration.phase_progress import PhaseProgress
from pytest_agentorch.orchestration.plan import Plan, build_plan
from tests.unit.settings_builder import some_settings


def a_test(number: int = 0, phase: str = "unit", **changes: Any) -> described.TestDescriptor:
    """A test in a file of its own; nobody has named its phase unless `named=True` says so."""
    rule = described.Rule.MARKER if changes.pop("named", False) else described.Rule.PATH
    path = changes.pop("path", f"test_{number}.py")
    fields: dict[str, Any] = {
        "node_id": f"{path}::test_{number}",
        "occurrence": 0,
        "location_path": path,
        "line": number,
        "name": f"test_{number}",
        "classification": described.Classification(phase=PhaseName(phase), rule=rule, reason=""),
        "unit": "",
        "whole": False,
        "scope": path,
        "group": "",
        "keywords": (),
        "file": f"/project/{path}",
        "own_names": (f"test_{number}",),
        "family": 0,
    }
    return described.TestDescriptor(**{**fields, **changes})


def some_tests(count: int, phase: str = "unit", **changes: Any) -> list[described.TestDescriptor]:
    """Tests that have nothing to do with each other, not even a file."""
    return [a_test(number, phase, **changes) for number in range(count)]


def a_phase(name: str = "unit", *after: str, **changes: Any) -> asked.PhaseSettings:
    """A phase that waits for others; by default it is worth one agent per test."""
    fields: dict[str, Any] = {"tests_per_agent": 1, "default_cap": 99}
    return asked.PhaseSettings(
        name=PhaseName(name), after=tuple(map(PhaseName, after)), **{**fields, **changes}
    )


def planned(
    tests: Sequence[described.TestDescriptor], *phases: asked.PhaseSettings, **settings: Any
) -> Plan:
    """Plan tests for two agents, in the phase `unit` unless phases are given."""
    history, keep_order = settings.pop("history", History()), settings.pop("keep_order", False)
    asked_for = some_settings(phases=phases or (a_phase(),), **settings)
    return build_plan(tests, asked_for, history, keep_order=keep_order)


def progress(plan: Plan) -> list[PhaseProgress]:
    """The phases of a plan, none of which has started."""
    leases = Leases(plan)
    return [PhaseProgress(phase, leases) for phase in plan.phases]


def a_history(
    tests: Sequence[described.TestDescriptor],
    *seconds: float | None,
    failed: Sequence[int] = (),
    memory: Sequence[int] = (),
) -> History:
    """What the first of these tests took, None for one that never ran, and which of all failed.

    And how much memory the first of them took, 0 for nothing notable.
    """
    known = zip(tests, seconds, strict=False)
    return History(
        seconds={test.key: taken for test, taken in known if taken is not None},
        failed=frozenset(tests[number].key for number in failed),
        memory={test.key: peak for test, peak in zip(tests, memory, strict=False) if peak},
    )
