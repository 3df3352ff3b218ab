"""What the terminal shows of a run, as plain lines. Pure: the caller prints and colours.

Nothing to say, nothing printed. Lines that start with `!` are incidents, with `~` flaky
tests, with `>` recommendations.
"""

from __future__ import annotations

import math
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.reporting.coverage_text import coverage_table
from pytest_agentorch.results.bottleneck import Kind, Limit
from pytest_agentorch.results.incident_record import IncidentRecord
from pytest_agentorch.results.recommendation import Recommendation
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.usage import WELL_USED, PhaseSummary

_AT_MOST = 5
_ANYWAY = {
    Kind.COLLECTION: "its collection",
    Kind.SETUP: "what each process sets up",
    Kind.CONTROLLER: "the controller",
}
_IF_IDLE = {Kind.TEST: "one test", Kind.GROUP: "tests of one group"}
_NOTEWORTHY_SECONDS = 0.1
"""The efficiency of less work than this says nothing about anything."""


class Section(Frozen):
    """A part of the output: a title for pytest's separator (empty for none) and its lines."""

    title: str
    lines: tuple[str, ...]


def agents_section(
    summary: RunSummary,
    recommendations: Sequence[Recommendation],
    *,
    bound: Limit | None = None,
    width: int = 80,
    verbosity: int = 0,
) -> Section:
    """Make the section about the agents that comes after the failures.

    Args:
        summary: the run.
        recommendations: the advice drawn from it.
        bound: what bound it.
        width: wrap lines to so many columns; names of tests are never cut.
        verbosity: pytest's; below 0 no advice and no figures are shown, above it always the table.
    """
    incidents = tuple(_incident_lines(summary.incidents, width))
    flaky = tuple(_flaky_lines(summary, width))
    if verbosity < 0:
        return Section(title="", lines=(*incidents, *flaky))
    advice = tuple(_recommendation_lines(recommendations, width))
    ran = [phase for phase in summary.phases if phase.tally.total]
    if not summary.tally.ran or (len(ran) == 1 and verbosity == 0):
        lines = (*_efficiency_line(summary, bound), *incidents, *flaky, *advice)
        return Section(title="agents" if len(lines) > 1 else "", lines=lines)
    table = (
        *_phase_table(ran),
        *_advanced_lines(summary, width),
        *_agent_lines(summary, width),
        *_time_lines(summary, bound, width),
        *coverage_table(summary.coverage),
    )
    return Section(title="agents", lines=(*table, *incidents, *flaky, *advice))


def _efficiency_line(summary: RunSummary, bound: Limit | None) -> Iterator[str]:
    if not summary.agents_used:
        return
    if summary.usage.busy_seconds < _NOTEWORTHY_SECONDS:
        yield f"agents: {summary.agents_used}"
    else:
        line = f"agents: {summary.agents_used}, efficiency {_percent(summary.efficiency)}"
        yield ", ".join([line, *_bound_by(summary, bound)])


def _phase_table(phases: Sequence[PhaseSummary]) -> Iterator[str]:
    name_width = max(11, *(len(phase.phase) for phase in phases))
    has_not_run = any(phase.tally.not_run for phase in phases)
    left = f"{'phase':<{name_width}}  {'tests':>6}  {'passed':>6}  {'failed':>6}  {'skipped':>7}"
    if has_not_run:
        left += f"  {'not run':>7}"
    yield f"{left}  {'busy':>7}  {'wall':>7}  {'agents':>6}"
    for phase in phases:
        tally = phase.tally
        row = f"{phase.phase:<{name_width}}  {tally.total:>6}  {tally.good:>6}"
        row += f"  {tally.bad:>6}  {tally.skipped:>7}"
        if has_not_run:
            row += f"  {tally.not_run:>7}"
        busy, wall = seconds(phase.busy_seconds), seconds(phase.wall_seconds)
        yield f"{row}  {busy:>7}  {wall:>7}  {phase.agents:>6}"


def _advanced_lines(summary: RunSummary, width: int) -> Iterator[str]:
    """Which tests were not where the plan had them."""
    for (own, phase, reason), count in summary.advanced.items():
        tests = "1 test" if count == 1 else f"{count} tests"
        why = f": {reason}" if reason else ""
        yield from _wrapped(f"{tests} moved from {own} to {phase}{why}", width)


def _agent_lines(summary: RunSummary, width: int) -> Iterator[str]:
    parts = []
    for agent in summary.agents:
        plural = "test" if agent.tests == 1 else "tests"
        many = f" in {agent.processes} processes" if agent.processes > 1 else ""
        parts.append(f"{agent.agent} {agent.tests} {plural} {seconds(agent.busy_seconds)}{many}")
    yield from _joined(parts, width)


def _bound_by(summary: RunSummary, bound: Limit | None) -> Iterator[str]:
    """What bound the run, where more agents would not have helped and not all were busy."""
    if bound is None:
        return
    if bound.kind is Kind.CPU and summary.agents_used > summary.cpus:
        # That agents which are no more than CPUs are busy is what they are for.
        yield "bound by one CPU" if summary.cpus == 1 else f"bound by {summary.cpus:g} CPUs"
    elif bound.kind is Kind.PHASE and summary.efficiency < WELL_USED:
        agents = "one agent" if bound.agents == 1 else f"{bound.agents} agents"
        yield f"{bound.what} bound by {agents}"
    elif bound.kind is Kind.RESOURCE and _has_idle_agents(summary):
        yield f"bound by {bound.what}"
    elif bound.kind in _ANYWAY or (bound.kind in _IF_IDLE and summary.efficiency < WELL_USED):
        yield f"bound by {({**_ANYWAY, **_IF_IDLE})[bound.kind]}"


def _has_idle_agents(summary: RunSummary) -> bool:
    """Whether agents had nothing to do for a while, or were not even started."""
    return summary.efficiency < WELL_USED or summary.agents_used < summary.agents_allowed


def _time_lines(summary: RunSummary, bound: Limit | None, width: int) -> Iterator[str]:
    usage = summary.usage
    if not summary.agents_used or usage.busy_seconds < _NOTEWORTHY_SECONDS:
        return
    plural = "agent" if summary.agents_used == 1 else "agents"
    parts = [
        f"efficiency {_percent(usage.efficiency)} of {summary.agents_used} {plural}",
        f"limit {usage.limit_seconds:.1f} s, took {usage.wall_seconds:.1f} s",
        *_bound_by(summary, bound),
    ]
    yield from _joined(parts, width)


def _incident_lines(incidents: Sequence[IncidentRecord], width: int) -> Iterator[str]:
    # What was given up has a line of its own, which tells the deaths of its agents too.
    tests = {one.test for one in incidents if one.slug in ("poison-test", "test-timed-out")}
    slots = {one.slot for one in incidents if one.slug == "slot-given-up"}
    ends: defaultdict[SlotId | None, dict[str, None]] = defaultdict(dict)
    shown: list[IncidentRecord] = []
    for one in incidents:
        if one.slug == "agent-lost" and one.test is None and one.slot in slots:
            ends[one.slot][one.status] = None
        elif one.slug != "agent-lost" or one.test not in tests:
            shown.append(one)
    shown.sort(key=lambda one: (one.severity.value, one.at))
    for one in shown[:_AT_MOST]:
        how = ends[one.slot] if one.slug == "slot-given-up" else ()
        what = f"{one.what} ({', '.join(how)})" if how else one.what
        yield from _wrapped(f"! {what}  [{one.slug}]", width)
    if len(shown) > _AT_MOST:
        yield f"! and {len(shown) - _AT_MOST} more in the report"


def _flaky_lines(summary: RunSummary, width: int) -> Iterator[str]:
    # Those that have lost an agent are told of as incidents.
    told = {one.test for one in summary.incidents}
    flaky = [one for one in summary.tests if one.is_flaky and one.planned.test not in told]
    for one in flaky[:_AT_MOST]:
        why = one.earlier[-1].message.partition("\n")[0]
        yield from _wrapped(f"~ {one.node_id} passed at attempt {one.attempts}: {why}", width)
    if len(flaky) > _AT_MOST:
        yield f"~ and {len(flaky) - _AT_MOST} more in the report"


def _recommendation_lines(advice: Sequence[Recommendation], width: int) -> Iterator[str]:
    for one in advice[:_AT_MOST]:
        yield from _wrapped(f"> {one.reason}: {one.next_step}", width)
    if len(advice) > _AT_MOST:
        yield f"> and {len(advice) - _AT_MOST} more in the report"


def seconds(value: float) -> str:
    """Write a duration in at most seven columns: `0.02s`, `58.1s`, `12m05s`, `3h07m`."""
    if value < 9.995:
        return f"{value:.2f}s"
    if value < 599.95:
        return f"{value:.1f}s"
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:
        return f"{minutes}m{rest:02}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}m"


def _percent(share: float) -> str:
    # Rounded down: 100 % means that nobody ever waited.
    return f"{math.floor(share * 100)} %"


def _joined(parts: Sequence[str], width: int) -> Iterator[str]:
    """Join with middle dots, and break lines between parts only."""
    line = ""
    for part in parts:
        longer = f"{line} · {part}" if line else part
        if line and len(longer) > width:
            yield line
            longer = part
        line = longer
    if line:
        yield line


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
