"""How letters leave a process and come into it: over the wire of an agent, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pytest_agentorch.agent.inbox import Mail
from pytest_agentorch.agent.link import Link
from pytest_agentorch.model.coordination_error import AgentBusError
from pytest_agentorch.model.letter import Letter, dump_letter, load_letter
from pytest_agentorch.model.message import CONTROLLER
from pytest_agentorch.protocol.mail import (
    DeliverMail,
    ForAgent,
    LetterPosted,
    LetterTaken,
    MailAccepted,
    MailArrived,
    MailSettled,
)
from pytest_agentorch.system.native import Event, RLock

AT_ONCE = 256
"""So many letters may be on their way that the controller has not taken in."""
_CONFIRM_AT = 1 << 13

Deliver = Callable[[Mail], None]
"""Is given each letter that comes."""
Settled = Callable[[str, str], None]
"""Is told of a letter, by its id, that it was received, or what has become of it."""


class Post(Protocol):
    """What the bus needs of the world."""

    def send(self, letter: Letter) -> None:
        """Send a letter on its way."""

    def confirm(self, mail: Mail) -> None:
        """Say that a letter has been received; before whoever wants it has it."""

    def listen(self, deliver: Deliver, settled: Settled) -> None:
        """Pass on what comes from now on."""


class WirePost:
    """The post of an agent.

    Args:
        open_door: lets in what the controller sends.
    """

    def __init__(self, link: Link, open_door: Callable[[Callable[[ForAgent], None]], None]) -> None:
        self._link = link
        self._open_door = open_door
        self._lock = RLock()
        self._under_way = 0
        self._room = Event()
        self._parts: list[str] = []
        self._unconfirmed = 0

    def send(self, letter: Letter) -> None:
        """Send a letter; wait while the controller has many that it has not taken in."""
        self._check_process()
        while True:
            with self._lock:
                if self._under_way < AT_ONCE:
                    self._under_way += 1
                    break
                self._room.clear()
            self._room.wait()
        self._link.send(LetterPosted(text=dump_letter(letter)))

    def confirm(self, mail: Mail) -> None:
        """Say that a letter has been received: it is in the wire when this returns."""
        self._check_process()
        self._link.send(LetterTaken(number=mail.number))

    def listen(self, deliver: Deliver, settled: Settled) -> None:
        """Pass on what has come and what will."""

        def take(message: ForAgent) -> None:
            match message:
                case DeliverMail():
                    self._take_part(message, deliver)
                case MailAccepted():
                    with self._lock:
                        self._under_way -= message.count
                    self._room.set()
                case MailSettled():
                    self._confirm_arrival(message.word.size)
                    settled(message.word.letter, message.word.problem)

        self._open_door(take)

    def _take_part(self, message: DeliverMail, deliver: Deliver) -> None:
        self._parts.append(message.text)
        self._confirm_arrival(len(message.text))
        if message.is_last:
            text, self._parts = "".join(self._parts), []
            deliver(Mail(message.number, load_letter(text)))

    def _confirm_arrival(self, characters: int) -> None:
        self._unconfirmed += characters
        if self._unconfirmed >= _CONFIRM_AT:
            self._link.send(MailArrived(characters=self._unconfirmed))
            self._unconfirmed = 0

    def _check_process(self) -> None:
        if self._link.is_forked:
            raise AgentBusError(
                "a process that a test has forked is no agent, and has no messages. [bad-message]"
            )


class OwnPost:
    """The post of a process that has no agents: it sends to itself, and to plugins.

    Args:
        to_plugins: gives a letter to the plugins; what it returns becomes of it is told to whom
            waits.
    """

    def __init__(self, to_plugins: Callable[[Letter], str]) -> None:
        self._to_plugins = to_plugins
        self._deliver: Deliver = lambda _mail: None
        self._settled: Settled = lambda _letter, _problem: None

    def send(self, letter: Letter) -> None:
        """Deliver a letter at once."""
        if letter.to == CONTROLLER:
            self._settled(letter.id, self._to_plugins(letter))
        else:
            self._deliver(Mail(0, letter))

    def confirm(self, mail: Mail) -> None:
        """Tell the sender, which is this process."""
        self._settled(mail.letter.id, "")

    def listen(self, deliver: Deliver, settled: Settled) -> None:
        """Deliver here."""
        self._deliver, self._settled = deliver, settled
