"""Advice drawn from a run, each with its reason and a next step. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.settings import Isolate
from pytest_agentorch.model.test import file_of
from pytest_agentorch.results.run_summary import RunSummary

_WORTH_ADVICE_SECONDS = 2.0
"""In a shorter run nobody waits long enough to act on advice about time."""
_WELL_USED = 0.75
"""Above this, a long test is one that others ran beside."""


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


def recommend(summary: RunSummary) -> tuple[Recommendation, ...]:
    """Draw the advice from a run, the most urgent first."""
    return (
        *_poison_tests(summary),
        *_slots_given_up(summary),
        *_tests_missing(summary),
        *_time(summary),
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


def _time(summary: RunSummary) -> Iterator[Recommendation]:
    wall = summary.usage.wall_seconds
    if wall < _WORTH_ADVICE_SECONDS or summary.agents_used < 2:
        return
    if summary.efficiency >= _WELL_USED:
        return
    rested = any(one.is_rerun for one in summary.tests)
    longest, slowest = summary.usage.longest_seconds, summary.slowest(1)[0]
    if longest >= wall / 2 and (slowest.outcome is None or slowest.outcome.is_bad):
        # It may have hung: its time says nothing.
        return
    if longest >= wall / 2:
        # It explains a low efficiency, too.
        yield Recommendation(
            slug="dominating-test",
            reason=f"{slowest.node_id} takes {longest:.1f} s of {wall:.1f} s",
            next_step="split it, or make it faster: no number of agents can",
        )
    elif summary.efficiency < 0.5 and summary.isolate == Isolate.NONE.value and not rested:
        enough = max(1, math.ceil(summary.usage.busy_seconds / wall))
        percent = math.floor(summary.efficiency * 100)
        yield Recommendation(
            slug="low-efficiency",
            reason=f"efficiency is {percent} % of {summary.agents_used} agents",
            next_step=f"try --agents={enough}, which may be as fast",
        )


def command_for(node_id: str) -> str:
    """The command that runs one test alone, for a shell."""
    if any(character in node_id for character in '"$`\\!'):
        quoted = "'" + node_id.replace("'", "'\"'\"'") + "'"
    else:
        quoted = f'"{node_id}"'
    return f"pytest {quoted}"
