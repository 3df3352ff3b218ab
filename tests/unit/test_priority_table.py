"""Which agents are preferred."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.priority_table import read_priorities


@pytest.mark.parametrize(
    ("written", "read"),
    [(None, {}), ({}, {}), ({"gw1": 5, "gw0": -1, "gw2": 0}, {"gw1": 5, "gw0": -1})],
)
def test_a_number_for_an_agent(written: Any, read: dict[str, int]) -> None:
    """0 is what all others have."""
    assert read_priorities(written) == read


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (3, r"must be a table, such as { gw1 = 5 }\. \[bad-value\]"),
        ({"gpu": 1}, r"\"gpu\" is no agent: they are called gw0, gw1, .*unknown-key"),
        ({"gw0": "high"}, r"gw0 = 'high': it must be a whole number\. \[bad-value\]"),
        ({"gw0": True}, r"gw0 = True: it must be a whole number"),
        ({"gw0": 1.5}, r"gw0 = 1\.5: it must be a whole number"),
    ],
)
def test_anything_else_is_an_error(written: Any, message: str) -> None:
    """It says what it must be."""
    with pytest.raises(SettingsError, match=message):
        read_priorities(written)
