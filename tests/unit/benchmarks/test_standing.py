"""Medians and ratios, and against whom they are taken."""

from __future__ import annotations

import pytest

from benchmarks.run import TIME_LIMIT
from benchmarks.standing import Standing, Standings, ratio, standings
from tests.unit.benchmarks.contest_builder import contest, measurement, probe

WALLS = {
    "collect": [2.0, 9.0, 1.0],
    "serial": [10.0, 11.0, 30.0],
    "xdist-load": [8.0, 8.0, 8.0],
    "xdist-worksteal": [7.0, 6.0, 9.0],
    "agentorch": [5.0, 1.0, 6.0],
}


def test_a_standing_has_medians_and_extremes() -> None:
    """One slow round among three changes nothing."""
    serial = _row(standings(contest(WALLS)), "serial")
    assert (serial.wall_seconds, serial.cpu_seconds) == (11.0, 22.0)
    assert (serial.least_seconds, serial.most_seconds) == (10.0, 30.0)


def test_the_median_of_two_rounds_is_between_them() -> None:
    """An even number of rounds has no middle one."""
    found = standings(contest({"serial": [1.0, 4.0], "collect": [1.0, 1.0]}))
    assert _row(found, "serial").wall_seconds == 2.5


def test_the_limit_is_that_of_the_medians() -> None:
    """Collection 2, serial 11, two agents: 2 + 9 / 2."""
    found = standings(contest(WALLS))
    assert found.collection_seconds == 2.0
    assert found.limit_seconds == 6.5


def test_what_the_tests_sleep_lowers_the_limit() -> None:
    """With more agents than CPUs sleep is shared by more: 2 + 4 / 2 + 5 / 10."""
    found = standings(contest(WALLS, agents=10, sleep_seconds=5.0))
    assert found.limit_seconds == 4.5


def test_the_longest_test_is_the_serial_probes() -> None:
    """Beside others a test takes longer, and the limit would be none."""
    probes = {
        "serial": probe("serial", longest_test_seconds=7.0),
        "xdist-load": probe("xdist-load", longest_test_seconds=50.0),
    }
    found = standings(contest(WALLS, probes=probes))
    assert found.limit_seconds == 9.0


def test_the_best_xdist_mode_has_the_least_median() -> None:
    """Other runners are no modes of it, however fast they are."""
    assert _xdist(standings(contest(WALLS))) == "xdist-worksteal"


def test_a_mode_with_other_verdicts_is_not_the_best() -> None:
    """Who loses tests is fast."""
    probes = {"xdist-worksteal": probe("xdist-worksteal", unlike_serial=1)}
    assert _xdist(standings(contest(WALLS, probes=probes))) == "xdist-load"


def test_without_a_faithful_mode_the_fastest_counts() -> None:
    """If all of them go wrong there is still something to compare with."""
    names = ("xdist-load", "xdist-worksteal")
    probes = {name: probe(name, unlike_serial=1) for name in names}
    assert _xdist(standings(contest(WALLS, probes=probes))) == "xdist-worksteal"


def test_a_run_that_had_to_be_ended_has_no_wall_time() -> None:
    """The time limit says nothing about speed, so such a mode is not the best either."""
    found = standings(contest(WALLS, endings={"xdist-worksteal": TIME_LIMIT}))
    assert _row(found, "xdist-worksteal").wall_seconds is None
    assert _xdist(found) == "xdist-load"


@pytest.mark.parametrize("runner", ["serial", "collect"])
def test_there_is_no_limit_without_a_serial_run(runner: str) -> None:
    """The limit is made of both."""
    found = standings(contest(WALLS, endings={runner: TIME_LIMIT}))
    assert found.limit_seconds is None


def test_a_serial_run_without_verdicts_did_not_come_to_its_end() -> None:
    """A test that ends its process ends the serial run, and quickly."""
    found = standings(contest(WALLS, probes={"serial": probe("serial", outcomes={})}))
    assert found.serial is None
    assert found.limit_seconds is None


def test_processes_left_are_the_most_of_any_run() -> None:
    """The probe counts as well, for it is a run like the others."""
    left = measurement("agentorch", 1.0, round=0, processes_left=2)
    probes = {"agentorch": probe("agentorch", measurement=left)}
    assert _row(standings(contest(WALLS, probes=probes)), "agentorch").processes_left == 2


def test_counts_are_told_once_if_all_rounds_agree() -> None:
    """A run whose rounds differ shows each of them."""
    runs = contest({"serial": [1.0], "collect": [1.0]})
    flaky = measurement("serial", 1.0, round=2, counts="9 passed, 1 failed", ending="1")
    again = measurement("serial", 1.0, round=3)
    more = contest(
        {"serial": [1.0], "collect": [1.0]},
        measurements=(*runs.measurements, flaky, again),
    )
    assert _row(standings(runs), "serial").counts == ("10 passed",)
    assert _row(standings(more), "serial").counts == ("10 passed", "9 passed, 1 failed")
    assert _row(standings(more), "serial").endings == ("0", "1")


@pytest.mark.parametrize(
    ("value", "base", "expected"),
    [(3.0, 2.0, 1.5), (None, 2.0, None), (3.0, None, None), (3.0, 0.0, None)],
)
def test_a_ratio_of_something_unknown_is_unknown(
    value: float | None, base: float | None, expected: float | None
) -> None:
    """Zero is what a clock says that is too coarse."""
    assert ratio(value, base) == expected


def _row(found: Standings, runner: str) -> Standing:
    return next(row for row in found.rows if row.runner == runner)


def _xdist(found: Standings) -> str:
    return found.xdist.runner if found.xdist else ""
