"""The shell: what the loop works with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_agentorch.controller.batched_terminal import BatchedStream
from pytest_agentorch.controller.crew import Crew
from pytest_agentorch.controller.output_tail import OutputTail
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
    terminal: BatchedStream | None
    clock: Callable[[], float]
    began: float
