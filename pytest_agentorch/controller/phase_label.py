"""The name of a phase before its dots, so that one sees where it begins."""

from __future__ import annotations

from typing import Any

from pytest_agentorch.model.event import Event, PhaseStarted
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
        fill = getattr(self._reporter, "_write_progress_information_filling_space", None)
        if self._begun and fill is not None and self._reporter._show_progress_info:  # noqa: SLF001
            fill()
        self._begun = True
        self._reporter.write_ensure_prefix(f"{event.phase} ")
        self._reporter.flush()


def wants_labels(reporter: Any, verbosity: int) -> bool:
    """Whether pytest's own terminal writes dots: not with `-v`, `-q` or a plugin's terminal."""
    return type(reporter).__module__ == "_pytest.terminal" and verbosity == 0
