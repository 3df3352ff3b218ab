"""pytest-cov in an agent: what it would do wrong there, since it cannot know."""

from __future__ import annotations

from typing import Any

import pytest


def keep_data(options: Any) -> None:
    """Let it not erase the data of agents that have finished, as it does whenever it begins."""
    if hasattr(options, "cov_append"):
        options.cov_append = True


def leave_test(config: pytest.Config) -> None:
    """Let what is covered from now on belong to no test: a file is about to be imported."""
    contexts: Any = config.pluginmanager.getplugin("_cov_contexts")
    if contexts is not None and contexts.cov_controller.started:
        contexts.cov_controller.cov.switch_context("")


def coverage_of(config: pytest.Config) -> Any:
    """What it measures with; None if it does not."""
    plugin: Any = config.pluginmanager.getplugin("_cov")
    controller = None if plugin is None else plugin.cov_controller
    return None if controller is None else controller.cov
