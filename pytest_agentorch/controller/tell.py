"""What agents say besides tests: warnings and log lines, told to pytest here."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.controller.told_warning import rebuild
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.protocol import to_controller as said


def tell(config: pytest.Config, slot: SlotId, message: said.ToController) -> None:
    """Pass a message on to pytest; one that does not concern it is passed over."""
    match message:
        case said.WarningRecorded() if message.when != "config":
            # Warnings of the configuration have been recorded here already.
            config.hook.pytest_warning_recorded.call_historic(
                kwargs={
                    "warning_message": rebuild(message),
                    "when": message.when,
                    "nodeid": message.node_id,
                    "location": None if message.location is None else tuple(message.location),
                }
            )
        case said.PropertiesRecorded():
            from pytest_agentorch.controller import junit_file

            junit_file.add_properties(config, message.properties)
        case said.LiveLogWritten():
            for line in message.text.splitlines():
                write_tagged(config, slot, line)
        case _:
            pass


def tell_aside(config: pytest.Config, slot: SlotId, message: said.ToController) -> None:
    """Pass on what is said while tests run: warnings of the collection have been told before."""
    if not isinstance(message, said.WarningRecorded) or message.when == "runtest":
        tell(config, slot, message)


def write_tagged(config: pytest.Config, slot: str, line: str) -> None:
    """Write a line of an agent to the terminal, with the agent before it."""
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    if reporter is not None:
        writer = config.get_terminal_writer()
        if writer.width_of_current_line:
            writer.line()
        reporter.write_line(f"[{slot}] {line}")
