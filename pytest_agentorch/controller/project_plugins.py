"""Project plugins: whether code that is measured runs in this process while agents run tests."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Collection
from pathlib import Path
from types import ModuleType

import pytest

_OWN = Path(__file__).parents[1]
_STDLIB = Path(sysconfig.get_path("stdlib"))
_INSTALLED = {"site-packages", "dist-packages"}
_ELSEWHERE = {
    *("pytest_addoption", "pytest_addhooks", "pytest_configure", "pytest_plugin_registered"),
    *("pytest_sessionstart", "pytest_report_header", "pytest_ignore_collect"),
    *("pytest_collect_file", "pytest_collect_directory", "pytest_collection_modifyitems"),
    *("pytest_pycollect_makemodule", "pytest_pycollect_makeitem", "pytest_itemcollected"),
    *("pytest_generate_tests", "pytest_make_parametrize_id", "pytest_fixture_setup"),
    *("pytest_fixture_post_finalizer", "pytest_runtest_setup", "pytest_runtest_call"),
    *("pytest_runtest_teardown", "pytest_runtest_makereport", "pytest_pyfunc_call"),
    *("pytest_assertrepr_compare", "pytest_sessionfinish", "pytest_terminal_summary"),
    "pytest_unconfigure",
}
"""Hooks that are called before or after tests run, or in agents."""


def none_is_called(plugins: pytest.PytestPluginManager, sources: Collection[str]) -> bool:
    """Whether no plugin has a hook that is called meanwhile, but for installed packages.

    Args:
        plugins: all of them.
        sources: the packages and folders that are measured; empty for whatever is not installed.
    """
    return all(
        _is_of_others(_module_of(plugin), sources) or not _called_hooks(plugins, plugin)
        for plugin in plugins.get_plugins()
    )


def _called_hooks(plugins: pytest.PytestPluginManager, plugin: object) -> set[str]:
    return {caller.name for caller in plugins.get_hookcallers(plugin) or ()} - _ELSEWHERE


def _module_of(plugin: object) -> ModuleType | None:
    if isinstance(plugin, ModuleType):
        return plugin
    return sys.modules.get(type(plugin).__module__)


def _is_of_others(module: ModuleType | None, sources: Collection[str]) -> bool:
    file = getattr(module, "__file__", None)
    if module is None or file is None:
        return False
    path, package = Path(file), module.__name__.partition(".")[0]
    is_installed = not _INSTALLED.isdisjoint(path.parts) or path.is_relative_to(_STDLIB)
    is_ours = bool(sources) and path.is_relative_to(_OWN)
    return (is_installed or is_ours) and not any(
        package == source.partition(".")[0] or path.is_relative_to(Path(source).resolve())
        for source in sources
    )
