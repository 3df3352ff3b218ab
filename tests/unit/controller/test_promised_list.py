"""A list that knows its length before its elements are made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.controller.promised_list import PromisedList


class Maker:
    """Makes two elements of a number."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, number: int) -> Iterator[str]:
        """Count who asks."""
        self.asked.append(number)
        yield f"{number} left"
        yield f"{number} right"


def a_list() -> tuple[PromisedList[str, int], Maker]:
    """An element, two that are promised, another element."""
    make = Maker()
    made: PromisedList[str, int] = PromisedList(make, 2)
    made.append("first")
    made.promise(1)
    made.extend(["last"])
    return made, make


def test_its_length_is_known_before_anything_is_made() -> None:
    """And so is whether it is empty."""
    made, make = a_list()
    assert len(made) == 4
    assert made
    assert make.asked == []


def test_the_first_look_makes_all() -> None:
    """Once, and in order."""
    made, make = a_list()
    assert [*made] == ["first", "1 left", "1 right", "last"]
    assert made[2] == "1 right"
    assert make.asked == [1]


def test_more_can_be_promised_after_a_look() -> None:
    """It comes at the end."""
    made, make = a_list()
    assert made[-1] == "last"
    made.promise(2)
    assert len(made) == 6
    assert made[-2:] == ["2 left", "2 right"]
    assert make.asked == [1, 2]


def test_what_is_ready_is_found_without_the_rest() -> None:
    """Or with some of it, which is then made for this look alone."""
    made, make = a_list()
    assert made.ready() == ["first", "last"]
    assert make.asked == []
    made.promise(2)
    assert made.only(lambda number: number == 2) == ["first", "last", "2 left", "2 right"]
    assert make.asked == [2]
    assert len(made) == 6


def test_the_last_element_can_be_promised_instead() -> None:
    """Only that one, and no equal one."""
    made, make = a_list()
    made.exchange("first", 3)
    assert len(made) == 4
    made.exchange(made.ready()[-1], 3)
    assert len(made) == 5
    assert made.ready() == ["first"]
    alone: PromisedList[str, int] = PromisedList(make, 2)
    alone.append("only")
    alone.exchange(alone.ready()[0], 4)
    assert [*alone] == ["4 left", "4 right"]


CHANGES = st.lists(
    st.tuples(st.sampled_from(("promise", "append", "look", "length", "ready")), st.integers(0, 9))
)


@given(CHANGES)
def test_it_is_never_told_from_a_plain_list(changes: list[tuple[str, int]]) -> None:
    """Whatever is done to it, in whatever order."""
    late: PromisedList[Any, int] = PromisedList(Maker(), 2)
    plain: list[Any] = []
    for change, number in changes:
        match change:
            case "promise":
                late.promise(number)
                plain += Maker()(number)
            case "append":
                late.append(number)
                plain.append(number)
            case "look":
                assert late[: number + 1] == plain[: number + 1]
            case "length":
                assert len(late) == len(plain)
            case _:
                assert set(late.ready()) <= set(plain)
    assert late == plain
