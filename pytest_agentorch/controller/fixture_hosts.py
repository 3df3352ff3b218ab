"""The hosts of run-scoped fixtures: what they say becomes news, what is decided is done.

It decides nothing. Where a run has no such fixtures it only notes of which phase tests are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from pytest_agentorch.controller.exited import exited
from pytest_agentorch.controller.notice import (
    AgentGone,
    AgentOpened,
    AgentSpoke,
    Notice,
    SignalArrived,
)
from pytest_agentorch.controller.performer import Performer
from pytest_agentorch.controller.pytest_side import PytestSide
from pytest_agentorch.controller.shell import Shell
from pytest_agentorch.controller.tell import tell_aside
from pytest_agentorch.model import event as ev
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.run_fixture import FixtureKey, RunFixture
from pytest_agentorch.orchestration import fixture_command as do
from pytest_agentorch.orchestration.fixture_record import Asker, Wish
from pytest_agentorch.orchestration.fixture_users import fixture_key, users_of
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.run_fixtures import RunFixtures
from pytest_agentorch.protocol import fixture_talk as talk
from pytest_agentorch.protocol import to_agent as say
from pytest_agentorch.protocol import to_controller as said


class FixtureHosts:
    """Performs what is decided about run-scoped fixtures."""

    def __init__(
        self,
        shell: Shell,
        plan: Plan,
        pytest_side: PytestSide,
        performer: Performer,
        *,
        timeout: float,
    ) -> None:
        self._shell = shell
        self._plan = plan
        self._pytest = pytest_side
        self._hand_over = performer.hand_over_tests
        self._membership = performer.membership
        self._now = shell.clock
        users = users_of(plan)
        # Most runs have none.
        self._are_known = bool(users)
        # Who has used what last, and is not told of before that is torn down.
        self._last: dict[FixtureKey, TestId] = {}
        self._ran: dict[TestId, AgentId] = {}
        self._awaited: dict[FixtureKey, TestId] = {}
        self._fixtures = RunFixtures(users, len(plan.slots), timeout)

    @property
    def next_at(self) -> float | None:
        """When there is something to look at."""
        return self._fixtures.next_at if self._fixtures.hosts else None

    def take(self, notice: Notice) -> bool:
        """Take in what concerns a host; say whether it does."""
        if not isinstance(notice, AgentOpened | AgentSpoke | AgentGone):
            return False
        if notice.agent not in self._fixtures.hosts:
            return False
        if isinstance(notice, AgentSpoke):
            for message in notice.messages:
                self._hear(notice.agent, message)
        elif isinstance(notice, AgentGone):
            gone = exited(notice, self._shell, self._now())
            self._shell.output.end(notice.agent)
            lost = self._fixtures.host_gone(notice.agent, gone.status, gone.output, gone.at)
            self._perform()
            for key in lost:
                self._let_go(key)
        self._perform()
        return True

    def asked(self, agent: AgentId, message: talk.FixtureAsked) -> None:
        """An agent waits for a fixture."""
        self._ask(agent, message)
        self._perform()

    def on_event(self, event: ev.Event) -> None:
        """Take note of what becomes of tests, agents and phases."""
        match event:
            case ev.TestFinished() | ev.TestGivenUp():
                if self._are_known:
                    self._on_verdict(event.test, event.agent, event.at)
            case ev.AgentDone() | ev.AgentExited() | ev.AgentLost():
                self._fixtures.agent_gone(event.agent, event.at)
            case ev.TestsAdvanced():
                self._on_advanced(event)
            case ev.PhaseFinished():
                self._fixtures.phase_over(event.phase, event.at)
            case _:
                return
        if self._fixtures.hosts:
            self._perform()

    def wake(self, at: float) -> None:
        """Look at what takes too long."""
        due = self.next_at
        if due is not None and due <= at:
            self._fixtures.on_time(at)
            self._perform()

    def finish(self) -> str | None:
        """Let all hosts tear down and end; return the signal that has cut that short.

        Then everything is reported that waits for such an end, also if a second signal raises.
        """
        try:
            return self._wait_for_ends()
        finally:
            self._pytest.release_all()

    def _wait_for_ends(self) -> str | None:
        signal = None
        if self._fixtures.hosts:
            self._fixtures.end(self._now())
            self._perform()
        while self._fixtures.hosts:
            due = self.next_at
            timeout = None if due is None else max(0.0, due - self._shell.clock())
            notice = self._shell.crew.next_notice(timeout)
            if isinstance(notice, SignalArrived):
                signal = notice.name
                self._fixtures.abandon()
                self._perform()
            elif notice is not None:
                self.take(notice)
            self._shell.output.poll()
            self.wake(self._now())
        return signal

    def _hear(self, host: AgentId, message: said.ToController) -> None:
        match message:
            case said.Hello():
                self._shell.output.follow(host)
                if message.forked:
                    self._fixtures.ready(host, self._now())
                else:
                    self._hand_over(host)
            case said.TestsAdopted():
                self._fixtures.ready(host, self._now())
            case talk.FixtureAsked():
                self._ask(host, message)
            case talk.FixtureSetUp():
                self._set_up(host, message)
            case talk.FixtureTornDown():
                self._torn_down(host, message)
            case said.SessionEnded():
                self._fixtures.host_done(host)
                self._shell.crew.part(host, message)
            case _:
                config, slot = self._shell.session.config, self._shell.crew.slot(host)
                tell_aside(config, slot, message)

    def _ask(self, agent: AgentId, message: talk.FixtureAsked) -> None:
        self._are_known = True
        key = fixture_key(self._membership.of(message.item), message.fixture)
        asker = Asker(agent=agent, number=message.number)
        self._last.setdefault(key, TestId(message.item))
        self._fixtures.ask(
            Wish(
                asker=asker,
                key=key,
                item=message.item,
                dynamic=message.dynamic,
                holds=message.holds,
            ),
            self._now(),
        )

    def _set_up(self, host: AgentId, message: talk.FixtureSetUp) -> None:
        self._fixtures.set_up(
            self._key(host, message.fixture),
            message.answer,
            self._now(),
            lives=message.lives,
            needs=[self._key(host, one) for one in message.needs],
        )

    def _torn_down(self, host: AgentId, message: talk.FixtureTornDown) -> None:
        key = None if message.fixture is None else self._key(host, message.fixture)
        if message.report is not None:
            self._tell_failure(host, self._last_user(key), message.report)
        if key is not None:
            self._let_go(key)
            self._fixtures.torn_down(key, self._now())

    def _last_user(self, key: FixtureKey | None) -> TestId:
        """The test that has used it last, or any, if nobody has asked for it by name."""
        latest = max(self._last.values(), default=TestId(0))
        return latest if key is None else self._last.get(key, latest)

    def _tell_failure(self, host: AgentId, test: TestId, report: dict[str, object]) -> None:
        """A teardown that fails is an error of the test that has used it last."""
        row = self._plan.tests[test]
        place = {"nodeid": row.node_id, "location": [row.location_path, row.line, row.name]}
        self._pytest.on_shared_teardown(self._ran.get(test, host), test, {**report, **place})

    def _key(self, host: AgentId, fixture: RunFixture) -> FixtureKey:
        phase = self._fixtures.home(host).phase if fixture.per_phase else ""
        return FixtureKey(fixture=fixture, phase=phase)

    def _on_verdict(self, test: TestId, agent: AgentId | None, at: float) -> None:
        for fixture in self._plan.tests[test].run_fixtures:
            self._last[fixture_key(self._membership.of(test), fixture)] = test
            if agent is not None:
                self._ran[test] = agent
        for key in self._fixtures.test_ended(test, at):
            self._awaited[key] = test
            self._pytest.hold(test)

    def _on_advanced(self, event: ev.TestsAdvanced) -> None:
        """What is set up for each phase they share with other tests from now on."""
        self._membership.advance(event.tests, event.phase)
        for test in event.tests:
            fixtures = self._plan.tests[test].run_fixtures
            if fixtures:
                self._fixtures.use(test, [fixture_key(event.phase, one) for one in fixtures])

    def _let_go(self, key: FixtureKey) -> None:
        test = self._awaited.pop(key, None)
        if test is not None and test not in self._awaited.values():
            self._pytest.let_go(test)

    def _perform(self) -> None:
        losses, commands = self._fixtures.decided()
        for loss in losses:
            self._shell.bus.publish(loss)
        self._perform_all(commands)

    def _perform_all(self, commands: Iterable[do.FixtureCommand]) -> None:
        crew = self._shell.crew
        for command in commands:
            match command:
                case do.StartHost():
                    crew.start_host(command.host, command.home)
                case do.SetUp():
                    fixture = command.key.fixture
                    crew.send(command.host, talk.SetUpFixture(fixture=fixture, item=command.item))
                case do.TearDown():
                    crew.send(command.host, talk.TearDownFixture(fixture=command.key.fixture))
                case do.Tell():
                    number, answer = command.number, command.answer
                    crew.send(command.agent, talk.FixtureAnswered(number=number, answer=answer))
                case do.Revoke():
                    key = command.key
                    gone = talk.FixtureGone(fixture=key.fixture, phase=key.phase)
                    crew.send(command.agent, gone)
                case do.FailTeardown():
                    loss, test = command.loss, self._last_user(command.key)
                    self._pytest.on_lost_teardown(self._ran.get(test, loss.agent), test, loss)
                case _:
                    self._end(command)

    def _end(self, command: do.FinishHost | do.InterruptHost | do.EndHost) -> None:
        crew, host = self._shell.crew, command.host
        match command:
            case do.FinishHost():
                crew.send(host, say.FinishSession())
            case do.InterruptHost():
                crew.interrupt(host)
            case do.EndHost():
                (crew.terminate if command.gently else crew.kill)(host)
            case _:
                assert_never(command)
