"""Advancing: tests of later phases run in the next one, before all others there.

| the tests | what becomes of them |
|---|---|
| wait in a phase that has not begun | they belong to the other one, and are first there |
| must stay together with others | these come, too |
| are over, or their phase has begun | they stay, and that is told |
| are in a phase that the other one waits for | they stay, and that is told |

What holds for the other phase holds for them then: its time-out, retries, environment, agents, gate
and vetoes. What they need they need there, too, and the capabilities that it asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pytest_agentorch.model.advance import Advance
from pytest_agentorch.model.event import PhaseHookFailed, PhaseReviewed, TestsAdvanced
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.orchestration.decision import Draft
from pytest_agentorch.orchestration.phase_progress import Home, PhaseProgress
from pytest_agentorch.orchestration.schedule import Schedule
from pytest_agentorch.orchestration.unit import Places, Unit

_MOST_TOLD = 3
"""So many names of tests are told that cannot be advanced."""


class Move(NamedTuple):
    """A unit that waits, where, and where it could be first instead."""

    unit: Unit
    source: PhaseProgress
    target: PhaseProgress | None

    @property
    def places(self) -> Places:
        """The slots that can run it there."""
        theirs = None if self.target is None else self.target.plan.places
        if theirs is None or self.unit.places is None:
            return self.unit.places if theirs is None else theirs
        return self.unit.places & theirs


class Advancing:
    """Part of phase turns."""

    def __init__(self, schedule: Schedule, draft: Draft) -> None:
        self._schedule = schedule
        self._agenda = schedule.agenda
        self._draft = draft

    def advance(self, wish: Advance, behind: Sequence[PhaseName], event: PhaseReviewed) -> None:
        """Do what a plugin wants that has looked at a phase, and say what cannot be done.

        Args:
            wish: what it wants.
            behind: the phases that wait for the one that it has looked at.
            event: what it has answered.
        """
        names = [event.phase, *behind] if event.wave else behind
        names = [PhaseName(wish.phase)] if wish.phase else names
        parts = next(filter(None, map(self._parts, names)), [])
        if not parts:
            to = f"to {wish.phase}" if wish.phase else f"behind {event.phase}"
            self._complain(f"it has advanced tests {to}: no such phase is still to begin", event)
            return
        moves, refused = self._moves(wish, parts)
        if moves:
            self._perform(moves)
            tests = tuple(test for move in moves for test in move.unit.tests)
            name = parts[0].plan.phase
            self._draft.publish(
                TestsAdvanced(phase=name, tests=tests, reason=wish.reason, at=event.at)
            )
        if refused:
            self._complain(f"it has advanced {_told(refused)}", event)

    def _parts(self, name: PhaseName) -> list[PhaseProgress]:
        """The turns of a phase that may have more tests."""
        return [
            part
            for part in self._agenda.phases.values()
            if part.plan.phase == name
            and not part.veto
            and (part.is_between_waves or not part.started)
        ]

    def _moves(
        self, wish: Advance, parts: Sequence[PhaseProgress]
    ) -> tuple[list[Move], dict[str, str]]:
        """What is to be moved, in order, and what cannot be: of what name, and why."""
        moves: list[Move] = []
        refused: dict[str, str] = {}
        taken: set[TestId] = set()
        for name in wish.tests:
            called = self._called(name)
            if called and called <= taken:
                continue
            possible = [*self._possible(called - taken, parts)]
            whys = [why for move in possible if (why := self._obstacle(move, parts[0]))]
            found = [move for move in possible if not self._obstacle(move, parts[0])]
            moves += found
            taken.update(test for move in found for test in move.unit.tests)
            if not found:
                unknown = "it is over, or has begun" if called else "there is no such test"
                refused[name] = next(iter(whys), unknown)
        return moves, refused

    def _called(self, name: str) -> set[TestId]:
        """The tests whose node id is this, or begins with it."""
        name = name.rstrip("/")
        ahead = f"{name}::", f"{name}[", f"{name}/"
        ids = ((TestId(n), row.node_id) for n, row in enumerate(self._agenda.tests))
        return {test for test, one in ids if one == name or one.startswith(ahead)}

    def _possible(self, tests: set[TestId], parts: Sequence[PhaseProgress]) -> Iterator[Move]:
        """Where some of these tests wait, and the turn that is theirs elsewhere."""
        homes, rows = self._schedule.homes, self._agenda.tests
        for source in dict.fromkeys(homes[test].phase for test in sorted(tests & homes.keys())):
            for waiting in source.waiting_units():
                unit = waiting.part(tests)
                if unit is not None:
                    turn = max(rows[test].turn for test in unit.tests)
                    target = next((part for part in parts if part.plan.turn == turn), None)
                    yield Move(unit, source, target)

    def _obstacle(self, move: Move, part: PhaseProgress) -> str:
        """Why a unit has to stay where it is; empty if it has not."""
        phase, source = part.plan.phase, move.source
        if source.started and source is not move.target:
            return f"{source.plan.phase} has begun"
        if move.target is None:
            return f"it has a turn of its own, and {phase} has no such tests"
        if source.plan.name in move.target.plan.after:
            return f"{phase} waits for {source.plan.phase}"
        if move.places is not None and move.places.isdisjoint(self._agenda.slots):
            return f"no agent has what it needs and the capabilities of {phase}"
        return ""

    def _perform(self, moves: Sequence[Move]) -> None:
        schedule, homes = self._schedule, self._schedule.homes
        for source in dict.fromkeys(move.source for move in moves):
            source.let_go({t for move in moves if move.source is source for t in move.unit.tests})
        for move in reversed(moves):
            unit, target = move.unit, move.target
            assert target is not None
            homes[unit.tests[0]].divide(unit.tests)
            dealt = unit.dealt if move.places is None or unit.dealt in move.places else None
            unit = replace(unit, places=move.places, dealt=dealt)
            homes.update(dict.fromkeys(unit.tests, Home(target, unit)))
            schedule.leases.move(unit, target.plan)
            target.begin_with(unit)
            self._agenda.binds = self._agenda.binds or unit.waits_for is not None
        schedule.changes += 1
        schedule.reach_changed = True

    def _complain(self, error: str, event: PhaseReviewed) -> None:
        self._draft.publish(PhaseHookFailed(phase=event.phase, error=error, at=event.at))


def _told(refused: Mapping[str, str]) -> str:
    """Say what stays where it is, and why: of the first few."""
    told: Iterable[str] = (f"{name}: {why}" for name, why in [*refused.items()][:_MOST_TOLD])
    more = len(refused) - _MOST_TOLD
    return "; ".join([*told, *([f"and {more} more"] if more > 0 else [])])
