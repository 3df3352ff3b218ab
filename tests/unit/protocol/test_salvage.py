"""What can still be said of a value."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from pytest_agentorch.protocol.salvage import DEEPEST, describe, salvage
from tests.unit.protocol.messages import DATA


@given(DATA)
def test_plain_data_stays_as_it_is(data: Any) -> None:
    """There is nothing to salvage."""
    assert salvage(data) == data


def test_what_is_too_deep_is_described() -> None:
    """So that there is an end to it."""
    value: list[Any] = ["bottom"]
    for _ in range(DEEPEST):
        value = [value]
    result = salvage(value)
    for _ in range(DEEPEST):
        (result,) = result
    assert result == "['bottom']"


def test_what_contains_itself_has_an_end() -> None:
    """It can be written as JSON."""
    endless: dict[str, Any] = {}
    endless["again"] = endless
    assert json.dumps(salvage(endless))


@pytest.mark.parametrize("number", [0, -1, 2**1023, -(2**63)])
def test_numbers_stay_numbers(number: int) -> None:
    """As long as Python writes them."""
    assert salvage(number) == number


def test_very_long_numbers_are_told_in_hex() -> None:
    """Python refuses to write them in decimals."""
    assert salvage(-(2**2000)) == hex(-(2**2000))


def test_a_broken_repr_is_told() -> None:
    """By the name of the class and of the error."""

    class Broken:
        def __repr__(self) -> str:
            raise ValueError("no")

    assert describe(Broken()) == "<unprintable Broken: ValueError>"
