"""Short words: a run that can be told things in one line, and commands to compare with."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.orchestrator import Orchestrator, Policy
from pytest_agentorch.orchestration.plan import Plan
from tests.unit.orchestration.monitor import Monitor
from tests.unit.orchestration.simulated_pool import finished

DIED = -11
Commands = list[do.Command]


class Run:
    """An orchestrator; each method tells it one thing and returns the commands that follow.

    `said` are the events of the last decision. Every decision is checked, and so is the state after
    it.
    """

    def __init__(self, plan: Plan, **policy: object) -> None:
        chosen = Policy(**policy)  # type: ignore[arg-type]
        self.orchestrator = Orchestrator(plan, chosen)
        self.said: tuple[ev.Event, ...] = ()
        self.first: Commands = []
        self._monitor = Monitor(plan, chosen)
        self._at = 0.0
        self.pause = 1.0
        self._monitor.adopt(self.orchestrator.adopt(SlotId("gw0"), 1), SlotId("gw0"))
        made = ev.PlanMade(tests=(), phases=(), deselected=0, collection_errors=0, at=0.0)
        self.first = self.tell(made)

    @property
    def verdicts(self) -> set[TestId]:
        """The tests that have one."""
        return self._monitor.verdicts

    @property
    def slugs(self) -> list[str]:
        """The kinds of the events of the last decision."""
        return [type(event).__name__ for event in self.said]

    def find(self, kind: type[ev.Event]) -> ev.Event:
        """The only event of this kind in the last decision."""
        (event,) = (event for event in self.said if isinstance(event, kind))
        return event

    def tell(self, event: ev.Observed) -> Commands:
        """Tell an event as it is."""
        decision = self.orchestrator.handle(event)
        self.said = decision.events
        self._monitor.read(decision)
        self.orchestrator.check_invariants()
        return [_without_hint(command) for command in decision.commands]

    def connected(self, agent: str) -> Commands:
        """A process is up."""
        slot = SlotId(agent.partition(".")[0])
        return self.tell(ev.AgentConnected(agent=AgentId(agent), slot=slot, pid=7, at=self.now()))

    def ready(self, agent: str, *missing: int) -> Commands:
        """An agent has collected."""
        lacking = tuple(map(TestId, missing))
        return self.tell(ev.AgentReady(agent=AgentId(agent), missing=lacking, at=self.now()))

    def joins(self, agent: str, *missing: int) -> Commands:
        """An agent comes up and is ready."""
        return self.connected(agent) + self.ready(agent, *missing)

    def started(self, agent: str, test: int) -> Commands:
        """A test begins."""
        return self.tell(ev.TestStarted(agent=AgentId(agent), test=TestId(test), at=self.now()))

    def finished(
        self, agent: str, test: int, *, failures: int = 0, held: bool = False, seconds: float = 1.0
    ) -> Commands:
        """A test ends."""
        return self.tell(
            finished(agent, test, failures=failures, held=held, seconds=seconds, at=self.now())
        )

    def runs(self, agent: str, *tests: int) -> Commands:
        """Tests begin and pass, one after the other."""
        return [
            command
            for test in tests
            for command in (*self.started(agent, test), *self.finished(agent, test))
        ]

    def returned(self, agent: str, *tests: int) -> Commands:
        """An agent gives tests back."""
        given = tuple(map(TestId, tests))
        return self.tell(ev.TestsReturned(agent=AgentId(agent), tests=given, at=self.now()))

    def lacks(self, agent: str, *tests: int) -> Commands:
        """An agent notices late that it has not collected some tests."""
        some = tuple(map(TestId, tests))
        event = ev.TestsMissing(agent=AgentId(agent), tests=some, reason="", at=self.now())
        return self.tell(event)

    def done(self, agent: str) -> Commands:
        """An agent ends its session."""
        return self.tell(ev.AgentDone(agent=AgentId(agent), at=self.now()))

    def exits(self, agent: str, returncode: int = 0) -> Commands:
        """A process is gone."""
        status = ExitStatus(returncode=returncode)
        return self.tell(
            ev.AgentExited(agent=AgentId(agent), status=status, output="last words", at=self.now())
        )

    def dies(self, agent: str) -> Commands:
        """A process is killed by a signal."""
        return self.exits(agent, DIED)

    def leaves(self, agent: str) -> Commands:
        """An agent that was told to finish does so."""
        return self.done(agent) + self.exits(agent)

    def stop(self, reason: StopReason = StopReason.REQUESTED, agent: str | None = None) -> Commands:
        """Somebody wants the run to end."""
        asker = None if agent is None else AgentId(agent)
        return self.tell(
            ev.StopRequested(reason=reason, message="enough", at=self.now(), agent=asker)
        )

    def interrupt(self) -> Commands:
        """Ctrl-C."""
        return self.stop(StopReason.INTERRUPTED)

    def time(self, at: float) -> Commands:
        """A moment has come."""
        self._at = max(at, self._at)
        return self.tell(ev.TimePassed(at=at))

    def now(self) -> float:
        """The moment of the next event: they are `pause` seconds apart."""
        self._at += self.pause
        return self._at


def running(plan: Plan, *agents: str, **policy: object) -> Run:
    """A run in which these agents take part."""
    run = Run(plan, **policy)
    for agent in agents or ("gw0",):
        run.joins(agent)
    return run


def _without_hint(command: do.Command) -> do.Command:
    """What an agent will probably get next makes no difference to what it has to do."""
    return replace(command, following=None) if isinstance(command, do.AssignTests) else command


def assign(agent: str, *tests: int) -> do.AssignTests:
    """Have tests run."""
    return do.AssignTests(agent=AgentId(agent), tests=tuple(map(TestId, tests)))


def take_back(agent: str, *tests: int) -> do.TakeBackTests:
    """Ask for tests."""
    return do.TakeBackTests(agent=AgentId(agent), tests=tuple(map(TestId, tests)))


def start(*agents: str) -> Sequence[do.Command]:
    """Start agents; the slot is in the name."""
    return [
        do.StartAgent(agent=AgentId(agent), slot=SlotId(agent.partition(".")[0]))
        for agent in agents
    ]


def finish(agent: str) -> do.FinishAgent:
    """Let an agent go."""
    return do.FinishAgent(agent=AgentId(agent))


def release(agent: str) -> do.ReleaseAgent:
    """Let an agent go on."""
    return do.ReleaseAgent(agent=AgentId(agent))


def interrupt(agent: str) -> do.InterruptAgent:
    """Interrupt an agent."""
    return do.InterruptAgent(agent=AgentId(agent))


def kill(agent: str) -> do.KillAgent:
    """Kill an agent."""
    return do.KillAgent(agent=AgentId(agent))


def end(reason: StopReason = StopReason.FINISHED, message: str = "") -> do.EndRun:
    """The end."""
    return do.EndRun(reason=reason, message=message)
