"""Errors say what happened."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.errors import (
    AgentorchError,
    InvalidTransitionError,
    ProtocolError,
    SettingsError,
)
from tests.unit.event_builders import started


@pytest.mark.parametrize("kind", [InvalidTransitionError, ProtocolError, SettingsError])
def test_all_of_them_have_one_base(kind: type[Exception]) -> None:
    """So that they can be caught together."""
    assert issubclass(kind, AgentorchError)


def test_an_invalid_transition_carries_its_story() -> None:
    """It is a bug report by itself."""
    error = InvalidTransitionError("gw0", "active", "an event", ("came up", "was ready"))
    assert str(error) == ("gw0 is active and got 'an event'. Before that:\n  came up\n  was ready")


def test_an_invalid_transition_has_a_summary() -> None:
    """One line: an event may be long."""
    error = InvalidTransitionError("gw0", "active", started(3), ())
    assert error.summary == "TestStarted of test 3 while gw0 is active"
    assert InvalidTransitionError("gw0", "new", 1, ()).summary == "int while gw0 is new"


def test_without_a_story_it_says_so() -> None:
    """The first event may be the wrong one."""
    assert str(InvalidTransitionError("gw0", "new", 1, ())).endswith("Before that:\n  (nothing)")
