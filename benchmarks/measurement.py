"""Measurement: what one run took and left, and what a probe found out beside that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One run; `ending` and `counts` are as in `benchmarks.run.Run`.

    `round` counts from 1; a probe's is 0. `cpu_seconds` is None where the system does not tell
    (Windows), `peak_pss_mib` where it does not tell (all but Linux) or was not asked.
    """

    runner: str
    round: int
    ending: str
    wall_seconds: float
    cpu_seconds: float | None
    peak_pss_mib: float | None
    counts: str
    processes_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A run that is watched instead of timed: it writes a junit file. Its memory is another's.

    `unlike_serial` is how many tests ended otherwise than in serial's probe, or are missing in one
    of them; None if serial's has no verdicts. `longest_test_seconds` is junit's, with fixtures.
    """

    measurement: Measurement
    outcomes: Mapping[str, int]
    unlike_serial: int | None
    longest_test_seconds: float
