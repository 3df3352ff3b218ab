"""Of which phase each test is now: plugins may have advanced it."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.orchestration.plan import Plan


class Membership:
    """The phases of a plan's tests, while it runs."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._advanced: dict[int, PhaseName] = {}

    def of(self, test: int) -> PhaseName:
        """The phase of a test, or of one that was collected."""
        return self._advanced.get(test) or self._plan.tests[test].phase

    def advance(self, tests: Iterable[TestId], phase: PhaseName) -> None:
        """Tests are of this phase from now on."""
        self._advanced.update(dict.fromkeys(tests, phase))
