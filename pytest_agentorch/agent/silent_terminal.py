"""The terminal of an agent: plugins look for it, but nobody reads it."""

from __future__ import annotations

import io
import os
from typing import Any

import pytest

from pytest_agentorch.system import native

_SPARED = (
    # It would ask for lines about all items.
    "pytest_collection_finish",
    "pytest_runtest_logstart",
    "pytest_runtest_logreport",
    "pytest_runtest_logfinish",
    # It would ask all plugins for what they have to say at the end.
    "pytest_sessionfinish",
)


def install(config: pytest.Config) -> None:
    """Let pytest's terminal write nowhere, and spare it what it would write about tests."""
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    if reporter is None:
        return
    reporter._tw._file = _Nowhere()  # noqa: SLF001 - no public way to redirect it
    if type(reporter).__module__ != "_pytest.terminal":
        return
    for name in _SPARED:
        caller = getattr(config.hook, name)
        if any(one.plugin is reporter for one in caller.get_hookimpls()):
            caller._remove_plugin(reporter)  # noqa: SLF001 - the plugin itself must stay


def asks_for_status(config: pytest.Config) -> bool:
    """Whether somebody besides pytest may want to be asked for the status of a report.

    pytest's terminal asks for the status of every report, and some change reports when asked.
    """
    implementations = config.hook.pytest_report_teststatus.get_hookimpls()
    return not all(one.function.__module__.startswith("_pytest.") for one in implementations)


class _Nowhere(io.TextIOBase):
    """Swallows what is written, but for what another thread has to say.

    That is an alarm: pytest-timeout tells the terminal why it ends the process, and ends it.
    """

    def __init__(self) -> None:
        self._main = native.get_ident()

    def write(self, text: str) -> int:
        if native.get_ident() != self._main:
            os.write(2, text.encode("utf-8", "replace"))
        return len(text)
