"""A measurement knows which phase what comes now belongs to."""

from __future__ import annotations

from typing import Any

from pytest_agentorch.agent.measurement import Measurement


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
