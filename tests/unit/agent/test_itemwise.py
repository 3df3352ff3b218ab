"""Which hooks may be called with some of the items."""

from __future__ import annotations

import textwrap

import pytest

from pytest_agentorch.agent.itemwise import is_itemwise, reads_itemwise

ONE_BY_ONE = {
    "marks": """
        for item in items:
            item.add_marker("slow")
    """,
    "skips unless asked for": """
        if config.getoption("--slow"):
            return
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(skip)
    """,
    "counts them for the reader": """
        for number, item in enumerate(items):
            item.number = number
    """,
    "loops over a copy": """
        for item in list(items):
            if unwanted(item):
                items.remove(item)
        for item in sorted(items[:], key=str):
            item.add_marker("slow")
    """,
    "selects": """
        kept, dropped = [], []
        for item in items:
            (kept if config.wants(item) else dropped).append(item)
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
    """,
    "filters": """
        dropped = [item for item in items if "slow" in item.keywords]
        items[:] = [item for item in items if item not in dropped]
    """,
    "sorts": """
        items.sort(key=lambda item: item.name)
        items.reverse()
        items[:] = sorted(items, key=len)
    """,
    "shuffles": "items[:] = random.sample(items, len(items))",
    "looks whether there are any": """
        if not items:
            return
        if items:
            print("some")
    """,
    "uses the items of a mapping": """
        for name, mark in MARKS.items():
            for item in items:
                item.add_marker(mark)
    """,
    "does something else": "print(config)",
}
ALL_AT_ONCE = {
    "counts": "config.count = len(items)",
    "keeps": "config.kept = items",
    "keeps a copy": "config.kept = list(items)",
    "hands on": "mark_them(items)",
    "hands on by name": "mark_them(config, items=items)",
    "takes the first": "items[0].add_marker('first')",
    "takes some": "for item in items[::2]: item.add_marker('even')",
    "asks for names": "names = [item.name for item in items]",
    "asks for any": "slow = any('slow' in item.keywords for item in items)",
    "adds": "items.append(more)",
    "adds several": "items += more",
    "names them anew": "items = sorted(items)",
    "looks at the session": "for item in session.items: item.add_marker('slow')",
    "registers": "config.pluginmanager.register(Plugin(), 'mine')",
    "takes out and keeps": "config.last = items.pop()",
    "calls what removes": "config.removed = items.remove(1)",
    "walks in its own way": "for item in grouped(items): item.add_marker('slow')",
}


def hook(body: str) -> str:
    """The source of a hook."""
    return "def hook(session, config, items):\n" + textwrap.indent(textwrap.dedent(body), "    ")


@pytest.mark.parametrize("body", ONE_BY_ONE.values(), ids=ONE_BY_ONE)
def test_a_hook_that_goes_through_its_items_needs_not_all(body: str) -> None:
    """Their order and which of them are selected is decided elsewhere."""
    assert reads_itemwise(hook(body))


@pytest.mark.parametrize("body", ALL_AT_ONCE.values(), ids=ALL_AT_ONCE)
def test_a_hook_that_looks_at_the_list_needs_all(body: str) -> None:
    """What it would make of a part of them nobody knows."""
    assert not reads_itemwise(hook(body))


class Plugin:
    """With hooks as a class has them."""

    @pytest.hookimpl(tryfirst=True)
    def marks(self, items: list[pytest.Item]) -> None:
        """Go through them."""
        for item in items:
            item.add_marker("slow")

    def counts(self, items: list[pytest.Item]) -> None:
        """Look at the list."""
        self.count = len(items)


def test_functions_are_looked_up() -> None:
    """Methods and decorated ones, too; what has no source is not trusted."""
    assert is_itemwise(Plugin().marks)
    assert not is_itemwise(Plugin().counts)
    assert not is_itemwise(eval("lambda items: None"))  # noqa: S307
    assert not is_itemwise(len)
