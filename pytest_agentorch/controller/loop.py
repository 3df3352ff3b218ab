"""The loop: waits for what happens, asks the orchestrator, publishes, performs. Decides nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TypeGuard, assert_never

from pytest_agentorch.controller.exited import exited
from pytest_agentorch.controller.fixture_hosts import FixtureHosts
from pytest_agentorch.controller.intake import Intake, News
from pytest_agentorch.controller.interruption import interrupted
from pytest_agentorch.controller.notice import (
    AgentGone,
    AgentOpened,
    AgentsLookedAt,
    AgentSpoke,
    Notice,
    PhaseAnswered,
    SignalArrived,
    StatusAsked,
    ZygoteGone,
)
from pytest_agentorch.controller.own_time import OwnTime
from pytest_agentorch.controller.performer import Performer
from pytest_agentorch.controller.phase_reviews import PhaseReviews
from pytest_agentorch.controller.plain_report import Families
from pytest_agentorch.controller.pytest_side import PytestSide
from pytest_agentorch.controller.report_bridge import Told
from pytest_agentorch.controller.shell import Shell
from pytest_agentorch.controller.silence import Silence
from pytest_agentorch.controller.stop_wish import pass_on
from pytest_agentorch.controller.timeline import Timeline
from pytest_agentorch.model import event as ev
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.orchestrator import Orchestrator
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.protocol import to_controller as said
from pytest_agentorch.protocol.fixture_talk import FixtureAsked

_POLL_SECONDS = 0.1


class Loop:
    """Runs a plan to its end."""

    def __init__(
        self,
        shell: Shell,
        plan: Plan,
        orchestrator: Orchestrator,
        families: Families,
        *,
        timeout: float,
    ) -> None:
        self._shell = shell
        self._plan = plan
        # Asked for at the start of every process, of which there may be many.
        self._ids = tuple(test.node_id for test in plan.tests[: plan.collected])
        self._orchestrator = orchestrator
        self._timeline = Timeline(shell.clock)
        self._intake = Intake(shell.session.config, shell.crew, plan, self._timeline, families)
        self._performer = Performer(shell.crew, plan)
        self._pytest = PytestSide(
            shell, plan, self._intake, orchestrator=orchestrator, now=self._timeline.now
        )
        self.release_all = self._pytest.release_all
        self._silence = Silence(self._timeline.now)
        self._fixtures = FixtureHosts(shell, plan, self._pytest, self._performer, timeout=timeout)
        self._reviews = PhaseReviews(shell, self._timeline.now)
        self._own_time = OwnTime()
        self._under_way = False
        self._wake_at: float | None = None
        self._end: do.EndRun | None = None
        self._failure: BaseException | None = None
        self._signal: str | None = None

    def run(self, first: Sequence[ev.Observed], kept: Iterable[Told] = ()) -> do.EndRun:
        """Take in what is known already, then whatever comes, until the run has ended.

        Args:
            first: what is known.
            kept: tests with their reports of which pytest is told while agents begin.

        Raises:
            KeyboardInterrupt, pytest.exit.Exception, AgentInternalError: what ended it.
        """
        for event in first:
            if isinstance(event, ev.AgentReady):
                self._silence.heard(event.agent)
            self.take_in(event)
        if kept:
            with self._shell.batch(logs=self._under_way):
                self._pytest.tell_kept(kept)
                self._heed_session()
        while self._end is None:
            notice = self._shell.crew.next_notice(self._timeout())
            self._shell.output.poll()
            with self._shell.batch(logs=self._under_way):
                if notice is not None and not self._fixtures.take(notice):
                    self._on_notice(notice)
                self._wake()
            if self._reviews.are_due:
                with self._shell.batch(logs=self._under_way):
                    self._shell.crew.post(
                        PhaseAnswered(review=one) for one in self._reviews.answers()
                    )
        self._signal = self._fixtures.finish() or self._signal
        self._shell.output.poll(whole=True)
        if self._failure is not None:
            raise self._failure
        if self._signal is not None:
            interrupted(self._signal)
        return self._end

    def take_in(self, *events: ev.Observed) -> None:
        """Ask the orchestrator, publish what it concludes, and do what it wants."""
        decision = self._orchestrator.handle(*events)
        for event in decision.events:
            published = self._own_time.measured(event)
            self._fixtures.on_event(published)
            self._pytest.on_event(published)
            self._shell.bus.publish(published)
        for command in decision.commands:
            self._perform(command, events[-1].at)
        self._heed_session()

    def _on_notice(self, notice: Notice) -> None:
        match notice:
            case AgentSpoke():
                self._silence.heard(notice.agent)
                for is_news, messages in itertools.groupby(notice.messages, _is_news):
                    take = self._on_news if is_news else self._on_messages
                    take(notice.agent, messages)
            case AgentGone():
                self._on_gone(notice)
            case SignalArrived():
                self._signal = notice.name
                at = self._timeline.now()
                self._stop(StopReason.INTERRUPTED, f"{notice.name} received", at)
            case ZygoteGone():
                status = ExitStatus(returncode=notice.returncode)
                self._shell.bus.publish(ev.ZygoteLost(status=status, at=self._timeline.now()))
            case PhaseAnswered():
                self.take_in(notice.review)
            case StatusAsked():
                self._shell.status.tell(self._silence.long)
            case AgentsLookedAt():
                self._on_sampled(notice)
            case AgentOpened():
                pass
            case _:
                assert_never(notice)

    def _on_gone(self, notice: AgentGone) -> None:
        self._silence.gone(notice.agent)
        self.take_in(*self._intake.left_behind(notice.agent))
        self.take_in(exited(notice, self._shell, self._timeline.now()))
        self._shell.output.end(notice.agent)

    def _on_sampled(self, notice: AgentsLookedAt) -> None:
        """Take in what agents take. What runs there now is written down, and not yet told."""
        self._shell.files.add_look(notice)
        for agent in filter(self._orchestrator.heeds, notice.large):
            self.take_in(*self._intake.untold(agent))
        self.take_in(self._intake.sampled(notice))

    def _on_news(self, agent: AgentId, messages: Iterable[said.ToController]) -> None:
        """Take in what has become of tests, all of it at once."""
        if self._orchestrator.heeds(agent):
            known = self._intake.is_known
            news = (one for one in messages if _is_news(one) and not known(agent, one))
            self.take_in(*(self._intake.event(agent, one) for one in news))

    def _on_messages(self, agent: AgentId, messages: Iterable[said.ToController]) -> None:
        for message in messages:
            if self._orchestrator.heeds(agent):
                self._on_message(agent, message, self._timeline.now())

    def _on_message(self, agent: AgentId, message: said.ToController, at: float) -> None:
        match message:
            case said.Hello():
                self._on_hello(agent, message, at)
            case said.TestsAdopted():
                self._on_ready(agent, message.missing, at)
            case said.TestsGivenBack():
                tests = tuple(map(TestId, message.tests))
                self.take_in(ev.TestsReturned(agent=agent, tests=tests, at=at))
            case said.ReportLogged():
                misspoke = self._pytest.on_report(agent, message)
                if misspoke is not None:
                    self.take_in(misspoke)
            case said.StacksTaken():
                test, stacks = TestId(message.test), message.stacks
                self._shell.bus.publish(
                    ev.StacksTaken(agent=agent, test=test, stacks=stacks, at=at)
                )
            case said.MemoryNoted():
                self._on_memory(agent, message, at)
            case said.StopAsked():
                self._on_stop_asked(agent, message, at)
            case said.SessionEnded():
                self._pytest.release(agent)
                self._shell.crew.part(agent, message)
                self.take_in(ev.AgentDone(agent=agent, at=at, cost=message.cost))
            case _:
                self._tell(agent, message)

    def _tell(self, agent: AgentId, message: said.ToController) -> None:
        if isinstance(message, FixtureAsked):
            self._fixtures.asked(agent, message)
        else:
            self._pytest.tell(agent, message)

    def _on_hello(self, agent: AgentId, message: said.Hello, at: float) -> None:
        slot = self._shell.crew.slot(agent)
        self.take_in(ev.AgentConnected(agent=agent, slot=slot, pid=message.pid, at=at))
        self._shell.output.follow(agent)
        if message.forked:
            self._on_ready(agent, (), at)
        else:
            self._performer.hand_over_tests(agent)

    def _on_memory(self, agent: AgentId, message: said.MemoryNoted, at: float) -> None:
        self._intake.note_memory(agent, message)
        if message.left:
            self.take_in(ev.AgentGrown(agent=agent, memory=message.left, at=at))

    def _on_ready(self, agent: AgentId, lacking: Sequence[int], at: float) -> None:
        missing = self._plan.tests_at(lacking)
        without = set(lacking)
        ids = [*self._ids]
        if without:
            ids = [one for position, one in enumerate(ids) if position not in without]
        self._shell.crew.tell_collected(agent, ids)
        self.take_in(ev.AgentReady(agent=agent, missing=missing, at=at))

    def _on_stop_asked(self, agent: AgentId, message: said.StopAsked, at: float) -> None:
        wish = pass_on(self._shell.session, agent, message)
        if not self._orchestrator.interrupts:
            # Otherwise it has been interrupted, and the run ends with what that was for.
            self._failure = wish.failure
        self._stop(wish.reason, wish.text, at, agent)

    def _stop(
        self, reason: StopReason, message: str, at: float, agent: AgentId | None = None
    ) -> None:
        self.take_in(ev.StopRequested(reason=reason, message=message, at=at, agent=agent))

    def _heed_session(self) -> None:
        """Stop when a plugin here wants it; `--maxfail` is the orchestrator's own business."""
        session = self._shell.session
        wish = session.shouldfail or session.shouldstop
        if wish and not self._orchestrator.stopping and not self._orchestrator.ended:
            self._stop(StopReason.REQUESTED, str(wish), self._timeline.now())

    def _perform(self, command: do.Command, at: float) -> None:
        match command:
            case do.WakeAt():
                self._wake_at = command.at
            case do.EndRun():
                self._end = command
            case do.ReviewPhase():
                self._reviews.add(command)
            case do.AssignTests():
                self._assign(command, at)
            case _:
                self._performer.perform(command)

    def _assign(self, command: do.AssignTests, at: float) -> None:
        self._under_way = True
        self._performer.perform(command)
        self._shell.bus.publish(ev.TestsAssigned(agent=command.agent, tests=command.tests, at=at))

    def _timeout(self) -> float | None:
        if self._shell.output.shows:
            return _POLL_SECONDS
        candidates = self._wake_at, self._silence.next_at, self._fixtures.next_at
        moments = [at for at in candidates if at is not None]
        return max(0.0, min(moments) - self._shell.clock()) if moments else None

    def _wake(self) -> None:
        at = self._timeline.now()
        for agent in self._silence.silent(at):
            if self._orchestrator.heeds(agent):
                self.take_in(*self._intake.untold(agent))
        self._fixtures.wake(at)
        if self._wake_at is not None and at >= self._wake_at:
            self._wake_at = None
            self.take_in(ev.TimePassed(at=at))


def _is_news(message: said.ToController) -> TypeGuard[News]:
    """Whether a message tells what has become of a test."""
    return isinstance(message, News)
