"""Past runs in words."""

from __future__ import annotations

import re

from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.reporting.runs_text import past_run, runs_table
from pytest_agentorch.reporting.terminal_text import Section
from pytest_agentorch.results.run_summary import RunSummary
from tests.unit.event_builders import a_run, connected, kept, over, plan_of, ran, summary_of
from tests.unit.results.test_run_entry import an_entry


def told(summary: RunSummary, *, with_traces: bool = True) -> list[Section]:
    """What is told of a run, without the moment, which is that of the reader's clock."""
    first, *rest = past_run(summary, "completed", width=60, verbosity=0, with_traces=with_traces)
    line, _ = first.lines
    assert re.fullmatch(r"run \S+: completed, began \d{4}-\d\d-\d\d \d\d:\d\d:\d\d", line)
    return rest


def test_a_list_has_a_line_per_run_in_80_columns() -> None:
    """Also of large ones that took long."""
    large = an_entry(status="initializing", tests=100_000, failed=100_000, seconds=36_000.0)
    head, first, second = runs_table([an_entry(), large])
    assert head == f"{'run':27}{'when':13}{'status':14} tests  failed     wall"
    assert re.fullmatch(
        r"20231114T221320Z-0a1b2c3d  \d\d-\d\d \d\d:\d\d  completed +5       1    12.3s",
        first,
    )
    assert second.endswith("100000  100000   10h00m")
    archived = runs_table([an_entry(is_archived=True)])[1]
    assert archived == f"{first} z"
    assert max(map(len, (head, first, second, archived))) <= 80
    assert runs_table([]) == ["there are no runs"]


def test_a_run_is_told_as_at_its_end() -> None:
    """Failures, agents, the short summary, and the last line."""
    summary = summary_of(
        a_run(),
        plan_of(3),
        connected("gw0"),
        ran(0),
        ran(1, Outcome.FAILED, message="assert 3 == 4\nmore", trace="here\nthere"),
        over(not_run=1),
    )
    failures, agents, short, last = told(summary)
    assert failures == Section(
        title="FAILURES", lines=(f"{'_' * 26} test_1 {'_' * 26}", "here", "there")
    )
    assert any(line.startswith("agents: 1, efficiency") for line in agents.lines)
    assert short.lines == ("FAILED tests/test_a.py::test_1 - assert 3 == 4",)
    assert last == Section(title="1 failed, 1 passed, 1 not run in 10.00s", lines=())
    assert "FAILURES" not in [part.title for part in told(summary, with_traces=False)]


def test_errors_come_first_and_what_was_printed_behind_each_trace() -> None:
    """As pytest has it; in the short summary they come last."""
    error = ran(0, Outcome.ERROR, message="no", trace="here", failed_in=("setup",), stderr="oh\n")
    failure = ran(1, Outcome.FAILED, message="no", trace="there", stdout="a\nb\n")
    errors, failures, _, short, _ = told(
        summary_of(a_run(), plan_of(2), connected("gw0"), error, failure, over())
    )
    heading = "ERROR at setup of test_0"
    assert (errors.title, failures.title) == ("ERRORS", "FAILURES")
    assert errors.lines == (
        f" {heading} ".center(60, "_"),
        "here",
        f"{' Captured stderr ':-^60}",
        "oh",
    )
    assert failures.lines[1:] == ("there", f"{' Captured stdout ':-^60}", "a", "b")
    assert [line.split()[0] for line in short.lines] == ["FAILED", "ERROR"]


def test_long_messages_are_cut_as_pytest_does() -> None:
    """To the width of the terminal, and not at all with `-vv`."""
    event = ran(0, Outcome.FAILED, message="x" * 99, trace="here")
    summary = summary_of(a_run(), plan_of(1), connected("gw0"), event, over())
    for width, verbosity, shown in (
        (60, 1, f" - {'x' * 24}..."),
        (36, 0, " - ..."),
        (35, 0, ""),
        (36, 2, f" - {'x' * 99}"),
    ):
        told_so = past_run(summary, "", width=width, verbosity=verbosity, with_traces=False)
        (*_, short, _) = told_so
        assert short.lines == (f"FAILED tests/test_a.py::test_0{shown}",)


def test_of_a_run_that_had_no_tests_there_is_little_to_tell() -> None:
    """It may have been killed before."""
    (_, last) = told(summary_of(a_run()))
    assert last.title == "no tests in 0.00s"


def test_a_run_has_numbers() -> None:
    """Of its agents, and of its tests."""
    summary = summary_of(a_run(), plan_of(3), connected("gw0"), ran(0), ran(1, Outcome.FAILED))
    first, *_ = past_run(summary, "killed", width=60, verbosity=0, with_traces=False)
    assert first.lines[1] == "1 agent, 0 lost; completed 66.6 %, success 50 %"


def test_what_was_reused_is_counted_apart() -> None:
    """It has passed, and has not run."""
    events = (kept(0, started=None, seconds=0.0, reused=True), connected("gw0"), ran(1), over())
    *_, last = told(summary_of(a_run(), plan_of(2), *events))
    assert last.title == "1 passed, 1 reused in 10.00s"


def test_a_failure_without_a_trace_has_its_message() -> None:
    """Such as that of a test whose agent has died."""
    event = ran(0, Outcome.ERROR, message="gw0 died of SIGSEGV (11)")
    failures, _, short, _ = told(summary_of(a_run(), plan_of(1), connected("gw0"), event, over()))
    assert failures.lines[1:] == ("gw0 died of SIGSEGV (11)",)
    assert short.lines == ("ERROR tests/test_a.py::test_0 - gw0 died of SIGSEGV (11)",)
