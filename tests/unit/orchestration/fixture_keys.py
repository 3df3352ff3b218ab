"""Builders of run-scoped fixtures, and of what is said about them."""

from __future__ import annotations

from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.run_fixture import Answer, AnswerKind, FixtureKey, RunFixture
from pytest_agentorch.orchestration.fixture_record import Asker, Wish

GW0, GW1, GW2, GW3 = (AgentId(f"gw{number}") for number in range(4))
UP = Answer(kind=AnswerKind.VALUE, value="up", out="said")
QUIET = Answer(kind=AnswerKind.VALUE, value="up")
BROKEN = Answer(kind=AnswerKind.FAILED, text="no server")


def a_fixture(name: str = "server", params: str = "", *, per_phase: bool = False) -> RunFixture:
    """A fixture of the root conftest."""
    return RunFixture(name=name, where=":conftest", params=params, per_phase=per_phase)


def a_key(name: str = "server", params: str = "", phase: str = "") -> FixtureKey:
    """What is set up once."""
    return FixtureKey(fixture=a_fixture(name, params, per_phase=bool(phase)), phase=phase)


def a_wish(
    key: FixtureKey,
    agent: AgentId = GW0,
    number: int = 1,
    *,
    dynamic: bool = False,
    holds: bool = False,
) -> Wish:
    """An agent asks for it."""
    asker = Asker(agent=agent, number=number)
    return Wish(asker=asker, key=key, item=number, dynamic=dynamic, holds=holds)
