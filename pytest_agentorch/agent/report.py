"""pytest's reports, as they cross the wire."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.agent.failure import WRITER

_PLAIN_FIELDS = len(
    vars(pytest.TestReport("", ("", None, ""), {}, "passed", None, "call"))  # what all have
)


def is_plain(report: pytest.TestReport) -> bool:
    """Whether a report says that something passed, when and how long, what it printed, no more."""
    return (
        type(report) is pytest.TestReport
        and report.outcome == "passed"
        and report.longrepr is None
        and not report.user_properties
        and len(vars(report)) == _PLAIN_FIELDS
    )


def serialize(
    report: pytest.TestReport | pytest.CollectReport, config: pytest.Config
) -> dict[str, Any]:
    """Return a report as plain data; extra attributes of plugins travel with it."""
    data = config.hook.pytest_report_to_serializable(config=config, report=report)
    if not isinstance(data, dict):
        raise TypeError(f"no plugin can serialize {report!r}")
    # pytest makes a string of what is no exception (doctests, errors of imports), but treats a
    # string otherwise in its short summary: say which it was.
    data["$rendered"] = hasattr(report.longrepr, "toterminal") and isinstance(
        data.get("longrepr"), str
    )
    writer = config.stash.get(WRITER, None)
    if writer is not None and data["$rendered"]:
        data["$coloured"] = writer.coloured(report.longrepr)
    elif writer is not None and "longrepr" in data:
        data["longrepr"] = writer.pack(report, data.get("longrepr"))
    return data
