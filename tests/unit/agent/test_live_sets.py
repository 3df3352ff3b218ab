"""The sets of a tracer: relied on only if coverage says of them what is read in them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.agent.live_sets import _DECODERS, LiveSets


def collector(**files: set[object]) -> SimpleNamespace:
    """What is read of coverage's."""
    return SimpleNamespace(data=dict(files), file_mapper=lambda name: f"{name}.py")


def packed(one: int, two: int, width: int) -> int:
    """As the tracer in C does it."""
    signs = (one < 0) << 2 * width | (two < 0) << 2 * width + 1
    return abs(one) | abs(two) << width | signs


def proved(live: LiveSets, flushed: dict[str, set[object]]) -> LiveSets:
    """Compare them with what coverage would say."""
    live.prove(live.copy(), flushed)  # type: ignore[arg-type]
    return live


LINES = st.integers(min_value=-900_000, max_value=900_000)


@pytest.mark.parametrize(("position", "width"), [(1, 28), (2, 20)])
@given(one=LINES, two=LINES)
def test_packed_arcs_are_unpacked(position: int, width: int, one: int, two: int) -> None:
    """Coverage has packed them in two ways."""
    assert _DECODERS[position](packed(one, two, width)) == (one, two)


@pytest.mark.parametrize(
    ("raw", "flushed"),
    [
        ({1, 2}, {1, 2}),
        ({(1, -1)}, {(1, -1)}),
        ({packed(5, -4, 28)}, {(5, -4)}),
        ({packed(5, -4, 20)}, {(5, -4)}),
    ],
    ids=["lines", "arcs", "packed", "packed as in older versions"],
)
def test_what_coverage_agrees_with_is_proved(raw: set[object], flushed: set[object]) -> None:
    """From then on they are read."""
    source = collector(a=raw)
    live = proved(LiveSets(source), {"a.py": flushed})
    assert live.is_proved
    live.forget()
    assert live.fresh() == {"a.py": flushed}
    assert live.fresh() == {}


@pytest.mark.parametrize(
    "flushed",
    [{"a.py": {1, 2, 3}}, {"a.py": {1}}, {"a.py": {(1, 2)}}, {"b.py": {1, 2}}, {}],
)
def test_what_coverage_says_otherwise_is_not(flushed: dict[str, set[object]]) -> None:
    """More, less, other or elsewhere; a thread may be the reason, but not three times."""
    live = LiveSets(collector(a={1, 2}))
    for _ in range(2):
        assert not proved(live, flushed).is_proved
        assert not live.is_refuted
    assert proved(live, flushed).is_refuted


def test_only_what_has_come_is_fresh() -> None:
    """File by file."""
    source = collector(a={1})
    live = proved(LiveSets(source), {"a.py": {1}})
    assert live.fresh() == {"a.py": {1}}
    source.data["a"].add(2)
    source.data["b"] = {7}
    assert live.fresh() == {"a.py": {2}, "b.py": {7}}
    assert live.fresh() == {}


def test_after_a_flush_the_same_lines_are_fresh() -> None:
    """Their number may be what it was."""
    source = collector(a={1})
    live = proved(LiveSets(source), {"a.py": {1}})
    live.fresh()
    source.data["a"].clear()
    live.forget()
    source.data["a"].add(1)
    assert live.fresh() == {"a.py": {1}}


@pytest.mark.parametrize("source", [None, SimpleNamespace(data=[1]), SimpleNamespace()])
def test_another_coverage_has_none(source: object) -> None:
    """It is asked instead."""
    assert LiveSets(source).copy() == {}
