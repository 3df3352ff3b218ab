"""How many agents somebody has asked for: on the command line, in the environment, in a table."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.table import Table
from pytest_agentorch.xdist_marks import option, set_options

MOST_AGENTS = 1024
_answers: pytest.StashKey[dict[str, int | None]] = pytest.StashKey()
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
    if asked in ("auto", "logical"):
        number = _number_from_project(config, asked)
        if number is None and asked == "logical":
            number = max(1, int(cpus))
        return None if number is None else max(0, min(number, MOST_AGENTS, *_most(config)))
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


def most_agents(config: pytest.Config) -> int | None:
    """How many `auto` may become, as pytest-xdist is told; None for as many as there may be."""
    found: int | None = option(config, "maxprocesses") or None
    return found


def _most(config: pytest.Config) -> tuple[int, ...]:
    most = most_agents(config)
    return () if most is None else (most,)


def _number_from_project(config: pytest.Config, asked: str) -> int | None:
    """Return what the project says `auto` is; it is asked once."""
    answers = config.stash.setdefault(_answers, {})
    if asked not in answers:
        answers[asked] = _ask_project(config, asked)
    return answers[asked]


def _ask_project(config: pytest.Config, asked: str) -> int | None:
    """Ask the project, or its environment; xdist's own answer is not asked for."""
    name = "pytest_xdist_auto_num_workers"
    implementations = getattr(config.hook, name).get_hookimpls()
    own = [one.plugin for one in implementations if one.plugin_name in ("xdist", "xdist.plugin")]
    # A hook may have one number for each word, and looks for the word there.
    before = option(config, "numprocesses")
    set_options(config, numprocesses=asked)
    found = config.pluginmanager.subset_hook_caller(name, own)(config=config)
    set_options(config, numprocesses=before)
    if found is not None:
        return int(found)
    number = os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS", "")
    return int(number) if number.isascii() and number.isdecimal() else None
