"""A run whose tests are known: it takes the place of pytest's loop."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest

from pytest_agentorch.controller.attempts import teach_flaky
from pytest_agentorch.controller.earlier import Earlier
from pytest_agentorch.controller.gathering import Gathered
from pytest_agentorch.controller.kept_verdict import all_reports, teach_reused
from pytest_agentorch.controller.live_lines import LiveLines
from pytest_agentorch.controller.loop import Loop
from pytest_agentorch.controller.new_tests import note_new_tests
from pytest_agentorch.controller.overdue_lines import OverdueLines
from pytest_agentorch.controller.phase_label import (
    PhaseNames,
    wants_names,
)
from pytest_agentorch.controller.phase_reviews import with_reviews
from pytest_agentorch.controller.progress_display import display_for
from pytest_agentorch.controller.report_bridge import Told
from pytest_agentorch.controller.shell import Shell
from pytest_agentorch.model import event as ev
from pytest_agentorch.model.agent_view import AgentView
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.planned_test import PlannedTest
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.orchestrator import Orchestrator
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.policy import policy_of
from pytest_agentorch.orchestration.shape import demands_of, shapes
from pytest_agentorch.protocol import to_agent as say
from pytest_agentorch.reporting import header_text, plan_text


class PlannedRun:
    """Registered when an agent has collected."""

    def __init__(
        self,
        shell: Shell,
        settings: Settings,
        plan: Plan,
        gathered: Gathered,
        earlier: Earlier,
    ) -> None:
        self._shell = shell
        self._config = shell.session.config
        self._settings = settings
        self._plan = plan
        self._gathered = gathered
        self._earlier = earlier

    def pytest_report_collectionfinish(self) -> list[str]:
        """Say which phases there are, or show the plan if that was asked for."""
        verbosity = self._config.get_verbosity()
        lines = self._start_lines() if verbosity >= 0 else []
        if self._settings.plan_only and self._plan.phases:
            return lines + plan_text.whole_plan(self._plan, self._settings, verbose=verbosity > 0)
        return lines + plan_text.phases_line(self._plan) if verbosity >= 0 else []

    def _start_lines(self) -> list[str]:
        choice = self._shell.crew.start_choice
        isolation = header_text.isolation_line(self._settings.isolate, choice)
        left = sum(phase.tests for phase in self._plan.phases)
        return header_text.start_line(choice) + isolation + self._earlier.lines(left)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the plan on agents, and end as pytest's own loop does."""
        errors = session.testsfailed
        if errors and not self._config.option.continue_on_collection_errors:
            self._finish_collector()
            noun = "error" if errors == 1 else "errors"
            raise session.Interrupted(f"{errors} {noun} during collection")
        if self._settings.plan_only or not self._plan.tests:
            self._finish_collector()
            return True
        try:
            end = self._run()
        finally:
            # Every agent's `pytest_testnodedown` comes before the wrappers of this loop end.
            self._shell.crew.close()
        _end_session(session, end)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let pytest remember which tests there are; before this it wants to know nothing."""
        if self._gathered.stop is None:
            note_new_tests(session, self._gathered.tests)

    def _run(self) -> do.EndRun:
        policy = with_reviews(policy_of(self._settings, self._shell.began), self._config)
        orchestrator = Orchestrator(self._plan, policy)
        slot, pid = self._gathered.slot, self._gathered.pid
        agent = orchestrator.adopt(slot, self._gathered.starts)
        self._shell.output.follow(agent)
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        if wants_names(reporter, self._config.get_verbosity()):
            self._shell.bus.subscribe(PhaseNames(reporter, self._plan))
        if self._config.get_verbosity() >= 0:
            self._shell.bus.subscribe(OverdueLines(self._config, self._plan))
        now = self._shell.clock()
        first: list[ev.Observed] = [self._plan_made(now)]
        if not self._shell.crew.settle(agent):
            first += [
                ev.AgentConnected(agent=agent, slot=slot, pid=pid, at=now),
                ev.AgentReady(agent=agent, missing=(), at=now),
            ]
        families = self._gathered.families
        kept = self._tell_kept(now)
        with self._shell.sampling, self._shown_progress(orchestrator.agents):
            loop = Loop(self._shell, self._plan, orchestrator, families, timeout=policy.timeout)
            try:
                return loop.run(first, kept)
            finally:
                # What waits for the end of its agent, if a plugin or a signal has ended all.
                loop.release_all()

    def _tell_kept(self, now: float) -> Iterable[Told]:
        """Publish what earlier runs have done; return what pytest is to be told of it.

        Before the plan, and so before anything that this run does itself.
        """
        events = self._earlier.events(now)
        for event in events:
            self._shell.bus.publish(event)
        kept = [event for event in events if isinstance(event, ev.TestKept)]
        if any(event.flaky for event in kept):
            teach_flaky(self._config)
        if any(event.reused for event in kept):
            teach_reused(self._config)
        return all_reports(kept, self._plan, self._gathered.families) if events else ()

    @contextlib.contextmanager
    def _shown_progress(self, agents: Callable[[], Sequence[AgentView]]) -> Iterator[None]:
        """Show how far the run is as long as it goes on."""
        self._shell.progress.follow(self._plan, agents)
        display = display_for(
            self._config,
            self._shell.terminal,
            patience=self._settings.still_running,
            began=self._shell.began,
        )
        self._shell.progress.display(display)
        try:
            with display.shown() if isinstance(display, LiveLines) else contextlib.nullcontext():
                yield
        finally:
            self._shell.progress.display(None)

    def _plan_made(self, now: float) -> ev.PlanMade:
        # Few different ones, that many tests share.
        kinds = {id(test.classification): test.classification for test in self._plan.tests}
        reasons = {key: f"{kind.rule.value}: {kind.reason}" for key, kind in kinds.items()}
        planned = tuple(
            PlannedTest(
                test=TestId(position),
                node_id=test.node_id,
                phase=test.classification.phase,
                reason=reasons[id(test.classification)],
                path=test.location_path,
                line=test.line,
                keywords=test.keywords,
                occurrence=test.occurrence,
            )
            for position, test in enumerate(self._plan.tests)
        )
        choice = self._shell.crew.start_choice
        return ev.PlanMade(
            tests=planned,
            phases=tuple(dict.fromkeys(phase.phase for phase in self._plan.phases)),
            deselected=len(self._gathered.deselected),
            collection_errors=sum(r.get("outcome") == "failed" for r in self._gathered.reports),
            at=now,
            start=choice.start,
            start_reasons=choice.reasons,
            shapes=shapes(self._plan, self._settings),
            demands=demands_of(self._plan),
            supply=self._plan.supply,
        )

    def _finish_collector(self) -> None:
        """Let the agent that collected end its session: there is nothing to run."""
        self._shell.crew.send(self._gathered.agent, say.FinishSession())
        self._shell.crew.wait_for_end(self._gathered.agent)


def _end_session(session: pytest.Session, end: do.EndRun) -> None:
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    if session.shouldstop:
        raise session.Interrupted(session.shouldstop)
    if end.reason in (StopReason.NO_AGENTS, StopReason.TIMED_OUT, StopReason.REQUESTED):
        raise session.Interrupted(end.message)
    if end.reason is StopReason.MAXFAIL:
        raise session.Failed(end.message)
