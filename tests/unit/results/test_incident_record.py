"""What is told of an incident."""

from __future__ import annotations

from pytest_agentorch.results.incident_record import IncidentRecord, Severity


def test_most_of_it_need_not_be_known() -> None:
    """An incident that concerns no agent and no test has neither."""
    record = IncidentRecord(slug="some", severity=Severity.SEV4, what="it happened", at=1.0)
    assert (record.agent, record.test, record.peak_memory, record.timeline) == (
        None,
        None,
        None,
        (),
    )
