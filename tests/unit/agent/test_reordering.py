"""Whether somebody has chosen the order of the tests."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from pytest_agentorch.agent.reordering import is_reordered


class Watch:
    """Keeps the items as they are before and after pytest sorts them."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        """Look at them."""
        self.before = list(items)
        result = yield
        self.after = list(items)
        return result


class Item:
    """As much of an item as pytest's own sorting looks at."""


ITEMS: list[Any] = [Item() for _ in range(4)]
A, B, C, D = ITEMS


@pytest.mark.parametrize(
    ("selected", "reordered"),
    [
        ([A, B, C, D], False),
        ([B, D], False),
        ([], False),
        ([B, A, C, D], True),
        ([D, A], True),
        ([A, Item(), B], True),
    ],
)
def test_to_leave_tests_out_is_not_to_reorder_them(selected: list[Any], reordered: bool) -> None:
    """A new item in between is somebody's doing, too."""
    assert is_reordered(ITEMS, selected) is reordered


def test_what_pytest_itself_does_is_nobodys_choice(pytester: pytest.Pytester) -> None:
    """It brings tests together that share a value of a parametrised fixture."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture(scope="module", params=[1, 2])
        def value(request): pass

        def test_a(value): pass
        def test_b(value): pass
        """
    )
    watch = Watch()
    pytester.inline_run("--collect-only", "-q", plugins=[watch])
    names = [item.name for item in watch.after]
    assert names == ["test_a[1]", "test_b[1]", "test_a[2]", "test_b[2]"]
    assert [item.name for item in watch.before] != names
    assert not is_reordered(watch.before, watch.after)
    assert not is_reordered(watch.before, watch.after[1:])
    assert is_reordered(watch.before, watch.after[::-1])
