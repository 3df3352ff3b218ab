"""What an agent can say."""

from __future__ import annotations

from typing import get_args

import pytest

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.protocol import birth_news, mail
from pytest_agentorch.protocol import fixture_talk as talk
from pytest_agentorch.protocol import to_controller as said

KINDS = get_args(said.ToController)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_message_is_frozen_and_explained(kind: type) -> None:
    """It is data."""
    assert issubclass(kind, Frozen)
    assert kind.__doc__


def test_every_message_is_in_the_union() -> None:
    """The codec knows it."""
    made = [v for v in vars(said).values() if isinstance(v, type) and v.__module__ == said.__name__]
    others = set(get_args(mail.FromAgent | talk.FixtureTalk | birth_news.BirthNews))
    assert set(made) | others == set(KINDS)
