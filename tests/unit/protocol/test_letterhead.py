"""What is checked before a letter leaves."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.coordination_error import (
    AgentBusError,
    NotJsonError,
    UnknownAgentError,
)
from pytest_agentorch.model.message import Priority
from pytest_agentorch.protocol.letterhead import LONGEST, Letterhead


@pytest.fixture
def head() -> Letterhead:
    """Of the first of two agents."""
    return Letterhead("gw0", ("gw0", "gw1"), "ab")


def test_ids_differ(head: Letterhead) -> None:
    """Within a process, and between two of one slot."""
    other = Letterhead("gw0", ("gw0", "gw1"), "cd")
    ids = {one.write("gw1", "x", None).id for one in (head, head, other)}
    assert ids == {"gw0-ab-1", "gw0-ab-2", "gw0-cd-1"}


@pytest.mark.parametrize("to", ["gw0", "gw1", "controller", "all"])
def test_who_there_is_can_be_written_to(head: Letterhead, to: str) -> None:
    """Oneself, too."""
    assert head.write(to, "x", 1).to == to


def test_who_there_is_not_is_an_error_that_names_the_others(head: Letterhead) -> None:
    """A number too high, most often."""
    with pytest.raises(UnknownAgentError) as raised:
        head.write("gw2", "x", 1)
    assert str(raised.value) == (
        "there is no agent 'gw2' in this run. There are gw0, gw1 and controller. [unknown-agent]"
    )


def test_a_payload_that_json_does_not_know_is_named(head: Letterhead) -> None:
    """By the intent of its message."""
    with pytest.raises(NotJsonError, match=r"the payload of 'price' is no JSON: .*set"):
        head.write("gw1", "price", {1})


def test_a_payload_has_a_limit(head: Letterhead) -> None:
    """Up to that it may be sent."""
    head.write("gw1", "x", "a" * (LONGEST - 2))
    with pytest.raises(NotJsonError, match="1,048,577 characters"):
        head.write("gw1", "x", "a" * (LONGEST - 1))


@pytest.mark.parametrize("given", [Priority.HIGH, "high"])
def test_a_priority_may_be_a_word(head: Letterhead, given: Priority | str) -> None:
    """Nobody has to import an enum."""
    assert head.write("gw1", "x", 1, priority=given).priority is Priority.HIGH


def test_other_words_are_none(head: Letterhead) -> None:
    """The error names those that are."""
    with pytest.raises(AgentBusError, match="give one of low, normal, high, critical"):
        head.write("gw1", "x", 1, priority="urgent")


@pytest.mark.parametrize("intent", ["", None, 3])
def test_an_intent_is_a_word(head: Letterhead, intent: str) -> None:
    """What is none is refused."""
    with pytest.raises(AgentBusError, match="is no intent"):
        head.write("gw1", intent, 1)
