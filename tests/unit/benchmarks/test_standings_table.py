"""The page that a person reads."""

from __future__ import annotations

import pytest

from benchmarks import standings_table
from benchmarks.run import TIME_LIMIT
from tests.unit.benchmarks.contest_builder import contest, probe

WALLS = {
    "collect": [2.0],
    "serial": [10.0],
    "xdist-load": [8.0],
    "agentorch": [5.0],
}

PAGE = """\
# Benchmarks

* date: today

{explanation}

| subject | agents | runner | wall s | serial s | best xdist s | limit s | / xdist | / serial \
| / limit | CPU / xdist | PSS / xdist | unlike serial |
|---|--:|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|
| tiny | 2 | agentorch | 5.00 | 10.00 | 8.00 (load) | 6.00 | 0.62 | 0.50 | 0.83 | 0.62 | 1.00 | 0 |

## tiny: empty tests, agents: 2

Collection 2.00 s, longest test 0.50 s, sleep 0.00 s, limit 6.00 s; load when it began: 0.00; \
pytest 9.9.

| runner | wall s | from, to | / xdist | / serial | / limit | CPU s | PSS MiB | verdicts \
| unlike serial | exit code | left |
|---|--:|---|--:|--:|--:|--:|--:|---|--:|---|--:|
| serial | 10.00 | 10.00, 10.00 | 1.25 | 1.00 | 1.67 | 20.00 | 100 | 10 passed | 0 | 0 | 0 |
| xdist-load | 8.00 | 8.00, 8.00 | 1.00 | 0.80 | 1.33 | 16.00 | 100 | 10 passed | 0 | 0 | 0 |
| agentorch | 5.00 | 5.00, 5.00 | 0.62 | 0.50 | 0.83 | 10.00 | 100 | 10 passed | 0 | 0 | 0 |
"""


def test_the_whole_page() -> None:
    """Facts, overview, and a table per subject."""
    page = standings_table.render([contest(WALLS)], {"date": "today"})
    assert page == PAGE.format(explanation=standings_table.EXPLANATION)


def test_several_subjects_have_a_sum() -> None:
    """Their wall times against those of xdist and serial."""
    page = standings_table.render([contest(WALLS), contest({**WALLS, "agentorch": [7.0]})], {})
    (line,) = _lines(page, "| sum of 2 ")
    start = "| sum of 2 |  | agentorch | 12.00 | 20.00 | 16.00 | - | 0.75 | 0.60 |"
    assert line == start + " - |" * 4


@pytest.mark.parametrize("runner", ["serial", "xdist-load", "agentorch"])
def test_a_subject_without_an_end_is_not_in_the_sum(runner: str) -> None:
    """A sum over different subjects would compare nothing."""
    stuck = contest(WALLS, endings={runner: TIME_LIMIT})
    page = standings_table.render([contest(WALLS), stuck, contest(WALLS)], {})
    assert len(_lines(page, "| sum of 2 ")) == 1


@pytest.mark.parametrize("runner", ["xdist-load", "agentorch"])
def test_a_subject_with_other_verdicts_is_not_in_the_sum(runner: str) -> None:
    """A run that lost tests cannot make up for a slow one."""
    lossy = contest(WALLS, probes={runner: probe(runner, unlike_serial=1)})
    page = standings_table.render([contest(WALLS), lossy, contest(WALLS)], {})
    assert len(_lines(page, "| sum of 2 ")) == 1


def test_an_xdist_that_goes_wrong_is_marked() -> None:
    """Who is compared with it should know."""
    probes = {"xdist-load": probe("xdist-load", unlike_serial=9)}
    page = standings_table.render([contest(WALLS, probes=probes)], {})
    assert "| 8.00 (load, 9 unlike serial) |" in page


def test_a_run_that_had_to_be_ended_shows_no_ratio() -> None:
    """What it would have taken is not known."""
    page = standings_table.render([contest(WALLS, endings={"agentorch": TIME_LIMIT})], {})
    (row,) = _lines(page, "| agentorch ")
    assert row.startswith("| agentorch | - | 5.00, 5.00 | - | - | - |")
    assert "| time limit |" in row


def test_tests_unlike_serial_are_counted() -> None:
    """Speed without them is worth nothing; without a serial run nobody knows."""
    probes = {"agentorch": probe("agentorch", unlike_serial=3)}
    page = standings_table.render([contest(WALLS, probes=probes)], {})
    (row,) = _lines(page, "| agentorch ")
    assert row.endswith("| 10 passed | 3 | 0 | 0 |")
    probes = {"agentorch": probe("agentorch", unlike_serial=None)}
    page = standings_table.render([contest(WALLS, probes=probes)], {})
    assert _lines(page, "| agentorch ")[0].endswith("| 10 passed | - | 0 | 0 |")


def test_who_is_left_out_is_told_with_the_reason() -> None:
    """A row that is missing without a word would look like an oversight."""
    page = standings_table.render([contest(WALLS, left_out={"zygote": "it is not installed"})], {})
    assert _lines(page, "* left out") == ["* left out: zygote, it is not installed"]


def _lines(page: str, start: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith(start)]
