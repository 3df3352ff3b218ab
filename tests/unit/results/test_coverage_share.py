"""Each part of a run is told what it has covered, and what only it has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.measured import Measured
from pytest_agentorch.results.coverage_share import (
    Arc,
    SourceFile,
    by_phase,
    by_slot,
    in_order,
    shares,
)
from tests.unit.event_builders import covered, share

LINES = range(1, 13)


class Pairs:
    """Two lines are one statement, which is counted at the first: 1 and 2, 3 and 4, ..."""

    def translate_lines(self, lines: Iterable[int]) -> set[int]:
        """The first lines."""
        return {self._first(line) for line in lines}

    def translate_arcs(self, arcs: Iterable[Arc]) -> set[Arc]:
        """Between the first lines; those that leave a function are negative."""
        return {(self._first(one), self._first(two)) for one, two in arcs}

    def _first(self, line: int) -> int:
        return -self._first(-line) if line < 0 else line - (line + 1) % 2


def a_file(name: str = "a.py", **changes: Any) -> SourceFile:
    """Statements at 1, 3, ..., all of them covered; a branch at 3; functions of 1-4 and 5-12."""
    fields: dict[str, Any] = {
        "translator": Pairs(),
        "lines": frozenset(LINES[::2]),
        "branches": frozenset({(3, 5), (3, 7)}),
        "functions": (frozenset({1, 3}), frozenset({5, 7, 9, 11})),
    }
    return SourceFile(name=name, **{**fields, **changes})


def told(phase: str, *lines: int, agent: str = "gw0", file: str = "a.py") -> Measured:
    """Lines that were covered."""
    return Measured(agent=agent, phase=phase, context="", file=file, lines=lines)


def arcs(phase: str, *pairs: Arc) -> Measured:
    """Arcs that were covered."""
    return Measured(agent="gw0", phase=phase, context="", file="a.py", arcs=pairs)


def test_lines_are_those_of_statements() -> None:
    """What is covered twice counts once, and what is no statement not at all."""
    files = {"a.py": a_file(lines=frozenset({1, 3, 5}))}
    told_of = [told("unit", 1, 2), told("e2e", 4, 5), told("unit", 5, 11), told("e2e", 9)]
    assert shares(told_of, files, by_phase) == (
        share("unit", 2, 1, 0, 0, 2),
        share("e2e", 2, 1, 0, 0, 2),
    )


def test_arcs_say_lines_and_branches() -> None:
    """An arc between the lines of a statement is none, and what leaves a function has one line."""
    told_of = [arcs("unit", (-1, 1), (1, 4), (4, 5)), arcs("e2e", (3, 6), (3, 7), (7, -1))]
    assert shares(told_of, {"a.py": a_file()}, by_phase) == (
        share("unit", 3, 1, 1, 0, 2, 0),
        share("e2e", 3, 1, 2, 1, 2, 0),
    )


def test_files_that_are_not_reported_do_not_count() -> None:
    """And two names for a file are one file."""
    files = {"a.py": a_file(), "/elsewhere/a.py": a_file()}
    told_of = [told("unit", 1), told("e2e", 1, file="/elsewhere/a.py"), told("e2e", 3, file="b.py")]
    assert shares(told_of, files, by_phase) == (
        share("unit", 1, 0, 0, 0, 1),
        share("e2e", 1, 0, 0, 0, 1),
    )


def test_slots_have_what_their_processes_have() -> None:
    """What was imported belongs to none of them: it was perhaps imported before there were two."""
    agents = ["gw0", "gw0.2", "20231114T221320Z-0a1b2c3d-gw0.3", "gw10"]
    lines = [1, 3, 5, 5]
    told_of = [told("unit", line, agent=one) for line, one in zip(lines, agents, strict=True)]
    assert shares([*told_of, told("", 1, 7)], {"a.py": a_file()}, by_slot) == (
        share("gw0", 3, 1, 0, 0, 2, 0),
        share("gw10", 1, 0, 0, 0, 1, 0),
        share("", 2, 1, 0, 0, 2, 0),
    )


def test_phases_come_in_the_order_of_the_plan() -> None:
    """What the plan does not know comes last."""
    coverage = in_order(covered().coverage, ["unit", "integration", "e2e"])
    assert coverage is not None
    assert [one.name for one in coverage.phases] == ["unit", "e2e"]
    assert in_order(None, ["unit"]) is None


@given(
    st.lists(
        st.builds(
            told,
            st.sampled_from(["", "unit", "e2e"]),
            *[st.sampled_from(LINES)] * 3,
            file=st.sampled_from(["a.py", "b.py", "c.py"]),
        )
    )
)
def test_only_is_what_the_run_would_lose(measured: list[Measured]) -> None:
    """Without a part of it a run has covered less by just what only that part has."""
    files = {name: a_file(name) for name in ("a.py", "b.py")}

    def everything(without: str | None) -> set[tuple[str, int]]:
        return {
            (one.file, line)
            for one in measured
            if one.phase != without and one.file in files
            for line in Pairs().translate_lines(one.lines)
        }

    found = shares(measured, files, by_phase)
    assert {one.name for one in found} == {one.phase for one in measured if one.file in files}
    for one in found:
        assert one.only_lines == len(everything(None)) - len(everything(one.name))
        assert one.only_lines <= one.lines <= len(everything(None))
    assert (
        sum(one.only_lines for one in found)
        <= len(everything(None))
        <= sum(one.lines for one in found)
    )
