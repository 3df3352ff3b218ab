"""Where an interrupt hit: in tests of agents, not in the line of ours that pytest would name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from _pytest._code.code import TerminalRepr
from _pytest._io import TerminalWriter

from pytest_agentorch.model.event import Event, StopRequested
from pytest_agentorch.model.stop_reason import StopReason

_OURS = Path(__file__).parent
_NAME = "agentorch-interrupt-places"


class InterruptPlaces:
    """Collects what agents were doing when they were interrupted, and tells it in pytest's place.

    A subscriber and a plugin.
    """

    name = "interrupt-places"
    wants = (StopRequested,)

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._places: list[str] = []

    @classmethod
    def install(cls, config: pytest.Config) -> InterruptPlaces:
        """Register one for this run."""
        places = cls(config)
        config.pluginmanager.register(places, _NAME)
        return places

    def note(self, agent: str, place: str) -> None:
        """Take note of an agent that was interrupted; it may not know where."""
        if place:
            self._places.append(f"[{agent}] {place}")

    def on_event(self, event: Event) -> None:
        """Take note of agents that say themselves where they were."""
        match event:
            case StopRequested(reason=StopReason.INTERRUPTED, agent=str(agent), message=place):
                self.note(agent, place)
            case _:
                pass

    @pytest.hookimpl(trylast=True)
    def pytest_keyboard_interrupt(self) -> None:
        """Replace the place that pytest's terminal has noted, if it is one of ours."""
        reporter: Any = self._config.pluginmanager.getplugin("terminalreporter")
        noted = getattr(reporter, "_keyboardinterrupt_memo", None)
        crash = getattr(noted, "reprcrash", None)
        if noted is not None and crash is not None and _OURS in Path(crash.path).parents:
            noted.reprcrash = _Places(crash.message, self._places)


def note_place(config: pytest.Config, agent: str, place: str) -> None:
    """Take note of an agent that was interrupted before there was a plan."""
    places = config.pluginmanager.getplugin(_NAME)
    if isinstance(places, InterruptPlaces):
        places.note(agent, place)


class _Places(TerminalRepr):
    """Stands for pytest's location of a crash."""

    def __init__(self, message: str, places: list[str]) -> None:
        self.message = message
        self._places = places

    def toterminal(self, tw: TerminalWriter) -> None:
        for place in self._places:
            tw.line(place)
