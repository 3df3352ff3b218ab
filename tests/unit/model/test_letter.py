"""Letters."""

from __future__ import annotations

import pytest
from hypothesis import given

from pytest_agentorch.model.letter import Letter, dump_letter, load_letter, read_letter
from pytest_agentorch.model.message import Priority
from tests.unit.protocol.messages import of_type

LETTER = Letter(
    id="gw0-1",
    sender="gw0",
    to="gw1",
    time=1.5,
    intent="price",
    priority=Priority.HIGH,
    body='{"euro":3}',
    requires_ack=True,
    reply_to="",
)


@given(of_type(Letter))
def test_a_letter_travels_as_one_text(letter: Letter) -> None:
    """And comes out as it went in; the text is ASCII, so that it can be cut anywhere."""
    assert load_letter(dump_letter(letter)) == letter
    assert dump_letter(letter).isascii()


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1, 2]", dump_letter(LETTER)[:-3]])
def test_what_is_none_is_an_error(text: str) -> None:
    """Nothing else comes of it."""
    with pytest.raises((ValueError, TypeError)):
        load_letter(text)


def test_a_message_has_what_its_letter_says() -> None:
    """With a payload instead of text."""
    message = read_letter(LETTER)
    assert message.payload == {"euro": 3}
    assert (message.id, message.sender, message.to, message.intent) == (
        *("gw0-1", "gw0"),
        *("gw1", "price"),
    )
    assert (message.time, message.priority) == (1.5, Priority.HIGH)
    assert message.requires_ack
    assert message.reply_to == ""
