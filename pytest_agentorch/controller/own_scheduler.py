"""A scheduler that a suite has written for pytest-xdist: it is not asked for."""

from __future__ import annotations

from pathlib import Path

import pytest


def own_schedulers(config: pytest.Config) -> list[str]:
    """Return a line for the header if there is one: its author may wonder who runs what."""
    found = config.hook.pytest_xdist_make_scheduler.get_hookimpls()
    if not found:
        return []
    where = ", ".join(Path(one.plugin_name).name for one in found)
    return [f"agents: pytest_xdist_make_scheduler in {where} is not called, see --agents-dist"]
