"""A list that is filled when it is used for the first time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from pytest_agentorch.agent.all_items import AllItems

ITEMS = cast("list[pytest.Item]", ["a", "b", "c"])
LOOKS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "list": (list, ["a", "b", "c"]),
    "tuple": (tuple, ("a", "b", "c")),
    "sorted": (sorted, ["a", "b", "c"]),
    "len": (len, 3),
    "bool": (bool, True),
    "loop": (lambda items: [one for one in items], ["a", "b", "c"]),  # noqa: C416
    "star": (lambda items: [*items], ["a", "b", "c"]),
    "first": (lambda items: items[0], "a"),
    "slice": (lambda items: items[1:], ["b", "c"]),
    "in": (lambda items: "c" in items, True),
    "reversed": (lambda items: [*reversed(items)], ["c", "b", "a"]),
    "equal": (lambda items: items == ["a", "b", "c"], True),
    "plus": (lambda items: items + ["d"], ["a", "b", "c", "d"]),  # noqa: RUF005
    "enumerate": (lambda items: [*enumerate(items)][2], (2, "c")),
    "index": (lambda items: items.index("b"), 1),
    "count": (lambda items: items.count("b"), 1),
    "copy": (lambda items: items.copy(), ["a", "b", "c"]),
    "pop": (lambda items: items.pop(), "c"),
}


@pytest.mark.parametrize(("look", "seen"), LOOKS.values(), ids=LOOKS)
def test_whoever_looks_sees_all(look: Callable[[Any], Any], seen: Any) -> None:
    """However that is done."""
    assert look(AllItems(lambda: ITEMS)) == seen


def test_it_is_filled_once() -> None:
    """And nobody pays for it who does not look."""
    asked = []
    items = AllItems(lambda: [asked.append(1) or one for one in ITEMS])  # type: ignore[func-returns-value]
    assert isinstance(items, list)
    assert asked == []
    items.sort(key=str, reverse=True)
    assert [*items] == ["c", "b", "a"]
    assert len(asked) == 3


def test_who_looks_while_it_is_filled_sees_nothing() -> None:
    """It does not begin anew."""
    seen = []

    def collect() -> list[pytest.Item]:
        seen.append(len(items))
        return ITEMS

    items = AllItems(collect)
    assert len(items) == 3
    assert seen == [0]
