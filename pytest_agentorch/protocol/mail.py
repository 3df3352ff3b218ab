"""What controller and agents say about letters: messages between tests, on their way."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.letter import Word


class LetterPosted(Frozen):
    """An agent has written a letter."""

    text: str


class LetterTaken(Frozen):
    """A test of the agent has received a letter of its mailbox."""

    number: int


class MailArrived(Frozen):
    """So many characters of letters and words have come to the agent since it said so last."""

    characters: int


class DeliverMail(Frozen):
    """A part of a letter for the agent's inbox; its parts come one after the other.

    Attributes:
        number: under which it is to be confirmed.
    """

    number: int
    text: str
    is_last: bool


class MailAccepted(Frozen):
    """So many letters of the agent were taken in since this was said last."""

    count: int


class MailSettled(Frozen):
    """A letter of the agent was received, or there is a problem with it."""

    word: Word


FromAgent = LetterPosted | LetterTaken | MailArrived
ForAgent = DeliverMail | MailAccepted | MailSettled
