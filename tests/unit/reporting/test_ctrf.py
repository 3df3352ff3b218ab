"""The report is strict CTRF, and what is ours has a schema, too."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from pytest_agentorch.model.event import AgentDone, PhaseStarted, ReporterFailed, SlotGivenUp
from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.reporting.ctrf import Environment, ctrf_document, suite_of
from pytest_agentorch.results.recommendation import recommend
from pytest_agentorch.results.summary import RunSummary
from tests.unit.event_builders import (
    START,
    a_plan,
    a_run,
    connected,
    lost,
    not_found,
    over,
    plan_of,
    planned,
    poisoned,
    ran,
    started,
    summary_of,
)

ENVIRONMENT = Environment(
    pytest_version="9.2.0",
    agentorch_version="0.1.0",
    python_version="3.13.0",
    os_platform="linux",
    branch_name="main",
)
MILLIS = 1_700_000_000_000

RERUN = (
    started(0, at=2.0),
    lost("gw0", 0, at=3.0, output="one\ntwo\n", queued=1),
    connected("gw0.2", at=3.5),
    *ran(0, agent="gw0.2", at=4.0, seconds=0.25),
)

RUNS = {
    "before anything happened": summary_of(),
    "empty": summary_of(a_run(), a_plan(), over()),
    "green": summary_of(a_run(), plan_of(2), connected("gw0"), ran(0), ran(1, at=3.0), over()),
    "every outcome": summary_of(
        a_run(),
        plan_of(len(Outcome) + 1),
        connected("gw0"),
        *(
            ran(n, one, message="m", trace="t", stdout="o", stderr="e")
            for n, one in enumerate(Outcome)
        ),
        over(StopReason.MAXFAIL, not_run=1),
    ),
    "crash": summary_of(
        a_run(),
        plan_of(3),
        PhaseStarted(phase=PhaseName("unit"), tests=3, agents=2, at=START + 1.0),
        connected("gw0"),
        poisoned(0),
        not_found(1),
        SlotGivenUp(slot=SlotId("gw0"), deaths=3, at=START + 5.0),
        ReporterFailed(reporter="event-log", error="OSError: full", at=START + 6.0),
        over(StopReason.NO_AGENTS, not_run=1),
    ),
    "rerun": summary_of(a_run(), plan_of(2), connected("gw0"), *RERUN, over()),
    "still running": summary_of(a_run(), plan_of(2), connected("gw0"), ran(0), started(1, at=4.0)),
    "interrupted": summary_of(
        a_run(),
        plan_of(3),
        connected("gw0"),
        ran(0),
        started(1, at=4.0),
        AgentDone(agent=AgentId("gw0"), at=START + 5.0),
        over(StopReason.INTERRUPTED, not_run=2),
    ),
    "interrupted after a crash": summary_of(
        a_run(), plan_of(1), started(0), lost("gw0", 0), over(StopReason.INTERRUPTED, not_run=1)
    ),
}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The schema as it is in the package."""
    text = (files("pytest_agentorch.reporting") / "ctrf.schema.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def document_of(summary: RunSummary, **options: Any) -> dict[str, Any]:
    """The document as a reader of the file gets it."""
    recommendations = recommend(summary)
    document = ctrf_document(summary, ENVIRONMENT, recommendations=recommendations, **options)
    loaded: dict[str, Any] = json.loads(json.dumps(document))
    return loaded


def rows_of(name: str) -> list[dict[str, Any]]:
    """The tests of the document of a run."""
    tests: list[dict[str, Any]] = document_of(RUNS[name])["results"]["tests"]
    return tests


def check(document: dict[str, Any], schema: dict[str, Any]) -> None:
    """Validate with all formats."""
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(document)


def test_the_schema_is_a_schema_and_leaves_no_object_open(schema: dict[str, Any]) -> None:
    """Every object forbids what it does not name, as CTRF does."""
    Draft202012Validator.check_schema(schema)

    def objects(node: object) -> list[dict[str, Any]]:
        if isinstance(node, list):
            return [one for item in node for one in objects(item)]
        if not isinstance(node, dict):
            return []
        here = [node] if node.get("type") == "object" else []
        return here + [one for item in node.values() for one in objects(item)]

    assert all(node.get("additionalProperties") is False for node in objects(schema))


@pytest.mark.parametrize("name", RUNS)
def test_every_document_fits_the_schema(name: str, schema: dict[str, Any]) -> None:
    """Whatever happened in the run."""
    check(document_of(RUNS[name]), schema)
    check(document_of(RUNS[name], exit_code=2), schema)


def test_every_field_of_the_schema_is_used_by_some_document(schema: dict[str, Any]) -> None:
    """What is not written is not promised."""
    everything = Environment(**dict.fromkeys(Environment.__dataclass_fields__, "x"))
    test = planned(0, keywords=("slow",))
    rich = ctrf_document(summary_of(a_run(), a_plan(test), *RERUN), everything)
    seen = " ".join(
        json.dumps(one) for one in [rich, *(document_of(summary) for summary in RUNS.values())]
    )

    def names(node: object) -> set[str]:
        if isinstance(node, list):
            return {name for item in node for name in names(item)}
        if not isinstance(node, dict):
            return set()
        return set(node.get("properties", {})) | {n for item in node.values() for n in names(item)}

    assert {name for name in names(schema) if f'"{name}": ' not in seen} == set()


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("results",),
        ("results", "tool"),
        ("results", "summary"),
        ("results", "environment"),
        ("results", "tests", 0),
        ("results", "tests", 0, "retryAttempts", 0),
        ("extra", "pytest-agentorch"),
        ("extra", "pytest-agentorch", "performance"),
    ],
)
def test_a_field_that_nobody_knows_is_refused(
    path: tuple[Any, ...], schema: dict[str, Any]
) -> None:
    """The schema is strict where CTRF is, and about our part."""
    document = copy.deepcopy(document_of(RUNS["rerun"]))
    place: Any = document
    for step in path:
        place = place[step]
    place["more"] = 1
    with pytest.raises(ValidationError):
        check(document, schema)


def test_the_head_of_the_document() -> None:
    """Who wrote what, when."""
    document = document_of(RUNS["green"])
    assert document["reportFormat"] == "CTRF"
    assert document["specVersion"] == "0.0.0"
    assert document["timestamp"] == "2023-11-14T22:13:30.000Z"
    assert document["generatedBy"] == "pytest-agentorch 0.1.0"
    assert document["results"]["tool"] == {"name": "pytest", "version": "9.2.0"}
    assert document["results"]["environment"] == {
        "osPlatform": "linux",
        "branchName": "main",
        "extra": {"pytest-agentorch": {"python": "3.13.0"}},
    }


def test_a_test_that_passed_is_short() -> None:
    """Its output is nobody's business."""
    test = planned(0, "tests/test_a.py::TestCart::test_sum[1::2]", line=0, keywords=("slow",))
    summary = summary_of(a_run(), a_plan(test), ran(0, seconds=0.0126, stdout="noise"), over())
    assert document_of(summary)["results"]["tests"] == [
        {
            "name": "tests/test_a.py::TestCart::test_sum[1::2]",
            "status": "passed",
            "rawStatus": "passed",
            "duration": 13,
            "suite": ["tests/test_a.py", "TestCart"],
            "type": "unit",
            "filePath": "tests/test_a.py",
            "line": 1,
            "tags": ["slow"],
            "start": MILLIS + 2000,
            "stop": MILLIS + 2013,
            "threadId": "gw0",
        }
    ]


def test_the_verdicts_become_statuses_and_counts_agree() -> None:
    """What did not run is pending; `rawStatus` keeps pytest's word."""
    tests = rows_of("every outcome")
    assert {test["rawStatus"]: test["status"] for test in tests} == {
        "passed": "passed",
        "failed": "failed",
        "error": "failed",
        "skipped": "skipped",
        "xfailed": "skipped",
        "xpassed": "passed",
        "not run": "pending",
    }
    summary = document_of(RUNS["every outcome"])["results"]["summary"]
    for status in ("passed", "failed", "skipped", "pending", "other"):
        assert summary[status] == sum(test["status"] == status for test in tests), status
    assert summary["tests"] == len(tests)
    assert (summary["start"], summary["stop"]) == (MILLIS, MILLIS + 10_000)
    assert (summary["duration"], summary["suites"], summary["flaky"]) == (10_000, 1, 0)


def test_a_test_that_did_not_pass_says_why() -> None:
    """Output is lists of lines."""
    failed = next(test for test in rows_of("every outcome") if test["rawStatus"] == "failed")
    assert (failed["message"], failed["trace"]) == ("m", "t")
    assert (failed["stdout"], failed["stderr"]) == (["o"], ["e"])


def test_a_test_that_ran_again_after_it_lost_its_agent_is_flaky() -> None:
    """The attempt before the last one is in its history."""
    test = rows_of("rerun")[0]
    assert (test["status"], test["threadId"], test["retries"]) == ("passed", "gw0", 1)
    assert test["flaky"] is True
    assert test["retryAttempts"] == [
        {
            "attempt": 1,
            "status": "failed",
            "duration": 1000,
            "start": MILLIS + 2000,
            "stop": MILLIS + 3000,
            "message": "agent gw0 was lost: SIGSEGV (11)",
            "stderr": ["one", "two"],
        }
    ]
    assert document_of(RUNS["rerun"])["results"]["summary"]["flaky"] == 1


def test_a_test_that_was_given_up_has_the_whole_page() -> None:
    """And the attempt before."""
    poison, missing, waiting = rows_of("crash")
    assert poison["message"] == "agent gw0.2 died of SIGSEGV (11)"
    assert poison["trace"].startswith("Agent gw0.2 died of SIGSEGV (11) while it ran this test")
    assert poison["stderr"] == ["Fatal Python error"]
    assert (poison["retries"], poison["flaky"]) == (1, False)
    assert (missing["status"], missing["duration"]) == ("failed", 0)
    assert "start" not in missing
    assert (waiting["status"], waiting["rawStatus"]) == ("pending", "not run")


def test_a_test_that_runs_now_has_a_start_but_no_stop() -> None:
    """A report of a run that is not over."""
    running = rows_of("still running")[1]
    assert (running["status"], running["start"]) == ("pending", MILLIS + 4000)
    assert "stop" not in running


def test_our_part_tells_how_the_run_went() -> None:
    """Phases, agents, performance, incidents, advice, and how it ended."""
    ours = document_of(RUNS["crash"], exit_code=1)["extra"]["pytest-agentorch"]
    assert (ours["run"], ours["exit_code"]) == ("20231114T221320Z-0a1b2c3d", 1)
    assert (ours["stop_reason"], ours["totals"]["not_run"]) == ("no_agents", 1)
    assert [(agent["id"], agent["status"]) for agent in ours["agents"]] == [
        ("gw0", "failed"),
        ("gw0.2", "failed"),
    ]
    assert ours["phases"][0]["agents_allowed"] == 2
    assert ours["performance"]["busy_seconds"] == 1.5
    assert [one["slug"] for one in ours["recommendations"]] == ["poison-test", "slot-given-up"]
    assert ours["incidents"][0] == {
        "slug": "agent-lost",
        "severity": "sev3",
        "what": "gw0 lost (SIGSEGV) in tests/test_a.py::test_0; replaced in 0.25 s",
        "agent": "gw0",
        "slot": "gw0",
        "test": "tests/test_a.py::test_0",
        "status": "SIGSEGV (11)",
        "at": START + 3.0,
        "recovery_seconds": 0.25,
    }


@pytest.mark.parametrize(
    ("node_id", "suite"),
    [
        ("t.py::test", ["t.py"]),
        ("t.py::TestA::TestB::test", ["t.py", "TestA", "TestB"]),
        ("t.py::test[a::b[c]]", ["t.py"]),
        ("README.md", ["README.md"]),
    ],
)
def test_the_suite_is_the_file_and_the_classes(node_id: str, suite: list[str]) -> None:
    """From the outermost on."""
    assert suite_of(node_id) == suite
