"""Another attempt of a test that has failed: it begins as if nothing had been before."""

from __future__ import annotations

from typing import Any

import pytest
from _pytest.doctest import DoctestItem


def begin_again(item: pytest.Item, properties: int | None) -> None:
    """Forget what was captured, recorded and counted, and failures of fixtures, shared ones too.

    Args:
        item: the test.
        properties: how many it had before its first attempt here; None if there was none.
    """
    item._report_sections.clear()  # noqa: SLF001 - the reports of a test show all that is in there
    if properties is not None:
        del item.user_properties[properties:]
    _forget_subtests(item)
    if isinstance(item, DoctestItem):
        _forget_names(item)
    item.config.pluginmanager.register(_FailedFixtures())


class _FailedFixtures:
    """Ends them when the next setup begins: what fails then is a failure of that."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """End them: pytest would raise what it keeps of them."""
        item.config.pluginmanager.unregister(self)
        info: Any = getattr(item, "_fixtureinfo", None)
        for definitions in getattr(info, "name2fixturedefs", {}).values():
            for definition in definitions:
                kept = definition.cached_result
                if kept is not None and kept[2] is not None:
                    definition.finish(getattr(item, "_request", None))


def _forget_subtests(item: pytest.Item) -> None:
    """Let none count that has failed: pytest counts them by test, in all of its session."""
    try:
        from _pytest.subtests import failed_subtests_key as key
    except ImportError:
        return
    counts: Any = item.config.stash.get(key, {})
    for name in (item.nodeid, getattr(item, "id", None)):
        counts.pop(name, None)


def _forget_names(item: DoctestItem) -> None:
    """A doctest leaves those behind that it has made, or none at all."""
    module: Any = getattr(item.parent, "obj", None)
    item.dtest.globs = {"__name__": "__main__", **getattr(module, "__dict__", {})}
