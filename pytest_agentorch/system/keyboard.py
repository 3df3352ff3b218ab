"""Keys that are pressed on a terminal, each as it comes and without being shown."""

from __future__ import annotations

import atexit
import os
import select
import signal
import sys
from collections.abc import Callable
from typing import Any

from pytest_agentorch.system.native import Event, start_thread

if sys.platform != "win32":
    import termios

# Bound here: conftests may replace what is in these modules.
_read, _write, _select = os.read, os.write, select.select
_PAUSE_SECONDS = 1.0


class Keyboard:
    """Hands over the keys of a terminal, from a thread, until it is closed.

    Ctrl-C and Ctrl-Z are what they always are. The terminal is restored by `close`, at the latest
    when the interpreter ends; after a process that was killed shells do it themselves.
    """

    def __init__(self, terminal: int, modes: list[Any], take: Callable[[bytes], None]) -> None:
        self._terminal = terminal
        self._modes = modes
        self._take = take
        self._heard, self._stop = os.pipe()
        self._ended = Event()
        self._is_closed = False

    @classmethod
    def open(cls, terminal: int, take: Callable[[bytes], None]) -> Keyboard | None:
        """Begin; None where there is no terminal for us: in the background, or somebody has it."""
        if sys.platform == "win32" or not _is_ours(terminal):
            return None
        modes = termios.tcgetattr(terminal)
        if not modes[3] & termios.ICANON:
            return None
        keyboard = cls(terminal, modes, take)
        atexit.register(keyboard.close)
        changed = [
            *modes[:3],
            modes[3] & ~(termios.ICANON | termios.ECHO),
            *modes[4:6],
            [*modes[6]],
        ]
        # A read returns what there is, and never waits.
        changed[6][termios.VMIN] = changed[6][termios.VTIME] = 0
        termios.tcsetattr(terminal, termios.TCSANOW, changed)
        start_thread(keyboard._live)
        return keyboard

    def close(self) -> None:
        """Read nothing any more, and restore the terminal. A second call does nothing."""
        if sys.platform == "win32" or self._is_closed:
            return
        _write(self._stop, b"x")
        self._ended.wait()
        if _is_ours(self._terminal):
            # Otherwise it is in the background, and its shell has set the terminal up for itself.
            termios.tcsetattr(self._terminal, termios.TCSANOW, self._modes)
        self._is_closed = True
        os.close(self._stop)
        os.close(self._heard)
        atexit.unregister(self.close)

    def _live(self) -> None:
        try:
            # A read in the background fails then; it would stop the process.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTIN, signal.SIGTTOU})
            while self._serve():
                pass
        finally:
            self._ended.set()

    def _serve(self) -> bool:
        """Wait for a key and hand it over; say whether there may be more."""
        if not _is_ours(self._terminal):
            return not _select([self._heard], [], [], _PAUSE_SECONDS)[0]
        ready, _, _ = _select([self._heard, self._terminal], [], [])
        if self._heard in ready:
            return False
        if not _is_ours(self._terminal):
            return True
        try:
            key = _read(self._terminal, 1)
        except OSError:
            return False
        self._take(key)
        return bool(key)


def _is_ours(terminal: int) -> bool:
    """Whether this is a terminal, and this process is in its foreground."""
    try:
        return os.isatty(terminal) and os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
