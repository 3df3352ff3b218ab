"""Incidents: events that need an explanation."""

from __future__ import annotations

from typing import get_args

from pytest_agentorch.model import event as ev
from pytest_agentorch.model import incident
from tests.unit.event_builders import given_up, lost, not_found


def test_every_incident_is_an_event_with_a_slug() -> None:
    """The slug is what users look up."""
    assert set(get_args(incident.Incident)) < set(get_args(ev.Event))
    assert lost("gw0").slug == "agent-lost"
    assert given_up(0, "gw0").slug == "poison-test"
    assert not_found(0).slug == "test-not-found"
