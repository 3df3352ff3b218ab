"""What `--agents=auto` knows from the last run of the same tests."""

from __future__ import annotations

import os
from json import JSONEncoder
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.model.capacity import Capacity
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.storage.learned_agents import Learned, LearnedAgents

FILE = "agents.json"
_SELECTIONS = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob")
_OF_THE_LAST_RUN = ("lf", "stepwise", "stepwise_skip")


def learned_agents(
    config: pytest.Config, settings: Settings, capacity: Capacity
) -> tuple[str, Learned | None]:
    """Return what this choice of tests is called, and how many agents were best for it.

    The name is empty where the choice depends on the last run: it is another one each time.
    """
    option: Any = config.option
    by_last_run = any(getattr(option, name, False) for name in _OF_THE_LAST_RUN)
    wishes = (settings.rerun, settings.resume, settings.reuse)
    if by_last_run or any(wish is not None for wish in wishes):
        return "", None
    key = _key(config, settings, capacity)
    folder = _cache_folder(config)
    if folder is None or getattr(option, "cacheclear", False):
        return key, None
    learned = LearnedAgents(folder / FILE).read(key)
    if learned is None:
        return key, None
    from pytest_agentorch.results.analysis import most_agents

    return key, learned if learned.agents <= most_agents(capacity.cpus) else None


def _key(config: pytest.Config, settings: Settings, capacity: Capacity) -> str:
    """Name all that decides which tests run, and what for them is there."""
    selected = [getattr(config.option, name, None) or None for name in _SELECTIONS]
    about = {
        "tests": sorted(_below_root(config, argument) for argument in config.args),
        "selected": selected,
        "dist": settings.dist.value,
        "isolate": settings.isolate.value,
        "goal": settings.goal.value,
        "cpus": capacity.cpus,
        "limit": settings.resource_limit,
        "resources": {one.name: one.number for one in settings.resources.counts},
        "memory": settings.resources.memory or capacity.memory,
    }
    return JSONEncoder(separators=(",", ":"), default=str).encode(about)


def _below_root(config: pytest.Config, argument: str) -> str:
    path, colons, rest = str(argument).partition("::")
    whole = os.path.join(config.invocation_params.dir, path)  # noqa: PTH118 - as pytest has it
    try:
        return os.path.relpath(whole, config.rootpath) + colons + rest
    except ValueError:
        # It is on another drive.
        return whole + colons + rest


def _cache_folder(config: pytest.Config) -> Path | None:
    """Where pytest's cache will be: it is opened later."""
    try:
        name = str(config.getini("cache_dir"))
    except ValueError:
        return None
    expanded = Path(os.path.expandvars(name)).expanduser()
    return config.rootpath / expanded / "d" / "agentorch"
