"""What is said about letters."""

from __future__ import annotations

from typing import get_args

import pytest

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.protocol import mail
from pytest_agentorch.protocol.codec import TO_CONTROLLER
from pytest_agentorch.protocol.to_agent import ToAgent
from pytest_agentorch.protocol.to_controller import ToController


@pytest.mark.parametrize(("part", "whole"), [("ForAgent", ToAgent), ("FromAgent", ToController)])
def test_they_belong_to_their_direction(part: str, whole: object) -> None:
    """The codec knows them."""
    kinds = set(get_args(getattr(mail, part)))
    assert kinds < set(get_args(whole))
    assert all(issubclass(kind, Frozen) and kind.__doc__ for kind in kinds)


def test_a_long_letter_is_not_escaped_once_more() -> None:
    """It follows the JSON as it is."""
    posted = mail.LetterPosted(text='"' * 100_000)
    blob = TO_CONTROLLER.encode([posted], 0)
    assert len(blob) < 100_200
    assert TO_CONTROLLER.decode(blob, 0) == [posted]
