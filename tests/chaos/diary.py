"""Diary: what tests wrote down themselves, about which process began and ended what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

NAME = "diary.txt"
# One that was torn has no end.
_LINE = re.compile(r"^(?P<pid>\d+) (?P<what>begins|ends) (?P<node_id>.+) \.$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A test that a process began."""

    node_id: str
    ended: bool


@dataclass(frozen=True, slots=True)
class Diary:
    """Of each process, what it began, in order."""

    entries: Mapping[int, Sequence[Entry]]

    @property
    def begun(self) -> int:
        """How many tests were begun, those that began twice counted twice."""
        return sum(map(len, self.entries.values()))

    def of(self, pid: int | None) -> Sequence[Entry]:
        """What a process began."""
        return () if pid is None else self.entries.get(pid, ())


def read(folder: Path) -> Diary:
    """Read the diary of a suite; it is empty if no test has begun."""
    found: dict[int, list[Entry]] = defaultdict(list)
    path = folder / NAME
    for line in _LINE.finditer(path.read_text("utf-8") if path.exists() else ""):
        mine = found[int(line["pid"])]
        if line["what"] == "begins":
            mine.append(Entry(line["node_id"], ended=False))
        elif mine:
            # A child that a test has forked may end it, too, and began nothing.
            mine[-1] = Entry(line["node_id"], ended=True)
    return Diary({pid: several for pid, several in found.items() if several})
