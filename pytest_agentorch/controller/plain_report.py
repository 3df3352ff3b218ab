"""The reports of tests that have passed in the plainest way, made from a few numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pytest_agentorch.controller.node import Node
from pytest_agentorch.model.test import TestDescriptor

_PHASES = ("setup", "call", "teardown")


class PlainReports:
    """Makes reports as pytest would have made them, with the marks of xdist's reports."""

    def __init__(
        self,
        tests: Sequence[TestDescriptor],
        families: Sequence[tuple[str, ...]],
        items: Sequence[pytest.Item],
    ) -> None:
        self._tests = tests
        self._families = families
        # Newer versions of pytest keep a parsed node id beside the text: it is parsed once.
        self._ids: list[Any] = [getattr(item, "id", item.nodeid) for item in items]

    def make(self, position: int, node: Node, times: Sequence[float]) -> list[pytest.TestReport]:
        """Make the three reports of a test.

        Args:
            position: of the test, in the order in which tests were collected.
            node: of its agent.
            times: start and duration of setup, call and teardown.
        """
        test = self._tests[position]
        names = (*test.own_names, *self._families[test.family])
        location = (test.location_path, test.line, test.name)
        marks = {
            "node": node,
            "worker_id": node.workerinput["workerid"],
            "testrun_uid": node.workerinput["testrunuid"],
            "item_index": position,
        }
        return [
            pytest.TestReport(
                nodeid=self._ids[position],
                location=location,
                keywords=dict.fromkeys(names, 1),
                outcome="passed",
                longrepr=None,
                when=when,  # type: ignore[arg-type]
                duration=times[2 * n + 1],
                start=times[2 * n],
                stop=times[2 * n] + times[2 * n + 1],
                **marks,
            )
            for n, when in enumerate(_PHASES)
        ]
