"""Another attempt of a test that has failed: it begins as if nothing had been before."""

from __future__ import annotations

from typing import Any

import pytest


def begin_again(item: pytest.Item, properties: int | None) -> None:
    """Forget what was captured and recorded, and failures of fixtures that others share, too.

    pytest keeps the failure of such a fixture for all its tests, and would raise it once more.

    Args:
        item: the test.
        properties: how many it had before its first attempt here; None if there was none.
    """
    item._report_sections.clear()  # noqa: SLF001 - the reports of a test show all that is in there
    if properties is not None:
        del item.user_properties[properties:]
    info: Any = getattr(item, "_fixtureinfo", None)
    for definitions in getattr(info, "name2fixturedefs", {}).values():
        for definition in definitions:
            kept = definition.cached_result
            if kept is not None and kept[2] is not None:
                # What it has registered to tell of its end, and would again.
                definition._finalizers.clear()  # noqa: SLF001
                definition.cached_result = None
