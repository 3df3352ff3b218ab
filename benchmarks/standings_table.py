"""Standings table: contests as Markdown, an overview first. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.runner import SERIAL
from benchmarks.standing import XDIST, ratio, standings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.contest import Contest
    from benchmarks.standing import Standing, Standings

OVERVIEW = """\
| subject | agents | runner | wall s | serial s | best xdist s | limit s \
| / xdist | / serial | / limit | CPU / xdist | PSS / xdist | unlike serial |
|---|--:|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|"""
HEAD = """\
| runner | wall s | from, to | / xdist | / serial | / limit | CPU s | PSS MiB | verdicts \
| unlike serial | exit code | left |
|---|--:|---|--:|--:|--:|--:|--:|---|--:|---|--:|"""
UNKNOWN = "-"
EXPLANATION = """\
Medians of the rounds; memory is one more run's. `/ xdist`: times the best xdist mode, the fastest \
whose tests ended as in the serial run; `/ serial`, `/ limit` likewise. `unlike serial`: tests \
that ended otherwise than in the serial run, or are missing. `left`: processes left behind."""


def render(contests: Sequence[Contest], facts: Mapping[str, str]) -> str:
    """The whole page: where and when, all against their peers, then contest by contest."""
    ordered = [(contest, standings(contest)) for contest in contests]
    lines = ["# Benchmarks", "", *(f"* {name}: {fact}" for name, fact in facts.items())]
    lines += ["", EXPLANATION, "", OVERVIEW]
    for contest, found in ordered:
        lines += [_overview(contest, found, row) for row in found.rows if _is_contender(row)]
    lines += _sums([found for _, found in ordered])
    for contest, found in ordered:
        lines += ["", *_details(contest, found)]
    return "\n".join(lines) + "\n"


def _is_contender(row: Standing) -> bool:
    return row.runner != SERIAL.name and not row.runner.startswith(XDIST)


def _overview(contest: Contest, found: Standings, row: Standing) -> str:
    serial, xdist = found.serial, found.xdist
    return _line(
        contest.subject,
        str(contest.agents),
        row.runner,
        _number(row.wall_seconds),
        _number(serial.wall_seconds if serial else None),
        _best(xdist) if xdist else UNKNOWN,
        _number(found.limit_seconds),
        *_ratios(found, row),
        _number(ratio(row.cpu_seconds, xdist.cpu_seconds if xdist else None)),
        _number(ratio(row.peak_pss_mib, xdist.peak_pss_mib if xdist else None)),
        _whole(row.unlike_serial),
    )


def _best(xdist: Standing) -> str:
    """Its mode, and what is wrong with it: then the ratio to it is worth little."""
    notes = [xdist.runner.removeprefix(XDIST)]
    if xdist.unlike_serial:
        notes.append(f"{xdist.unlike_serial} unlike serial")
    return f"{_number(xdist.wall_seconds)} ({', '.join(notes)})"


def _sums(found: Sequence[Standings]) -> Iterator[str]:
    """A line per contender over the subjects that it, serial and xdist ran alike, to the end."""
    names = dict.fromkeys(row.runner for each in found for row in each.rows if _is_contender(row))
    for name in names:
        sums = [
            (row.wall_seconds, each.serial.wall_seconds, each.xdist.wall_seconds)
            for each in found
            for row in each.rows
            if row.runner == name and each.serial and each.xdist
            if row.unlike_serial == each.xdist.unlike_serial == 0
        ]
        ended = [(mine, serial, xdist) for mine, serial, xdist in sums if mine and serial and xdist]
        if len(ended) > 1:
            mine, serial, xdist = (sum(column) for column in zip(*ended, strict=True))
            numbers = (_number(serial), _number(xdist), UNKNOWN)
            ratios = (_number(mine / xdist), _number(mine / serial))
            rest = [UNKNOWN] * 4
            yield _line(f"sum of {len(ended)}", "", name, _number(mine), *numbers, *ratios, *rest)


def _details(contest: Contest, found: Standings) -> Iterator[str]:
    yield f"## {contest.subject}: {contest.summary}, agents: {contest.agents}"
    yield ""
    yield (
        f"Collection {_number(found.collection_seconds)} s, longest test "
        f"{_number(found.longest_test_seconds)} s, sleep {_number(contest.sleep_seconds)} s, limit "
        f"{_number(found.limit_seconds)} s; load when it began: {_number(contest.load)}; "
        f"{', '.join(f'{name} {version}' for name, version in contest.versions.items())}."
    )
    yield from ("", HEAD)
    for row in found.rows:
        yield _row(found, row)
    if contest.left_out:
        yield ""
        yield from (f"* left out: {name}, {why}" for name, why in contest.left_out.items())


def _row(found: Standings, row: Standing) -> str:
    return _line(
        row.runner,
        _number(row.wall_seconds),
        f"{row.least_seconds:.2f}, {row.most_seconds:.2f}",
        *_ratios(found, row),
        _number(row.cpu_seconds),
        _whole(row.peak_pss_mib),
        "; ".join(counts or "none" for counts in row.counts),
        _whole(row.unlike_serial),
        "; ".join(row.endings),
        str(row.processes_left),
    )


def _ratios(found: Standings, row: Standing) -> tuple[str, str, str]:
    serial, xdist = found.serial, found.xdist
    wall = row.wall_seconds
    return (
        _number(ratio(wall, xdist.wall_seconds if xdist else None)),
        _number(ratio(wall, serial.wall_seconds if serial else None)),
        _number(ratio(wall, found.limit_seconds)),
    )


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.2f}"


def _whole(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.0f}"
