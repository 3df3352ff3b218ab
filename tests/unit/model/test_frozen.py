"""What never changes once it is made."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import ClassVar

import pytest

from pytest_agentorch.model.frozen import Frozen, as_dict, defaults, fields, replace


class Point(Frozen):
    """Two values, and a word about all points."""

    kind: ClassVar[str] = "point"

    x: int
    y: int = 7


class Place(Point):
    """One more."""

    name: str


class Pair(Frozen):
    """The same values as a point."""

    x: int
    y: int


class Often(Frozen):
    """Made many times."""

    x: int
    y: int = 7


class Rare(Often):
    """It has one value more."""

    name: str


class Nothing(Frozen):
    """No value at all."""


class Area(Frozen):
    """Points in a tuple, a dict and a list."""

    corners: tuple[Point, ...]
    names: dict[str, Point]
    rest: list[object]


def test_values_are_given_by_name_and_may_have_a_default() -> None:
    """A class variable is none of them."""
    assert (Point(x=1).x, Point(x=1).y, Point(x=1, y=2).y) == (1, 7, 2)
    assert fields(Point) == ("x", "y")
    assert defaults(Point) == defaults(Place) == {"y": 7}
    assert Point.kind == Point(x=1).kind == "point"


def test_a_value_too_few_or_too_many_is_an_error() -> None:
    """It names the class and the value."""
    with pytest.raises(TypeError, match="Point: no value for x"):
        Point(y=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="Point has no z"):
        Point(x=1, z=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Point(1)  # type: ignore[call-arg]


def test_nothing_can_be_assigned_or_deleted() -> None:
    """Neither what it has nor what it has not."""
    point = Point(x=1)
    for name in ("x", "z"):
        with pytest.raises(FrozenInstanceError):
            setattr(point, name, 2)
        with pytest.raises(FrozenInstanceError):
            delattr(point, name)
    assert point == Point(x=1)
    assert not hasattr(point, "__dict__")


def test_what_has_the_same_values_is_equal_if_it_is_of_the_same_class() -> None:
    """And has the same hash."""
    assert Point(x=1) == Point(x=1, y=7)
    assert hash(Point(x=1)) == hash(Point(x=1, y=7))
    assert Point(x=1) != Point(x=2)
    assert Point(x=1, y=2) != Pair(x=1, y=2)
    assert Nothing() == Nothing()
    assert Nothing() != Point(x=1)
    assert len({Point(x=1), Point(x=1), Pair(x=1, y=7), Nothing(), Nothing()}) == 3


def test_what_has_been_made_often_is_made_as_before() -> None:
    """Also if a base of its class is made often, and with defaults."""
    first = Often.__init__
    for x in range(200):
        assert (Often(x=x).x, Often(x=x).y, Often(y=x, x=1).y) == (x, 7, x)
    assert Often.__init__ is not first
    assert Rare(x=1, name="here") == Rare(name="here", y=7, x=1)
    for _ in range(200):
        assert Rare(x=1, name="here").name == "here"
    for wrong in ({"y": 1}, {"x": 1, "z": 2}):
        with pytest.raises(TypeError, match=r"Often\.__init__\(\).*'[xz]'"):
            Often(**wrong)
    with pytest.raises(FrozenInstanceError):
        Often(x=1).x = 2  # type: ignore[misc]


def test_a_class_may_add_values() -> None:
    """To those of its base."""
    place = Place(x=1, name="here")
    assert fields(Place) == ("x", "y", "name")
    assert repr(place) == "Place(x=1, y=7, name='here')"


def test_a_copy_may_have_other_values() -> None:
    """The rest is the same."""
    assert replace(Point(x=1, y=2), x=3) == Point(x=3, y=2)
    with pytest.raises(TypeError, match="no z"):
        replace(Point(x=1), z=3)


def test_values_by_name_go_all_the_way_down() -> None:
    """Through what holds others."""
    point = Point(x=1)
    area = Area(corners=(point,), names={"a": point}, rest=[point, "b"])
    plain = {"x": 1, "y": 7}
    assert as_dict(area) == {"corners": (plain,), "names": {"a": plain}, "rest": [plain, "b"]}
