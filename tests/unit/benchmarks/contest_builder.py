"""Builder of contests: rounds as lists of seconds, everything else as it is when all goes well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.contest import Contest
from benchmarks.measurement import Measurement, Probe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def measurement(runner: str, wall_seconds: float, **changes: Any) -> Measurement:
    """A run of ten tests that passed and left nothing."""
    fields: dict[str, Any] = {
        "runner": runner,
        "round": 1,
        "ending": "0",
        "wall_seconds": wall_seconds,
        "cpu_seconds": 2 * wall_seconds,
        "peak_pss_mib": None,
        "counts": "10 passed",
        "processes_left": 0,
    }
    return Measurement(**{**fields, **changes})


def probe(runner: str, **changes: Any) -> Probe:
    """A watched run that agrees with serial's; its longest test took half a second."""
    fields: dict[str, Any] = {
        "measurement": measurement(runner, 99.0, round=0, peak_pss_mib=100.0),
        "outcomes": {"passed": 10},
        "unlike_serial": 0,
        "longest_test_seconds": 0.5,
    }
    return Probe(**{**fields, **changes})


def contest(
    walls: Mapping[str, Sequence[float]],
    *,
    probes: Mapping[str, Probe] | None = None,
    endings: Mapping[str, str] | None = None,
    **changes: Any,
) -> Contest:
    """A contest of two agents on two CPUs; `walls` has a round's seconds for each runner."""
    fields: dict[str, Any] = {
        "subject": "tiny",
        "summary": "empty tests",
        "agents": 2,
        "cpus": 2.0,
        "sleep_seconds": 0.0,
        "load": 0.0,
        "versions": {"pytest": "9.9"},
        "left_out": {},
        "probes": tuple((probes or {}).get(name) or probe(name) for name in _runners(walls)),
        "measurements": tuple(
            measurement(name, seconds, round=number, ending=(endings or {}).get(name, "0"))
            for name, rounds in walls.items()
            for number, seconds in enumerate(rounds, start=1)
        ),
    }
    return Contest(**{**fields, **changes})


def _runners(walls: Mapping[str, object]) -> list[str]:
    """Collection is timed, but nothing is to be learned from watching it."""
    return [name for name in walls if name != "collect"]
