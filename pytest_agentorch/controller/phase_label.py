"""The name of a phase: before its dots, where one sees it begin, or behind each test (`-vv`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_agentorch.controller.own_terminal import is_plain
from pytest_agentorch.model.event import Event, TestsAdvanced
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.orchestration.plan import Plan


class PhaseLabels:
    """Writes into pytest's progress lines. Called before a test is told of."""

    def __init__(self, reporter: Any, plan: Plan) -> None:
        self._reporter = reporter
        self._phases = [test.phase for test in plan.tests]
        barriers = [p.name for p in plan.phases if p.barrier and p.name == p.phase]
        first = plan.phases[0].name if plan.phases else None
        # Without a barrier tests of several phases end in turn: a name would be wrong.
        labelled = {first, *barriers} if set(barriers) - {first} else set()
        self._after = {p.name: p.after for p in plan.phases if p.name in labelled}
        self._written: set[PhaseName] = set()
        self._begun: PhaseName | None = None
        self._current: PhaseName | None = None

    @classmethod
    def of(cls, config: pytest.Config, plan: Plan) -> PhaseLabels | None:
        """The labels of a run; None if nobody wants any."""
        reporter = config.pluginmanager.getplugin("terminalreporter")
        # Not with `-v`, `-q` or a plugin's terminal.
        if type(reporter).__module__ != "_pytest.terminal" or config.get_verbosity():
            return None
        labels = cls(reporter, plan)
        return labels if labels._after else None

    def move(self, event: TestsAdvanced) -> None:
        """Some tests belong to another phase from now on."""
        for test in event.tests:
            self._phases[test] = event.phase

    def begin(self, phase: PhaseName) -> None:
        """Tests of a phase may run."""
        self._begun = phase if phase in self._after else self._begun

    def catch_up(self) -> None:
        """Of the phases before nothing is to come."""
        if self._begun is not None and self._begun not in self._written:
            self._write(self._begun)

    def show(self, test: TestId) -> None:
        """Begin a new line where tests of another phase begin, or one of those before is late."""
        phase, current = self._phases[test], self._current
        if phase == current or phase not in self._after:
            return
        in_turn = current is None or phase in self._after[current] or current in self._after[phase]
        if in_turn or phase not in self._written:
            self._write(phase)

    def _write(self, phase: PhaseName) -> None:
        fill = getattr(self._reporter, "_write_progress_information_filling_space", None)
        if self._written and fill is not None and self._reporter._show_progress_info:  # noqa: SLF001
            fill()
        self._current = phase
        self._written.add(phase)
        self._reporter.write_ensure_prefix(f"{phase} ")
        self._reporter.flush()


class PhaseNames:
    """A subscriber that lets a terminal with a line for each test name its phase, too."""

    name = "phase-names"
    wants = (TestsAdvanced,)

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
