"""What is told of an incident."""

from __future__ import annotations

import enum

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.results.timeline import Moment


class Severity(enum.Enum):
    """How bad an incident is.

    sev1 ended the run, sev2 cost verdicts or agents for good, sev3 was recovered from,
    sev4 touched no test.
    """

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"
    SEV4 = "sev4"


class IncidentRecord(Frozen):
    """One abnormal fact.

    Attributes:
        slug: the name under which docs/messages.md explains it.
        what: one sentence without its full stop.
        agent, slot, test, node_id: whom it concerns, as far as it concerns one.
        status: how the process ended, in words; empty if none did.
        recovery_seconds: until work went on in the same slot; None if it did not, or not yet.
        peak_memory: the most that was resident of the process, in bytes; None if nobody knows.
        output: the last that the agent wrote, or the stacks of a test that is overdue.
        timeline: what happened to the agent and to the test.
    """

    slug: str
    severity: Severity
    what: str
    at: float
    agent: AgentId | None = None
    slot: SlotId | None = None
    test: TestId | None = None
    node_id: str = ""
    status: str = ""
    recovery_seconds: float | None = None
    peak_memory: int | None = None
    output: str = ""
    timeline: tuple[Moment, ...] = ()
