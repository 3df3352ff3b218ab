"""Events: one vocabulary for the orchestrator, the log and every report."""

from __future__ import annotations

from typing import get_args

import pytest

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.frozen import Frozen, fields
from pytest_agentorch.model.message_event import MessageIncident
from tests.unit.event_builders import given_up, not_found

KINDS = get_args(ev.Event)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_event_is_frozen_explained_and_has_a_moment(kind: type) -> None:
    """It can be passed around, and the log can be replayed."""
    assert issubclass(kind, Frozen)
    assert kind.__doc__
    assert "at" in fields(kind)


def test_every_event_is_in_the_union() -> None:
    """A `match` on it is exhaustive; a row of the plan is none."""
    made = {getattr(ev, name) for name in ev.__all__} - {ev.PlannedTest}
    made |= set(get_args(MessageIncident))
    assert {kind for kind in made if isinstance(kind, type)} == set(KINDS)
    assert set(get_args(ev.Observed)) < set(KINDS)


def test_incidents_have_a_slug() -> None:
    """docs/messages.md explains each of them."""
    slugs = {kind.__name__: getattr(kind, "slug", None) for kind in get_args(ev.Incident)}
    assert all(slugs.values())


def test_a_test_that_is_given_up_has_one_of_two_slugs() -> None:
    """It killed its agents, or no agent knows it."""
    assert given_up(1).slug == "poison-test"
    assert not_found(1).slug == "test-not-found"


def test_pytest_does_not_take_events_for_tests() -> None:
    """Their names begin with `Test`."""
    named = [kind for kind in KINDS if kind.__name__.startswith("Test")]
    assert named
    assert not any(getattr(kind, "__test__", True) for kind in named)
