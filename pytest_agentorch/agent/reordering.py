"""Whether somebody has chosen the order of the tests: a plugin, a conftest, an option."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Sequence

import pytest


def is_reordered(collected: Sequence[pytest.Item], selected: Sequence[pytest.Item]) -> bool:
    """Whether the selected items are in another order than that in which pytest collects.

    pytest itself brings tests together that share a parametrised fixture: nobody has chosen that.
    """
    # To compare lists is far cheaper than the rest, and usually enough.
    if selected == collected or _is_part_of(collected, selected):
        return False
    try:
        reorder: Callable[[Sequence[pytest.Item]], list[pytest.Item]]
        reorder = importlib.import_module("_pytest.fixtures").reorder_items
        return not _is_part_of(reorder(collected), selected)
    except (ImportError, AttributeError):
        return True


def _is_part_of(whole: Sequence[pytest.Item], part: Sequence[pytest.Item]) -> bool:
    """Whether something would be the part if some items were taken out of the whole."""
    positions = {item: number for number, item in enumerate(whole)}
    found = [positions.get(item, -1) for item in part]
    return all(one < other for one, other in itertools.pairwise(found))
