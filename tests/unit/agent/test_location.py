"""Places are those that pytest finds."""

from __future__ import annotations

import functools
from types import CodeType
from typing import Any

import pytest

from pytest_agentorch.agent.location import Locations


def wrapped(function: Any) -> Any:
    """Decorate a test as many libraries do."""

    @functools.wraps(function)
    def call(self: object) -> None:
        function(self)

    return call


class TestPlaces:
    """Items of all kinds, this very test among them."""

    @pytest.mark.parametrize("number", [1, 2])
    def test_places_are_those_that_pytest_finds(
        self,
        request: pytest.FixtureRequest,
        number: int,  # noqa: ARG002
    ) -> None:
        """Whatever item it is, and whoever has been asked before."""
        places: Any = vars(pytest.Item)["location"]
        locations = Locations()
        for item in request.session.items:
            kept = vars(item).pop("location", None)
            found = locations.of(item)
            assert found == places.func(item)
            assert item.location == found
            vars(item)["location"] = kept or found

    @wrapped
    def test_wrapped(self) -> None:
        """One that another function stands for."""


def test_a_code_object_that_lies_is_believed_as_pytest_does(request: pytest.FixtureRequest) -> None:
    """Generated tests name the file that they were made from."""
    item = request.node
    code: CodeType = item.obj.__code__
    assert Locations().of(item)[1] == code.co_firstlineno - 1
