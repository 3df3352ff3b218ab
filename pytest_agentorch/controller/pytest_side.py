"""What pytest here is told of a run: reports of tests, what fails after them, messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pytest_agentorch.controller.intake import Intake
from pytest_agentorch.controller.mail import Mail
from pytest_agentorch.controller.report_bridge import ReportBridge, Told
from pytest_agentorch.controller.shell import Shell
from pytest_agentorch.controller.tell import tell_aside
from pytest_agentorch.controller.verdict import verdict_of
from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.orchestration.orchestrator import Orchestrator
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.protocol import to_controller as said
from pytest_agentorch.protocol.mail import FromAgent


class PytestSide:
    """Turns events, and reports of agents, into calls of pytest's hooks."""

    def __init__(
        self,
        shell: Shell,
        plan: Plan,
        intake: Intake,
        *,
        orchestrator: Orchestrator,
        now: Callable[[], float],
    ) -> None:
        self._shell = shell
        self._now = now
        self._intake = intake
        self._is_idle = orchestrator.is_idle
        self._bridge = ReportBridge(shell.session.config, plan)
        self.hold, self.let_go = self._bridge.hold, self._bridge.let_go
        self._mail = Mail(shell, now, plan, orchestrator)

    def on_event(self, event: ev.Event) -> None:
        """Tell pytest what an event means to it."""
        self._mail.on_event(event)
        match event:
            case ev.TestFinished():
                last = self._is_idle(event.agent)
                self._bridge.deliver(event, self._intake.take(event), last=last)
            case ev.TestStarted():
                # Its session goes on: nothing more comes of the test before.
                self._bridge.release(event.agent)
            case ev.PhaseStarted() if event.tests:
                self._bridge.begin(event.phase)
            case ev.TestsAdvanced():
                self._bridge.advance(event)
            case ev.CopyEnded():
                self._intake.take(event)
            case ev.TestRetried():
                self._bridge.keep(event)
            case ev.TestGivenUp():
                node = self._shell.crew.node(event.agent) if event.agent else None
                self._bridge.deliver_given_up(event, node)
            case ev.AgentLost():
                self._on_agent_lost(event)
            case _:
                pass

    def tell_kept(self, kept: Iterable[Told]) -> None:
        """Report tests that an earlier run has finished."""
        for test, reports in kept:
            self._bridge.tell(test, reports)

    def tell(self, agent: AgentId, message: said.ToController) -> None:
        """Pass on what an agent says besides tests, to pytest or to other agents."""
        if isinstance(message, FromAgent):
            self._mail.take(agent, message)
        else:
            tell_aside(self._shell.session.config, self._shell.crew.slot(agent), message)

    def on_report(self, agent: AgentId, message: said.ReportLogged) -> ev.AgentMisspoke | None:
        """Log a report that belongs to no test, or to the end of one; say if it is none."""
        test = TestId(message.test or 0)
        reports = self._intake.rebuild(agent, test, [message.report])
        if isinstance(reports, ev.AgentMisspoke):
            return reports
        for report in reports:
            if message.final_teardown:
                self._bridge.deliver_final_teardown(agent, report)
                verdict = verdict_of([report])
                self._publish(agent, test, verdict.message, verdict.trace)
            else:
                self._shell.session.config.hook.pytest_runtest_logreport(report=report)
        return None

    def on_shared_teardown(self, agent: AgentId, test: TestId, report: dict[str, object]) -> None:
        """Log what failed when something was torn down that agents had shared."""
        reports = self._intake.rebuild(agent, test, [report])
        if isinstance(reports, ev.AgentMisspoke):
            return
        for one in reports:
            self._bridge.deliver_shared_teardown(test, one)
            verdict = verdict_of([one])
            self._publish(agent, test, verdict.message, verdict.trace)

    def on_lost_teardown(self, agent: AgentId, test: TestId, loss: ev.RunFixtureLost) -> None:
        """Log that something was lost that was to be torn down, and that agents had shared."""
        page = self._bridge.deliver_lost_shared(loss, test)
        self._publish(agent, test, page.partition("\n")[0], page)

    def release(self, agent: AgentId) -> None:
        """Report what was held back for an agent: nothing more comes of it."""
        self._bridge.release(agent)

    def release_all(self) -> None:
        """Report whatever was held back."""
        self._bridge.release_all()

    def _on_agent_lost(self, event: ev.AgentLost) -> None:
        if event.ending is None:
            self._bridge.release(event.agent)
            return
        node = self._shell.crew.node(event.agent)
        page = self._bridge.deliver_lost_teardown(event, event.ending, node)
        self._publish(event.agent, event.ending, page.partition("\n")[0], page)

    def _publish(self, agent: AgentId, test: TestId, message: str, trace: str) -> None:
        at = self._now()
        self._shell.bus.publish(
            ev.TeardownFailed(agent=agent, test=test, message=message, trace=trace, at=at)
        )
