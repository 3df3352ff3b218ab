"""Still running: a line in a log to which nothing was written for long, so that nobody worries."""

from __future__ import annotations

import pytest

from pytest_agentorch.controller.batched_terminal import BatchedStream
from pytest_agentorch.controller.interlude import write_between
from pytest_agentorch.reporting.progress_text import still_running
from pytest_agentorch.results.progress import Progress


class StillRunning:
    """Shows how far a run is where lines cannot be taken back.

    Args:
        config: pytest's.
        terminal: where it writes.
        seconds: after so long without a word.
        began: when the run did.
    """

    pause = 0.5

    def __init__(
        self, config: pytest.Config, terminal: BatchedStream, seconds: float, began: float
    ) -> None:
        self._config = config
        self._terminal = terminal
        self._seconds = seconds
        self._began = began
        self._heard = (-1, began)

    def show(self, progress: Progress) -> None:
        """Write a line if it is time."""
        words, since = self._heard
        if self._terminal.words != words:
            self._heard = self._terminal.words, progress.at
        elif progress.at - since >= self._seconds:
            write_between(self._config, [still_running(progress, progress.at - self._began)])
            self._heard = self._terminal.words, progress.at
