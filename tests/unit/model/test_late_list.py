"""A list that is filled as soon as somebody looks into it, however that is done."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from pytest_agentorch.model.late_list import LateList


class Letters(LateList[str]):
    """Filled with three letters."""

    def fill(self) -> None:
        """Put them in, once."""
        if not list.__len__(self):
            list.extend(self, "cab")


def arguments(*all_of_them: str) -> tuple[str, ...]:
    """Get them as arguments."""
    return all_of_them


def unpacked(letters: list[str]) -> str:
    """Give each a name."""
    one, two, three = letters
    return three + two + one


def extended(some: list[str], more: list[str]) -> list[str]:
    """Add to a list."""
    some += more
    return some


def put_in(some: list[str], more: list[str]) -> list[str]:
    """Put something before a list."""
    some[0:0] = more
    return some


def letters_again(like: list[str]) -> list[str]:
    """Another list like this one, which nobody has looked into."""
    return Letters() if isinstance(like, Letters) else ["c", "a", "b"]


LOOKS: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "tuple": tuple,
    "sorted": sorted,
    "set": set,
    "len": len,
    "bool": bool,
    "repr": repr,
    "json": json.dumps,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda letters: pickle.loads(pickle.dumps(letters)),  # noqa: S301 - our own
    "join": "".join,
    "star": lambda letters: [*letters],
    "arguments": lambda letters: arguments(*letters),
    "unpacked": unpacked,
    "map": lambda letters: [*map(str.upper, letters)],
    "zip": lambda letters: [*zip(letters, letters, strict=True)],
    "item": lambda letters: letters[1],
    "slice": lambda letters: letters[::-1],
    "reversed": lambda letters: [*reversed(letters)],
    "in": lambda letters: "b" in letters,
    "equal": lambda letters: letters == ["c", "a", "b"],
    "equal from the left": lambda letters: ["c", "a", "b"] == letters,  # noqa: SIM300
    "less": lambda letters: letters < ["d"],
    "plus": lambda letters: letters + ["d"],  # noqa: RUF005 - the operator is what is tested
    "plus from the left": lambda letters: ["d"] + letters,  # noqa: RUF005
    "plus in place": lambda letters: extended(["d"], letters),
    "a slice of another": lambda letters: put_in(["d"], letters),
    "plus another": lambda letters: letters + letters_again(letters),
    "equal to another": lambda letters: letters == letters_again(letters),
    "times": lambda letters: letters * 2,
    "times from the left": lambda letters: 2 * letters,
    "index": lambda letters: letters.index("b"),
    "count": lambda letters: letters.count("b"),
    "pop": lambda letters: letters.pop(),
    "min": min,
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_it_looks_like_a_list_that_was_full_from_the_start(look: Callable[[Any], Any]) -> None:
    """Copies are plain lists."""
    seen, wanted = look(Letters()), look(["c", "a", "b"])
    assert (seen, type(seen)) == (wanted, type(wanted))


def test_it_is_filled_before_it_is_changed() -> None:
    """A change is one of the full list."""
    letters = Letters()
    letters.sort()
    assert letters == ["a", "b", "c"]
    del letters[0]
    letters.append("d")
    assert [*letters] == ["b", "c", "d"]
