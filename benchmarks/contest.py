"""Contest: all runs of one subject, runner by runner in turn, so that drift hits all alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.runner import COLLECT, SERIAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from benchmarks import junit
    from benchmarks.measurement import Measurement, Probe
    from benchmarks.runner import Runner
    from benchmarks.track import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Who ran what, and all that was measured.

    `sleep_seconds` is what the tests are known to sleep (nothing is known of real suites),
    `left_out` tells why runners did not take part, `load` is the machine's when it began.
    """

    subject: str
    summary: str
    agents: int
    cpus: float
    sleep_seconds: float
    load: float
    versions: Mapping[str, str]
    left_out: Mapping[str, str]
    probes: tuple[Probe, ...]
    measurements: tuple[Measurement, ...]


def probe_all(
    track: Track, runners: Iterable[Runner], tell: Callable[[str], None]
) -> tuple[Probe, ...]:
    """One watched run of each, serial first: it compiles the modules and sets what is expected."""
    expected: junit.Verdicts | None = None
    probes: list[Probe] = []
    for runner in sorted(runners, key=lambda each: each.name != SERIAL.name):
        probe, verdicts = track.probe(runner, serial=expected)
        expected = verdicts if expected is None else expected
        probes.append(probe)
        tell(f"{runner.name}: watched, {probe.measurement.counts or probe.measurement.ending}")
    return tuple(probes)


def time_all(
    track: Track, runners: Sequence[Runner], *, rounds: int, tell: Callable[[str], None]
) -> tuple[Measurement, ...]:
    """So many rounds, in each of them collection and then every runner once."""
    measurements: list[Measurement] = []
    for number in range(1, rounds + 1):
        for runner in (COLLECT, *runners):
            taken = track.time(runner, round=number)
            measurements.append(taken)
            tell(f"{runner.name}: round {number}, {taken.wall_seconds:.2f} s")
    return tuple(measurements)
