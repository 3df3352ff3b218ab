"""The environment of a phase: variables that are set while its tests run."""

from __future__ import annotations

import os
from collections.abc import Iterable

from pytest_agentorch.agent.phased import Phased
from pytest_agentorch.model.settings import PhaseSettings

_ENVIRONMENT = os.environ


class PhaseEnvironment(Phased):
    """Sets the variables of one phase at a time, and what was there before when that is over."""

    def __init__(self, phases: Iterable[PhaseSettings]) -> None:
        self._variables: dict[str, dict[str, str]] = {
            phase.name: dict(phase.env) for phase in phases if phase.env
        }
        self._before: dict[str, str | None] = {}

    def turn(self, phase: str) -> None:
        """What comes now belongs to this phase; to none if it is empty."""
        if phase == self._phase:
            return
        for name, value in self._before.items():
            if value is None:
                _ENVIRONMENT.pop(name, None)
            else:
                _ENVIRONMENT[name] = value
        self._phase, variables = phase, self._variables.get(phase, {})
        self._before = {name: _ENVIRONMENT.get(name) for name in variables}
        _ENVIRONMENT.update(variables)
