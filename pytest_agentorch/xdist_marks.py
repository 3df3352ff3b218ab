"""What plugins and conftests look for to know that tests are distributed: xdist's marks."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from pytest_agentorch import fixtures


def announce(options: Any) -> None:
    """Say early, while plugins read the first options, that tests will be distributed.

    pytest-cov decides here; a later change would leave it without its distributed mode.
    """
    options.dist = "load"


def prepare(config: pytest.Config, agents: int) -> None:
    """Set what is looked for from `pytest_configure` on. xdist itself stays idle: `tx` is empty."""
    announce(config.option)
    config.option.numprocesses = agents
    config.option.tx = []
    stand_in_for_xdist(config)


def stand_in_for_xdist(config: pytest.Config) -> None:
    """Register a plugin named `xdist` where xdist is not installed; it brings its fixtures."""
    if not config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.unblock("xdist")
        config.pluginmanager.register(fixtures, "xdist")
        _have_reruns_told()


def _have_reruns_told() -> None:
    """Have pytest-rerunfailures tell of them: it asks for xdist's version, and there is none."""
    plugin: Any = sys.modules.get("pytest_rerunfailures")
    if plugin is not None:
        plugin.works_with_current_xdist = lambda: True
