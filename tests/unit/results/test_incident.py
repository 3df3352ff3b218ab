"""Each incident is one sentence that a tired person understands."""

from __future__ import annotations

from typing import get_args

import pytest

from pytest_agentorch.model.event import (
    Event,
    EventRefused,
    Incident,
    MemoryExceeded,
    MemoryShort,
    ReporterFailed,
    RunFixtureLost,
    SlotGivenUp,
    SoftLimitLow,
)
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.memory_limit import Excess
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.results.incident_record import IncidentRecord, Severity
from tests.unit.event_builders import (
    EXIT_3,
    SIGKILL,
    START,
    connected,
    given_up,
    lost,
    not_found,
    over,
    plan_of,
    poisoned,
    ran,
    started,
    summary_of,
)

SLOT_GIVEN_UP = SlotGivenUp(slot=SlotId("gw1"), deaths=3, at=START)
EVENT_REFUSED = EventRefused(error="AgentDone while gw9 is unknown", at=START)
TOO_MUCH = "its agent had 3 GiB, 1 GiB are allowed (memory_hard)"
EXCESS = Excess(memory=3 << 30, limit=1 << 30, at=START)
EXCEEDED = MemoryExceeded(
    agent=AgentId("gw0"), test=TestId(1), memory=3 << 30, limit=1 << 30, at=START
)
SOFT_LIMIT_LOW = SoftLimitLow(agent=AgentId("gw0"), memory=300 << 20, limit=256 << 20, at=START)
REPORTER_FAILED = ReporterFailed(reporter="event-log", error="OSError: full (x.py:3)", at=START)


def told(*events: Event | tuple[Event, ...]) -> tuple[IncidentRecord, ...]:
    """The incidents of a run of two tests."""
    return summary_of(plan_of(2), *events).incidents


def sentence(*events: Event | tuple[Event, ...]) -> str:
    """What the only incident says."""
    (record,) = told(*events)
    return record.what


def test_a_green_run_has_none() -> None:
    """Nothing to say."""
    assert told(ran(0), ran(1), over()) == ()


@pytest.mark.parametrize(
    ("events", "what"),
    [
        ((lost("gw1", status=EXIT_3),), "gw1 lost (exit code 3) between tests"),
        (
            (lost("gw1", status=EXIT_3, ending=TestId(0)),),
            "gw1 lost (exit code 3) after its last test",
        ),
        (
            (started(0), lost("gw0", 0, status=SIGKILL)),
            "gw0 lost (SIGKILL) in tests/test_a.py::test_0",
        ),
        (
            (started(0), lost("gw0", 0, status=ExitStatus(returncode=-9, reason="it lied"))),
            "gw0 lost (it lied) in tests/test_a.py::test_0",
        ),
        (
            (started(0), lost("gw0", 0, at=3.0, queued=4), connected("gw0.2", at=3.25)),
            (
                "gw0 lost (SIGSEGV) in tests/test_a.py::test_0"
                "; 4 queued tests went to other agents; replaced in 0.25 s"
            ),
        ),
        (
            (lost("gw0", queued=1), over()),
            "gw0 lost (SIGSEGV) between tests; 1 queued test went to other agents",
        ),
        (
            (lost("gw0", queued=1), over(StopReason.INTERRUPTED)),
            "gw0 lost (SIGSEGV) between tests",
        ),
        (
            (started(0), lost("gw0", 0), ran(0, agent="gw1", at=4.0)),
            "gw0 lost (SIGSEGV) in tests/test_a.py::test_0, which passed when it ran again alone",
        ),
        (
            (started(0), lost("gw0", 0), ran(0, agent="gw1", at=2.0, seconds=5.0)),
            (
                "gw0 lost (SIGSEGV) in tests/test_a.py::test_0"
                ", which passed on another agent at the same time"
            ),
        ),
        (
            (started(0), lost("gw0", 0), ran(0, Outcome.FAILED, agent="gw1", at=4.0)),
            "gw0 lost (SIGSEGV) in tests/test_a.py::test_0",
        ),
        ((given_up(1),), "gw0 lost (SIGSEGV) in tests/test_a.py::test_1"),
        ((given_up(1, attempts=2),), "gw0 lost (SIGSEGV) in tests/test_a.py::test_1, twice"),
        ((given_up(1, attempts=3),), "gw0 lost (SIGSEGV) in tests/test_a.py::test_1, 3 times"),
        (
            (given_up(1, None),),
            "tests/test_a.py::test_1 lost its agent, and no other was left to run it again",
        ),
        ((not_found(1),), "no agent has collected tests/test_a.py::test_1"),
        ((SLOT_GIVEN_UP,), "gw1 given up: 3 agents in a row died before any verdict"),
        (
            (REPORTER_FAILED,),
            "event-log failed and reports no more: OSError: full (x.py:3)",
        ),
        (
            (EVENT_REFUSED,),
            "something impossible was told: AgentDone while gw9 is unknown",
        ),
        ((lost("gw0", 7),), "gw0 lost (SIGSEGV) in test 7"),
        (
            (EXCEEDED,),
            f"tests/test_a.py::test_1 has failed: {TOO_MUCH}",
        ),
        (
            (given_up(1, excess=EXCESS),),
            f"tests/test_a.py::test_1 was ended: {TOO_MUCH}",
        ),
        (
            (MemoryShort(agents=1, total=950 << 20, budget=1 << 30, at=START),),
            (
                "memory was short, all processes together had 950 MiB of 1 GiB: 1 agent was busy "
                "at once, for a while"
            ),
        ),
        (
            (MemoryShort(agents=3, total=950 << 20, budget=0, at=START),),
            (
                "memory was short, all processes together had 950 MiB: 3 agents were busy at once, "
                "for a while"
            ),
        ),
        (
            (SOFT_LIMIT_LOW,),
            (
                "gw0 has 300 MiB after its first test, memory_soft is 256 MiB: agents are "
                "replaced when they have run some tests"
            ),
        ),
    ],
)
def test_what_an_incident_says(events: tuple[Event, ...], what: str) -> None:
    """One sentence, no full stop."""
    assert sentence(*events) == what


def test_a_record_says_whom_it_concerns_and_how_long_it_took() -> None:
    """The facts behind the sentence."""
    (record,) = told(started(0), lost("gw0", 0, at=3.0), connected("gw0.2", at=3.5))
    assert (record.slug, record.severity) == ("agent-lost", Severity.SEV3)
    assert (record.agent, record.slot, record.test) == ("gw0", "gw0", 0)
    assert (record.node_id, record.status) == ("tests/test_a.py::test_0", "SIGSEGV (11)")
    assert (record.at, record.recovery_seconds) == (START + 3.0, 0.5)


def test_another_slot_is_no_recovery() -> None:
    """Nor is an earlier process of the same slot."""
    (record,) = told(connected("gw0", at=1.0), lost("gw0", at=3.0), connected("gw1", at=4.0))
    assert record.recovery_seconds is None


def test_severity_falls_from_the_end_of_the_run_to_a_broken_report() -> None:
    """The worst: the last slot is given up."""
    by_slug = {
        record.slug: record.severity.value
        for record in told(
            poisoned(0), not_found(1), SLOT_GIVEN_UP, REPORTER_FAILED, EVENT_REFUSED, over()
        )
    }
    assert by_slug == {
        "agent-lost": "sev3",
        "poison-test": "sev2",
        "test-not-found": "sev2",
        "slot-given-up": "sev2",
        "reporter-failed": "sev4",
        "impossible-event": "sev4",
    }
    (last,) = told(SLOT_GIVEN_UP, over(StopReason.NO_AGENTS))
    assert last.severity is Severity.SEV1


def test_a_lost_process_of_fixtures_names_them() -> None:
    """And how many tests it has cost."""
    lost = RunFixtureLost(
        fixtures=("server", "database[0]"),
        agent=AgentId("gw2"),
        slot=SlotId("gw2"),
        status=SIGKILL,
        output="",
        users=7,
        at=START + 1,
    )
    (record,) = told(lost, over())
    assert record.severity is Severity.SEV2
    assert record.what == (
        "gw2, the process of run-scoped server, database[0], was lost (SIGKILL); "
        "7 tests were still to use that"
    )
    (alone,) = told(replace(lost, users=0), over())
    assert alone.what.endswith("was lost (SIGKILL)")


def test_every_kind_of_incident_is_told() -> None:
    """A new kind must be added here and to the sentences."""
    assert {kind.__name__ for kind in get_args(Incident)} == {
        "AgentLost",
        "TestGivenUp",
        "TestOverdue",
        "PhaseTimedOut",
        "PhaseSkipped",
        "PhaseHookFailed",
        "SlotGivenUp",
        "ZygoteLost",
        "ReporterFailed",
        "EventRefused",
        "MemoryExceeded",
        "MemoryShort",
        "RunFixtureLost",
        "SoftLimitLow",
        "EscalationRaised",
        "MailboxFull",
        "MessageNotReceived",
        "MessageHookFailed",
    }
