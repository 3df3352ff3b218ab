"""Dependencies between tests, as pytest-dependency knows them: such tests need one process.

A test that depends on another is skipped where the other one has not run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

_MARK = "dependency"
_WIDE = ("package", "session")


class Dependencies:
    """Which tests stay together, by their files.

    Results of a file that depends on others are looked for in all of them, so these files are one.
    """

    def __init__(self, config: pytest.Config, items: Iterable[pytest.Item]) -> None:
        self._groups: Mapping[str, str] = {}
        if config.pluginmanager.hasplugin("dependency"):
            self._groups = _groups(items, all_count=bool(config.getini("automark_dependency")))

    def group(self, item: pytest.Item) -> str:
        """Name the tests that this one stays with; empty if there are none."""
        return self._groups.get(_file(item), "") if self._groups else ""


def _groups(items: Iterable[pytest.Item], *, all_count: bool) -> dict[str, str]:
    """Return the groups of files.

    Args:
        items: in any order.
        all_count: tests without the mark may be depended on from anywhere in their file, too.
    """
    found: dict[str, str] = {}
    joined = False
    for item in items:
        mark = item.get_closest_marker(_MARK)
        if mark is not None or all_count:
            found[_file(item)] = f"dependencies of {_file(item)}"
        joined = joined or (mark is not None and mark.kwargs.get("scope") in _WIDE)
    return dict.fromkeys(found, "dependencies") if joined else found


def _file(item: pytest.Item) -> str:
    return str(item.nodeid).partition("::")[0]
