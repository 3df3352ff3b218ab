"""Junit file: the outcome of each test as `--junitxml` wrote it, and what two files disagree on.

Pure but for reading the file: knows neither processes nor suites.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MISSING = "missing"
PASSED = "passed"
OUTCOMES = {"failure": "failed", "error": "error", "skipped": "skipped"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one test ended, and the first line of why."""

    outcome: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """All that a junit file says: id -> verdicts in the order of the file.

    `counted` is the number of tests in the file's head, which counts subtests and teardown errors
    too, although the file has no element for each of them.
    """

    by_id: Mapping[str, tuple[Verdict, ...]]
    counted: int

    def __len__(self) -> int:
        return sum(len(verdicts) for verdicts in self.by_id.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One test, or one fact about the whole run, that two runs disagree on."""

    id: str
    first: str
    second: str
    message: str = ""


NOTHING = Verdicts(by_id={}, counted=0)


def read(path: Path) -> Verdicts:
    """The file's verdicts; none if the file is absent or was cut off."""
    try:
        root = ET.parse(path).getroot()  # noqa: S314 - the file was written by our own run
    except (OSError, ET.ParseError):
        return NOTHING
    by_id: dict[str, list[Verdict]] = {}
    for case in root.iter("testcase"):
        name = f"{case.get('classname', '')}::{case.get('name', '')}"
        by_id.setdefault(name, []).append(_verdict(case))
    counted = sum(int(suite.get("tests", "0")) for suite in root.iter("testsuite"))
    return Verdicts(by_id={name: tuple(found) for name, found in by_id.items()}, counted=counted)


def compare(first: Verdicts, second: Verdicts) -> tuple[int, tuple[Difference, ...]]:
    """How many tests ended alike, and those that did not.

    Tests with one id are told apart only by their place in the file, which depends on who reported
    first. So those that ended alike are paired before the rest is paired in order.
    """
    same = 0
    differences: list[Difference] = []
    for name in [*first.by_id, *(name for name in second.by_id if name not in first.by_id)]:
        alike, rest = _pair(name, first.by_id.get(name, ()), second.by_id.get(name, ()))
        same += alike
        differences.extend(rest)
    return same, tuple(differences)


def _pair(
    name: str, first: tuple[Verdict, ...], second: tuple[Verdict, ...]
) -> tuple[int, list[Difference]]:
    shared = Counter(v.outcome for v in first) & Counter(v.outcome for v in second)
    pairs = zip_longest(_unshared(first, shared), _unshared(second, shared))
    differences = [_difference(name, left, right) for left, right in pairs]
    return shared.total(), differences


def _unshared(
    verdicts: tuple[Verdict, ...], shared: Mapping[str, int]
) -> Iterable[tuple[int, Verdict]]:
    """What is left, with its occurrence number, when the shared outcomes are taken away."""
    left = Counter(shared)
    for occurrence, verdict in enumerate(verdicts, start=1):
        if left[verdict.outcome]:
            left[verdict.outcome] -= 1
        else:
            yield occurrence, verdict


def _difference(
    name: str, first: tuple[int, Verdict] | None, second: tuple[int, Verdict] | None
) -> Difference:
    absent = (0, Verdict(outcome=MISSING))
    first_occurrence, one = first or absent
    second_occurrence, other = second or absent
    occurrence = first_occurrence or second_occurrence
    return Difference(
        id=name if occurrence == 1 else f"{name} #{occurrence}",
        first=one.outcome,
        second=other.outcome,
        message=other.message or one.message,
    )


def _verdict(case: ET.Element) -> Verdict:
    """A test may have several elements: each failed subtest adds one to its test."""
    reasons = [child for child in case if child.tag in OUTCOMES]
    if not reasons:
        return Verdict(outcome=PASSED)
    kinds = Counter(_kind(reason) for reason in reasons)
    outcome = " + ".join(
        kind if times == 1 else f"{kind} x{times}" for kind, times in sorted(kinds.items())
    )
    return Verdict(outcome=outcome, message=_first_line(reasons[0]))


def _kind(reason: ET.Element) -> str:
    if reason.get("type") == "pytest.xfail":
        return "xfailed"
    return OUTCOMES[reason.tag]


def _first_line(reason: ET.Element) -> str:
    text = reason.get("message") or reason.text or ""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
