"""The wish to know what runs now: SIGUSR1, or the key `t` on a terminal."""

from __future__ import annotations

import contextlib
import os
import signal
from types import FrameType
from typing import Any

import pytest

from pytest_agentorch.controller.notice import Notice, StatusAsked
from pytest_agentorch.system import collector
from pytest_agentorch.system.keyboard import Keyboard
from pytest_agentorch.system.native import SimpleQueue

_NUMBER = getattr(signal, "SIGUSR1", None)
_KEY = b"t"
_STDIN = 0
_OF_CONFIG: pytest.StashKey[StatusWish] = pytest.StashKey()


class StatusWish:
    """Takes the signal from when it is known that agents are wanted to the end of pytest.

    Agents do not inherit that: they are forked from what was forked before, or are new programs.
    """

    def __init__(self) -> None:
        self._was_asked = False
        self._inbox: SimpleQueue[Notice] | None = None
        self._keyboard: Keyboard | None = None
        # pytest's capturing puts another file in its place.
        self._stdin = os.dup(_STDIN) if _is_terminal(_STDIN) else None

    @classmethod
    def heed(cls, config: pytest.Config) -> None:
        """Take the signal from now on, unless somebody else does, or there is none."""
        this = config.stash[_OF_CONFIG] = cls()
        config.add_cleanup(this.end)
        # Outside of the main thread no signal can be handled.
        with contextlib.suppress(ValueError):
            if _NUMBER is not None and signal.getsignal(_NUMBER) == signal.SIG_DFL:
                signal.signal(_NUMBER, this._on_signal)

    @classmethod
    def of(cls, config: pytest.Config) -> StatusWish:
        """The one of this process, which may hear only now that agents are wanted."""
        if _OF_CONFIG not in config.stash:
            cls.heed(config)
        return config.stash[_OF_CONFIG]

    def pass_on(self, inbox: SimpleQueue[Notice]) -> None:
        """Make a notice of a wish from now on, and of one that has come before."""
        self._inbox = inbox
        if self._was_asked:
            inbox.put(StatusAsked())

    def listen(self, config: pytest.Config) -> None:
        """Heed the key, too, where a user looks on and nobody else may want to read it."""
        if self._stdin is not None and _may_listen(config):
            self._keyboard = Keyboard.open(self._stdin, self._on_key)
            config.pluginmanager.register(self, "agentorch-status-wish")

    def leave_terminal(self) -> None:
        """Heed the key no more. A second call does nothing."""
        if self._keyboard is not None:
            self._keyboard.close()

    def pytest_enter_pdb(self) -> None:
        """Let a debugger have what is typed."""
        self.leave_terminal()

    def end(self) -> None:
        """Heed nothing any more. A second call does nothing.

        At the end of a process the signal is ignored: a late one does no harm.
        """
        self.leave_terminal()
        if self._stdin is not None:
            os.close(self._stdin)
            self._stdin = None
        if _NUMBER is not None and signal.getsignal(_NUMBER) == self._on_signal:
            after = signal.SIG_IGN if collector.is_whole_process() else signal.SIG_DFL
            signal.signal(_NUMBER, after)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._was_asked = True
        if self._inbox is not None:
            self._inbox.put(StatusAsked())

    def _on_key(self, key: bytes) -> None:
        if key == _KEY and self._inbox is not None:
            self._inbox.put(StatusAsked())


def _is_terminal(file: int) -> bool:
    try:
        return os.isatty(file)
    except OSError:
        return False


def _may_listen(config: pytest.Config) -> bool:
    """Whether a user looks at this run, and nothing but this run has the terminal.

    Where nothing is captured a conftest may ask for input.
    """
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    # Older versions of pytest have it as an attribute.
    is_tty = getattr(reporter, "isatty", False)
    return (
        bool(is_tty() if callable(is_tty) else is_tty)
        and config.getoption("capture", "no") != "no"
        and collector.is_whole_process()
    )
