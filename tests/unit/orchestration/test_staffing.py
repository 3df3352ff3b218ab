"""Agents are started for what they can do at once; see `test_dispatcher` for everything else."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.needs import NO_NEEDS, Count, Needs, ResourceSettings
from tests.unit.orchestration.plans import a_test, planned
from tests.unit.orchestration.short import running, start

HALF = Needs(cpus=2.0)
DB = Needs(counts=(Count(name="db", number=1),))
ALONE = Needs(exclusive=True)


@pytest.mark.parametrize(
    ("needs", "agents"),
    [
        ([ALONE] * 9, []),
        ([HALF] * 9, ["gw1"]),
        ([DB] * 9, ["gw1", "gw2"]),
        ([ALONE, *[NO_NEEDS] * 8], ["gw1", "gw2", "gw3", "gw4", "gw5", "gw6", "gw7"]),
        ([HALF, *[NO_NEEDS] * 8], ["gw1", "gw2", "gw3", "gw4"]),
        ([HALF, HALF, HALF, NO_NEEDS], ["gw1"]),
    ],
)
def test_as_many_as_find_something_to_do(needs: list[Needs], agents: list[str]) -> None:
    """The first one is there already."""
    tests = [a_test(number, needs=some) for number, some in enumerate(needs)]
    there = ResourceSettings(counts=(Count(name="db", number=3),))
    plan = planned(tests, agents=8, cpus=4.0, resources=there)
    assert running(plan).first == start(*agents)


def test_others_come_when_more_fits() -> None:
    """What was alone is over."""
    tests = [a_test(0, needs=ALONE), *(a_test(n, needs=DB) for n in (1, 2, 3))]
    there: Any = ResourceSettings(counts=(Count(name="db", number=2),))
    run = running(planned(tests, agents=3, resources=there))
    assert run.first == start("gw1")
    run.joins("gw1")
    run.started("gw0", 0)
    assert [*map(str, run.finished("gw0", 0))] != []
