"""The summary of a step on GitHub: Markdown, not longer than GitHub takes. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.reporting.broken_file import BrokenFile
from pytest_agentorch.reporting.crash_page import crash_page
from pytest_agentorch.reporting.terminal_text import agents_section, seconds
from pytest_agentorch.results.bottleneck import Limit
from pytest_agentorch.results.recommendation import Recommendation
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_summary import RunSummary

MOST_BYTES = 1 << 20
"""GitHub shows nothing of a step whose summary is longer than this."""
_LONGEST_TRACE = 8_000
_SPARE = 100
"""Bytes for the line that tells how many failures were left out."""


def step_summary(
    summary: RunSummary,
    advice: Sequence[Recommendation],
    broken: Sequence[BrokenFile] = (),
    *,
    bound: Limit | None = None,
    room: int = MOST_BYTES,
) -> str:
    """Write the summary of a run: figures first, then failures as long as there is room for them.

    Args:
        summary: the run.
        advice: drawn from it.
        broken: files that could not be collected.
        bound: what bound it.
        room: so many bytes there are for it; where that is too little for figures it is empty.
    """
    section = agents_section(summary, advice, bound=bound, width=100)
    head = [
        f"### pytest: {_counts(summary, len(broken))}",
        "",
        _fenced("\n".join(section.lines)),
        "",
    ]
    parts = ["\n".join(head)]
    left = room - _SPARE - _size(parts[0])
    if left < 0:
        return ""
    names = {test.planned.test: test.node_id for test in summary.tests}
    failed = [test for test in summary.tests if test.outcome is not None and test.outcome.is_bad]
    failures = [*map(_broken, broken), *(_failure(test, names) for test in failed)]
    for number, part in enumerate(failures):
        left -= _size(part)
        if left < 0:
            parts.append(f"\nand {len(failures) - number} more: see the log\n")
            break
        parts.append(part)
    return "".join(parts)


def _counts(summary: RunSummary, broken: int) -> str:
    tally = summary.tally
    errors = tally.error + broken
    counts = (
        (tally.failed, "failed"),
        (errors, "error" if errors == 1 else "errors"),
        (tally.passed, "passed"),
        (tally.skipped, "skipped"),
        (tally.xfailed, "xfailed"),
        (tally.xpassed, "xpassed"),
        (tally.not_run, "not run"),
        (sum(test.is_flaky for test in summary.tests), "flaky"),
    )
    told = ", ".join(f"{count} {word}" for count, word in counts if count) or "no tests"
    return f"{told} in {seconds(summary.wall_seconds)}"


def _broken(file: BrokenFile) -> str:
    return _folded(file.path, file.message, file.trace)


def _failure(test: TestResult, names: Mapping[TestId, str]) -> str:
    trace = test.trace or test.message
    if test.given_up is not None:
        before = [names.get(position, "") for position in test.given_up.before]
        trace = crash_page(test.given_up, node_id=test.node_id, before=before)
    return _folded(test.node_id, test.message, trace)


def _folded(name: str, message: str, trace: str) -> str:
    """A name and the first line of a message; what pytest has printed unfolds below them."""
    if len(trace) > _LONGEST_TRACE:
        trace = f"...\n{trace[-_LONGEST_TRACE:]}"
    first = html.escape(message.partition("\n")[0][:_LONGEST_TRACE])
    return (
        f"\n<details><summary><code>{html.escape(name)}</code> {first}</summary>\n\n"
        f"{_fenced(trace)}\n\n</details>\n"
    )


def _fenced(text: str) -> str:
    """A block of text as it is: its fence is longer than whatever in it looks like one."""
    fence = "`" * max([3, *(1 + len(ticks) for ticks in re.findall("`+", text))])
    return f"{fence}text\n{text}\n{fence}" if text else ""


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
