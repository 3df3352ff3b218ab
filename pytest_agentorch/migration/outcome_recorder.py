"""A plugin for `migrate --check`: it writes down what pytest's terminal has counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

OPTION = "--agentorch-outcomes"
_NO_OUTCOMES = {"", "warnings", "deselected"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare where it writes."""
    parser.addoption(OPTION, metavar="FILE", default=None, help="for migrate --check")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Write pairs of a node id and an outcome: pytest has them in its memory, at no cost for it."""
    if hasattr(config, "workerinput"):
        return
    counted = [
        (getattr(report, "nodeid", ""), category)
        for category, reports in terminalreporter.stats.items()
        if category not in _NO_OUTCOMES
        for report in reports
    ]
    Path(config.getoption(OPTION)).write_text(json.dumps(counted), encoding="utf-8")
