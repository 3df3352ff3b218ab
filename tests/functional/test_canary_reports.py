"""What popular plugins write in a run on agents is what they write in one process."""

from __future__ import annotations

import json
from collections import Counter

import coverage
import pytest

from tests.functional.canary import STARTS, Canary, Seen
from tests.functional.canary_artefacts import coverage_report
from tests.functional.running import Suite


def contexts(suite: Suite) -> set[str]:
    """The contexts in the data file."""
    data = coverage.CoverageData(str(suite.folder / ".coverage"))
    data.read()
    return data.measured_contexts()


@pytest.mark.parametrize("start", STARTS)
def test_coverage_is_that_of_one_process(suite: Suite, start: str) -> None:
    """Lines, branches, and which test ran each line; one data file is left."""
    args = ("--cov", "--cov-context=test", "--cov-report=json", "--cov-report=term")
    canary = Canary(name="cov", plugins=("pytest-cov",), args=args, left=coverage_report)
    canary.needed()

    def table(run: Seen) -> list[str]:
        lines = run.section("coverage: platform")
        return [line for line in lines if line.startswith(("Name", "shop", "TOTAL"))]

    serial, agents = canary.run_serial(suite), canary.run_agents(suite, start)
    assert canary.differing(serial, agents) == []
    assert contexts(suite) >= {"tests/test_price.py::test_total|run"}
    assert table(agents) == table(serial)


@pytest.mark.parametrize("start", STARTS)
def test_html_report(suite: Suite, start: str) -> None:
    """It has what the conftest adds: in the controller, and to each result."""
    canary = Canary(
        name="html", plugins=("pytest-html", "pytest-metadata"), args=("--html=report.html",)
    )
    canary.needed()
    page = canary.run_agents(suite, start).files["report.html"].decode("utf-8")
    assert "<p>from the conftest</p>" in page
    assert "<title id=" in page


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
def test_durations_are_stored(suite: Suite, start: str) -> None:
    """Of every test, for pytest-split to cut the next runs by."""
    canary = Canary(
        name="split", plugins=("pytest-split",), args=("--store-durations", "--clean-durations")
    )
    canary.needed()
    agents = canary.run_agents(suite, start)
    stored = json.loads(agents.files[".test_durations"])
    assert stored.keys() == agents.ran.statuses.keys()
    assert all(seconds > 0 for seconds in stored.values())


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
    assert lines["printed"] == 1
    assert any("100%" in line for line in agents.ran.lines)
