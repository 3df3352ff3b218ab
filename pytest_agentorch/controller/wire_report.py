"""pytest's reports, rebuilt from what crossed the wire."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import execnet
import pytest
from _pytest._code.code import TerminalRepr
from _pytest._io import TerminalWriter

from pytest_agentorch.controller.failure import (
    failure,
    is_packed,
    structure_of,
    text_for,
)
from pytest_agentorch.controller.node import Node


def rebuild_test_report(
    data: dict[str, Any], config: pytest.Config, node: Node, item_index: int
) -> pytest.TestReport:
    """Return a real report with the marks of the agent that xdist's reports have, too."""
    report = _rebuild(data, config)
    assert isinstance(report, pytest.TestReport)
    mark_with_node(report, node)
    vars(report)["item_index"] = item_index
    return report


def mark_with_node(report: pytest.TestReport, node: Node) -> None:
    """Say in a report which agent it comes from. Reports may have any attribute."""
    vars(report).update(
        node=node,
        worker_id=node.workerinput["workerid"],
        testrun_uid=node.workerinput["testrunuid"],
    )


def rebuild_collect_report(data: dict[str, Any], config: pytest.Config) -> pytest.CollectReport:
    """Return a real collect report."""
    report = _rebuild(data, config)
    assert isinstance(report, pytest.CollectReport)
    return report


class RenderedRepr(TerminalRepr):
    """A failure that was made text where it happened."""

    def __init__(self, text: str, coloured: Mapping[str, Any] | None, *, red: bool) -> None:
        self._text = text
        self._coloured = coloured
        self._red = red

    def toterminal(self, tw: TerminalWriter) -> None:
        """Write the text."""
        ready = None
        if tw.hasmarkup and self._coloured is not None:
            ready = text_for(tw, self._coloured["text"], self._coloured)
        if ready is None:
            tw.line(self._text, red=self._red)
        else:
            tw.write(ready)


def _rebuild(data: dict[str, Any], config: pytest.Config) -> object:
    """Rebuild a report. JSON has no tuples; pytest and plugins insist on some."""
    exact = data.pop("$exact", None)
    if exact is not None:
        data.update(execnet.loads(base64.b64decode(exact)))
    longrepr = data.get("longrepr")
    if isinstance(longrepr, list):
        data["longrepr"] = tuple(longrepr)
    packed = longrepr if is_packed(longrepr) else None
    if packed is not None:
        data["longrepr"] = None if _only_pytest_rebuilds(config) else structure_of(packed)
    is_rendered, coloured = data.pop("$rendered", False), data.pop("$coloured", None)
    if isinstance(data.get("location"), list):
        data["location"] = tuple(data["location"])
    for key in ("sections", "user_properties"):
        data[key] = [tuple(pair) for pair in data.get(key) or ()]
    report: Any = config.hook.pytest_report_from_serializable(config=config, data=data)
    if packed is not None and report.longrepr is None:
        report.longrepr = failure(packed)
    if is_rendered:
        is_collect = isinstance(report, pytest.CollectReport)
        report.longrepr = RenderedRepr(str(longrepr), coloured, red=is_collect)
    subtest = getattr(report, "context", None)
    if hasattr(subtest, "kwargs") and "_subtest.context" in data:
        # pytest makes text of the arguments a second time.
        object.__setattr__(subtest, "kwargs", data["_subtest.context"]["kwargs"])
    rebuilt: object = report
    return rebuilt


def _only_pytest_rebuilds(config: pytest.Config) -> bool:
    """Whether no plugin sees the data of a report; one that does finds all of it."""
    implementations = config.hook.pytest_report_from_serializable.get_hookimpls()
    modules = (one.function.__module__ for one in implementations)
    return all(name.startswith(("_pytest.", "pytest_agentorch.")) for name in modules)
