"""Progress: asked for whenever the controller waits, written down and shown when it is time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from pytest_agentorch.model.agent_view import AgentView
from pytest_agentorch.model.event import Event
from pytest_agentorch.results.progress import Progress, ProgressFold
from pytest_agentorch.storage.progress_file import ProgressFile

if TYPE_CHECKING:
    from pytest_agentorch.orchestration.plan import Plan

FILE_SECONDS = 0.5
"""It may come late by as much, and a second has not passed."""

Views = Callable[[], Sequence[AgentView]]


class Display(Protocol):
    """Somebody who shows how far a run is.

    Attributes:
        pause: so many seconds it goes without.
    """

    pause: float

    def show(self, progress: Progress) -> None:
        """Show it."""
        ...


class ProgressTeller:
    """A subscriber that only keeps what happens: that is folded when somebody is to be told."""

    name = "progress"

    def __init__(self, file: ProgressFile, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._file = file
        self._fold = ProgressFold()
        self._views: Views = tuple
        self._display: Display | None = None
        self._news: list[Event] = []
        # Called for each event: it is to cost nothing.
        self.on_event = self._news.append
        self._write(self._progress())
        self._due = self._file_due = clock() + FILE_SECONDS

    def follow(self, plan: Plan, views: Views) -> None:
        """From now on there is a plan, and somebody who knows where its tests are."""
        from pytest_agentorch.orchestration.outline import outlines

        tests, seconds = plan.tests, plan.forecast.seconds
        self._fold = ProgressFold(tests, outlines(plan), seconds)
        self._views = views

    def display(self, display: Display | None) -> None:
        """Let somebody show it, too; None for nobody any more."""
        self._display = display

    def within(self, timeout: float | None) -> float:
        """Tell what is due; return how long the controller may wait that has time for so long."""
        now = self._clock()
        if now >= self._due:
            self._tell()
            now = self._clock()
        left = max(0.0, self._due - now)
        return left if timeout is None else min(timeout, left)

    def latest(self) -> ProgressFold:
        """Fold what has happened by now."""
        self._fold.take(self._news)
        self._news.clear()
        return self._fold

    def finish(self) -> None:
        """Write down how the run has ended."""
        self._write(self._progress())

    def _tell(self) -> None:
        progress = self._progress()
        pause = FILE_SECONDS
        if progress.at >= self._file_due:
            self._write(progress)
            self._file_due = progress.at + FILE_SECONDS
        if self._display is not None and progress.has_plan:
            self._display.show(progress)
            pause = min(pause, self._display.pause)
        self._due = progress.at + pause

    def _progress(self) -> Progress:
        return self.latest().progress(self._views(), self._clock())

    def _write(self, progress: Progress) -> None:
        # Nobody may look at it: that is no reason for a run to fail.
        with contextlib.suppress(OSError):
            self._file.write(progress)
