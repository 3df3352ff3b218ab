"""Covered: the lines and arcs of a coverage data file, and what two of them do not share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coverage import CoverageData

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[str, int, int]
"""A file, and an arc in it: from one line to another. A line is an arc to itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """What a run covered; there are no arcs where branches were not measured."""

    lines: frozenset[Place]
    arcs: frozenset[Place]

    def missing(self, other: Covered) -> frozenset[Place]:
        """What the other has covered and this one has not."""
        arcs = other.arcs - self.arcs if self.arcs else frozenset()
        return (other.lines - self.lines) | arcs


def read(path: Path, *, root: Path) -> Covered:
    """Read a data file; names of files are told relative to the root, if they are below it."""
    if not path.is_file():
        return Covered(lines=frozenset(), arcs=frozenset())
    data = CoverageData(str(path))
    data.read()
    lines: set[Place] = set()
    arcs: set[Place] = set()
    for file in data.measured_files():
        name = _relative(file, root)
        lines.update((name, line, line) for line in data.lines(file) or ())
        # An arc of a line to itself is a loop of one line; it is covered as that line is.
        arcs.update((name, start, end) for start, end in data.arcs(file) or () if start != end)
    data.close()
    return Covered(lines=frozenset(lines), arcs=frozenset(arcs))


def describe(places: frozenset[Place]) -> Iterator[str]:
    """Return each place as `file:line` or `file:line->line`, in order."""
    for file, start, end in sorted(places):
        yield f"{file}:{start}" if start == end else f"{file}:{start}->{end}"


def _relative(file: str, root: Path) -> str:
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else file
