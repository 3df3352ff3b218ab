"""Comparison: what two runs of one suite agree and disagree on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import junit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.junit import Difference
    from benchmarks.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs; facts about the whole run stand before the tests that ended differently."""

    suite: str
    title: str
    first: Run
    second: Run
    same: int
    differences: tuple[Difference, ...]


def comparison(*, suite: str, title: str, first: Run, second: Run) -> Comparison:
    """Compare two runs that have ended."""
    same, tests = junit.compare(first.verdicts, second.verdicts)
    return Comparison(
        suite=suite,
        title=title,
        first=first,
        second=second,
        same=same,
        differences=(*_whole_run(first, second), *tests),
    )


def _whole_run(first: Run, second: Run) -> Iterator[Difference]:
    if not first.verdicts or not second.verdicts:
        # Two runs that did nothing agree on everything, and that must not look like success.
        yield junit.Difference(
            id="(nothing ran)",
            first=str(len(first.verdicts)),
            second=str(len(second.verdicts)),
            message=second.counts if first.verdicts else first.counts,
        )
    if first.ending != second.ending:
        yield junit.Difference(id="(exit code)", first=first.ending, second=second.ending)
    if first.verdicts.counted != second.verdicts.counted:
        yield junit.Difference(
            id="(tests counted)",
            first=str(first.verdicts.counted),
            second=str(second.verdicts.counted),
            message="junit's own total, in which subtests count",
        )
    if len(first.processes_left) != len(second.processes_left):
        commands = [process.command for process in (*second.processes_left, *first.processes_left)]
        yield junit.Difference(
            id="(processes left)",
            first=str(len(first.processes_left)),
            second=str(len(second.processes_left)),
            message=commands[0],
        )
