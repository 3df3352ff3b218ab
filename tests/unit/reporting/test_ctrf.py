"""The report is strict CTRF."""

from __future__ import annotations

import pytest

from pytest_agentorch.reporting.ctrf import suite_of
from tests.unit.event_builders import a_plan, a_run, over, planned, ran, summary_of
from tests.unit.reporting.ctrf_runs import MILLIS, RUNS, document_of, rows_of


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


def test_a_test_that_was_reused_has_passed_and_has_not_run() -> None:
    """Who counts passes finds it, and who looks closer what it is."""
    document = document_of(RUNS["reused"])
    (test,) = document["results"]["tests"]
    assert (test["status"], test["rawStatus"], test["duration"]) == ("passed", "reused", 0)
    assert not {"start", "stop", "threadId"} & test.keys()
    assert document["results"]["summary"]["passed"] == 1
    assert document["extra"]["pytest-agentorch"]["reused"] == 1


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
