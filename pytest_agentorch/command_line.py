"""The command line: the options that pytest has with this plugin. `options.py` reads them."""

from __future__ import annotations

import argparse

import pytest

from pytest_agentorch.model.retry import Flaky, RetryWay

_DIST_MODES = (
    *("balanced", "file", "scope", "group"),
    *("round-robin", "priority", "capability", "each"),
)


def declare(parser: pytest.Parser) -> None:
    """Declare all options of ours."""
    group = parser.getgroup("agentorch", "tests on agents (pytest-agentorch)")
    group.addoption(
        "--agents",
        metavar="N",
        default=None,
        help="run tests on up to N agents: a number, auto (what the machine allows), "
        "logical (one per CPU), 0 for plain pytest. Also PYTEST_AGENTS and "
        "agents in [tool.agentorch] of pyproject.toml.",
    )
    _add_ways(group)
    _add_limits(group)
    _add_resources(group)
    _add_earlier(group)
    _add_reuse(group)
    _add_past(group)
    _add_retries(group)
    _add_coverage(group)
    group.addoption(
        "--agents-plan",
        action="store_true",
        help="print phases, agents and why each test is where it is (-v: per test), and stop.",
    )
    group.addoption(
        "--agents-report",
        metavar="FILE",
        default=None,
        help="write the JSON report (CTRF) to FILE; the run directory always has one.",
    )
    group.addoption(
        "--agents-github",
        choices=("auto", "annotations", "summary", "off"),
        default=None,
        help="in workflows of GitHub, failures are shown as annotations and in the summary of the "
        "step (default: auto, both, but no annotations beside another plugin that makes them).",
    )


def _add_ways(group: pytest.OptionGroup) -> None:
    """Declare in which ways agents can work."""
    group.addoption(
        "--agents-dist",
        choices=_DIST_MODES,
        default=None,
        help="how tests are handed out: balanced (default), whole files, whole scopes "
        "(module or class), whole xdist_groups, one by one to each agent in turn, by priority or "
        "by capability, or every test on each agent.",
    )
    group.addoption(
        "--agents-start",
        choices=("auto", "fork", "spawn"),
        default=None,
        help="how agents start: forked from a process that has collected, spawned so that each "
        "imports and collects for itself, or auto (default): forked where that is safe.",
    )
    group.addoption(
        "--agents-strategy",
        choices=("dag", "sequential", "parallel"),
        default=None,
        help="what phases wait for: those in their after (dag, default), the one before "
        "(sequential), or nothing (parallel).",
    )
    group.addoption(
        "--agents-isolate",
        choices=("none", "file", "test"),
        default=None,
        help="run each file, or each test, in a process in which nothing else has run; "
        "none (default): an agent runs many tests in one process.",
    )
    group.addoption(
        "--agents-crash",
        choices=("rerun", "fail"),
        default=None,
        help="a test whose agent died: run it once more, alone, on a fresh agent (default), "
        "or fail it at once.",
    )


def _add_limits(group: pytest.OptionGroup) -> None:
    """Declare how long things may take."""
    group.addoption(
        "--agents-timeout",
        metavar="SECONDS",
        default=None,
        help="how long a test may run: seconds, or a time such as 5m (default: 30m); then it "
        "fails, and its agent is ended if it does not. 0: as long as it likes.",
    )
    group.addoption(
        "--agents-run-timeout",
        metavar="SECONDS",
        default=None,
        help="how long the whole run may take, its collection included; it then stops as after "
        "Ctrl-C (default: as long as it likes).",
    )


def _add_resources(group: pytest.OptionGroup) -> None:
    """Declare how much processes may have."""
    group.addoption(
        "--agents-memory",
        metavar="SIZE",
        default=None,
        help="how much memory all processes of the run may have together, such as 4GiB (default: "
        "resource_limit of what the machine or its container allows).",
    )
    group.addoption(
        "--agents-memory-hard",
        metavar="SIZE",
        default=None,
        help="how much memory one agent may have with all that it starts; one that has more is "
        "ended, and its test fails (default: as much as there is).",
    )


def _add_earlier(group: pytest.OptionGroup) -> None:
    """Declare what a run can have to do with an earlier one."""
    group.addoption(
        "--agents-resume",
        metavar="RUN",
        nargs="?",
        const="",
        default=None,
        help="finish a run that was killed or interrupted: what has a verdict in its event log "
        "keeps it, the rest runs. RUN is the beginning of its id, or last: the latest that is not "
        "complete (default).",
    )
    group.addoption(
        "--agents-rerun",
        choices=("failed", "unfinished", "new"),
        default=None,
        help="of the tests that are collected, run only those that failed in the run before, that "
        "had no verdict there, or that were not in it.",
    )


def _add_reuse(group: pytest.OptionGroup) -> None:
    """Declare that tests may have their verdict without being run."""
    group.addoption(
        "--agents-reuse",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="do not run a test that has passed before if nothing has changed since: its file, "
        "what that imports, conftests, configuration, Python, packages. It is told as reused.",
    )


def _add_past(group: pytest.OptionGroup) -> None:
    """Declare how earlier runs are looked at; no test runs then."""
    group.addoption(
        "--agents-runs",
        action="store_true",
        help="list the runs whose records are kept, and run nothing.",
    )
    group.addoption(
        "--agents-show",
        metavar="RUN",
        default=None,
        help="show the end of an earlier run once more, and run nothing. RUN is the beginning of "
        "its id, or last.",
    )


def _add_retries(group: pytest.OptionGroup) -> None:
    """Declare what becomes of tests that fail now and then."""
    group.addoption(
        "--agents-retries",
        metavar="N",
        type=_count,
        default=None,
        help="run a test that has failed up to N times again (default: 0).",
    )
    group.addoption(
        "--agents-retry",
        choices=[way.value for way in RetryWay],
        default=None,
        help="where: soon, on any agent (default), fresh: alone, in a new process, or at-end: "
        "after all other tests of its phase.",
    )
    group.addoption(
        "--agents-flaky",
        choices=[flaky.value for flaky in Flaky],
        default=None,
        help="a test that has passed, but not at its first attempt: it counts as passed (default) "
        "or as failed.",
    )


def _add_coverage(group: pytest.OptionGroup) -> None:
    """Declare what is measured of coverage, and what is shown of it."""
    group.addoption(
        "--agents-cov",
        metavar="SOURCE",
        nargs="?",
        const=True,
        action="append",
        default=[],
        help="measure coverage of a path or a package, or of what the project's configuration of "
        "coverage says; may be given several times. Also without agents.",
    )
    group.addoption(
        "--agents-cov-report",
        metavar="KIND[:WHERE]",
        action="append",
        default=[],
        help="a report of coverage: term (default), term-missing, html, xml, json, lcov, markdown "
        "or none; may be given several times. Files may go elsewhere, as in html:folder; the first "
        "two may leave out files that are covered completely, as in term:skip-covered.",
    )
    group.addoption(
        "--agents-cov-fail-under",
        metavar="PERCENT",
        default=None,
        help="fail if the total coverage is less (default: fail_under of the project's "
        "configuration of coverage).",
    )


def _count(text: str) -> int:
    """A number from 0; argparse tells the user if it is none."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0")
    return int(text)
