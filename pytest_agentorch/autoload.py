"""What the entry point names: it registers the plugin, unless `-p pytest_agentorch.plugin` has.

pytest refuses to register one module under two names, so the entry point needs a module of its own.
"""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch import plugin


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the plugin as early as it could have been loaded itself."""
    _leave_asserts_alone(pluginmanager)
    if not pluginmanager.is_registered(plugin):
        pluginmanager.register(plugin, "pytest_agentorch.plugin")


def _leave_asserts_alone(pluginmanager: pytest.PytestPluginManager) -> None:
    """Let this package be imported as any other.

    pytest rewrites the asserts of all plugins, and so compiles each of our modules anew wherever
    it cannot write bytecode: half a second in every process of a run, for asserts no test sees.
    """
    hook: Any = getattr(pluginmanager, "rewrite_hook", None)
    marked = getattr(hook, "_must_rewrite", None)
    cache = getattr(hook, "_marked_for_rewrite_cache", None)
    if isinstance(marked, set) and isinstance(cache, dict):
        marked.discard(__package__)
        cache.clear()
