"""What a process has cost beside its tests: what its start took, and what its tests share."""

from __future__ import annotations

import os
from typing import Any

import pytest

from pytest_agentorch.model.agent_event import AgentCost, SharedSetup
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.run_fixture import MARK
from pytest_agentorch.system.clock import CPU_CLOCK

NOTABLE_SECONDS = 0.05
"""A set-up that takes less is not looked at."""
_DELAYS = "/proc/thread-self/schedstat"


class CostMeter:
    """Measures the session of an agent. It looks at no test but those with a long set-up."""

    def __init__(self) -> None:
        self._open = os.open
        self._read = os.read
        self._close = os.close
        self._start_cpu = 0.0
        self._delay = 0.0
        self._seen: set[int] = set()
        self._setups: list[SharedSetup] = []

    def begin(self) -> None:
        """The agent can run tests from now on."""
        self._start_cpu = CPU_CLOCK()
        self._delay = self._delay_seconds()

    def note_setup(self, test: int, item: pytest.Item, seconds: float, since: float) -> None:
        """Take note of a set-up, if it has made what other tests of this process use, too.

        Args:
            test: whose it was.
            item: the same.
            seconds: how long it took.
            since: what `CPU_CLOCK` said when it began.
        """
        # A test may have put anything in the place of pytest's clock.
        if type(seconds) is not float or seconds < NOTABLE_SECONDS:
            return
        info: Any = getattr(item, "_fixtureinfo", None)
        known = getattr(info, "name2fixturedefs", {})
        definitions = (known.get(name, ()) for name in getattr(info, "names_closure", ()))
        # What all processes share no process has made here.
        shared = {
            id(one)
            for some in definitions
            for one in some[-1:]
            if one.scope == "session" and not hasattr(one.func, MARK)
        }
        if shared - self._seen:
            self._seen |= shared
            cpu = round(CPU_CLOCK() - since, 6)
            setup = SharedSetup(test=TestId(test), seconds=seconds, cpu_seconds=cpu)
            self._setups.append(setup)

    def cost(self) -> AgentCost:
        """What it has been by now."""
        return AgentCost(
            start_cpu_seconds=round(self._start_cpu, 6),
            cpu_seconds=round(CPU_CLOCK() - self._start_cpu, 6),
            delay_seconds=round(max(0.0, self._delay_seconds() - self._delay), 6),
            setups=tuple(self._setups),
        )

    def _delay_seconds(self) -> float:
        """How long the main thread might have computed and had no CPU; 0.0 if nobody knows."""
        try:
            file = self._open(_DELAYS, os.O_RDONLY)
            try:
                return int(self._read(file, 100).split()[1]) / 1e9
            finally:
                self._close(file)
        except (OSError, ValueError, IndexError):
            return 0.0
