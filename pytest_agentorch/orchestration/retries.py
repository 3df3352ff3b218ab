"""Retries: tests that have failed and may run again.

| a test has failed for the | of `retries` | it |
|---|---|---|
| n-th time | n or more | rests for `retry_delay` times 2 to the power of n - 1, then waits again |
| n-th time | fewer | has failed |

What it waits for is an agent (`soon`), a fresh one for itself alone (`fresh`), or the start of all
others in its phase (`at-end`). A test of a unit that must not be divided waits until the others of
it are over: they would run elsewhere at the same time. If the run ends first, the last attempt is
the verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pytest_agentorch.model.event import TestFinished, TestRetried
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.retry import Flaky, RetryWay
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.policy import Policy
from pytest_agentorch.orchestration.schedule import Schedule


class Retries:
    """Knows which tests have failed without a verdict, and when they may run again."""

    def __init__(self, plan: Plan, policy: Policy, schedule: Schedule, draft: Draft) -> None:
        self._plan = plan
        self._policy = policy
        self._schedule = schedule
        self._draft = draft
        self._attempts: Counter[TestId] = Counter()
        self._latest: dict[TestId, TestFinished] = {}
        self._again_at: dict[TestId, float] = {}

    @property
    def next_at(self) -> float | None:
        """When the next one has rested; None if none rests for a time."""
        resting = self._schedule.resting
        return min((self._again_at[test] for test in resting if self._may_run(test)), default=None)

    def takes(self, event: TestFinished) -> bool:
        """Whether a test that has ended will run again; if not, that is its verdict."""
        test = event.test
        if not event.failures or self._attempts[test] >= self._limit(test):
            return False
        self._attempts[test] += 1
        delay = self._policy.retry_delay * 2 ** (self._attempts[test] - 1)
        self._latest[test], self._again_at[test] = event, event.at + delay
        self._schedule.resting[test] = None
        self._schedule.put_back(self._schedule.followers.pop(test, ()))
        self._draft.publish(TestRetried(failed=event, again_at=event.at + delay, at=event.at))
        return True

    def verdict(self, event: TestFinished) -> TestFinished:
        """What a test has, in the end, that may have failed before."""
        failed = self._latest.pop(event.test, None)
        if failed is None or event.failures:
            return event
        if self._policy.flaky is Flaky.PASS:
            return replace(event, flaky=True)
        attempts = self._attempts[event.test] + 1
        why = failed.message.partition("\n")[0]
        return replace(
            event,
            outcome=Outcome.FAILED,
            failures=1,
            message=f"flaky: passed at attempt {attempts}, after: {why}",
            trace=failed.trace,
            flaky=True,
        )

    def bring_back(self, at: float) -> None:
        """Let tests wait again that have rested."""
        schedule, way = self._schedule, self._policy.retry
        for test in [t for t in schedule.resting if self._again_at[t] <= at and self._may_run(t)]:
            del schedule.resting[test]
            if way is RetryWay.FRESH or schedule.cost[test]:
                schedule.suspects.append(test)
                schedule.changes += 1
            else:
                schedule.put_back([test], last=way is RetryWay.AT_END)

    def again(self, tests: Sequence[TestId]) -> tuple[TestId, ...]:
        """Which of these have failed before."""
        return tuple(test for test in tests if test in self._latest) if self._latest else ()

    def conclude(self) -> Sequence[TestFinished]:
        """The run ends: what has not run again has the verdict of its last attempt."""
        schedule = self._schedule
        left = [event for test, event in self._latest.items() if test in schedule.dropped]
        for event in left:
            schedule.dropped.remove(event.test)
            schedule.finished.add(event.test)
        return left

    def _may_run(self, test: TestId) -> bool:
        """Whether what must not be divided with it would not be."""
        schedule, unit = self._schedule, self._schedule.homes[test].unit
        over = (schedule.finished, schedule.dropped, schedule.resting)
        return not unit.sticky or all(any(t in some for some in over) for t in unit.tests)

    def _limit(self, test: TestId) -> int:
        policy, row = self._policy, self._plan.tests[test]
        by_phase = policy.phase_retries.get(row.classification.phase, policy.retries)
        return by_phase if row.retries is None else row.retries
