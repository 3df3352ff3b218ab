"""Whatever happens in whatever order: everybody is answered, and nothing is left."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import AgentId, TestId
from pytest_agentorch.model.run_fixture import AnswerKind, FixtureKey
from pytest_agentorch.orchestration import fixture_command as do
from pytest_agentorch.orchestration.run_fixtures import RunFixtures
from tests.unit.orchestration.fixture_keys import BROKEN, UP, a_key, a_wish

SERVER, CLIENT, OTHER = a_key("server"), a_key("client"), a_key("other", "other=0")
KEYS = (SERVER, CLIENT, OTHER)
NEEDS = {CLIENT: [SERVER]}
"""`client` sets up `server` on its way, `other` asks for it."""
AGENTS = tuple(AgentId(f"gw{number}") for number in range(3))


class World:
    """Agents with a test each, hosts, and what is on its way between them."""

    def __init__(self, uses: list[tuple[FixtureKey, bool]]) -> None:
        self.uses = uses
        named: dict[FixtureKey, list[TestId]] = {}
        for test, (key, dynamic) in enumerate(uses):
            if not dynamic:
                named.setdefault(key, []).append(TestId(test))
        self.fixtures = RunFixtures(named, len(AGENTS), 10.0)
        self.at = 0.0
        self.left = list(range(len(uses)))
        self.running: dict[AgentId, int] = {}
        self.waiting: Counter[AgentId] = Counter()
        self.good: dict[AgentId, FixtureKey] = {}
        self.up: dict[AgentId, list[FixtureKey]] = {}
        self.tasks: dict[AgentId, list[do.FixtureCommand]] = {}
        self.coming: list[AgentId] = []

    def heed(self) -> None:
        """Do what is decided, as far as it takes no time."""
        losses, commands = self.fixtures.decided()
        for command in commands:
            match command:
                case do.StartHost():
                    self.coming.append(command.host)
                    self.up[command.host], self.tasks[command.host] = [], []
                case do.Tell():
                    self._answered(command)
                case do.Revoke() | do.InterruptHost() | do.FailTeardown():
                    pass
                case do.EndHost():
                    self.die(command.host)
                case _:
                    self.tasks[command.host].append(command)
        assert len(losses) <= len(self.up)

    def _answered(self, command: do.Tell) -> None:
        if command.agent in AGENTS:
            assert self.waiting[command.agent] == 1, "nobody has asked"
            self.waiting[command.agent] = 0
            if command.answer.kind is AnswerKind.VALUE:
                key = self.uses[self.running[command.agent]][0]
                assert any(key in keys for keys in self.up.values()), "it is not there"
                self.good[command.agent] = key

    def act(self, choice: int) -> None:
        """Let one thing happen."""
        self.at += 1.0
        agent = AGENTS[choice % len(AGENTS)]
        hosts = [*self.fixtures.hosts]
        match choice % 7:
            case 0 | 1 if agent not in self.running and self.left:
                self.begin(agent)
            case 2 if agent in self.running and not self.waiting[agent]:
                self.fixtures.test_ended(TestId(self.running.pop(agent)), self.at)
                self.good.pop(agent, None)
            case 3 if agent in self.running:
                # It dies, and its test runs again.
                self.left.append(self.running.pop(agent))
                self.waiting[agent] = 0
                self.good.pop(agent, None)
                self.fixtures.agent_gone(agent, self.at)
            case 4 if hosts and choice % 5 == 0:
                self.die(hosts[choice % len(hosts)])
            case 5 | 6 if hosts:
                self.work(hosts[choice % len(hosts)], fails=choice % 11 == 0)
        self.heed()
        for key in self.good.values():
            assert any(key in keys for keys in self.up.values()), "it has gone too early"

    def begin(self, agent: AgentId) -> None:
        """A test begins, and asks."""
        test = self.running[agent] = self.left.pop()
        key, dynamic = self.uses[test]
        self.waiting[agent] = 1
        self.fixtures.ask(a_wish(key, agent, dynamic=dynamic), self.at)

    def work(self, host: AgentId, *, fails: bool) -> None:
        """A host does the next thing that it has to do."""
        if host in self.coming:
            self.coming.remove(host)
            self.fixtures.ready(host, self.at)
            return
        task = self.tasks[host].pop(0) if self.tasks[host] else None
        match task:
            case do.SetUp():
                self.set_up(host, task.key, fails=fails)
            case do.TearDown():
                self.up[host].remove(task.key)
                self.fixtures.torn_down(task.key, self.at)
            case do.FinishHost():
                for key in reversed(self.up[host]):
                    self.fixtures.torn_down(key, self.at)
                self.up[host] = []
                self.fixtures.host_done(host)
                self.fixtures.host_gone(host, ExitStatus(returncode=0), "", self.at)
            case _:
                pass

    def set_up(self, host: AgentId, key: FixtureKey, *, fails: bool) -> None:
        """A fixture is set up, with what it needs; that it is there already is no mistake."""
        new = [one for one in (*NEEDS.get(key, ()), key) if one not in self.up[host]]
        assert not any(key in keys for other, keys in self.up.items() if other != host), "twice"
        if fails and key in new:
            new.remove(key)
        self.up[host] += new
        lives = key in self.up[host]
        answer = UP if lives else BROKEN
        self.fixtures.set_up(key, answer, self.at, lives=lives, needs=NEEDS.get(key, ()))

    def die(self, host: AgentId) -> None:
        """A host is gone."""
        lost = self.up[host]
        self.good = {agent: key for agent, key in self.good.items() if key not in lost}
        self.up[host], self.tasks[host] = [], []
        if host in self.coming:
            self.coming.remove(host)
        self.fixtures.host_gone(host, ExitStatus(returncode=-9), "", self.at)

    def finish(self) -> None:
        """Let all tests run, and the run end."""
        for agent in (*AGENTS, AGENTS[0]):
            self.run_out(agent)
        for agent in AGENTS:
            self.fixtures.agent_gone(agent, self.at)
        self.fixtures.end(self.at)
        self.heed()
        for _ in range(50):
            for host in [*self.fixtures.hosts]:
                if host in self.fixtures.hosts:
                    self.work(host, fails=False)
                    self.heed()
        assert not self.fixtures.hosts, "a host is left"
        assert not any(self.up.values()), "a fixture is left"
        assert self.fixtures.next_at is None

    def run_out(self, agent: AgentId) -> None:
        """Let an agent run what there is."""
        while agent in self.running or self.left:
            if agent not in self.running:
                self.begin(agent)
                self.heed()
            for _ in range(20):
                if self.waiting[agent]:
                    for host in [*self.fixtures.hosts]:
                        self.work(host, fails=False)
                        self.heed()
            assert not self.waiting[agent], "it waits for ever"
            self.fixtures.test_ended(TestId(self.running.pop(agent)), self.at)
            self.good.pop(agent, None)
            self.heed()


USES = st.lists(st.tuples(st.sampled_from(KEYS), st.booleans()), min_size=2, max_size=8)


@settings(max_examples=300, deadline=None)
@given(USES, st.lists(st.integers(0, 2309), min_size=25, max_size=90))
def test_everybody_is_answered_and_nothing_is_left(
    uses: list[tuple[FixtureKey, bool]], choices: list[int]
) -> None:
    """Nothing is set up twice at once, and nothing goes while a test has it."""
    world = World(uses)
    for choice in choices:
        world.act(choice)
    world.finish()
