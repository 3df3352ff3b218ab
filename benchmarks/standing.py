"""Standing: where a runner stands in a contest, as medians and ratios. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.limit import limit_seconds
from benchmarks.run import TIME_LIMIT
from benchmarks.runner import COLLECT, SERIAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.contest import Contest
    from benchmarks.measurement import Measurement, Probe

XDIST = "xdist-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Medians of a runner's rounds; memory and `unlike_serial` are its probe's.

    A wall time that is only the time limit is no wall time, and has no ratios.
    """

    runner: str
    wall_seconds: float | None
    least_seconds: float
    most_seconds: float
    cpu_seconds: float | None
    peak_pss_mib: float | None
    counts: tuple[str, ...]
    endings: tuple[str, ...]
    processes_left: int
    unlike_serial: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """All runners of a contest, in its order.

    `serial` is None if the serial run did not come to its end, and with it there is no limit.
    `xdist` is its best mode: the fastest of those whose tests ended as in the serial run; if there
    is none, the fastest that ended at all.
    """

    rows: tuple[Standing, ...]
    serial: Standing | None
    xdist: Standing | None
    collection_seconds: float | None
    longest_test_seconds: float
    limit_seconds: float | None


def standings(contest: Contest) -> Standings:
    """Order what was measured."""
    rows = tuple(
        _standing(probe, [m for m in contest.measurements if m.runner == probe.measurement.runner])
        for probe in contest.probes
    )
    first = next(probe for probe in contest.probes if probe.measurement.runner == SERIAL.name)
    row = next(row for row in rows if row.runner == SERIAL.name)
    serial = row if first.outcomes and row.wall_seconds is not None else None
    collection = _wall([m for m in contest.measurements if m.runner == COLLECT.name])
    return Standings(
        rows=rows,
        serial=serial,
        xdist=_best([row for row in rows if row.runner.startswith(XDIST)]),
        collection_seconds=collection,
        longest_test_seconds=first.longest_test_seconds,
        limit_seconds=_limit(contest, serial, collection, first.longest_test_seconds),
    )


def ratio(value: float | None, base: float | None) -> float | None:
    """How many times the base; None if one of them is not known."""
    return value / base if value is not None and base else None


def _standing(probe: Probe, rounds: Sequence[Measurement]) -> Standing:
    walls = [each.wall_seconds for each in rounds]
    cpus = [each.cpu_seconds for each in rounds if each.cpu_seconds is not None]
    return Standing(
        runner=probe.measurement.runner,
        wall_seconds=_wall(rounds),
        least_seconds=min(walls),
        most_seconds=max(walls),
        cpu_seconds=median(cpus) if cpus else None,
        peak_pss_mib=probe.measurement.peak_pss_mib,
        counts=_different(each.counts for each in rounds),
        endings=_different(each.ending for each in rounds),
        processes_left=max(each.processes_left for each in (probe.measurement, *rounds)),
        unlike_serial=probe.unlike_serial,
    )


def _wall(rounds: Sequence[Measurement]) -> float | None:
    """The median, if all of them ended by themselves."""
    if any(each.ending == TIME_LIMIT for each in rounds):
        return None
    return median(each.wall_seconds for each in rounds)


def _best(rows: Sequence[Standing]) -> Standing | None:
    ended = [row for row in rows if row.wall_seconds is not None]
    faithful = [row for row in ended if row.unlike_serial == 0]
    return min(faithful or ended, key=lambda row: row.wall_seconds or 0.0, default=None)


def _limit(
    contest: Contest, serial: Standing | None, collection: float | None, longest: float
) -> float | None:
    if serial is None or serial.wall_seconds is None or collection is None:
        return None
    return limit_seconds(
        serial_seconds=serial.wall_seconds,
        collection_seconds=collection,
        sleep_seconds=contest.sleep_seconds,
        longest_test_seconds=longest,
        agents=contest.agents,
        cpus=contest.cpus,
    )


def _different(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
