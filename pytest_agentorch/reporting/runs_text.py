"""Past runs in words: a list of them, and what is told of one as at its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.reporting.fatal_stacks import readable
from pytest_agentorch.reporting.terminal_text import Section, agents_section, seconds
from pytest_agentorch.results.analysis import analyse
from pytest_agentorch.results.recommendation import recommend
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_entry import RunEntry
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.statistics import statistics

_NOUNS = ("failed", "passed", "skipped", "xfailed", "xpassed", "error", "not_run")


def runs_table(runs: Sequence[RunEntry]) -> list[str]:
    """Return a line per run, in at most 80 columns."""
    head = f"{'run':<25}  {'when':<11}  {'status':<12}  {'tests':>6}  {'failed':>6}  {'wall':>7}"
    return [head, *map(_row, runs)] if runs else ["there are no runs"]


def past_run(
    summary: RunSummary, status: str, *, width: int, verbosity: int, with_traces: bool
) -> Iterator[Section]:
    """Yield the parts of what is told of a run.

    Args:
        summary: what its event log tells.
        status: how it is.
        width: wrap lines of ours to so many columns.
        verbosity: pytest's.
        with_traces: whether failures are shown, too.
    """
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(summary.started))
    heading = f"run {summary.run}: {status}, began {moment}"
    yield Section(title="", lines=(heading, _numbers(summary)))
    errors = [test for test in summary.tests if test.outcome is Outcome.ERROR]
    failures = [test for test in summary.tests if test.outcome is Outcome.FAILED]
    for title, tests in (("ERRORS", errors), ("FAILURES", failures)):
        if with_traces and tests:
            lines = [line for test in tests for line in _failure(test, width)]
            yield Section(title=title, lines=tuple(lines))
    analysis = analyse(summary)
    yield agents_section(
        summary,
        recommend(summary, analysis),
        bound=analysis.bound,
        width=width,
        verbosity=verbosity,
    )
    if failures or errors:
        # With `-vv` pytest cuts none.
        most = width if verbosity < 2 else sys.maxsize
        lines = [_summary_line(test, most) for test in (*failures, *errors)]
        yield Section(title="short test summary info", lines=tuple(lines))
    yield Section(title=_totals(summary), lines=())


def _row(run: RunEntry) -> str:
    moment = time.strftime("%m-%d %H:%M", time.localtime(run.started))
    return (
        f"{run.run:<25}  {moment}  {run.status:<12}  {run.tests:>6}  {run.failed:>6}"
        f"  {seconds(run.seconds):>7}" + (" z" if run.is_archived else "")
    )


def _numbers(summary: RunSummary) -> str:
    found = statistics(summary)
    agents = "1 agent" if found.total == 1 else f"{found.total} agents"
    rates = f"completed {found.completion_rate:g} %, success {found.success_rate:g} %"
    return f"{agents}, {found.lost} lost; {rates}"


def _failure(test: TestResult, width: int) -> Iterator[str]:
    name = test.node_id.partition("::")[2].replace("::", ".") or test.node_id
    if test.outcome is Outcome.ERROR and test.failed_in:
        name = f"ERROR at {test.failed_in[0]} of {name}"
    yield f" {name} ".center(width, "_")
    yield from test.trace.splitlines() or [test.message]
    for stream, text in (("stdout", test.stdout), ("stderr", test.stderr)):
        if text:
            yield f" Captured {stream} ".center(width, "-")
            yield from readable(text.splitlines())


def _summary_line(test: TestResult, most: int) -> str:
    word = "ERROR" if test.outcome is Outcome.ERROR else "FAILED"
    line, message = f"{word} {test.node_id}", test.message.partition("\n")[0]
    room = most - len(line) - len(" - ")
    if len(message) > room:
        message = f"{message[: room - 3]}..." if room >= 3 else ""
    return f"{line} - {message}" if message else line


def _totals(summary: RunSummary) -> str:
    tally = replace(summary.tally, passed=summary.tally.passed - summary.reused)
    counts = [(getattr(tally, noun), noun.replace("_", " ")) for noun in _NOUNS]
    counts.append((summary.reused, "reused"))
    told = ", ".join(f"{count} {noun}" for count, noun in counts if count) or "no tests"
    return f"{told} in {summary.wall_seconds:.2f}s"
