"""`--stepwise`: the next run continues at the first test, in collected order, that has not passed.

Tests end in any order here, so pytest's own note of the last failure may lie behind others that
failed too or never ran.
"""

from __future__ import annotations

from typing import Any

import pytest

_KEY = "cache/stepwise"


def correct(config: pytest.Config, session: pytest.Session, open_tests: list[str]) -> None:
    """Write down where to continue, if pytest has noted that the run stopped.

    Args:
        config: of this run.
        session: of this run.
        open_tests: node ids without a passing verdict, in collected order.
    """
    cache: Any = getattr(config, "cache", None)
    if cache is None or not config.getoption("stepwise", False) or not session.shouldstop:
        return
    noted = cache.get(_KEY, None)
    if not open_tests or not noted:
        return
    if isinstance(noted, dict):
        cache.set(_KEY, {**noted, "last_failed": open_tests[0]})
    else:
        cache.set(_KEY, open_tests[0])
