"""The mailbox of a slot: what waits for its agents, in the order in which it has come. Pure.

It is sent to the agent that is there in pieces, of which only a few are under way at a time, so
that a pipe that nobody reads never fills. A letter is kept until it has been received: if the
agent ends before, it is sent to the next one. A word about what the agent has posted is not.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.model.letter import Letter, Word

CAPACITY = 1 << 24
"""What waits unread may have so many characters; one letter may always be there."""
PIECE = 1 << 12
WINDOW = 1 << 14
"""So many characters may be under way to an agent that has not confirmed them."""


class Waiting(NamedTuple):
    """A letter, and who has posted it: None for the controller."""

    number: int
    letter: Letter
    text: str
    by: AgentId | None


class Piece(NamedTuple):
    """A part of a letter; letters of one mailbox have numbers of their own."""

    number: int
    text: str
    is_last: bool


class Mailbox:
    """Changed by the router only.

    Attributes:
        agent: the process that is there; None if there is none.
        closed: no agent will come any more.
        told_full: that it is full has been told.
    """

    def __init__(self, slot: SlotId) -> None:
        self.slot = slot
        self.agent: AgentId | None = None
        self.closed = False
        self.told_full = False
        self._unread: dict[int, Waiting] = {}
        self._size = 0
        self._latest = 0
        self._unsent: deque[Waiting] = deque()
        self._words: deque[Word] = deque()
        self._offset = 0
        self._under_way = 0

    @property
    def unread(self) -> tuple[Waiting, ...]:
        """What nobody has received."""
        return tuple(self._unread.values())

    def has_room(self, text: str) -> bool:
        """Whether a letter may still come."""
        return not self._unread or self._size + len(text) <= CAPACITY

    def add(self, letter: Letter, text: str, by: AgentId | None) -> None:
        """Keep a letter."""
        self._latest += 1
        waiting = Waiting(self._latest, letter, text, by)
        self._unread[waiting.number] = waiting
        self._size += len(text)
        self._unsent.append(waiting)

    def tell(self, word: Word) -> None:
        """Keep a word for the agent that is there."""
        self._words.append(word)

    def arrive(self, agent: AgentId) -> None:
        """Send everything to an agent that has come; to one that is there the rest."""
        if self.agent != agent:
            self.agent = agent
            self._begin_again()

    def leave(self) -> None:
        """The agent is gone: what it has not received is for the next one."""
        self.agent = None
        self._begin_again()

    def confirm(self, characters: int) -> None:
        """So many characters have arrived."""
        self._under_way = max(0, self._under_way - characters)

    def take(self, number: int) -> Waiting | None:
        """A letter has been received; None if that is known."""
        waiting = self._unread.pop(number, None)
        if waiting is not None:
            self._size -= len(waiting.text)
        return waiting

    def next_words(self) -> tuple[Word, ...]:
        """What may be told now."""
        words = []
        while self._words and self._under_way < WINDOW:
            words.append(self._words.popleft())
            self._under_way += words[-1].size
        return tuple(words)

    def next_pieces(self) -> tuple[Piece, ...]:
        """What may be sent now."""
        pieces = []
        while self.agent is not None and self._unsent and self._under_way < WINDOW:
            waiting = self._unsent[0]
            end = self._offset + PIECE
            part = waiting.text[self._offset : end]
            is_last = end >= len(waiting.text)
            pieces.append(Piece(waiting.number, part, is_last))
            self._under_way += len(part)
            self._offset = 0 if is_last else end
            if is_last:
                self._unsent.popleft()
        return tuple(pieces)

    def _begin_again(self) -> None:
        self._unsent = deque(self._unread.values())
        self._words.clear()
        self._offset = self._under_way = 0
