"""pytest's reports, as they cross the wire."""

from __future__ import annotations

import contextlib
from base64 import b64encode
from typing import Any

import pytest
from execnet import DumpError, dumps

from pytest_agentorch.agent.failure import WRITER
from pytest_agentorch.model.record import lower
from pytest_agentorch.protocol.salvage import salvage

_FIELDS = frozenset(
    vars(pytest.TestReport("", ("", None, ""), {}, "passed", None, "call"))  # what all have
)
_PLAIN_FIELDS = len(_FIELDS)
_DEEPEST = 40
_ATOMS = frozenset({str, int, float, bool, type(None)})


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
    _keep_exact(data)
    return data


def _keep_exact(data: dict[str, Any]) -> None:
    """Have what JSON would change arrive as it is: tuples, sets, bytes, keys that are numbers."""
    extra = data.keys() - _FIELDS if len(data) > _PLAIN_FIELDS else ()
    exact = {key: _portable(data[key]) for key in extra if not _is_json(data[key])}
    properties = data.get("user_properties") or ()
    if not all(_is_json(value) for _name, value in properties):
        exact["user_properties"] = [(name, _portable(value)) for name, value in properties]
    if exact and _is_portable(exact):
        data["$exact"] = b64encode(dumps(exact)).decode("ascii")
        for key in exact:
            del data[key]


def _portable(value: Any) -> Any:
    """Return what execnet can carry: the value, or text and plain data that is like it."""
    if _is_portable(value):
        return value
    with contextlib.suppress(RecursionError):
        lowered = lower(value)
        if _is_portable(lowered):
            return lowered
    return salvage(value)


def _is_portable(value: Any) -> bool:
    try:
        dumps(value)
    except (DumpError, ValueError, OverflowError, RecursionError):
        return False
    return True


def _is_json(value: Any, depth: int = 0) -> bool:
    """Whether JSON has all of a value; what is nested too deeply the codec knows how to tell."""
    kind = type(value)
    if kind in _ATOMS or depth > _DEEPEST:
        return True
    if kind is list:
        return all(_is_json(item, depth + 1) for item in value)
    if kind is dict:
        return all(type(key) is str and _is_json(value[key], depth + 1) for key in value)
    return False
