"""What popular plugins write in a run on agents is what they write in one process."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from typing import Any

import coverage
import pytest

from tests.functional.canary import STARTS, Canary, Seen
from tests.functional.running import Suite

WORKER = re.compile(r"^\[gw\d\] linux -- Python [\d.]+ \S+\n*", re.MULTILINE)
ADDRESS = re.compile(r"0x[0-9a-f]+")


def plain(value: Any, without: set[str]) -> Any:
    """A value of a report without some keys, addresses, and the line that names the agent."""
    if isinstance(value, dict):
        return {key: plain(item, without) for key, item in value.items() if key not in without}
    if isinstance(value, list):
        return [plain(item, without) for item in value]
    if isinstance(value, str):
        return WORKER.sub("", ADDRESS.sub("0x", value)).strip()
    return value


def by_text(values: list[Any]) -> list[Any]:
    """Sorted, whatever they are."""
    return sorted(values, key=lambda value: json.dumps(value, sort_keys=True))


def contexts(suite: Suite) -> set[str]:
    """The contexts in the data file."""
    data = coverage.CoverageData(str(suite.folder / ".coverage"))
    data.read()
    return data.measured_contexts()


@pytest.mark.parametrize("start", STARTS)
def test_coverage_is_that_of_one_process(suite: Suite, start: str) -> None:
    """Lines, branches, and which test ran each line; one data file is left."""
    args = ("--cov", "--cov-context=test", "--cov-report=json:cov.json", "--cov-report=term")
    canary = Canary(name="cov", plugins=("pytest-cov",), args=args)
    canary.needed()

    def files(run: Seen) -> Any:
        data = json.loads(run.files["cov.json"])
        return {"totals": data["totals"], **data["files"]}

    def table(run: Seen) -> list[str]:
        lines = run.section("coverage: platform")
        return [line for line in lines if line.startswith(("Name", "shop", "TOTAL"))]

    serial, agents = canary.run_serial(suite), canary.run_agents(suite, start)
    assert files(agents) == files(serial)
    assert contexts(suite) >= {"tests/test_price.py::test_total|run"}
    assert table(agents) == table(serial)
    assert [name for name in agents.files if name.startswith(".coverage")] == [".coverage"]


@pytest.mark.parametrize("start", STARTS)
def test_html_report(suite: Suite, start: str) -> None:
    """Every row, in the order in which tests ended; extras, and what the conftest adds."""
    canary = Canary(
        name="html", plugins=("pytest-html", "pytest-metadata"), args=("--html=report/all.html",)
    )
    canary.needed()

    def report(run: Seen) -> dict[str, Any]:
        page = run.files["report/all.html"].decode("utf-8")
        found = re.search(r'data-jsonblob="([^"]*)"', page)
        assert found is not None
        data: dict[str, Any] = json.loads(html.unescape(found[1]))
        assert "<p>from the conftest</p>" in page
        assert "<title id=" in page
        return data

    def rows(run: Seen) -> Any:
        tests = report(run)["tests"]
        for row in (row for rows in tests.values() for row in rows):
            row["log"] = row["log"].replace("No log output captured.", "")
            row["resultsTableRow"] = [cell for cell in row["resultsTableRow"] if "ms" not in cell]
        return plain(tests, {"duration", "testId"})

    serial, agents = canary.run_serial(suite), canary.run_agents(suite, start)
    assert rows(agents) == rows(serial)
    assert report(agents)["environment"] == report(serial)["environment"]
    assert agents.files.keys() == serial.files.keys()


@pytest.mark.parametrize("start", STARTS)
def test_json_report(suite: Suite, start: str) -> None:
    """Outcomes, texts, log records, and what tests and hooks add."""
    canary = Canary(
        name="json_report",
        plugins=("pytest-json-report", "pytest-metadata"),
        args=("--json-report", "--json-report-file=report.json"),
    )
    canary.needed()
    moving = {
        *("duration", "created", "longrepr", "environment", "collectors"),
        *("msecs", "relativeCreated", "thread", "process"),
    }

    def report(run: Seen) -> dict[str, Any]:
        data: dict[str, Any] = plain(json.loads(run.files["report.json"]), moving)
        data["tests"].sort(key=lambda test: test["nodeid"])
        return data

    serial, agents = canary.run_serial(suite), canary.run_agents(suite, start)
    assert report(agents) == report(serial)
    assert report(agents)["canary"] == "controller"


@pytest.mark.parametrize("start", STARTS)
def test_allure_results(suite: Suite, start: str) -> None:
    """Steps, fixtures, labels and attachments; each agent writes those of its tests."""
    canary = Canary(name="allure", plugins=("allure-pytest",), args=("--alluredir=allure",))
    canary.needed()
    moving = {"uuid", "start", "stop", "historyId", "source", "children", "trace"}

    def results(run: Seen, kind: str) -> list[Any]:
        found = [json.loads(text) for name, text in run.files.items() if name.endswith(kind)]
        for result in found:
            labels = [one for one in result.get("labels", ()) if one["name"] != "thread"]
            result["labels"] = by_text(labels)
        return by_text([plain(result, moving) for result in found])

    serial, agents = canary.run_serial(suite), canary.run_agents(suite, start)
    assert results(agents, "-result.json") == results(serial, "-result.json")
    # A fixture of a module is set up in each agent that needs it.
    containers = [json.dumps(one) for one in results(agents, "-container.json")]
    assert set(containers) == {json.dumps(one) for one in results(serial, "-container.json")}
    kept = [name for name in agents.files if name.endswith("-attachment.txt")]
    assert [agents.files[name] for name in kept] == [b"some text"]


@pytest.mark.parametrize("start", STARTS)
def test_benchmarks_are_off_and_that_is_said(suite: Suite, start: str) -> None:
    """Once, as under xdist."""
    canary = Canary(name="benchmark", plugins=("pytest-benchmark",))
    canary.needed()
    agents = canary.run_agents(suite, start)
    assert agents.ran.err.count("Benchmarks are automatically disabled") == 1
    assert "Rounds" not in agents.ran.out
    agents = canary.run_agents(suite, start, "--benchmark-disable")
    assert agents.ran.err == ""


@pytest.mark.parametrize("start", STARTS)
def test_metadata_of_agents_arrives(suite: Suite, start: str) -> None:
    """And properties of the whole suite are in the junit file."""
    canary = Canary(name="metadata", plugins=("pytest-metadata",))
    canary.needed()
    agents = canary.run_agents(suite, start)
    metadata = json.loads(agents.files["metadata.json"])
    assert metadata["Canary"] == metadata["From an agent"] == "yes"
    junit = (agents.ran.records / "junit.xml").read_text("utf-8")
    assert '<property name="Canary" value="yes"' in junit


@pytest.mark.parametrize("start", STARTS)
def test_cucumber_report_is_written_once(suite: Suite, start: str) -> None:
    """As under xdist, where agents do not send what it would be made of."""
    pytest.importorskip("xdist")
    canary = Canary(name="bdd", plugins=("pytest-bdd",), args=("--cucumberjson=report.json",))
    canary.needed()
    xdist, agents = canary.run_xdist(suite), canary.run_agents(suite, start)
    assert agents.files["report.json"] == xdist.files["report.json"]
    assert Counter(agents.words("scenarios.txt")) == Counter(xdist.words("scenarios.txt"))


@pytest.mark.parametrize("start", STARTS)
def test_snapshots(suite: Suite, start: str) -> None:
    """Written by the agents that ran the tests; what is unused is known when all have ended."""
    canary = Canary(name="syrupy", plugins=("syrupy",))
    canary.needed()
    serial = canary.run_serial(suite, "--snapshot-update")
    agents = canary.run_agents(suite, start, "--snapshot-update")
    assert agents.files == serial.files
    assert agents.ran.code == 0, str(agents.ran)

    def checked() -> Seen:
        return canary.run_agents(suite, start, again=True)

    agents = checked()
    assert "warning" not in agents.ran.counts, str(agents.ran)
    assert any("8 snapshots passed" in line for line in agents.ran.lines), str(agents.ran)
    (suite.folder / "test_single.py").write_text("def test_single(): pass\n")
    agents = checked()
    assert any("2 snapshots unused" in line for line in agents.ran.lines), str(agents.ran)
    assert agents.ran.code == 1
    agents = canary.run_agents(suite, start, "--snapshot-update", again=True)
    assert not any(name.endswith(".json") for name in agents.files)
    # One agent is enough for so little, and none is waited for that there never was.
    one = suite.run("--agents=2", "-p", "no:randomly", env={"PYTEST_ADDOPTS": ""})
    assert "warnings" not in one.counts, str(one)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(
    ("name", "plugin", "args"),
    [
        ("sugar", "pytest-sugar", ["--force-sugar"]),
        ("instafail", "pytest-instafail", ["--instafail"]),
    ],
)
def test_progress(suite: Suite, name: str, plugin: str, args: list[str], start: str) -> None:
    """Plugins that have a terminal of their own show each failure once, and come to the end."""
    canary = Canary(name=name, plugins=(plugin,), args=tuple(args))
    canary.needed()
    agents = canary.run_agents(suite, start)
    lines = Counter(line.strip() for line in agents.ran.lines)
    assert lines[">       assert [1] == [2]"] == 1
    assert lines["E       OSError: in setup"] == 1
    assert any("100%" in line for line in agents.ran.lines)
