"""Advice drawn from a run, each with its reason and a next step. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.memory_event import MemoryShort
from pytest_agentorch.model.settings import Isolate
from pytest_agentorch.model.size import size
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.model.test import file_of
from pytest_agentorch.results.analysis import WORTH_SECONDS, Analysis, analyse
from pytest_agentorch.results.bottleneck import Kind
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.usage import WELL_USED

_POORLY_USED = 0.5
"""An efficiency below which somebody should know."""
_WORTH_A_CHANGE = 0.2
"""So much of its time a run must save before anybody is asked to change a number."""
_MANY_FAILURES = 5
_WELL_COVERED = 80
"""Percent of lines."""
_NEARLY_ALL = 0.9
"""Of its memory: with a little more a run would have to wait."""


class Recommendation(Frozen):
    """One piece of advice.

    Attributes:
        slug: its kind, for machines.
        reason: what was seen, as a sentence without its full stop.
        next_step: what to do about it, in the imperative.
    """

    slug: str
    reason: str
    next_step: str


def recommend(summary: RunSummary, analysis: Analysis | None = None) -> tuple[Recommendation, ...]:
    """Draw the advice from a run, the most urgent first; it is analysed if nobody has done so."""
    return (
        *_poison_tests(summary),
        *_slots_given_up(summary),
        *_tests_missing(summary),
        *_memory(summary),
        *_failures(summary),
        *_flaky_tests(summary),
        *_coverage(summary),
        *_time(summary, analysis or analyse(summary)),
    )


def _poison_tests(summary: RunSummary) -> Iterator[Recommendation]:
    for incident in summary.incidents:
        if incident.slug == "poison-test":
            yield Recommendation(
                slug="poison-test",
                reason=f"{incident.node_id} ends the process that runs it",
                next_step=f"run it alone with {command_for(incident.node_id)}",
            )


def _slots_given_up(summary: RunSummary) -> Iterator[Recommendation]:
    slots = [incident.slot for incident in summary.incidents if incident.slug == "slot-given-up"]
    if slots:
        were = "was" if len(slots) == 1 else "were"
        yield Recommendation(
            slug="slot-given-up",
            reason=f"{', '.join(map(str, slots))} {were} given up: agents die as they start",
            next_step="look at the last output of the lost agents in the report, or ask for fewer",
        )


def _tests_missing(summary: RunSummary) -> Iterator[Recommendation]:
    """Name the first file that not every agent could collect."""
    names = {one.planned.test: one.node_id for one in summary.tests if summary.missing}
    tests = (test for lack in summary.missing for test in lack.tests)
    files = dict.fromkeys(file_of(names[test]) for test in tests if test in names)
    if not files:
        return
    first, (file, *others) = summary.missing[0], files
    reason = f"{first.agent} has not found tests of {file}"
    if others:
        reason += f" and {len(others)} more"
    if first.reason:
        reason += f": {first.reason}"
    yield Recommendation(
        slug="tests-missing",
        reason=reason,
        next_step="let every process collect the same tests",
    )


def _memory(summary: RunSummary) -> Iterator[Recommendation]:
    """Say what to do where memory was short, or would be with a little more."""
    most: defaultdict[str, int] = defaultdict(int)
    for agent in summary.agents:
        most[agent.slot] = max(most[agent.slot], agent.peak_memory or 0)
    had = sum(most.values())
    if any(incident.slug == MemoryShort.slug for incident in summary.incidents):
        reason = f"memory was short with {_agents(summary.agents_used)}"
    elif summary.memory and had > _NEARLY_ALL * summary.memory:
        reason = f"agents have had up to {size(had)} of the {size(summary.memory)} of this run"
    else:
        return
    yield Recommendation(
        slug="memory-short",
        reason=reason,
        next_step="use fewer agents, or mark what needs much: @pytest.mark.needs(memory=...)",
    )


def _failures(summary: RunSummary) -> Iterator[Recommendation]:
    """Name the file that has most of the failures, where they are too many to be looked at."""
    files = Counter(
        file_of(test.node_id)
        for test in summary.tests
        if test.outcome is not None and test.outcome.is_bad
    )
    if files.total() < _MANY_FAILURES:
        return
    (file, count), *_ = files.most_common(1)
    if count >= files.total() / 2:
        yield Recommendation(
            slug="failures",
            reason=f"{count} of {files.total()} failures are in {file}",
            next_step="when it is repaired, run what has failed with --agents-rerun=failed",
        )


def _flaky_tests(summary: RunSummary) -> Iterator[Recommendation]:
    told = {incident.test for incident in summary.incidents}
    flaky = [one for one in summary.tests if one.is_flaky and one.planned.test not in told]
    if flaky:
        more = f" and {len(flaky) - 1} more" if len(flaky) > 1 else ""
        yield Recommendation(
            slug="flaky-test",
            reason=f"{flaky[0].node_id}{more} passed, but not at the first attempt",
            next_step="repair what hides there; --agents-flaky=fail makes it a failure",
        )


def _coverage(summary: RunSummary) -> Iterator[Recommendation]:
    """Name the file that misses most, if little is covered and nobody has said what is enough."""
    coverage = summary.coverage
    if coverage is None or coverage.fail_under or summary.reason is not StopReason.FINISHED:
        return
    if coverage.lines.percent < _WELL_COVERED and coverage.gaps:
        worst, percent = coverage.gaps[0], math.floor(coverage.lines.percent)
        missing = coverage.lines.total - coverage.lines.covered
        yield Recommendation(
            slug="low-coverage",
            reason=f"{percent} % of lines are covered, {worst.file} has {worst.lines} of the"
            f" {missing} that are not",
            next_step="test it first, or set fail_under to what is enough",
        )


def _time(summary: RunSummary, analysis: Analysis) -> Iterator[Recommendation]:
    wall = summary.usage.wall_seconds
    if wall < WORTH_SECONDS:
        return
    longest = tuple(_dominating_test(summary))
    number = tuple(_number_of_agents(summary, analysis))
    yield from (*longest, *number, *_bound(analysis))
    if not longest and not number and not analysis.what_ifs:
        yield from _low_efficiency(summary)


def _dominating_test(summary: RunSummary) -> Iterator[Recommendation]:
    wall, longest = summary.usage.wall_seconds, summary.usage.longest_seconds
    if summary.agents_used < 2 or summary.efficiency >= WELL_USED or longest < wall / 2:
        return
    slowest = summary.slowest(1)[0]
    if slowest.outcome is not None and not slowest.outcome.is_bad:
        # Otherwise it may have hung: its time says nothing. This explains a low efficiency, too.
        yield Recommendation(
            slug="dominating-test",
            reason=f"{slowest.node_id} takes {longest:.1f} s of {wall:.1f} s",
            next_step="split it, or make it faster: no number of agents can",
        )


def _number_of_agents(summary: RunSummary, analysis: Analysis) -> Iterator[Recommendation]:
    """Say which number of agents would have been better; `auto` will know it itself."""
    now, best = analysis.on(summary.agents_allowed), analysis.best
    if now is None or best is None or summary.asked == "auto":
        return
    instead = f"would have taken {best.seconds:.1f} s instead of {now.seconds:.1f} s"
    matters = abs(best.seconds - now.seconds) > _WORTH_A_CHANGE * now.seconds
    if best.agents > now.agents and matters:
        yield Recommendation(
            slug="too-few-agents",
            reason=f"{_agents(best.agents)} {instead}",
            next_step=f"try --agents={best.agents}, or auto, which learns that from run to run",
        )
    elif best.agents < now.agents and (matters or summary.efficiency < _POORLY_USED):
        yield Recommendation(
            slug="too-many-agents",
            reason=f"{_agents(best.agents)} {instead}",
            next_step=f"try --agents={best.agents}: the others wait for each other",
        )


def _bound(analysis: Analysis) -> Iterator[Recommendation]:
    """Say what to do about what gets no shorter with more agents."""
    bound = analysis.bound
    if bound is not None and bound.kind is Kind.COLLECTION:
        yield Recommendation(
            slug="slow-collection",
            reason=f"the collection takes {bound.seconds:.1f} s, more than half of the run",
            next_step="see what is imported with `python -X importtime -m pytest --collect-only`",
        )
    elif bound is not None and bound.kind is Kind.SETUP:
        yield Recommendation(
            slug="slow-setup",
            reason=f"each process sets up for {bound.seconds:.1f} s what its tests share",
            next_step="make fixtures of the session cheaper, or run-scoped: set up once for all",
        )


def _low_efficiency(summary: RunSummary) -> Iterator[Recommendation]:
    usage = summary.usage
    rested = any(one.is_rerun for one in summary.tests)
    hung = usage.longest_seconds >= usage.wall_seconds / 2
    poor = summary.agents_used > 1 and summary.efficiency < _POORLY_USED
    if poor and summary.isolate == Isolate.NONE.value and not rested and not hung:
        enough = max(1, math.ceil(usage.busy_seconds / usage.wall_seconds))
        percent = math.floor(summary.efficiency * 100)
        yield Recommendation(
            slug="low-efficiency",
            reason=f"efficiency is {percent} % of {summary.agents_used} agents",
            next_step=f"try --agents={enough}, which may be as fast",
        )


def _agents(number: int) -> str:
    return "1 agent" if number == 1 else f"{number} agents"


def command_for(node_id: str) -> str:
    """The command that runs one test alone, for a shell."""
    if any(character in node_id for character in '"$`\\!'):
        quoted = "'" + node_id.replace("'", "'\"'\"'") + "'"
    else:
        quoted = f'"{node_id}"'
    return f"pytest {quoted}"
