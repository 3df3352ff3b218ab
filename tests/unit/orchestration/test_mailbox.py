"""The mailbox of a slot."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.model.letter import Word
from pytest_agentorch.orchestration.mailbox import CAPACITY, PIECE, WINDOW, Mailbox
from tests.unit.orchestration.letters import letter

GW0 = SlotId("gw0")
FIRST, SECOND = AgentId("gw0"), AgentId("gw0.2")


@pytest.fixture
def mailbox() -> Mailbox:
    """Of gw0; nobody is there."""
    return Mailbox(GW0)


def add(mailbox: Mailbox, number: int, text: str) -> None:
    """Post a letter of gw1."""
    mailbox.add(letter(number, "gw1", "gw0"), text, None)


def test_letters_wait_for_an_agent(mailbox: Mailbox) -> None:
    """And go to it in the order in which they came."""
    add(mailbox, 1, "one")
    add(mailbox, 2, "two")
    assert mailbox.next_pieces() == ()
    mailbox.arrive(FIRST)
    assert mailbox.next_pieces() == ((1, "one", True), (2, "two", True))
    assert mailbox.next_pieces() == ()


def test_a_long_letter_goes_in_pieces(mailbox: Mailbox) -> None:
    """Only a few are under way, until it is known that they have arrived."""
    text = "".join(chr(ord("a") + number) * PIECE for number in range(6)) + "end"
    mailbox.arrive(FIRST)
    add(mailbox, 1, text)
    sent = list(mailbox.next_pieces())
    assert sum(len(piece.text) for piece in sent) == WINDOW
    assert mailbox.next_pieces() == ()
    mailbox.confirm(2 * PIECE)
    sent += mailbox.next_pieces()
    assert mailbox.next_pieces() == ()
    mailbox.confirm(WINDOW)
    sent += mailbox.next_pieces()
    assert "".join(piece.text for piece in sent) == text
    assert [piece.is_last for piece in sent] == [False] * 6 + [True]


def test_what_was_not_received_goes_to_the_next_agent(mailbox: Mailbox) -> None:
    """From its beginning; what was received does not."""
    mailbox.arrive(FIRST)
    for number, text in enumerate(("one", "x" * 2 * WINDOW, "three"), start=1):
        add(mailbox, number, text)
    assert len(mailbox.next_pieces()) == 5
    assert mailbox.take(1) is not None
    mailbox.leave()
    assert mailbox.next_pieces() == ()
    mailbox.arrive(SECOND)
    assert {piece.number for piece in mailbox.next_pieces()} == {2}
    assert [waiting.number for waiting in mailbox.unread] == [2, 3]


def test_words_are_under_way_as_letters_are(mailbox: Mailbox) -> None:
    """Few at a time, before letters; the next agent is told nothing of what it has not posted."""
    mailbox.arrive(FIRST)
    words = [Word(letter=f"gw0-{number}", problem="gone") for number in range(200)]
    for word in words:
        mailbox.tell(word)
    add(mailbox, 1, "one")
    told = list(mailbox.next_words())
    assert WINDOW <= sum(word.size for word in told) < WINDOW + words[0].size
    assert mailbox.next_words() == mailbox.next_pieces() == ()
    mailbox.confirm(WINDOW)
    told += mailbox.next_words()
    assert told == words[: len(told)]
    mailbox.leave()
    mailbox.arrive(SECOND)
    assert mailbox.next_words() == ()
    assert mailbox.next_pieces() == ((1, "one", True),)


def test_nothing_is_received_twice(mailbox: Mailbox) -> None:
    """The second word of it says nothing."""
    add(mailbox, 1, "one")
    assert mailbox.take(1) is not None
    assert mailbox.take(1) is None


def test_there_is_room_for_so_much(mailbox: Mailbox) -> None:
    """One letter may always come; room comes back when letters are received."""
    assert mailbox.has_room("x" * (CAPACITY + 1))
    add(mailbox, 1, "x" * (CAPACITY - 1))
    assert mailbox.has_room("x")
    assert not mailbox.has_room("xx")
    mailbox.take(1)
    assert mailbox.has_room("xx")
