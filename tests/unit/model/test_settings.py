"""What a user can ask for."""

from __future__ import annotations

import dataclasses

import pytest

from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.settings import Parallelism, PhaseSettings
from tests.unit.settings_builder import some_settings


def test_settings_do_not_change() -> None:
    """They are read once."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        some_settings().agents = 3  # type: ignore[misc]


def test_a_phase_of_which_only_the_name_is_known() -> None:
    """It has no rules, waits for nothing and may use what there is."""
    phase = PhaseSettings(name=PhaseName("load"))
    assert (phase.after, phase.parallelism, phase.max_agents) == ((), Parallelism.MAXIMUM, None)
    assert (phase.paths, phase.markers, phase.fixtures, phase.keywords) == ((), (), (), ())
    assert not phase.configured
