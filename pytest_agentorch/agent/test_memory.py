"""The memory of each test: measured after it, told where it is notable, limited where it must be.

What was taken and given back between two looks of the controller is known here all the same: the
system remembers the most that a process has had.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.memory_limit import NOTABLE_BYTES, SLUG, too_much
from pytest_agentorch.model.needs import AgentShare
from pytest_agentorch.system.own_memory import forget_peak, peak, peak_of_children, resident


class Taken(Frozen):
    """What a test has taken.

    Attributes:
        peak: the most bytes that the process had, with its largest child; 0 if that is nothing
            notable.
        left: what it has now, if that is more than it may keep; else 0.
    """

    peak: int
    left: int


class TestMemory:
    """Measures one test after the other.

    Args:
        share: has the limits.
    """

    __test__ = False

    def __init__(self, share: AgentShare) -> None:
        self._keep = share.memory_soft or share.memory_hard
        self._hard = share.memory_hard
        self._most = self._bound = self._children = 0

    def install(self, config: pytest.Config) -> None:
        """Begin before the first test."""
        forget_peak()
        self._children = peak_of_children()
        self._look_beyond(peak())
        if self._hard:
            # Who looks at every report makes all tests slower.
            config.pluginmanager.register(self, "agentorch-memory")

    def end(self) -> Taken | None:
        """A test has ended: say what it has taken; None if there is nothing to say."""
        self._look()
        left = resident() if self._keep else 0
        if not self._most and left <= self._keep:
            return None
        taken = Taken(peak=self._most, left=left if left > self._keep else 0)
        self._most = 0
        return taken

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let a test fail in the phase in which it had too much."""
        report = yield
        before = self._most
        self._look()
        if before <= self._hard < self._most and not report.failed:
            why = too_much(self._most, self._hard)
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} has failed: {why} [{SLUG}]"
            vars(report).pop("wasxfail", None)
        return report

    def _look(self) -> None:
        own, children = peak(), peak_of_children()
        if own <= self._bound and children <= self._children:
            return
        most = own
        if children > self._children:
            self._children = children
            # Until a child begins a program of its own it is as large as this process.
            most += children if children > own + NOTABLE_BYTES else 0
        if most > self._bound:
            self._most = max(self._most, most)
            forget_peak()
            self._look_beyond(peak())

    def _look_beyond(self, level: int) -> None:
        """Look only at what is notable in a process that has had so much."""
        self._bound = level + NOTABLE_BYTES
        if self._hard:
            self._bound = min(self._bound, max(self._hard, level))
