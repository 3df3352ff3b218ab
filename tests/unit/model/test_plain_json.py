"""JSON without surprises."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given

from pytest_agentorch.model.coordination_error import NotJsonError
from pytest_agentorch.model.plain_json import from_json, to_json
from tests.unit.protocol.messages import DATA


@given(DATA)
def test_what_json_knows_comes_back(value: Any) -> None:
    """Whatever it is made of."""
    assert from_json(to_json(value, "it")) == value


def circle() -> list[Any]:
    """Something without an end."""
    made: list[Any] = []
    made.append(made)
    return made


@pytest.mark.parametrize("value", [{1, 2}, object(), b"x", {"a": [1j]}, {(1, 2): 3}, circle()])
def test_anything_else_is_one_clear_error(value: object) -> None:
    """It says what was wrong, and what to do."""
    with pytest.raises(NotJsonError, match=r"^the letter is no JSON: .* \[not-json\]$"):
        to_json(value, "the letter")


def test_numbers_that_json_lacks_travel_as_python_writes_them() -> None:
    """Both ends are Python."""
    assert math.isnan(from_json(to_json(math.nan, "it")))


def test_a_tuple_comes_back_as_a_list() -> None:
    """As JSON has it, with and without agents."""
    assert from_json(to_json((1, "a"), "it")) == [1, "a"]
