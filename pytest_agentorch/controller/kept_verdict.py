"""Verdicts of an earlier run in this one: as events, and as reports for pytest's plugins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from _pytest._code.code import ReprFileLocation, TerminalRepr
from _pytest._io import TerminalWriter

from pytest_agentorch.controller.attempts import FLAKY
from pytest_agentorch.controller.plain_report import Families
from pytest_agentorch.controller.text_lines import write_lines
from pytest_agentorch.model.event import Event, RunResumed, TestKept, TestsAdvanced
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.reporting.crash_page import crash_page
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.resumption import Resumption
from pytest_agentorch.results.run_summary import RunSummary

_REUSED = "_agentorch_reused"
_ELSEWHERE = "failed here, too: the event log has only the first failure of a test"


class KeptFailure(TerminalRepr):
    """A failure of which there is a text, and the line for the short summary."""

    def __init__(self, text: str, place: tuple[str, int | None, str], message: str) -> None:
        self._text = text
        self.reprcrash = ReprFileLocation(place[0], (place[1] or 0) + 1, message)

    def toterminal(self, tw: TerminalWriter) -> None:
        """Write the text."""
        write_lines(tw, self._text)


class FirstPart(Frozen):
    """An earlier run that this one finishes."""

    earlier: RunSummary
    resumption: Resumption

    def events(self, at: float) -> list[Event]:
        """What is to be told of it: that it is resumed, and all that is kept of it."""
        run, kept = self.resumption.run, self.resumption.kept
        resumed: Event = RunResumed(run=run, gone=self.resumption.gone, at=at)
        verdicts = (self._kept(test, result, at) for test, result in kept.items())
        return [resumed, *self._advanced(at), *verdicts]

    def _advanced(self, at: float) -> list[Event]:
        tests: dict[tuple[PhaseName, str], list[TestId]] = {}
        for test, event in self.resumption.advanced.items():
            tests.setdefault((event.phase, event.reason), []).append(test)
        return [
            TestsAdvanced(phase=phase, tests=tuple(some), reason=reason, at=at)
            for (phase, reason), some in tests.items()
        ]

    def _kept(self, test: TestId, result: TestResult, at: float) -> TestKept:
        assert result.outcome is not None
        trace, failed_in = result.trace, result.failed_in
        if result.given_up is not None:
            names = {one.planned.test: one.node_id for one in self.earlier.tests}
            before = [names.get(one, "") for one in result.given_up.before]
            trace = crash_page(result.given_up, node_id=result.node_id, before=before)
            failed_in = ("call",)
        return TestKept(
            run=result.kept or self.resumption.run,
            test=test,
            outcome=result.outcome,
            failed_in=failed_in,
            started=result.started,
            seconds=result.seconds,
            message=result.message,
            trace=trace,
            stdout=result.stdout,
            stderr=result.stderr,
            vain=result.earlier,
            flaky=result.flaky,
            at=at,
            reused=result.reused,
        )


class _ReusedWord:
    """`reused` is its own word: such a test has not run."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, Any] | None:
        if getattr(report, _REUSED, False) and report.when == "call":
            return "reused", "r", ("REUSED", {"green": True})
        return None


def teach_reused(config: pytest.Config) -> None:
    """Let pytest know the word: whoever has a say in it makes reports slower."""
    config.pluginmanager.register(_ReusedWord(), "agentorch-reused")


def all_reports(
    kept: Sequence[TestKept], plan: Plan, families: Families
) -> Iterator[tuple[TestId, list[pytest.TestReport]]]:
    """The reports of every test that is kept."""
    for event in kept:
        test = plan.tests[event.test]
        names = (*test.own_names, *families[test.family])
        yield event.test, kept_reports(event, test, plan.item(event.test), names)


def kept_reports(
    kept: TestKept, test: TestDescriptor, position: int, names: Sequence[str]
) -> list[pytest.TestReport]:
    """Make the reports of setup, call and teardown, as far as the log tells what was in them."""
    place = (test.location_path, test.line, test.name)
    reports = [
        pytest.TestReport(
            nodeid=test.node_id,
            location=place,
            keywords=dict.fromkeys(names, 1),
            outcome="passed",
            longrepr=None,
            when=when,
            start=kept.started or kept.at,
            item_index=position,
        )
        for when in _phases(kept)
    ]
    longest = reports[0] if len(reports) == 2 else reports[1]
    longest.duration = kept.seconds
    longest.stop = longest.start + kept.seconds
    _explain(kept, longest)
    _fail(kept, reports)
    if kept.reused:
        for report in reports:
            setattr(report, _REUSED, True)
            report.user_properties.append(("reused", kept.run))
    return reports


def _phases(kept: TestKept) -> tuple[Any, ...]:
    ended_early = kept.outcome is Outcome.SKIPPED or "setup" in _failed_in(kept)
    return ("setup", "teardown") if ended_early else ("setup", "call", "teardown")


def _failed_in(kept: TestKept) -> tuple[str, ...]:
    if not kept.outcome.is_bad:
        return ()
    return kept.failed_in or ("setup" if kept.outcome is Outcome.ERROR else "call",)


def _explain(kept: TestKept, report: Any) -> None:
    """Say of a test that has not failed why it has not simply passed."""
    if kept.flaky and not kept.outcome.is_bad:
        setattr(report, FLAKY, True)
    if kept.outcome in (Outcome.XFAILED, Outcome.XPASSED):
        report.wasxfail = kept.message
    if kept.outcome is Outcome.XFAILED:
        report.outcome = "skipped"
    if kept.outcome is Outcome.SKIPPED:
        path, line, _ = report.location
        report.outcome, report.longrepr = "skipped", (path, (line or 0) + 1, kept.message)


def _fail(kept: TestKept, reports: Sequence[Any]) -> None:
    """Let the reports fail that failed: the first has the text, and it and all later the output."""
    failed = [report for report in reports if report.when in _failed_in(kept)]
    texts = [(kept.trace or kept.message, kept.message)] + [(_ELSEWHERE, _ELSEWHERE)] * len(failed)
    for report, (text, message) in zip(failed, texts, strict=False):
        report.outcome = "failed"
        report.longrepr = KeptFailure(text, report.location, message)
    for report in reports[reports.index(failed[0]) :] if failed else ():
        report.sections = _sections(kept)


def _sections(kept: TestKept) -> list[tuple[str, str]]:
    streams = (("stdout", kept.stdout), ("stderr", kept.stderr))
    return [(f"Captured {name} call", text) for name, text in streams if text]
