"""A message on its way: what it says is text that nobody reads but whom it is for."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen, fields
from pytest_agentorch.model.message import Message, Priority
from pytest_agentorch.model.plain_json import from_json, to_json
from pytest_agentorch.model.record import lift, lower


class Letter(Frozen):
    """As `Message`, with its payload as JSON."""

    id: str
    sender: str
    to: str
    time: float
    intent: str
    priority: Priority
    body: str
    requires_ack: bool
    reply_to: str


class Word(Frozen):
    """What its sender is told of a letter: that it was received, or the problem with it."""

    letter: str
    problem: str

    @property
    def size(self) -> int:
        """What it counts among letters that are under way, in characters."""
        return 128 + len(self.problem)


def dump_letter(letter: Letter) -> str:
    """Return a letter as one text."""
    return to_json(lower(letter), "a letter")


def load_letter(text: str) -> Letter:
    """Return the letter of a text.

    Raises:
        ValueError, TypeError: it is none.
    """
    letter: Letter = lift(Letter, from_json(text))
    return letter


def read_letter(letter: Letter) -> Message:
    """Return the message that a letter carries."""
    same = {name: getattr(letter, name) for name in fields(Letter) if name != "body"}
    return Message(**same, payload=from_json(letter.body))
