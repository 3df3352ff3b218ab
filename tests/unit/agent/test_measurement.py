"""A measurement knows which phase what comes now belongs to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.agent.measurement import Measurement
from pytest_agentorch.model.coverage_settings import CoverageTask


class Turns:
    """Stands in for what is measured: notes the phases."""

    def __init__(self) -> None:
        self.phases: list[str] = []

    def turn(self, phase: str) -> None:
        """What comes now is of this phase."""
        self.phases.append(phase)


def test_what_is_imported_between_tests_belongs_to_no_phase() -> None:
    """What comes after it belongs to the phase from before: a test may have led to it."""
    turns: Any = Turns()
    measurement = Measurement()
    with measurement.between_tests():
        measurement.turn("unit")
    measurement._increments = turns
    measurement._is_settled = True
    with measurement.between_tests():
        assert turns.phases == []
    measurement.turn("unit")
    measurement.turn("unit")
    with measurement.between_tests():
        assert turns.phases == ["unit", ""]
    assert turns.phases == ["unit", "", "unit"]
    measurement.turn("e2e")
    assert turns.phases[-1] == "e2e"


def test_forks_need_not_find_out_whether_looks_are_quick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was imported before shows it."""
    monkeypatch.chdir(tmp_path)
    code, names = "def one():\n    return 1\n", dict[str, Callable[[], int]]()
    path = tmp_path / "code_under_test.py"
    path.write_text(code)
    measurement = Measurement()
    folder, journal = str(tmp_path), str(tmp_path / "gw0.journal")
    measurement.begin(CoverageTask(sources=(str(tmp_path),), folder=folder, journal=journal))
    increments = measurement._increments
    assert increments is not None
    try:
        exec(compile(code, str(path), "exec"), names)  # noqa: S102
        names["one"]()
        measurement.settle()
    finally:
        increments.cov.stop()
    assert increments.is_quick
