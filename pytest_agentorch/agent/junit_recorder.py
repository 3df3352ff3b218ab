"""What tests record for pytest's junit file: kept here, written by the controller.

The fixtures `record_xml_attribute` and `record_testsuite_property` look for pytest's junit writer,
which exists in the controller only. This stands in its place and remembers.
"""

from __future__ import annotations

from typing import Any

import pytest
from _pytest.junitxml import xml_key


class JunitRecorder:
    """Looks to pytest's fixtures like its junit writer."""

    def __init__(self, family: str) -> None:
        self.family = family
        self._attributes: list[tuple[str, str]] = []
        self._properties: list[tuple[str, str]] = []

    def add_global_property(self, name: str, value: object) -> None:
        """Remember a property of the whole suite."""
        self._properties.append((name, str(value)))

    def node_reporter(self, _test: object) -> JunitRecorder:
        """Return what takes the attributes of a test; an agent runs one at a time."""
        return self

    def add_attribute(self, name: str, value: object) -> None:
        """Remember an attribute of the running test."""
        self._attributes.append((name, str(value)))

    def take_attributes(self) -> tuple[tuple[str, str], ...]:
        """Return the attributes recorded since the last time."""
        taken, self._attributes = tuple(self._attributes), []
        return taken

    def take_properties(self) -> tuple[tuple[str, str], ...]:
        """Return the properties recorded since the last time."""
        taken, self._properties = tuple(self._properties), []
        return taken


def install(config: pytest.Config) -> None:
    """Stand in for the junit writer if the run has one."""
    if getattr(config.option, "xmlpath", None) and xml_key not in config.stash:
        recorder: Any = JunitRecorder(str(config.getini("junit_family")))
        config.stash[xml_key] = recorder
        # pytest unregisters it when it unconfigures.
        config.pluginmanager.register(recorder)


def recorder_of(config: pytest.Config) -> JunitRecorder | None:
    """Return the recorder of this agent, if the run writes a junit file."""
    found: Any = config.stash.get(xml_key, None)
    return found if isinstance(found, JunitRecorder) else None
