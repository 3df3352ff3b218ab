"""The controller's plugin: it takes the place of pytest's own collection and loop."""

from __future__ import annotations

import contextlib
from queue import SimpleQueue
from typing import Any

import pytest

from pytest_agentorch.controller import log_file, stepwise
from pytest_agentorch.controller.crew import Crew, Start, one_hash_seed
from pytest_agentorch.controller.gateway import SpawnedAgentPool
from pytest_agentorch.controller.gathering import Gathered, gather, play_back
from pytest_agentorch.controller.interruption import signals_into
from pytest_agentorch.controller.loop import Loop, Shell
from pytest_agentorch.controller.notice import Notice
from pytest_agentorch.controller.output_tail import OutputTail
from pytest_agentorch.controller.run import RunRecorder
from pytest_agentorch.controller.tell import write_tagged
from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.settings import Dist, Settings
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration.orchestrator import Orchestrator, Policy
from pytest_agentorch.orchestration.plan import Plan, build_plan
from pytest_agentorch.protocol import to_agent as say
from pytest_agentorch.reporting import plan_text, terminal_text


class Controller:
    """Registered as `dsession`: that is how plugins ask whether tests are distributed from here."""

    def __init__(
        self, config: pytest.Config, settings: Settings, sys_path: tuple[str, ...]
    ) -> None:
        self._config = config
        self._settings = settings
        self._sys_path = sys_path
        self._cleanup = contextlib.ExitStack()
        self._recorder: RunRecorder | None = None
        self._plan: Plan | None = None
        self._gathered: Gathered | None = None

    @classmethod
    def install(cls, config: pytest.Config, settings: Settings, sys_path: tuple[str, ...]) -> None:
        """Make this process a controller."""
        config.option.numprocesses = settings.agents
        reporter: Any = config.pluginmanager.getplugin("terminalreporter")
        if reporter is not None:
            # Tests of several files end in turn: a dot has no file.
            reporter.showfspath = False
        log_file.share(config)
        config.pluginmanager.register(cls(config, settings, sys_path), "dsession")

    def pytest_report_header(self) -> str:
        """Say how many agents there may be."""
        return plan_text.header(self._settings)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """Open the records of the run."""
        self._recorder = RunRecorder(self._config, self._settings)
        inbox: SimpleQueue[Notice] = SimpleQueue()
        self._output = OutputTail(self._recorder.directory.folder("logs"), self._show())
        start = Start(
            config=self._config,
            settings=self._settings,
            run=self._recorder.run,
            sys_path=self._sys_path,
        )
        self._crew = Crew(start, SpawnedAgentPool(inbox), inbox, self._output)
        self._cleanup.callback(self._crew.close)
        self._cleanup.enter_context(one_hash_seed())
        self._cleanup.enter_context(signals_into(inbox))

    def pytest_collection(self, session: pytest.Session) -> bool:
        """Let an agent collect."""
        reporter: Any = self._config.pluginmanager.getplugin("terminalreporter")
        if reporter is not None and hasattr(reporter, "pytest_collection"):
            reporter.pytest_collection()
        self._gathered = gather(self._crew, self._config)
        self._plan = build_plan(self._gathered.tests, self._settings)
        copies = self._settings.agents if self._settings.dist is Dist.EACH else 1
        play_back(session, self._gathered, copies)
        return True

    def pytest_report_collectionfinish(self) -> list[str]:
        """Say which phases there are, or show the plan if that was asked for."""
        if self._plan is None or not self._plan.tests:
            return []
        if self._settings.plan_only:
            verbose = self._config.get_verbosity() > 0
            return plan_text.whole_plan(self._plan, self._settings, verbose=verbose)
        return plan_text.phases_line(self._plan) if self._config.get_verbosity() >= 0 else []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the plan on agents."""
        assert self._plan is not None
        option = self._config.option
        errors = session.testsfailed
        runs = not self._settings.plan_only and self._plan.tests
        if errors and not option.continue_on_collection_errors:
            self._finish_collector()
            noun = "error" if errors == 1 else "errors"
            raise session.Interrupted(f"{errors} {noun} during collection")
        if not runs:
            self._finish_collector()
            return True
        self._run(session)
        return True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """End what is left and write the reports."""
        self._close()
        if self._recorder is not None:
            open_tests = [
                result.node_id
                for result in self._recorder.summary().tests
                if result.outcome is None or result.outcome.is_bad
            ]
            stepwise.correct(self._config, session, open_tests)
            self._recorder.finish(int(exitstatus))

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the section about the agents."""
        if self._recorder is None or self._settings.plan_only:
            return
        section = terminal_text.agents_section(
            self._recorder.summary(),
            self._recorder.recommendations(),
            width=terminalreporter._tw.fullwidth,  # noqa: SLF001 - the one that pytest uses
            verbosity=self._config.get_verbosity(),
        )
        if section.title:
            terminalreporter.section(section.title)
        for line in section.lines:
            terminalreporter.line(line)

    def pytest_unconfigure(self) -> None:
        """Leave nothing behind, whatever has happened."""
        self._close()
        if self._recorder is not None:
            self._recorder.close()

    def _run(self, session: pytest.Session) -> None:
        assert self._plan is not None
        assert self._gathered is not None
        assert self._recorder is not None
        recorder, gathered = self._recorder, self._gathered
        policy = Policy(stop_after=self._settings.stop_after, crash=self._settings.crash)
        orchestrator = Orchestrator(self._plan, policy)
        agent = orchestrator.adopt(gathered.slot, gathered.starts)
        shell = Shell(
            session=session,
            crew=self._crew,
            bus=recorder.bus,
            output=self._output,
            clock=recorder.clock,
        )
        self._output.follow(agent)
        now = recorder.clock()
        end = Loop(shell, self._plan, orchestrator).run(
            (
                self._plan_made(now),
                ev.AgentConnected(agent=agent, slot=gathered.slot, pid=gathered.pid, at=now),
                ev.AgentReady(agent=agent, missing=(), at=now),
            )
        )
        self._close()
        _end_session(session, end.reason, end.message)

    def _plan_made(self, now: float) -> ev.PlanMade:
        assert self._plan is not None
        assert self._gathered is not None
        planned = tuple(
            ev.PlannedTest(
                test=TestId(position),
                node_id=test.node_id,
                phase=test.classification.phase,
                reason=f"{test.classification.rule.value}: {test.classification.reason}",
                path=test.location_path,
                line=test.line,
                keywords=test.keywords,
            )
            for position, test in enumerate(self._plan.tests)
        )
        return ev.PlanMade(
            tests=planned,
            phases=tuple(phase.name for phase in self._plan.phases),
            deselected=len(self._gathered.deselected),
            collection_errors=sum(r.get("outcome") == "failed" for r in self._gathered.reports),
            at=now,
        )

    def _finish_collector(self) -> None:
        """Let the agent that collected end its session: there is nothing to run."""
        assert self._gathered is not None
        self._crew.send(self._gathered.agent, say.FinishSession())
        self._crew.wait_for_end(self._gathered.agent)
        self._close()

    def _show(self) -> Any:
        """Under `-s` what agents write is shown, each line with its agent."""
        if self._config.getoption("capture") != "no":
            return None

        def show(agent: AgentId, line: str) -> None:
            write_tagged(self._config, self._crew.slot(agent), line)

        return show

    def _close(self) -> None:
        self._cleanup.close()


def _end_session(session: pytest.Session, reason: StopReason, message: str) -> None:
    """Leave pytest's loop as pytest's own loop does."""
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    if session.shouldstop:
        raise session.Interrupted(session.shouldstop)
    if reason is StopReason.NO_AGENTS:
        raise session.Interrupted(message)
    if reason is StopReason.MAXFAIL:
        raise session.Failed(message)
