"""The controller's plugin: it opens a run, lets an agent collect, and closes the run."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import Any

import pytest

from pytest_agentorch.controller import log_file
from pytest_agentorch.controller.agent_pool import AgentPool
from pytest_agentorch.controller.agents_coverage import AgentsCoverage
from pytest_agentorch.controller.batched_terminal import batched_stream
from pytest_agentorch.controller.collection_limits import CollectionLimits
from pytest_agentorch.controller.copied_pool import CopiedAgentPool
from pytest_agentorch.controller.crew import Crew, one_hash_seed
from pytest_agentorch.controller.earlier import Earlier
from pytest_agentorch.controller.early_forks import EarlyForks
from pytest_agentorch.controller.forked_pool import ForkedAgentPool
from pytest_agentorch.controller.gateway import SpawnedAgentPool
from pytest_agentorch.controller.gathering import Gathered, gather, play_back
from pytest_agentorch.controller.interrupt_places import InterruptPlaces
from pytest_agentorch.controller.interruption import signals_into
from pytest_agentorch.controller.node import NodeManager, Scheduler
from pytest_agentorch.controller.notice import Notice
from pytest_agentorch.controller.output_tail import OutputTail
from pytest_agentorch.controller.own_scheduler import own_schedulers
from pytest_agentorch.controller.run import RunRecorder
from pytest_agentorch.controller.sampling import Sampling
from pytest_agentorch.controller.shell import Shell
from pytest_agentorch.controller.start import Start, possible_share
from pytest_agentorch.controller.status import Status
from pytest_agentorch.controller.status_wish import StatusWish
from pytest_agentorch.controller.stepwise import Steps
from pytest_agentorch.controller.teardown_index import TeardownIndex
from pytest_agentorch.controller.tell import write_tagged
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.history import TestKey
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.settings import Dist, GithubSettings, Settings
from pytest_agentorch.reporting import header_text
from pytest_agentorch.storage import history
from pytest_agentorch.system import collector
from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.native import SimpleQueue
from pytest_agentorch.system.own_imports import quick


class Controller:
    """Registered as `dsession`: that is how plugins ask whether tests are distributed from here."""

    def __init__(
        self,
        config: pytest.Config,
        settings: Settings,
        sys_path: tuple[str, ...],
        early: EarlyForks,
    ) -> None:
        self._config = config
        self._settings = settings
        self._session: pytest.Session | None = None
        self._tests: tuple[TestKey, ...] = ()
        self._earlier = Earlier(config, settings, CLOCK())
        self._recorder = RunRecorder(config, settings)
        self._recorder.bus.subscribe(InterruptPlaces.install(config))
        _tell_github(config, settings, self._recorder)
        self._inbox: SimpleQueue[Notice] = SimpleQueue()
        self._output = OutputTail(self._recorder.directory.folder("logs"), self._show())
        self._status = Status(config, self._recorder)
        self._wish = StatusWish.of(config)
        self._wish.pass_on(self._inbox)
        self._coverage = AgentsCoverage(config, settings, self._recorder)
        start = Start(
            config=config,
            settings=settings,
            run=self._recorder.run,
            sys_path=sys_path,
            folder=self._recorder.folder,
            selection=self._earlier.selection,
            coverage_folder=self._coverage.begin(self._earlier.resumed),
            reuse=self._earlier.reuse.task if self._earlier.reuse else None,
        )
        pool = self._pool(early)
        self._crew = Crew(start, pool, self._inbox, self._output, self._recorder.progress)
        hard, budget = settings.resources.agent.memory_hard, settings.resources.memory
        self._sampling = Sampling(pool.pids, self._inbox, hard=hard, budget=budget)
        self._is_whole_process = collector.is_whole_process()
        # After all plugins, which may still look at reports.
        config.add_cleanup(self._output.close)
        self._cleanup = contextlib.ExitStack()
        self._cleanup.callback(self._crew.close)

    @classmethod
    def install(
        cls,
        config: pytest.Config,
        settings: Settings,
        sys_path: tuple[str, ...],
        early: EarlyForks,
    ) -> None:
        """Make this process a controller."""
        reporter: Any = config.pluginmanager.getplugin("terminalreporter")
        if reporter is not None:
            # Tests of several files end in turn: a dot has no file.
            reporter.showfspath = False
            TeardownIndex.install(config)
        log_file.share(config)
        controller = cls(config, settings, sys_path, early)
        config.pluginmanager.register(controller, "dsession")

    @property
    def nodemanager(self) -> NodeManager:
        """What plugins know as that: the id of the run, and what may start."""
        return self._crew.manager

    @property
    def sched(self) -> Scheduler:
        """What plugins know as the scheduler; it has the nodes that there are."""
        return Scheduler(self._config, tuple(self._crew.nodes))

    @property
    def shouldstop(self) -> bool | str:
        """Why the run is to stop; plugins that know xdist set it here."""
        return False if self._session is None else self._session.shouldstop

    @shouldstop.setter
    def shouldstop(self, reason: bool | str) -> None:
        if self._session is not None:
            self._session.shouldstop = reason

    def pytest_report_header(self) -> list[str]:
        """Say how many agents there may be."""
        header = header_text.header(self._settings, self._crew.start_choice)
        missing = header_text.missing_line(self._settings.resources.agent, possible_share())
        return [header, *missing, *own_schedulers(self._config)]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """From here on agents may start and signals are ours."""
        self._session = session
        if self._is_whole_process:
            collector.keep_all_at_exit()
        self._cleanup.enter_context(one_hash_seed())
        self._cleanup.enter_context(signals_into(self._inbox))
        self._cleanup.callback(self._wish.leave_terminal)
        self._wish.listen(self._config)
        self._crew.announce()

    def pytest_collection(self, session: pytest.Session) -> bool:
        """Let an agent collect, plan what it found, and tell pytest's plugins."""
        reporter: Any = self._config.pluginmanager.getplugin("terminalreporter")
        if reporter is not None and hasattr(reporter, "pytest_collection"):
            reporter.pytest_collection()
        gathered = gather(
            self._crew,
            self._config,
            self._status,
            meanwhile=_prepare_the_rest,
            limits=CollectionLimits(self._settings.timeout, self._ends_at()),
        )
        with collector.paused():
            self._play(session, gathered)
        if self._is_whole_process:
            collector.keep_all()
        return True

    def _ends_at(self) -> float | None:
        seconds = self._settings.run_timeout
        return self._recorder.began + seconds if seconds else None

    def _play(self, session: pytest.Session, gathered: Gathered) -> None:
        """Plan what was collected, and tell pytest's plugins."""
        from pytest_agentorch.controller.planned_run import PlannedRun
        from pytest_agentorch.orchestration.plan import build_plan

        copies = self._settings.agents if self._settings.dist is Dist.EACH else 1
        kept = self._earlier.find(gathered.tests * copies)
        try:
            plan = build_plan(
                self._earlier.placed(gathered.tests),
                self._settings,
                self._recorder.history(),
                keep_order=self._settings.keep_order or gathered.reordered,
                kept=kept,
            )
        except SettingsError as error:
            raise pytest.UsageError(str(error)) from None
        self._tests = tuple(test.key for test in plan.tests)
        shell = Shell(
            session=session,
            crew=self._crew,
            bus=self._recorder.bus,
            output=self._output,
            status=self._status,
            sampling=self._sampling,
            progress=self._recorder.progress,
            files=self._recorder.files,
            terminal=batched_stream(self._config),
            clock=self._recorder.clock,
            began=self._recorder.began,
        )
        planned = PlannedRun(shell, self._settings, plan, gathered, self._earlier)
        self._config.pluginmanager.register(planned, "agentorch-run")
        play_back(session, gathered, copies)
        Steps.follow(self._config, len(gathered.tests))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> Generator[None, object, object]:
        """End what is left and write the reports, also if a plugin raises here."""
        try:
            return (yield)
        finally:
            self._finish(exitstatus)

    def _finish(self, exitstatus: int) -> None:
        self._cleanup.close()
        self._coverage.tell()
        steps = Steps.of(self._config)
        if steps is not None:
            not_run = self._recorder.summary().not_run
            steps.correct((test.planned.test, test.node_id) for test in not_run)
        with collector.paused():
            self._recorder.finish(int(exitstatus))
            self._recorder.remember(self._tests)
            if self._earlier.reuse is not None:
                self._earlier.reuse.remember(self._recorder.summary(), self._recorder.clock())
            self._recorder.learn()
        if self._is_whole_process:
            # pytest searches for garbage once more: nothing that has come since is any.
            collector.keep_all()

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the section about the agents."""
        if self._settings.plan_only:
            return
        from pytest_agentorch.reporting import terminal_text

        section = terminal_text.agents_section(
            self._recorder.summary(),
            self._recorder.recommendations(),
            bound=self._recorder.analysis().bound,
            width=terminalreporter._tw.fullwidth,  # noqa: SLF001 - the one that pytest uses
            verbosity=self._config.get_verbosity(),
        )
        if section.title:
            terminalreporter.section(section.title)
        for line in section.lines:
            terminalreporter.line(line)

    def pytest_unconfigure(self) -> None:
        """Leave nothing behind, whatever has happened."""
        try:
            self._cleanup.close()
        finally:
            # Also if a last Ctrl-C has come.
            self._crew.join()
            self._recorder.close()

    def _pool(self, early: EarlyForks) -> AgentPool:
        """Agents as they were asked for; each way to make them falls back on the next."""
        inbox, run = self._inbox, self._recorder.run
        pool: AgentPool = SpawnedAgentPool(inbox, run, early.reasons)
        if early.nursery is not None:
            pool = CopiedAgentPool(inbox, run, early.nursery, pool)
        if early.zygote is not None:
            pool = ForkedAgentPool(inbox, run, early.zygote, pool, self._settings.start)
        return pool

    def _show(self) -> Any:
        """Where output is not captured what agents write is shown, each line with its agent."""
        if self._config.getoption("capture", "no") != "no":
            return None

        def show(agent: AgentId, line: str) -> None:
            write_tagged(self._config, self._crew.slot(agent), line)

        return show


def _tell_github(config: pytest.Config, settings: Settings, recorder: RunRecorder) -> None:
    """See to that, if there will be anything to tell."""
    if settings.github != GithubSettings() and not settings.plan_only:
        from pytest_agentorch.controller.github import GithubStep

        GithubStep.install(config, settings, recorder)


def _prepare_the_rest() -> None:
    """Do what would take time later, while there is nothing else to do."""
    with collector.paused(), quick():
        import pytest_agentorch.controller.planned_run
        import pytest_agentorch.reporting.ctrf
        import pytest_agentorch.reporting.terminal_text  # noqa: F401

    history.prepare()
    collector.collect()
