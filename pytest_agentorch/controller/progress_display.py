"""How the progress of a run is shown: live, in lines of a log, or not at all."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

from pytest_agentorch.controller.batched_terminal import BatchedStream
from pytest_agentorch.controller.live_lines import LiveLines
from pytest_agentorch.controller.own_terminal import is_plain
from pytest_agentorch.controller.still_running import StillRunning

_OF_CI = ("CI", "BUILD_NUMBER")
"""Whoever sets one of these reads a log, as pytest has it."""


def display_for(
    config: pytest.Config, terminal: BatchedStream | None, *, patience: float, began: float
) -> LiveLines | StillRunning | None:
    """Choose how to show progress.

    Args:
        config: pytest's.
        terminal: what pytest writes to.
        patience: so many seconds a log goes without a line; 0 for ever.
        began: when the run did.
    """
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    # Another plugin's terminal has its own ideas.
    if terminal is None or not is_plain(reporter) or config.get_verbosity() < 0:
        return None
    if _is_live(config, terminal):
        return LiveLines(terminal, config.get_terminal_writer().fullwidth)
    return StillRunning(config, terminal, patience, began) if patience else None


def _is_live(config: pytest.Config, terminal: BatchedStream) -> bool:
    """Whether a user looks on, and nobody else writes there: without capturing tests do.

    In its classic style pytest lets the terminal break lines of dots.
    """
    return (
        bool(terminal.isatty())
        and sys.platform != "win32"
        and config.getoption("capture", "no") != "no"
        and config.getini("console_output_style") != "classic"
        and os.environ.get("TERM", "dumb") != "dumb"
        and not any(map(os.environ.get, _OF_CI))
    )
