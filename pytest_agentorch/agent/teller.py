"""The teller: says what became of each test, in as few words as will do.

A test that has passed without anything else to say is a short row. It waits for others, as does
one that has only printed something, which stays in a file; whatever is more leaves at once. What
has begun and ended is written down before it is told, where it survives the agent.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.agent.cost_meter import CostMeter
from pytest_agentorch.agent.describe import own_keywords
from pytest_agentorch.agent.junit_recorder import recorder_of
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.report import is_plain, serialize
from pytest_agentorch.agent.test_memory import Taken
from pytest_agentorch.protocol.long_text import LONG
from pytest_agentorch.protocol.to_controller import (
    MemoryNoted,
    PropertiesRecorded,
    TestBegun,
    TestEnded,
    TestPassed,
    TestPrinted,
)
from pytest_agentorch.storage.printed import Place, PrintedWriter, beside
from pytest_agentorch.storage.test_record import TestRecord, Times
from pytest_agentorch.system.clock import CLOCK, CPU_CLOCK

_PHASES = ("setup", "call", "teardown")

Report = pytest.TestReport | dict[str, Any]
"""A plain report as it is, any other one serialized as soon as it was made."""


class Teller:
    """Tells of one test at a time."""

    def __init__(self, config: pytest.Config, link: Link, record: str, costs: CostMeter) -> None:
        self._config = config
        self._link = link
        self._costs = costs
        self._record = _open(record)
        self._printed = PrintedWriter(beside(record))
        self._number = 0
        self._test = 0
        self._item: pytest.Item | None = None
        self._began = 0.0
        self._cpu = 0.0
        self._names: dict[str, int] = {}
        self._inherited: dict[object, dict[str, int]] = {}

    def begin(self, test: int, item: pytest.Item) -> None:
        """Tell that a test begins."""
        self._number += 1
        self._test, self._item, self._began = test, item, CLOCK()
        self._names = self._keywords(item)
        self._cpu = CPU_CLOCK()
        begun = TestBegun(test=test, number=self._number, at=self._began)
        if self._record is None:
            self._link.send(begun)
        else:
            self._record.begin(test, self._began)
            self._link.announce(begun)

    def keep(self, report: pytest.TestReport) -> Report:
        """Return a report in the form in which it is kept until its test has ended."""
        if report.when == "setup" and self._item is not None:
            self._costs.note_setup(self._test, self._item, report.duration, self._cpu)
        if is_plain(report) and report.keywords == self._names:
            return report
        return serialize(report, self._config)

    def note_memory(self, taken: Taken) -> None:
        """Tell what the test has taken, before its end is told."""
        self._link.post(
            MemoryNoted(test=self._test, number=self._number, peak=taken.peak, left=taken.left)
        )

    def end(self, reports: Sequence[Report], *, held: bool) -> None:
        """Tell that the test has ended."""
        at, cpu = CLOCK(), round(CPU_CLOCK() - self._cpu, 6)
        attributes = self.recorded()
        times = None if held or attributes else _times(reports)
        if self._record is not None:
            self._record.end(self._test, times, cpu)
        self._link.withdraw()
        if times is None or not self._tell_passed(reports, times, at, cpu):
            self._link.post(
                TestEnded(
                    test=self._test,
                    number=self._number,
                    at=at,
                    seconds=at - self._began,
                    cpu=cpu,
                    reports=tuple(self.data(report) for report in reports),
                    attributes=attributes,
                    held=held,
                )
            )
        if times is None or self._record is None:
            self._link.flush()

    def _tell_passed(self, reports: Sequence[Report], times: Times, at: float, cpu: float) -> bool:
        """Tell of a plain pass; False if it is none."""
        sections = _sections(reports)
        if sections is None:
            return False
        about: dict[str, Any] = {
            "test": self._test,
            "number": self._number,
            "at": at,
            "seconds": at - self._began,
            "cpu": cpu,
            "times": times,
        }
        if sections[-1]:
            kept = tuple((head, self._kept(text)) for head, text in sections[-1])
            counts = tuple(map(len, sections))
            self._link.post(TestPrinted(**about, sections=kept, counts=counts))
        else:
            self._link.post(TestPassed(**about))
        return True

    def _kept(self, text: str) -> str | Place:
        """Keep a long text in the file of this agent, if that is possible."""
        return text if len(text) < LONG else self._printed.add(text) or text

    def _keywords(self, item: pytest.Item) -> dict[str, int]:
        """What the keywords of an item's reports are, unless the test changes them."""
        inherited = self._inherited.get(item.parent)
        if inherited is None:
            names = () if item.parent is None else item.parent.keywords
            # Tests of one collector follow each other.
            self._inherited = {item.parent: dict.fromkeys(names, 1)}
            inherited = self._inherited[item.parent]
        return {**inherited, **dict.fromkeys(own_keywords(item), 1)}

    def data(self, report: Report) -> dict[str, Any]:
        """Return a report serialized."""
        return report if isinstance(report, dict) else serialize(report, self._config)

    def recorded(self) -> tuple[tuple[str, str], ...]:
        """Return what the test recorded for its junit element; send what it did for the suite."""
        recorder = recorder_of(self._config)
        if recorder is None:
            return ()
        if properties := recorder.take_properties():
            self._link.post(PropertiesRecorded(properties=properties))
        return recorder.take_attributes()


def _times(reports: Sequence[Report]) -> Times | None:
    """Return the times of a test, if it has passed and nothing else is to be said of it.

    What it has printed does not count: if the agent dies a moment later, that is lost.
    """
    if len(reports) != len(_PHASES):
        return None
    times: list[float] = []
    for report, when in zip(reports, _PHASES, strict=True):
        data = report if isinstance(report, dict) else vars(report)
        if not _is_pass(data, when):
            return None
        times += (data["start"], data["duration"])
    if not all(type(one) is float for one in times):
        return None
    one, two, three, four, five, six = times
    return one, two, three, four, five, six


def _sections(reports: Sequence[Report]) -> list[list[tuple[str, str]]] | None:
    """Return the sections of plain reports, each with those of the one before; None otherwise."""
    found: list[list[tuple[str, str]]] = []
    for report in reports:
        if isinstance(report, dict):
            return None
        found.append(report.sections)
    last = found[-1]
    if all(last[: len(some)] == some for some in found[:-1]) and all(map(_is_section, last)):
        return found
    return None


def _is_section(section: object) -> bool:
    return type(section) is tuple and len(section) == 2 and {*map(type, section)} == {str}


def _is_pass(data: dict[str, Any], when: str) -> bool:
    kind = data.get("$report_type", pytest.TestReport.__name__)
    return (
        kind == pytest.TestReport.__name__
        and data["when"] == when
        and data["outcome"] == "passed"
        and not data.get("user_properties")
        and "wasxfail" not in data
    )


def _open(path: str) -> TestRecord | None:
    """Open the record; without one every test is told at once."""
    try:
        return TestRecord(Path(path))
    except OSError:
        return None
