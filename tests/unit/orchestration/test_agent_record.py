"""The life of an agent."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.errors import InvalidTransitionError
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.model.memory_limit import Excess
from pytest_agentorch.orchestration.agent_record import (
    TRANSITIONS,
    AgentRecord,
    AgentState,
    SlotRecord,
    Step,
)


def a_record() -> AgentRecord:
    """A process that has just been started."""
    return AgentRecord(AgentId("gw0"), SlotId("gw0"))


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((), AgentState.STARTING),
        ((Step.CONNECTED,), AgentState.COLLECTING),
        ((Step.CONNECTED, Step.READY), AgentState.ACTIVE),
        (
            (Step.CONNECTED, Step.READY, Step.TOLD_TO_FINISH, Step.DONE, Step.EXITED),
            AgentState.ENDED,
        ),
        ((Step.CONNECTED, Step.READY, Step.QUIT), AgentState.QUITTING),
        ((Step.CONNECTED, Step.READY, Step.QUIT, Step.EXITED), AgentState.LOST),
        ((Step.TOLD_TO_DIE, Step.CONNECTED, Step.EXITED), AgentState.ENDED),
        ((Step.EXITED,), AgentState.LOST),
        ((Step.CONNECTED, Step.MISSPOKE, Step.TOLD_TO_DIE), AgentState.EXPELLED),
        ((Step.CONNECTED, Step.READY, Step.MISSPOKE, Step.EXITED), AgentState.LOST),
        ((Step.TOLD_TO_DIE, Step.MISSPOKE, Step.EXITED), AgentState.ENDED),
    ],
    ids=str,
)
def test_a_life(steps: tuple[Step, ...], state: AgentState) -> None:
    """Step by step."""
    record = a_record()
    for step in steps:
        record.move(step, step.name)
    assert record.state is state


def test_an_impossible_step_tells_what_was_before() -> None:
    """It is a bug report by itself."""
    record = a_record()
    record.move(Step.CONNECTED, "hello")
    with pytest.raises(InvalidTransitionError) as raised:
        record.move(Step.TOLD_TO_FINISH, "go home")
    assert str(raised.value) == (
        "gw0 is collecting and got 'go home'. Before that:\n  starting -> collecting: 'hello'"
    )


def test_in_every_live_state_an_agent_can_say_what_cannot_be() -> None:
    """It is expelled, but for one that is or was told to go at once."""
    for state in AgentState:
        told_to_go = state in (AgentState.KILLED, AgentState.EXPELLED)
        after = TRANSITIONS.get((state, Step.MISSPOKE))
        if state.is_live and not told_to_go:
            assert after is AgentState.EXPELLED
        else:
            assert after in (None, AgentState.KILLED)


def test_from_every_live_state_an_agent_can_go() -> None:
    """A process can be gone at any moment, and no state after that leads anywhere."""
    for state in AgentState:
        exits = {TRANSITIONS.get((state, step)) for step in (Step.EXITED, Step.EXITED_AS_WISHED)}
        if state.is_live:
            assert exits & {AgentState.LOST, AgentState.ENDED}
        else:
            assert not [step for step in Step if (state, step) in TRANSITIONS]


def test_every_state_is_reached() -> None:
    """The table knows no state that an agent never is in."""
    assert {AgentState.STARTING, *TRANSITIONS.values()} == set(AgentState)


def test_every_live_state_is_coming_there_or_leaving() -> None:
    """Each is one of the three."""
    for state in AgentState:
        kinds = state.is_coming + state.is_leaving + (state is AgentState.ACTIVE)
        assert kinds == state.is_live


def test_the_processes_of_a_slot_are_numbered() -> None:
    """The first is called like the slot."""
    slot = SlotRecord(SlotId("gw3"))
    assert slot.is_free
    assert [slot.next_agent() for _ in range(3)] == ["gw3", "gw3.2", "gw3.3"]
    assert not slot.is_free


@pytest.mark.parametrize(
    ("looked_at", "timed_out", "is_spared"),
    [(None, False, False), (7.0, False, False), (5.0, False, True), (5.0, True, False)],
)
def test_who_has_begun_after_the_look_at_memory_is_spared_unless_it_timed_out(
    looked_at: float | None, timed_out: bool, is_spared: bool
) -> None:
    """Then it has its end by itself."""
    record = a_record()
    record.started_at, record.timed_out = 6.0, timed_out
    if looked_at is not None:
        record.excess = Excess(memory=2, limit=1, at=looked_at)
    assert record.spares_started is is_spared
