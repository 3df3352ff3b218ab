"""The name of a phase: before its dots, where one sees it begin, or behind each test (`-vv`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_agentorch.controller.own_terminal import is_plain
from pytest_agentorch.model.event import Event, PhaseStarted, TestsAdvanced
from pytest_agentorch.orchestration.plan import Plan


class PhaseLabels:
    """A subscriber that writes into pytest's progress lines."""

    name = "phase-labels"

    def __init__(self, reporter: Any, plan: Plan) -> None:
        self._reporter = reporter
        barriers = [p.name for p in plan.phases if p.barrier and p.name == p.phase]
        first = plan.phases[0].name if plan.phases else None
        # Without a barrier tests of several phases end in turn: a name would be wrong.
        self._labelled = {first, *barriers} if set(barriers) - {first} else set()
        self._begun = False

    def on_event(self, event: Event) -> None:
        """Begin a new line where a phase begins."""
        if not isinstance(event, PhaseStarted) or event.phase not in self._labelled:
            return
        if not event.tests:
            # Plugins have wanted all of them to run earlier.
            return
        fill = getattr(self._reporter, "_write_progress_information_filling_space", None)
        if self._begun and fill is not None and self._reporter._show_progress_info:  # noqa: SLF001
            fill()
        self._begun = True
        self._reporter.write_ensure_prefix(f"{event.phase} ")
        self._reporter.flush()


class PhaseNames:
    """A subscriber that lets a terminal with a line for each test name its phase, too."""

    name = "phase-names"

    def __init__(self, reporter: Any, plan: Plan) -> None:
        self._tests = plan.tests
        self._phases = {test.node_id: test.phase for test in plan.tests}
        self._own: Callable[..., str] = reporter._locationline  # noqa: SLF001 - no public way
        reporter._locationline = self._with_phase  # noqa: SLF001

    def on_event(self, event: Event) -> None:
        """Some tests may belong to another phase."""
        if isinstance(event, TestsAdvanced):
            for test in event.tests:
                self._phases[self._tests[test].node_id] = event.phase

    def _with_phase(self, nodeid: object, *location: object) -> str:
        line, phase = self._own(nodeid, *location), self._phases.get(str(nodeid))
        return line if phase is None else f"{line.rstrip()} ({phase}) "


def wants_names(reporter: Any, verbosity: int) -> bool:
    """Whether pytest's own terminal writes much about each test."""
    return is_plain(reporter) and hasattr(reporter, "_locationline") and verbosity > 1


def wants_labels(reporter: Any, verbosity: int) -> bool:
    """Whether pytest's own terminal writes dots: not with `-v`, `-q` or a plugin's terminal."""
    return type(reporter).__module__ == "_pytest.terminal" and verbosity == 0
