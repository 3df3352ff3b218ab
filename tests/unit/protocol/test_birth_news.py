"""What is said of forked agents."""

from __future__ import annotations

from typing import get_args

import pytest

from pytest_agentorch.protocol import to_controller as said
from pytest_agentorch.protocol.birth_news import BirthNews


@pytest.mark.parametrize("kind", get_args(BirthNews))
def test_the_controller_is_told_it(kind: type) -> None:
    """It comes over the same wire as all else."""
    assert kind in get_args(said.ToController)
