"""Junit file: everything that `--junitxml` wrote about each test, made comparable between runs.

`benchmarks.junit` reads outcomes; here messages, texts and properties count too.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

_MOMENTS = (
    (re.compile(r"0x[0-9a-f]+"), "0x..."),
    (re.compile(r"popen-gw\d+[^/]*/"), ""),
    (re.compile(r"pytest-of-\w+/pytest-\d+"), "pytest-of-user/pytest-0"),
)


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """An element below a test: a failure, an error, a skip, output, or a property."""

    tag: str
    kind: str
    message: str
    text: str


Case = tuple[str, tuple[Part, ...]]


def read(path: Path) -> list[Case]:
    """Return the elements of the file, sorted: tests end in any order."""
    root = ET.parse(path).getroot()  # noqa: S314 - the file was written by our own run
    cases = []
    for case in root.iter("testcase"):
        parts = [part for child in case for part in _parts(child)]
        name = f"{case.get('classname', '')}::{case.get('name', '')}"
        # Of a test's record_xml_attribute, what is not pytest's own.
        more = [
            Part("attribute", key, value, "")
            for key, value in case.items()
            if key not in ("classname", "name", "time")
        ]
        cases.append((name, tuple(sorted([*more, *parts]))))
    return sorted(cases)


def counts(path: Path) -> Counter[str]:
    """Return the numbers in the head of the file."""
    root = ET.parse(path).getroot()  # noqa: S314 - the file was written by our own run
    total: Counter[str] = Counter()
    for suite in root.iter("testsuite"):
        for key in ("tests", "failures", "errors", "skipped"):
            total[key] += int(suite.get(key, "0"))
    return total


def _parts(element: ET.Element) -> list[Part]:
    if element.tag == "properties":
        return [Part("property", p.get("name", ""), p.get("value", ""), "") for p in element]
    kind, message = element.get("type", ""), _timeless(element.get("message", ""))
    return [Part(element.tag, kind, message, _timeless(element.text or ""))]


def _timeless(text: str) -> str:
    for pattern, replacement in _MOMENTS:
        text = pattern.sub(replacement, text)
    return text.strip()
