"""The choice between fork and spawn."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.objection import Objection
from pytest_agentorch.model.settings import Start
from pytest_agentorch.orchestration.start_choice import UNDECIDED, StartChoice, choose_start

RISK = Objection(reason="some.db is open")
NEVER = Objection(reason="a thread is running", forbids=True)


@pytest.mark.parametrize(
    ("asked", "objections", "start", "reasons"),
    [
        (Start.AUTO, [], Start.FORK, ()),
        (Start.AUTO, [RISK], Start.SPAWN, ("some.db is open",)),
        (Start.AUTO, [RISK, NEVER, RISK], Start.SPAWN, ("some.db is open", "a thread is running")),
        (Start.FORK, [], Start.FORK, ()),
        (Start.FORK, [RISK], Start.FORK, ("some.db is open",)),
        (Start.FORK, [RISK, NEVER], Start.SPAWN, ("some.db is open", "a thread is running")),
        (Start.SPAWN, [], Start.SPAWN, ()),
        (Start.SPAWN, [RISK], Start.SPAWN, ()),
    ],
)
def test_how_agents_start(
    asked: Start, objections: list[Objection], start: Start, reasons: tuple[str, ...]
) -> None:
    """Who asks for a fork takes risks, but not what forbids it."""
    assert choose_start(asked, objections) == StartChoice(start=start, reasons=reasons)


def test_before_anybody_has_collected_nothing_is_decided() -> None:
    """Not even for those who ask for a fork."""
    assert UNDECIDED.start is Start.AUTO
