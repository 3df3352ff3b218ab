"""The shell: what the loop works with."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest

from pytest_agentorch.controller.batched_terminal import BatchedStream
from pytest_agentorch.controller.crew import Crew
from pytest_agentorch.controller.output_tail import OutputTail
from pytest_agentorch.controller.progress import ProgressTeller
from pytest_agentorch.controller.run_files import RunFiles
from pytest_agentorch.controller.sampling import Sampling
from pytest_agentorch.controller.status import Status
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.reporting.bus import EventBus


class Shell(Frozen):
    """What the loop works with."""

    session: pytest.Session
    crew: Crew
    bus: EventBus
    output: OutputTail
    status: Status
    sampling: Sampling
    progress: ProgressTeller
    files: RunFiles
    terminal: BatchedStream | None
    clock: Callable[[], float]
    began: float

    @contextlib.contextmanager
    def batch(self, *, logs: bool) -> Iterator[None]:
        """Let what one notice leads to leave together.

        Args:
            logs: whether events are written, too; not while agents wait for their first tests.
        """
        if self.terminal is not None:
            self.terminal.hold()
        try:
            yield
        finally:
            if logs:
                self.bus.flush(self.clock())
            # After that: what somebody has seen is in the event log, whatever happens now.
            if self.terminal is not None:
                self.terminal.release()
