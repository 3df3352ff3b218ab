"""Plain data for what is frozen, and back."""

from __future__ import annotations

import enum
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import TestId as Position
from pytest_agentorch.model.record import lift, lower
from tests.unit.protocol.messages import messages_of, of_type


class Colour(enum.Enum):
    """An enum."""

    RED = "red"


class Level(enum.IntEnum):
    """An enum that is a number."""

    LOW = 1


class Word(enum.StrEnum):
    """An enum that is a string."""

    YES = "yes"


class Inner(Frozen):
    """A part."""

    colour: Colour
    path: Path | None


class Outer(Frozen):
    """A whole."""

    inners: tuple[Inner, ...]
    position: Position
    level: Level
    anything: Any


WHOLE = Outer(
    inners=(Inner(colour=Colour.RED, path=Path("a/b")), Inner(colour=Colour.RED, path=None)),
    position=Position(3),
    level=Level.LOW,
    anything=[1],
)
PLAIN = [[["red", "a/b"], ["red", None]], 3, 1, [1]]


def test_a_dataclass_becomes_the_list_of_its_fields() -> None:
    """All the way down, and JSON knows all of it."""
    assert lower(WHOLE) == PLAIN
    assert json.loads(json.dumps(lower(WHOLE))) == PLAIN


def test_it_is_rebuilt_from_its_annotations() -> None:
    """Tuples are tuples again, enums enums."""
    assert lift(Outer, PLAIN) == WHOLE


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Word.YES, "yes"),
        (Level.LOW, 1),
        (True, True),
        (None, None),
        ({1: (2, Colour.RED)}, {"1": [2, "red"]}),
        (Path("x"), "x"),
    ],
)
def test_values(value: object, plain: object) -> None:
    """One by one."""
    lowered = lower(value)
    assert lowered == plain
    assert type(lowered) is type(plain)


def test_what_is_none_of_ours_stays_as_it_is() -> None:
    """The encoder decides about it."""
    thing = object()
    assert lower([thing]) == [thing]


@pytest.mark.parametrize(
    "data",
    [
        [[["blue", None]], 3, 1, None],
        [[["red", None]], 3, 9, None],
        [[["red"]], 3, 1, None],
        [[], 3, 1],
        [[], 3, 1, None, None],
        [5, 3, 1, None],
        None,
    ],
)
def test_what_does_not_fit_is_refused(data: object) -> None:
    """No such colour, no such level, too little, too much, no list."""
    with pytest.raises((TypeError, ValueError)):
        lift(Outer, data)


@pytest.mark.parametrize(
    ("wanted", "data"),
    [
        (str, 1),
        (int, "1"),
        (int, 1.0),
        (int, True),
        (Position, None),
        (float, "1.0"),
        (bool, 1),
        (tuple[int, ...], "12"),
        (tuple[int, ...], {"1": 2}),
        (dict[str, Any], [1]),
        (str | None, 1),
    ],
)
def test_data_of_another_type_is_refused(wanted: Any, data: object) -> None:
    """What was put in its place would only be noticed much later."""
    with pytest.raises(TypeError, match="is no"):
        lift(wanted, data)


def test_a_whole_number_is_a_float_too() -> None:
    """JSON has one kind of number."""
    assert lift(float, 1) == 1.0


@given(messages_of(ev.Event))
def test_every_event_survives(event: ev.Event) -> None:
    """As it is written into the log and read again."""
    assert lift(type(event), json.loads(json.dumps(lower(event)))) == event


@given(st.data())
def test_the_annotations_of_the_plan_are_understood(data: st.DataObject) -> None:
    """The largest event."""
    plan = data.draw(of_type(ev.PlanMade))
    assert lift(ev.PlanMade, lower(plan)) == plan
