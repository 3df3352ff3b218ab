"""Log records of an agent: live logs go to the controller, `--log-file` is shared by all agents."""

from __future__ import annotations

import logging
import os
from typing import Any

import pytest

from pytest_agentorch.agent.link import Link
from pytest_agentorch.protocol.to_controller import LiveLogWritten


def share_log_file(config: pytest.Config) -> None:
    """Append to the log file: the controller has emptied it, others write into it too."""
    if hasattr(config.option, "log_file_mode"):
        config.option.log_file_mode = "a"


def send_live_logs(config: pytest.Config, link: Link, slot: str) -> None:
    """Let pytest's live log write to the controller, and tag the lines of the log file."""
    plugin: Any = config.pluginmanager.getplugin("logging-plugin")
    if plugin is None:
        return
    handler = getattr(plugin, "log_cli_handler", None)
    if isinstance(handler, logging.StreamHandler):
        handler.stream = _LiveLog(link)
    file_handler = getattr(plugin, "log_file_handler", None)
    path = getattr(file_handler, "baseFilename", os.devnull)
    if file_handler is not None and path != os.path.abspath(os.devnull):  # noqa: PTH100
        formatter = file_handler.formatter
        plain = formatter.plain if isinstance(formatter, _Tagged) else formatter
        file_handler.setFormatter(_Tagged(plain, slot))


class _LiveLog:
    """Looks to pytest's handler like a terminal reporter; every record leaves at once."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def write(self, text: str, **_markup: bool) -> None:
        if text.strip():
            self._link.send(LiveLogWritten(text=text))

    def section(self, title: str, sep: str = "-", **_markup: bool) -> None:
        self._link.send(LiveLogWritten(text=f"{sep * 4} {title} {sep * 4}\n"))

    def flush(self) -> None:
        self._link.flush()


class _Tagged(logging.Formatter):
    """Puts the agent's slot before what another formatter makes of a record."""

    def __init__(self, formatter: logging.Formatter, slot: str) -> None:
        super().__init__()
        self.plain = formatter
        self._slot = slot

    def format(self, record: logging.LogRecord) -> str:
        return f"[{self._slot}] {self.plain.format(record)}"
