"""The picture: bars as long as their numbers."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from benchmarks import chart
from benchmarks.run import TIME_LIMIT
from tests.unit.benchmarks.contest_builder import contest

WALLS = {"collect": [2.0], "serial": [10.0], "xdist-load": [20.0], "agentorch": [5.0]}
SVG = f"{{{chart.NAMESPACE}}}"


def test_each_runner_has_a_bar_in_proportion() -> None:
    """The longest fills the width."""
    assert _bars(chart.render([contest(WALLS)])) == {
        "serial: 1.00": chart.PLOT_WIDTH / 2,
        "xdist-load: 2.00": chart.PLOT_WIDTH,
        "agentorch: 0.50": chart.PLOT_WIDTH / 4,
    }


def test_all_subjects_share_one_scale() -> None:
    """Bars of different subjects can be compared by eye."""
    slow = contest({**WALLS, "agentorch": [40.0]}, subject="huge")
    bars = _bars(chart.render([contest(WALLS), slow]))
    assert bars["agentorch: 4.00"] == chart.PLOT_WIDTH
    assert bars["agentorch: 0.50"] == chart.PLOT_WIDTH / 8


def test_a_contest_without_serial_run_has_no_bars() -> None:
    """There is nothing to draw them against."""
    assert _bars(chart.render([contest(WALLS, endings={"serial": TIME_LIMIT})])) == {}


def test_names_cannot_break_the_picture() -> None:
    """A folder may be called anything."""
    picture = chart.render([contest(WALLS, subject="a<b&c")])
    texts = [text.text for text in _parse(picture).iter(f"{SVG}text")]
    assert "a<b&c, 2 agents" in texts


def _bars(picture: str) -> dict[str, float]:
    """Title -> width."""
    rects = _parse(picture).iter(f"{SVG}rect")
    titles = ((rect, rect.findtext(f"{SVG}title")) for rect in rects)
    return {title: float(rect.get("width", "0")) for rect, title in titles if title}


def _parse(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - it is our own
