"""Lines between those and the dots of pytest's terminal, while tests run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def write_between(config: pytest.Config, lines: Iterable[str], *, title: str = "") -> None:
    """Write whole lines; what pytest writes next begins a line, too."""
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    if reporter is None:
        return
    writer = config.get_terminal_writer()
    if writer.width_of_current_line:
        writer.line()
    reporter.currentfspath = None
    if title:
        writer.sep("-", title)
    for line in lines:
        writer.line(line)
    writer.flush()
