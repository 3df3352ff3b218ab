"""The terminal of an agent asks nobody for what nobody reads."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.agent import silent_terminal


def test_plugins_are_not_asked_for_a_summary(pytester: pytest.Pytester) -> None:
    """Not even at the end of the session; the terminal is there for who looks for it."""
    config = pytester.parseconfigure()
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")

    def listens(name: str) -> bool:
        found = getattr(config.hook, name).get_hookimpls()
        return any(one.plugin is reporter for one in found)

    assert listens("pytest_sessionfinish")
    silent_terminal.install(config)
    assert not listens("pytest_sessionfinish")
    assert not listens("pytest_runtest_logreport")
    assert listens("pytest_warning_recorded")
