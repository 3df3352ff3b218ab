"""Which part of a run has covered what, and what only that part has. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Protocol

from pytest_agentorch.model.coverage_event import CoverageShare, RunCoverage
from pytest_agentorch.model.frozen import Frozen, replace
from pytest_agentorch.model.measured import Measured

Arc = tuple[int, int]
_Found = defaultdict[str, set[Any]]
"""Lines, branches or functions of files by the part that has covered them."""


class Translator(Protocol):
    """Knows which lines are one statement."""

    def translate_lines(self, lines: Iterable[int]) -> set[int]:
        """Lines as they are counted."""
        ...

    def translate_arcs(self, arcs: Iterable[Arc]) -> set[Arc]:
        """Arcs between lines as they are counted."""
        ...


class SourceFile(Frozen):
    """A file, and what of it is covered by anybody.

    Attributes:
        name: in reports.
        functions: the lines of each.
    """

    name: str
    translator: Translator
    lines: frozenset[int]
    branches: frozenset[Arc]
    functions: tuple[frozenset[int], ...]


class _Seen:
    """The lines and arcs that a part of the run has seen in a file."""

    def __init__(self) -> None:
        self.lines: set[int] = set()
        self.arcs: set[Arc] = set()


def by_phase(one: Measured) -> str:
    """Tell phases apart."""
    return one.phase


def by_slot(one: Measured) -> str:
    """Tell slots apart: the agents of a slot follow each other, also those of an earlier run.

    What no test has covered belongs to none: some agents are forked when all is imported.
    """
    return one.agent.rpartition("-")[2].partition(".")[0] if one.phase else ""


def shares(
    measured: Iterable[Measured],
    files: Mapping[str, SourceFile],
    part_of: Callable[[Measured], str],
) -> tuple[CoverageShare, ...]:
    """Say what each part of a run has covered, in the order in which parts occur.

    Args:
        measured: of the whole run.
        files: those that are reported, by the name that they have in `measured`.
        part_of: which part it is of.
    """
    seen: dict[str, defaultdict[str, _Seen]] = {}
    for one in measured:
        if one.file in files:
            of_file = seen.setdefault(part_of(one), defaultdict(_Seen))[one.file]
            of_file.lines.update(one.lines)
            of_file.arcs.update(one.arcs)
    found = _Found(set), _Found(set), _Found(set)
    for part, seen_files in seen.items():
        for name, of_file in seen_files.items():
            for kind, items in zip(found, _counted(files[name], of_file), strict=True):
                kind[part].update((files[name].name, item) for item in items)
    lines, branches, functions = found
    only = [_only(kind) for kind in found]
    return tuple(
        CoverageShare(
            name=part,
            lines=len(lines[part]),
            only_lines=only[0][part],
            branches=len(branches[part]),
            only_branches=only[1][part],
            functions=len(functions[part]),
            only_functions=only[2][part],
        )
        for part in seen
    )


def in_order(coverage: RunCoverage | None, phases: Sequence[str]) -> RunCoverage | None:
    """Bring the phases into the order of the plan."""
    if coverage is None:
        return None
    places = {name: place for place, name in enumerate(phases)}
    ordered = sorted(coverage.phases, key=lambda one: places.get(one.name, len(places)))
    return replace(coverage, phases=tuple(ordered))


def _counted(file: SourceFile, seen: _Seen) -> tuple[Iterable[Any], ...]:
    """Return the lines, branches and functions that this comes to."""
    ends = {line for line in chain.from_iterable(seen.arcs) if line > 0}
    lines = file.translator.translate_lines(seen.lines | ends) & file.lines
    branches = file.translator.translate_arcs(seen.arcs) & file.branches if seen.arcs else set()
    hit = [position for position, own in enumerate(file.functions) if own & lines]
    return lines, branches, hit


def _only(found: Mapping[str, set[Any]]) -> Counter[str]:
    """Count for each part what is found there alone."""
    times = Counter(chain.from_iterable(found.values()))
    return Counter({part: sum(times[one] == 1 for one in own) for part, own in found.items()})
