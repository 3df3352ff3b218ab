"""Artefacts: what a plugin has written in a run, without what differs from run to run.

Each function returns parts by their names, so that a comparison can say in which one runs differ.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.functional.canary import Seen

Artefacts = Mapping[str, Any]

_OF_AGENTS = {"worker_id", "testrun_uid", "node", "item_index"}
_WORKER = re.compile(r"^\[gw\d\] linux -- Python [\d.]+ \S+\n*", re.MULTILINE)
_ADDRESS = re.compile(r"0x[0-9a-f]+")


def contents(run: Seen) -> Artefacts:
    """Every file, line by line in any order: tests end in any order."""
    return {name: sorted(data.splitlines()) for name, data in run.files.items()}


def different_lines(run: Seen) -> Artefacts:
    """Every file, where each process adds the same lines."""
    return {name: sorted(set(lines)) for name, lines in contents(run).items()}


def lines_of_agents(run: Seen) -> Artefacts:
    """Every file line by line, where lines begin with the name of who has written them."""
    found = contents(run)
    return {name: sorted(line.partition(b" ")[2] for line in found[name]) for name in found}


def metadata(run: Seen) -> Artefacts:
    """What is known of the run, without what only agents add."""
    found: dict[str, Any] = json.loads(run.files["metadata.json"])
    return {key: value for key, value in found.items() if key != "From an agent"}


def coverage_report(run: Seen) -> Artefacts:
    """Lines and branches of each file, and the totals."""
    data = json.loads(run.files["coverage.json"])
    left = [name for name in run.files if name.startswith(".coverage")]
    return {"totals": data["totals"], "data files": left, **data["files"]}


def html_report(run: Seen) -> Artefacts:
    """Every row of each test in the order in which they were written, and the environment."""
    page = run.files["report.html"].decode("utf-8")
    found = re.search(r'data-jsonblob="([^"]*)"', page)
    assert found is not None
    data = json.loads(html.unescape(found[1]))
    for row in (row for rows in data["tests"].values() for row in rows):
        row["log"] = row["log"].replace("No log output captured.", "")
        row["resultsTableRow"] = [cell for cell in row["resultsTableRow"] if "ms" not in cell]
    rows = _plain(data["tests"], {"duration", "testId"})
    others = {name: data for name, data in contents(run).items() if name != "report.html"}
    return {"environment": data["environment"], **others, **rows}


def json_report(run: Seen) -> Artefacts:
    """Outcomes, texts, log records, and what tests and hooks add."""
    moving = {
        *("duration", "created", "longrepr", "environment", "collectors"),
        *("msecs", "relativeCreated", "thread", "process"),
    }
    data = _plain(json.loads(run.files["report.json"]), moving)
    return {**data, "tests": {test["nodeid"]: test for test in data["tests"]}}


def report_log(run: Seen) -> Artefacts:
    """Each report of each test in order; the session's and warnings in any."""
    moving = {"duration", "start", "stop", *_OF_AGENTS}
    found: dict[str, Any] = {"session": []}
    for line in run.words("log.jsonl"):
        entry = json.loads(line)
        if entry["$report_type"] == "TestReport":
            found.setdefault(entry["nodeid"], []).append(_plain(entry, moving))
        elif entry["$report_type"] != "CollectReport":
            found["session"].append(_plain(entry, moving))
    return {**found, "session": _by_text(found["session"])}


def allure_results(run: Seen) -> Artefacts:
    """Steps, fixtures, labels and attachments."""
    results = _allure(run, "-result.json")
    # A fixture of a module is set up in each agent that needs it.
    containers = sorted({json.dumps(one) for one in _allure(run, "-container.json")})
    kept = [data for name, data in run.files.items() if name.endswith("-attachment.txt")]
    return {"results": results, "containers": containers, "attachments": kept}


def _allure(run: Seen, kind: str) -> list[Any]:
    moving = {"uuid", "start", "stop", "historyId", "source", "children", "trace"}
    found = [json.loads(data) for name, data in run.files.items() if name.endswith(kind)]
    for result in found:
        labels = [one for one in result.get("labels", ()) if one["name"] != "thread"]
        result["labels"] = _by_text(labels)
    return _by_text([_plain(result, moving) for result in found])


def _plain(value: Any, without: set[str]) -> Any:
    """A value of a report without some keys, addresses, and the line that names the agent."""
    if isinstance(value, dict):
        return {key: _plain(item, without) for key, item in value.items() if key not in without}
    if isinstance(value, list):
        return [_plain(item, without) for item in value]
    if isinstance(value, str):
        return _WORKER.sub("", _ADDRESS.sub("0x", value)).strip()
    return value


def _by_text(values: list[Any]) -> list[Any]:
    return sorted(values, key=lambda value: json.dumps(value, sort_keys=True))
