"""Agents that have not been heard for a while."""

from __future__ import annotations

from pytest_agentorch.controller.silence import SECONDS, Silence
from pytest_agentorch.model.ids import AgentId

GW0, GW1 = AgentId("gw0"), AgentId("gw1")


class Clock:
    """Stands still unless it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_who_was_not_heard_is_looked_after_now_and_then() -> None:
    """Others are not; and who is gone is no more."""
    clock = Clock()
    silence = Silence(clock)
    assert silence.next_at is None
    silence.heard(GW0)
    clock.now += SECONDS
    silence.heard(GW1)
    assert silence.silent(clock.now) == [GW0]
    assert silence.silent(clock.now) == []
    assert silence.silent(clock.now + SECONDS) == [GW0, GW1]
    silence.gone(GW0)
    silence.gone(GW1)
    assert silence.next_at is None


def test_a_long_silence_is_worth_telling() -> None:
    """Whoever has looked after it meanwhile; until it is heard again."""
    clock = Clock()
    silence = Silence(clock)
    silence.heard(GW0)
    clock.now += 6.0
    silence.silent(clock.now)
    assert silence.long == {GW0: 6.0}
    silence.heard(GW0)
    assert silence.long == {}
