"""The router of messages: who gets what, who is told that it was received, what is refused. Pure.

Each slot has a mailbox, whichever process is there. What a sender posts keeps its order, and is
sent to the process that is there, or kept for the next one, until it has been received.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.model.letter import Letter, Word
from pytest_agentorch.model.message import CONTROLLER, EVERYONE
from pytest_agentorch.orchestration.mailbox import Mailbox, Piece, Waiting

ACCEPTED_AT_ONCE = 64
"""An agent is told of so many of its letters that they were taken in."""


class Deliver(Frozen):
    """Send a part of a letter to an agent."""

    agent: AgentId
    piece: Piece


class Accept(Frozen):
    """Tell an agent that so many of its letters were taken in: it may post as many."""

    agent: AgentId
    count: int


class Settle(Frozen):
    """Tell a sender what has become of a letter."""

    agent: AgentId
    word: Word


class HandOver(Frozen):
    """Give a letter to the plugins of the controller."""

    letter: Letter
    by: AgentId | None


class TellFull(Frozen):
    """Tell the user that a mailbox is full."""

    slot: SlotId
    letter: Letter


Dispatch = Deliver | Accept | Settle | HandOver | TellFull


class MailRouter:
    """Knows the mailboxes of a run and the processes behind them."""

    def __init__(self, slots: Sequence[SlotId]) -> None:
        self._mailboxes = {slot: Mailbox(slot) for slot in slots}
        self._slots: dict[AgentId, SlotId] = {}
        self._accepted: dict[AgentId, int] = {}

    def arrive(self, agent: AgentId, slot: SlotId) -> list[Dispatch]:
        """A process has come and can be sent letters."""
        self._slots[agent] = slot
        mailbox = self._mailboxes[slot]
        mailbox.arrive(agent)
        return [*_deliveries(mailbox)]

    def leave(self, agent: AgentId) -> None:
        """A process is gone."""
        self._accepted.pop(agent, None)
        mailbox = self._mailbox(agent)
        if mailbox is not None:
            mailbox.leave()

    def close(self, slot: SlotId) -> list[Dispatch]:
        """No other process will come to a slot."""
        mailbox = self._mailboxes[slot]
        mailbox.closed = True
        settled = (self._settle(one.by, one.letter, _given_up(slot)) for one in mailbox.unread)
        return [dispatch for several in settled for dispatch in several]

    def post(self, letter: Letter, text: str, by: AgentId | None) -> list[Dispatch]:
        """Route a letter.

        Args:
            letter: its sender has made sure that there is whom it is for.
            text: the letter as it travels.
            by: the process that has posted it; None for the controller.
        """
        found: list[Dispatch] = [] if by is None else [*self._accept(by)]
        if letter.to == CONTROLLER:
            return [*found, HandOver(letter=letter, by=by)]
        for mailbox in self._addressed(letter):
            found += self._put(mailbox, letter, text, by)
        return found

    def confirm(self, agent: AgentId, characters: int) -> list[Dispatch]:
        """So much has arrived at an agent; more may follow."""
        mailbox = self._mailbox(agent)
        if mailbox is None:
            return []
        mailbox.confirm(characters)
        return [*_deliveries(mailbox)]

    def take(self, agent: AgentId, number: int) -> list[Dispatch]:
        """A letter has been received."""
        mailbox = self._mailbox(agent)
        taken = None if mailbox is None else mailbox.take(number)
        return [] if taken is None else [*self._settle(taken.by, taken.letter, "")]

    def settle(self, letter: Letter, by: AgentId | None, problem: str) -> list[Dispatch]:
        """The plugins of the controller have had a letter."""
        return [*self._settle(by, letter, problem)]

    def not_received(self) -> Iterator[tuple[SlotId, list[Waiting]]]:
        """What requires to be received and was not, by mailbox."""
        for slot, mailbox in self._mailboxes.items():
            found = [one for one in mailbox.unread if one.letter.requires_ack]
            if found:
                yield slot, found

    def _mailbox(self, agent: AgentId) -> Mailbox | None:
        """The mailbox that an agent has; None if another one has come, or none ever was."""
        slot = self._slots.get(agent)
        mailbox = None if slot is None else self._mailboxes[slot]
        return mailbox if mailbox is not None and mailbox.agent == agent else None

    def _addressed(self, letter: Letter) -> Iterable[Mailbox]:
        if letter.to == EVERYONE:
            return self._mailboxes.values()
        found = self._mailboxes.get(SlotId(letter.to))
        return [] if found is None else [found]

    def _put(
        self, mailbox: Mailbox, letter: Letter, text: str, by: AgentId | None
    ) -> Iterator[Dispatch]:
        if mailbox.closed:
            yield from self._settle(by, letter, _given_up(mailbox.slot))
        elif mailbox.has_room(text):
            mailbox.add(letter, text, by)
            yield from _deliveries(mailbox)
        else:
            if not mailbox.told_full:
                mailbox.told_full = True
                yield TellFull(slot=mailbox.slot, letter=letter)
            yield from self._settle(by, letter, f"the mailbox of {mailbox.slot} is full")

    def _accept(self, agent: AgentId) -> Iterator[Dispatch]:
        count = self._accepted.get(agent, 0) + 1
        if count == ACCEPTED_AT_ONCE:
            yield Accept(agent=agent, count=count)
            count = 0
        self._accepted[agent] = count

    def _settle(self, by: AgentId | None, letter: Letter, problem: str) -> Iterator[Dispatch]:
        """Tell the process that waits for it, if it still does."""
        mailbox = self._mailbox(by) if letter.requires_ack and by is not None else None
        if mailbox is not None:
            mailbox.tell(Word(letter=letter.id, problem=problem))
            yield from _deliveries(mailbox)


def _deliveries(mailbox: Mailbox) -> Iterator[Dispatch]:
    if mailbox.agent is not None:
        agent = mailbox.agent
        yield from (Settle(agent=agent, word=word) for word in mailbox.next_words())
        yield from (Deliver(agent=agent, piece=piece) for piece in mailbox.next_pieces())


def _given_up(slot: SlotId) -> str:
    return f"{slot} has been given up: too many of its agents have died"
