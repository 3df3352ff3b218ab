"""Limit: the wall time that no runner of this kind can go below, and a serial run's part in it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def limit_seconds(
    *,
    serial_seconds: float,
    collection_seconds: float,
    sleep_seconds: float,
    longest_test_seconds: float,
    agents: int,
    cpus: float,
) -> float:
    """One collection, then work shared among CPUs and sleep among agents, or the longest test.

    `collection_seconds` is the wall time of `--collect-only`, with start and end of the process.
    A session fixture counts once, as in the serial run; phases that wait for each other count not.
    """
    work = max(0.0, serial_seconds - collection_seconds - sleep_seconds)
    shared = work / min(agents, cpus) + sleep_seconds / agents
    return collection_seconds + max(shared, longest_test_seconds)


def read_longest_test_seconds(junit: Path) -> float:
    """The longest test of a junit file with its fixtures; 0 if the file is absent or cut off."""
    try:
        cases = ET.parse(junit).getroot().iter("testcase")  # noqa: S314 - our own run wrote it
    except (OSError, ET.ParseError):
        return 0.0
    return max((float(case.get("time", "0")) for case in cases), default=0.0)
