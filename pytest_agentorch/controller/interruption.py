"""Ctrl-C and SIGTERM: the first becomes a notice, a second ends at once."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn

import pytest

from pytest_agentorch.controller.notice import Notice, SignalArrived
from pytest_agentorch.system.native import SimpleQueue

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextlib.contextmanager
def signals_into(inbox: SimpleQueue[Notice]) -> Iterator[None]:
    """Put the first signal into the inbox and raise at the second, while in this context.

    The loop reads the inbox between events, so no event is torn apart by a signal.
    """
    seen: list[int] = []

    def take(number: int, _frame: FrameType | None) -> None:
        name = signal.Signals(number).name
        seen.append(number)
        if len(seen) > 1:
            interrupted(name)
        inbox.put(SignalArrived(name=name))

    before: dict[int, Any] = {}
    # Outside of the main thread no signal can be handled.
    with contextlib.suppress(ValueError):
        for number in filter(_is_ours, _SIGNALS):
            before[number] = signal.signal(number, take)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def interrupted(name: str) -> NoReturn:
    """Raise what a signal is in pytest: exit code 2 either way."""
    if name == "SIGINT":
        raise KeyboardInterrupt
    pytest.exit(f"{name} received", returncode=int(pytest.ExitCode.INTERRUPTED))


def _is_ours(number: int) -> bool:
    """A signal that is ignored (nohup) or that somebody else handles stays as it is."""
    return signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler)
