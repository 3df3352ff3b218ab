"""The summary of a step: all that there is room for."""

from __future__ import annotations

from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.reporting.broken_file import BrokenFile
from pytest_agentorch.reporting.github_summary import MOST_BYTES, step_summary
from pytest_agentorch.results.run_summary import RunSummary
from tests.unit.event_builders import a_run, connected, over, plan_of, poisoned, ran, summary_of


def failures(count: int, trace: str = "", message: str = "assert <b>") -> RunSummary:
    """A run in which all tests have failed."""
    failed = [
        event
        for number in range(count)
        for event in ran(number, outcome=Outcome.FAILED, message=message, trace=trace)
    ]
    return summary_of(a_run(), plan_of(count), connected("gw0"), *failed, over())


def test_a_green_run_has_its_figures() -> None:
    """Those that the terminal shows, too."""
    summary = summary_of(a_run(), plan_of(2), connected("gw0"), *ran(0), *ran(1, at=3.0), over())
    first, *rest = step_summary(summary, ()).splitlines()
    assert first.startswith("### pytest: 2 passed in ")
    assert any(line.startswith("agents: 1") for line in rest)


def test_failures_are_folded_up() -> None:
    """Nothing in them is taken for Markdown or HTML."""
    text = step_summary(failures(1, trace="E  ```` x"), ())
    assert "### pytest: 1 failed in " in text
    assert (
        "<details><summary><code>tests/test_a.py::test_0</code> assert &lt;b&gt;</summary>\n\n"
        "`````text\nE  ```` x\n`````\n\n</details>\n"
    ) in text


def test_it_is_never_too_long() -> None:
    """What is left out is counted; a long trace has its end."""
    summary = failures(300, trace="ä" * 20_000 + "the end")
    text = step_summary(summary, ())
    assert MOST_BYTES - 20_000 < len(text.encode()) <= MOST_BYTES
    shown = text.count("<details>")
    assert text.endswith(f"\nand {300 - shown} more: see the log\n")
    assert text.count("the end\n```") == shown
    assert step_summary(summary, (), room=50) == ""
    assert len(step_summary(summary, (), room=2_000)) <= 2_000


def test_a_lost_agent_has_its_page() -> None:
    """That says how it ended."""
    summary = summary_of(a_run(), plan_of(1), connected("gw0"), *poisoned(0), over())
    assert "To run it alone:" in step_summary(summary, ())


def test_a_run_without_tests_says_so() -> None:
    """It may be what was wrong."""
    assert step_summary(summary_of(a_run(), over()), ()).startswith("### pytest: no tests in ")


def test_a_file_that_cannot_be_collected_is_an_error() -> None:
    """There may be no test at all then."""
    broken = BrokenFile(path="test_b.py", trace="E   NameError: x")
    text = step_summary(summary_of(a_run(), over()), (), [broken])
    assert text.startswith("### pytest: 1 error in ")
    assert "<code>test_b.py</code> NameError: x</summary>" in text
