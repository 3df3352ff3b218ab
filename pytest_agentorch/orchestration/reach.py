"""Reach: what becomes of waiting tests that no agent comes to any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import SlotId, TestId
from pytest_agentorch.orchestration.schedule import Schedule


def stranded(schedule: Schedule) -> list[TestId]:
    """Waiting tests that no agent can run. Units that none can run whole are divided."""
    schedule.reach_changed = False
    if not any(hand.missing for hand in schedule.hands.values()):
        return []
    lacking = schedule.agenda.divide(schedule.hands.values())
    dealt = [test for test in lacking if schedule.homes[test].unit.dealt is not None]
    schedule.agenda.remove(dealt)
    _redeal(schedule, dealt)
    return [test for test in lacking if test not in set(dealt)]


def lose_slots(schedule: Schedule, gone: Collection[SlotId]) -> None:
    """No agent comes to these slots any more: others have what was dealt to them."""
    left = schedule.agenda.clear(gone)
    dealt = {test for test in left if schedule.homes[test].unit.dealt is not None}
    _redeal(schedule, [test for test in left if test in dealt])
    schedule.drop(test for test in left if test not in dealt)


def _redeal(schedule: Schedule, tests: Iterable[TestId]) -> None:
    """Let any slot have tests that were dealt to one; they are in no hand and wait nowhere."""
    tests = list(tests)
    for home in dict.fromkeys(map(schedule.homes.__getitem__, tests)):
        home.unit = replace(home.unit, dealt=None)
    schedule.redealt.update(tests)
    schedule.put_back(tests)
