"""Retries: tests that have failed and may run again.

| a test has failed for the | of `retries` | it |
|---|---|---|
| n-th time | n or more | rests for `retry_delay` times 2 to the power of n - 1, then waits again |
| n-th time | fewer | has failed |

What it waits for is an agent (`soon`), a fresh one for itself alone (`fresh`), or the start of all
others in its phase (`at-end`). A test of a unit that must not be divided waits until the others of
it are over or have failed, too: they would run elsewhere at the same time. Then those that have
failed run again together, or one after the other where each is to be alone. But the rest of a chain
waits for the test that has failed. If the run ends first, the last attempt is the verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from heapq import heappop, heappush

from pytest_agentorch.model.event import TestFinished, TestRetried
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.retry import Flaky, RetryWay
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.phase_progress import Home
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
        self._due: list[tuple[float, TestId]] = []
        self._undivided: dict[Home, list[tuple[float, TestId]]] = {}

    @property
    def next_at(self) -> float | None:
        """When the next one has rested; None if none rests for a time."""
        return self._due[0][0] if self._due else None

    def takes(self, event: TestFinished) -> bool:
        """Whether a test that has ended will run again; if not, that is its verdict."""
        test = event.test
        if not event.failures or self._attempts[test] >= self._limit(test):
            return False
        self._attempts[test] += 1
        again_at = event.at + self._policy.retry_delay * 2 ** (self._attempts[test] - 1)
        self._latest[test] = event
        if self._schedule.homes[test].unit.chain:
            self._schedule.hold_back(event.agent, test)
        else:
            self._schedule.put_back(self._schedule.followers.pop(test, ()))
        self._rest(test, again_at)
        self._draft.publish(TestRetried(failed=event, again_at=again_at, at=event.at))
        return True

    def verdict(self, event: TestFinished) -> TestFinished:
        """What a test has, in the end, that may have failed before."""
        failed = self._latest.pop(event.test, None)
        if failed is None or event.outcome not in (Outcome.PASSED, Outcome.XPASSED):
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
        schedule = self._schedule
        self._release_units()
        back: list[TestId] = []
        while self._due and self._due[0][0] <= at:
            _, test = heappop(self._due)
            # If not, its phase or the run has been stopped meanwhile.
            back += [test] if test in schedule.resting else []
        for test in back:
            del schedule.resting[test]
            if test in schedule.alone:
                schedule.suspects.append(test)
                schedule.changes += 1
        loose = [test for test in back if test not in schedule.alone]
        together = [one for test in loose for one in (test, *schedule.followers.pop(test, ()))]
        schedule.put_back(together, last=self._policy.retry is RetryWay.AT_END)

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

    def _rest(self, test: TestId, until: float) -> None:
        """Let a test rest, and wait for what must not be divided from it."""
        schedule = self._schedule
        schedule.resting[test] = None
        if self._policy.retry is RetryWay.FRESH:
            schedule.alone.add(test)
        home = schedule.homes[test]
        if home.unit.sticky and not home.unit.chain:
            self._undivided.setdefault(home, []).append((until, test))
        else:
            heappush(self._due, (until, test))

    def _release_units(self) -> None:
        """Let tests that must not be divided run again, where none of their unit waits or runs."""
        for home, resting in [*self._undivided.items()]:
            if home.unfinished == len(resting):
                alone = [one for one in resting if one[1] in self._schedule.alone]
                released = alone[:1] or resting
                until = max(again_at for again_at, _ in released)
                for one in released:
                    heappush(self._due, (until, one[1]))
                self._undivided[home] = [one for one in resting if one not in released]
                if not self._undivided[home]:
                    del self._undivided[home]

    def _limit(self, test: TestId) -> int:
        policy, row = self._policy, self._plan.tests[test]
        phase = self._schedule.homes[test].phase.plan.phase
        by_phase = policy.phase_retries.get(phase, policy.retries)
        return by_phase if row.retries is None else row.retries
