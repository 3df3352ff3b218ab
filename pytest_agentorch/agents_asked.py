"""How many agents somebody has asked for: on the command line, in the environment, in a table."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.table import Table

MOST_AGENTS = 1024
_NUMBER = re.compile(r"-?[0-9]{1,9}")


def what_was_asked(option: Any, table: Table) -> tuple[str, str]:
    """Return what was asked for, after how it was asked: the words for messages."""
    candidates = (
        ("--agents=", option.agents),
        ("PYTEST_AGENTS=", os.environ.get("PYTEST_AGENTS")),
        ("[tool.agentorch] agents = ", table.raw("agents")),
    )
    for source, value in candidates:
        if value not in (None, ""):
            return source, str(value).strip()
    return "--agents=", "auto"


def asked_number(source: str, asked: str, cpus: float, config: pytest.Config) -> int | None:
    """Return how many agents somebody has asked for; None for as many as there is a place for."""
    if asked == "auto":
        number = _number_from_project(config)
        return min(number, MOST_AGENTS) if number else None
    if asked == "logical":
        return max(1, int(cpus))
    # Python reads `1_0`, `+2` and the digits of all scripts; people who write them meant no number.
    if not _NUMBER.fullmatch(asked):
        raise SettingsError(
            f"{source}{asked}: give auto, logical, or a number from 0 (plain pytest) "
            f"to {MOST_AGENTS}. [bad-agents]"
        )
    number = int(asked)
    if not 0 <= number <= MOST_AGENTS:
        raise SettingsError(
            f"{source}{number}: the number of agents goes from 0 (plain pytest) to "
            f"{MOST_AGENTS}; auto chooses it for this machine. [bad-agents]"
        )
    return number


def _number_from_project(config: pytest.Config) -> int | None:
    """Return what the project's own hook says about `auto`; xdist's answer is not asked for."""
    number = os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS", "")
    if number.isascii() and number.isdecimal():
        return int(number)
    name = "pytest_xdist_auto_num_workers"
    implementations = getattr(config.hook, name).get_hookimpls()
    own = [one.plugin for one in implementations if one.plugin_name.startswith("xdist")]
    found = config.pluginmanager.subset_hook_caller(name, own)(config=config)
    return None if found is None else int(found)
