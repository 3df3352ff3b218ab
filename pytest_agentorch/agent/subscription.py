"""A subscription: a function that is called with each message of an intent. Public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from pytest_agentorch.agent.inbox import Inbox, Mail
from pytest_agentorch.model.letter import read_letter
from pytest_agentorch.model.message import Message
from pytest_agentorch.system.native import Event, get_ident, start_thread

Function = Callable[[Message], object]


class Subscription:
    """Goes on until it is closed, best by a `with`, or until the function raises.

    The function is called in a thread of the subscription, with one message after the other. What
    it raises ends the subscription, and is raised by `close`.
    """

    def __init__(
        self, intent: str, function: Function, inbox: Inbox, confirm: Callable[[Mail], None]
    ) -> None:
        self.intent = intent
        self._function = function
        self._inbox = inbox
        self._confirm = confirm
        self._is_closed = False
        self._thread = 0
        self._ended = Event()
        self._error: BaseException | None = None
        start_thread(self._live)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """End it: wait for the call that goes on, and raise what the function has raised."""
        self._is_closed = True
        self._inbox.wake()
        if self._thread != get_ident():
            self._ended.wait()
        error, self._error = self._error, None
        if error is not None:
            raise error

    @property
    def is_over(self) -> bool:
        """Whether it takes no other message."""
        return self._is_closed or self._ended.is_set()

    def _live(self) -> None:
        self._thread = get_ident()
        try:
            while (mail := self._next()) is not None:
                self._confirm(mail)
                self._function(read_letter(mail.letter))
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever has subscribed
            self._error = error
        finally:
            self._ended.set()
            # What comes now is for whoever waits.
            self._inbox.wake()

    def _next(self) -> Mail | None:
        if self._is_closed:
            return None
        return self._inbox.take(
            lambda letter: (
                not self._is_closed and letter.intent == self.intent and not letter.reply_to
            ),
            None,
            lambda: self._is_closed,
        )
