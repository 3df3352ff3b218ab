"""Progress as lines: below the output of a terminal, and in a log."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.event import Event, PhaseStarted
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.reporting.progress_text import Space, live_lines, still_running
from pytest_agentorch.results.progress import Progress, ProgressFold
from tests.unit.event_builders import START, connected, ran
from tests.unit.orchestration.plans import a_test
from tests.unit.results.test_progress import E2E, OUTLINES, UNIT, view


def a_run(*events: Event, agents: int = 2, at: float = 10.0) -> Progress:
    """Eight tests of one phase, of which five are over and one has failed, and two of the next."""
    tests = [a_test(n, path="tests/unit/test_cart.py") for n in range(8)]
    tests += [a_test(n, "e2e", path="tests/e2e/test_shop.py") for n in (8, 9)]
    fold = ProgressFold(tests, OUTLINES, seconds=(1.0,) * 10)
    fold.take([PhaseStarted(phase=UNIT, tests=8, agents=2, at=START), connected("gw0")])
    for number in range(5):
        fold.take(ran(number, Outcome.FAILED if number == 3 else Outcome.PASSED))
    fold.take(events)
    views = [view("gw0", 5, since=9.5), view("gw1", 6, 7, since=6.8)]
    return fold.progress(views[:agents], START + at)


SHOWN = [
    "unit  5/8  ███████████████            62 %  2 agents  1 failed",
    "e2e   waits for unit",
    "5/10 · about 2s left · gw1 test_cart.py::test_6 3.20s · +1",
]


def test_a_line_per_phase_and_one_for_the_agents() -> None:
    """What has been running for longest comes first, without its folders."""
    assert live_lines(a_run(), Space(columns=79, lines=8)) == SHOWN


def test_the_bar_and_the_tests_give_way_where_it_is_narrow() -> None:
    """What is not told is counted; nothing is wider than the terminal."""
    assert live_lines(a_run(), Space(columns=50, lines=8)) == [
        "unit  5/8  ███████▌       62 %  2 agents  1 failed",
        "e2e   waits for unit",
        "5/10 · about 2s left · gw1 ….py::test_6 3.20s · +1",
    ]
    assert live_lines(a_run(), Space(columns=47, lines=8))[-1] == "5/10 · about 2s left · +2"
    wide = live_lines(a_run(), Space(columns=99, lines=8))
    assert wide[-1] == f"{SHOWN[-1][:-2]}gw0 test_cart.py::test_5 0.50s"
    assert live_lines(a_run(), Space(columns=40, lines=8))[0] == (
        "unit  5/8   62 %  2 agents  1 failed"
    )


@pytest.mark.parametrize("columns", range(0, 90, 7))
@pytest.mark.parametrize("lines", [0, 1, 2, 3, 8])
def test_nothing_is_larger_than_the_space(columns: int, lines: int) -> None:
    """Where there is hardly any nothing is shown."""
    shown = live_lines(a_run(), Space(columns=columns, lines=lines))
    assert len(shown) <= lines
    assert all(len(line) <= columns for line in shown)
    assert bool(shown) == (columns >= 30 and lines >= 2)


def test_wide_letters_take_two_columns() -> None:
    """What is behind them is not lost."""
    tests = [a_test(n, path=f"tests/test_{'价格' * 12}.py") for n in range(2)]
    fold = ProgressFold(tests, OUTLINES[:1])
    progress = fold.progress([view("gw0", 0), view("gw1", 1)], START + 1.0)
    (*_, line) = live_lines(progress, Space(columns=50, lines=8))
    assert line == f"gw0 …格{'价格' * 5}.py::test_0 1.00s · +1"


def test_a_phase_that_is_over_is_gone() -> None:
    """And the one that waited for it runs."""
    rest = [event for number in (5, 6, 7) for event in ran(number)]
    begun = PhaseStarted(phase=E2E, tests=2, agents=1, at=START)
    progress = a_run(*rest, begun, agents=0)
    assert live_lines(progress, Space(columns=79, lines=8)) == [
        "e2e  0/2                              0 %  0 agents",
        "8/10 · about 2s left",
    ]


def test_what_cannot_be_written_is_written_otherwise() -> None:
    """A terminal may know ASCII only."""
    phase, _, agents = live_lines(a_run(), Space(columns=99, lines=8, ascii=True))
    assert phase.startswith("unit  5/8  ###############---------   62 %")
    assert (phase + agents).isascii()


def test_a_log_is_told_what_runs() -> None:
    """Each with its agent, its whole name and its time; and for how long the run goes on."""
    assert still_running(a_run(), 3690.4) == (
        "[01:01:30] still running: gw1 tests/unit/test_cart.py::test_6 (3 s), "
        "gw0 tests/unit/test_cart.py::test_5 (0 s)"
    )
    assert still_running(a_run(agents=0), 90.0) == "[00:01:30] no test runs, 5 are left"


def test_many_are_counted_and_nothing_strange_is_written() -> None:
    """A node id may hold anything."""
    tests = [a_test(n, path="a\x1b[2J\n.py") for n in range(9)]
    fold = ProgressFold(tests, OUTLINES[:1])
    progress = fold.progress([view(f"gw{n}", n) for n in range(9)], START + 1.0)
    line = still_running(progress, 1.0)
    assert line.endswith("(1 s), and 5 more")
    assert line.isprintable()
    assert all(one.isprintable() for one in live_lines(progress, Space(columns=99, lines=8)))
