"""What the controller can say."""

from __future__ import annotations

from typing import get_args

import pytest

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.protocol import fixture_talk as talk
from pytest_agentorch.protocol import mail
from pytest_agentorch.protocol import to_agent as say

KINDS = get_args(say.ToAgent)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_message_is_frozen_and_explained(kind: type) -> None:
    """It is data."""
    assert issubclass(kind, Frozen)
    assert kind.__doc__


def test_every_message_is_in_the_union() -> None:
    """The codec knows it, and the agent's `match` is exhaustive."""
    made = [v for v in vars(say).values() if isinstance(v, type) and v.__module__ == say.__name__]
    others = set(get_args(mail.ForAgent | talk.FixtureNews | talk.ToHost))
    assert set(made) | others == set(KINDS)
