"""The reports of tests that have passed, and at most printed something, made from a few numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pytest_agentorch.controller.node import Node
from pytest_agentorch.controller.promised_list import PromisedList
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.storage.printed import read

Families = Sequence[tuple[str, ...]]
"""Keywords that many tests share, by row."""

_PHASES = ("setup", "call", "teardown")


class Printed:
    """What a test has printed; long texts are in a file of its agent.

    Args:
        sections: headings and contents, the latter as text or as a place in the file.
        counts: how many of them the reports of setup, call and teardown have.
        path: of the file.
    """

    __slots__ = ("_counts", "_path", "_sections")

    def __init__(self, sections: Sequence[Any], counts: Sequence[int], path: str) -> None:
        self._sections = sections
        self._counts = counts
        self._path = path

    def sections(self, phase: int, *, late: bool) -> list[tuple[str, str]]:
        """Return the sections of a report; with `late` they are read when somebody looks."""
        made: PromisedList[tuple[str, str], Any] = PromisedList(self._section)
        for section in self._sections[: self._counts[phase]]:
            made.promise(section)
        return made if late else [*made]

    def _section(self, section: Any) -> Iterator[tuple[str, str]]:
        head, text = section
        yield head, text if isinstance(text, str) else read(self._path, text)


class PlainPass:
    """A test that has passed, and nothing else is to be said of it but what it has printed.

    Args:
        test: what passed.
        position: of the test, in the order in which tests were collected.
        families: of the keywords of all tests.
        node: of its agent.
        times: start and duration of setup, call and teardown.
        printed: None if there is nothing.
    """

    __slots__ = ("_families", "_node", "_position", "_test", "_times", "printed")

    def __init__(
        self,
        test: TestDescriptor,
        position: int,
        families: Families,
        node: Node,
        times: Sequence[float],
        *,
        printed: Printed | None = None,
    ) -> None:
        self.printed = printed
        self._test = test
        self._position = position
        self._families = families
        self._node = node
        self._times = times

    def all_reports(self) -> list[pytest.TestReport]:
        """Make the reports of all phases, for those who want to see each: nothing is late."""
        return self._reports(0, 1, 2, late=False)

    def call_report(self) -> list[pytest.TestReport]:
        """Make the report of the call, the only one that pytest shows."""
        return self._reports(1)

    def other_reports(self) -> list[pytest.TestReport]:
        """Make the reports of setup and teardown."""
        return self._reports(0, 2)

    def _reports(self, *phases: int, late: bool = True) -> list[pytest.TestReport]:
        """Make reports as pytest would have made them, with the marks of xdist's reports."""
        test = self._test
        names = (*test.own_names, *self._families[test.family])
        location = (test.location_path, test.line, test.name)
        marks = {
            "node": self._node,
            "worker_id": self._node.workerinput["workerid"],
            "testrun_uid": self._node.workerinput["testrunuid"],
            "item_index": self._position,
        }
        node_id = test.node_id
        made: list[pytest.TestReport] = []
        for phase in phases:
            start, seconds = self._times[2 * phase], self._times[2 * phase + 1]
            report = pytest.TestReport(
                nodeid=node_id,
                location=location,
                keywords=dict.fromkeys(names, 1),
                outcome="passed",
                longrepr=None,
                when=_PHASES[phase],  # type: ignore[arg-type]
                duration=seconds,
                start=start,
                stop=start + seconds,
                **marks,
            )
            # Newer versions of pytest keep a parsed node id beside the text: it is parsed once.
            node_id = getattr(report, "id", node_id)
            if self.printed is not None:
                report.sections = self.printed.sections(phase, late=late)
            made.append(report)
        return made


Ended = Sequence[pytest.TestReport] | PlainPass
"""What became of a test: its reports, or what they are made from."""
