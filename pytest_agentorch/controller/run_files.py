"""The files of the run directory that tell how the run was: kept up to date where it matters."""

from __future__ import annotations

import contextlib
import platform
from collections import defaultdict
from collections.abc import Sequence

from pytest_agentorch.controller.notice import AgentsLookedAt
from pytest_agentorch.controller.progress import ProgressTeller
from pytest_agentorch.model.event import (
    AgentExited,
    Event,
    PhaseFinished,
    PlanMade,
    TeardownFailed,
)
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.summary import SummaryFold
from pytest_agentorch.storage.agent_file import add_agent
from pytest_agentorch.storage.agent_row import Traits
from pytest_agentorch.storage.metrics_file import MetricsFile
from pytest_agentorch.storage.result_file import write_results
from pytest_agentorch.storage.run_directory import RunDirectory

_NEWS = (PlanMade, PhaseFinished, AgentExited, TeardownFailed)


class RunFiles:
    """A subscriber. What cannot be written is not: nobody may look at it.

    Args:
        directory: where they are.
        fold: what has become of tests.
        progress: what is known of agents.
        traits: of its agents.
        started: when the run began.
    """

    name = "run-files"
    wants = _NEWS

    def __init__(
        self,
        directory: RunDirectory,
        fold: SummaryFold,
        progress: ProgressTeller,
        traits: Traits,
        *,
        started: float,
    ) -> None:
        self._directory = directory
        self._fold = fold
        self._progress = progress
        self._traits = traits
        self._metrics = MetricsFile(directory.folder("metrics") / "samples.jsonl", started)
        self._news: list[PlanMade | PhaseFinished | AgentExited | TeardownFailed] = []
        self._names: tuple[str, ...] = ()
        self._open: set[PhaseName] = set()
        self._settled: set[PhaseName] = set()

    def on_event(self, event: Event) -> None:
        """Keep what is of interest until there is time."""
        if isinstance(event, _NEWS):
            self._news.append(event)

    def flush(self) -> None:
        """Write down what has happened."""
        news, self._news = self._news, []
        for event in news:
            with contextlib.suppress(OSError):
                match event:
                    case PlanMade():
                        self._names = tuple(test.node_id for test in event.tests)
                        self._open.update(event.phases)
                        self._directory.save(self._fold.summary())
                    case PhaseFinished():
                        self._close(event.phase)
                    case AgentExited():
                        self._add_agent(event)
                    case TeardownFailed():
                        # A verdict has changed.
                        self._settled.clear()

    def add_look(self, look: AgentsLookedAt) -> None:
        """Write down what agents take."""
        with contextlib.suppress(OSError):
            self._metrics.add(look.samples, look.controller, look.host, look.at)

    def finish(self, summary: RunSummary) -> None:
        """Write down how the run has ended."""
        with contextlib.suppress(OSError):
            self._directory.save(summary)
        by_phase: defaultdict[PhaseName, list[TestResult]] = defaultdict(list)
        for result in summary.tests:
            by_phase[result.phase].append(result)
        for phase, results in by_phase.items():
            if phase not in self._settled:
                with contextlib.suppress(OSError):
                    self._write(phase, results)

    def _close(self, phase: PhaseName) -> None:
        """Write down the results of a phase; those of the last one come with the end of the run."""
        self._open.discard(phase)
        if self._open:
            self._write(phase, self._fold.results(phase))

    def _write(self, phase: PhaseName, results: Sequence[TestResult]) -> None:
        assigned = self._progress.latest().assignments.at
        write_results(self._directory.folder("results"), phase, results, assigned)
        if all(result.outcome is not None for result in results):
            self._settled.add(phase)

    def _add_agent(self, event: AgentExited) -> None:
        known = self._progress.latest()
        agent = known.summary(event.agent)
        add_agent(
            self._directory.folder("agents"),
            agent,
            event,
            phases=known.served(event.agent),
            in_hand=[self._names[test] for test in known.assignments.in_hand(event.agent)],
            host=platform.node(),
            traits=self._traits,
        )
