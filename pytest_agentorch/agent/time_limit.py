"""The end of a test that has had its time: it fails where it is, and its teardown follows.

What the main thread is doing is interrupted by a signal. Code that lets no signal through, such as
a long call into C, cannot be ended like that: the controller then ends the process.
"""

from __future__ import annotations

import _signal as _native_signal  # type: ignore[import-not-found]
import signal
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

import pytest

from pytest_agentorch.system.native import Event, start_thread
from pytest_agentorch.system.stack_signal import END_SIGNAL

_AGAIN_SECONDS = 0.05
_pthread_kill: Any = getattr(signal, "pthread_kill", None)
_signal = signal.signal
# Not the one of `signal`, which looks for the member of an enum, and finds none.
_getsignal = _native_signal.getsignal


def _phase_code() -> CodeType:
    """The code that pytest runs a phase of a test in: it makes a report of what is raised there."""
    function: Any = pytest.CallInfo.from_call
    code: CodeType = function.__func__.__code__
    return code


_PHASE = _phase_code()


class TimeLimit:
    """Interrupts the test that runs in the main thread.

    Args:
        tell: called with the message in the main thread, just before the test is interrupted.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._main: int | None = None
        self._test: int | None = None
        self._over: tuple[int, str] | None = None
        # One object: a bound method is another one each time.
        self._handler = self._on_signal

    def install(self, main_thread: int) -> None:
        """Be ready. To be called in the main thread."""
        if END_SIGNAL is not None and _pthread_kill is not None:
            self._main = main_thread
            _signal(END_SIGNAL, self._handler)

    def begin(self, test: int) -> None:
        """A test begins. The one before it may have done anything to signals."""
        if END_SIGNAL is not None and _getsignal(END_SIGNAL) is not self._handler:
            _signal(END_SIGNAL, self._handler)
        self._test = test

    def end(self) -> None:
        """It is over."""
        self._test = None

    def is_running(self, test: int) -> bool:
        """Whether a test has begun and is not over."""
        return self._test == test

    def interrupt(self, test: int, message: str) -> None:
        """End a test, if it still runs. To be called in any other thread."""
        if self._main is not None:
            self._over = test, message
            start_thread(self._insist, test)

    def _insist(self, test: int) -> None:
        """Send the signal until it was heeded: between two phases nothing can be raised."""
        pause = Event()
        while self._over is not None and self._test == test == self._over[0]:
            _pthread_kill(self._main, END_SIGNAL)
            pause.wait(_AGAIN_SECONDS)

    def _on_signal(self, _number: int, frame: FrameType | None) -> None:
        over = self._over
        if over is None or self._test != over[0] or not _is_inside_phase(frame):
            return
        self._over = None
        self._tell(over[1])
        pytest.fail(over[1])


def _is_inside_phase(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code is _PHASE:
            return True
        frame = frame.f_back
    return False
