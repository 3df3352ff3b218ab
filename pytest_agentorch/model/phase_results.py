"""What plugins are told of a phase that is over, or of a wave of it."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_agentorch.model.frozen import Frozen


class PhaseResults(Frozen):
    """What the tests of a phase, or of a wave, have led to.

    Attributes:
        phase: its name.
        wave: the number of the wave, from 1; 0 for the whole phase.
        tests: how many there are; the counts that follow are in pytest's words.
        not_run: tests that have no verdict.
        failures: node ids of the tests that have failed, errors included.
        durations: seconds by node id, setup and teardown included, of tests that have a verdict.
        busy_seconds: the time that they have kept agents busy.
        wall_seconds: from the start of the first to the end of the last.
        agents: on how many they ran.
    """

    phase: str
    wave: int
    tests: int
    passed: int
    failed: int
    error: int
    skipped: int
    xfailed: int
    xpassed: int
    not_run: int
    failures: tuple[str, ...]
    durations: Mapping[str, float]
    busy_seconds: float
    wall_seconds: float
    agents: int

    @property
    def succeeded(self) -> bool:
        """Whether all of them ran, and none has failed."""
        return not (self.failures or self.not_run)
