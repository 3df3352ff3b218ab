"""What tests of agents record for pytest's junit file, handed to its writer here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from _pytest.junitxml import bin_xml_escape, xml_key

from pytest_agentorch.model.event import TestFinished


def add_attributes(
    config: pytest.Config, report: pytest.TestReport, attributes: Sequence[Sequence[str]]
) -> None:
    """Add what `record_xml_attribute` recorded for the test of this report."""
    writer: Any = config.stash.get(xml_key, None)
    if writer is not None:
        for name, value in attributes:
            writer.node_reporter(report).add_attribute(name, value)


def add_attempts(
    config: pytest.Config,
    report: pytest.TestReport,
    failed: Sequence[TestFinished],
    *,
    flaky: bool,
) -> None:
    """Add the attempts before the verdict of this report, as Maven's Surefire writes them."""
    writer: Any = config.stash.get(xml_key, None)
    for attempt in failed if writer is not None else ():
        tag = "flakyFailure" if flaky else "rerunFailure"
        element = ET.Element(tag, message=bin_xml_escape(attempt.message))
        element.text = bin_xml_escape(attempt.trace)
        writer.node_reporter(report).append(element)


def add_properties(config: pytest.Config, properties: Sequence[Sequence[str]]) -> None:
    """Add what `record_testsuite_property` recorded; agents that say the same say it once."""
    writer: Any = config.stash.get(xml_key, None)
    if writer is None:
        return
    for name, value in properties:
        if (name, value) not in writer.global_properties:
            writer.add_global_property(name, value)
