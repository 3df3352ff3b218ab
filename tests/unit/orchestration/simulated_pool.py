"""A pool of agents that exist only here: it performs commands late and in any order it likes.

Each agent has a wire in either direction, in order; everything else is up to whoever chooses the
moves. An agent can die at any moment and then has not said all it did.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import AgentId, SlotId, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration import command as do

HASTY = 3
"""A test with a lower number is over so soon that its start may go untold."""


class Stage(enum.Enum):
    """How far a process is."""

    SPAWNED = "spawned"
    COLLECTING = "collecting"
    RUNNING = "running"
    ENDED = "session ended"
    GONE = "gone"


@dataclass
class SimulatedAgent:
    """One process: what it was told, what it does, what it has to say.

    Attributes:
        missing: the tests that it has not collected, and knows it from the start.
        hidden: those of which it will notice it when one of their file is to start, by file.
        noticed: those of which it has.
        honest: it has said nothing but what is true.
    """

    agent: AgentId
    slot: SlotId
    missing: tuple[TestId, ...]
    hidden: list[tuple[TestId, ...]]
    holds: bool
    noticed: set[TestId] = field(default_factory=set)
    honest: bool = True
    stage: Stage = Stage.SPAWNED
    told: deque[do.Command] = field(default_factory=deque)
    says: deque[ev.Observed] = field(default_factory=deque)
    queue: deque[TestId] = field(default_factory=deque)
    started: TestId | None = None
    held: bool = False
    finishing: bool = False
    interrupted: bool = False
    said: ev.Observed | None = None
    memory: int = 0

    def spawn(self) -> None:
        """Come up."""
        self.stage = Stage.COLLECTING
        self.says.append(ev.AgentConnected(agent=self.agent, slot=self.slot, pid=1, at=0))

    def collect(self) -> None:
        """Be ready."""
        self.stage = Stage.RUNNING
        self.says.append(ev.AgentReady(agent=self.agent, missing=self.missing, at=0))

    def obey(self) -> None:
        """Perform the next command."""
        match self.told.popleft():
            case do.AssignTests(tests=tests):
                assert not self.finishing, "no tests after the word to finish"
                assert not set(tests).intersection(self.missing), "it has not collected that"
                self.queue.extend(tests)
            case do.TakeBackTests(tests=tests):
                given = tuple(test for test in self.queue if test in tests)
                self.queue = deque(test for test in self.queue if test not in given)
                self.says.append(ev.TestsReturned(agent=self.agent, tests=given, at=0))
            case do.ReleaseAgent():
                self.held = False
            case do.FinishAgent():
                self.finishing, self.held = True, False
            case do.EndTest(test=test):
                if self.started == test:
                    self.finish(1)
            case do.ShowStacks():
                pass
            case other:
                raise AssertionError(other)

    def next_move(self) -> str:
        """What it does with the test at the head of its queue."""
        if self.queue[0] in self.noticed:
            return "skip"
        return "notice" if any(self.queue[0] in tests for tests in self.hidden) else "start"

    def notice(self) -> None:
        """See that a file has not the tests that it should have."""
        tests = next(tests for tests in self.hidden if self.queue[0] in tests)
        self.hidden.remove(tests)
        self.noticed.update(tests)
        self.says.append(ev.TestsMissing(agent=self.agent, tests=tests, reason="", at=0))

    def skip(self) -> None:
        """Pass over a test of which it has noticed that already."""
        self.queue.popleft()

    def start(self) -> None:
        """Begin the next test."""
        self.started = self.queue.popleft()
        self.says.append(ev.TestStarted(agent=self.agent, test=self.started, at=0))

    def finish(self, failures: int, *, held: bool = False) -> None:
        """End the running test."""
        assert self.started is not None
        self.held = held or (self.holds and failures > 0)
        begun = self.says[-1] if self.says else None
        if isinstance(begun, ev.TestStarted) and begun.test == self.started < HASTY:
            # It was so short that its start need not be told any more.
            self.says.pop()
        # Whatever it has run it still has in memory.
        self.memory += self.started * 50 << 20
        self.says.append(
            finished(
                self.agent,
                self.started,
                failures=failures,
                held=self.held,
                memory=self.memory if self.started % 3 else 0,
            )
        )
        self.started = None

    def swell(self) -> None:
        """End the running test with more memory than it may keep, and wait for a word."""
        self.says.append(ev.AgentGrown(agent=self.agent, memory=150 << 20, at=0))
        self.finish(0, held=True)

    def end_session(self) -> None:
        """Say goodbye."""
        self.stage = Stage.ENDED
        self.says.append(ev.AgentDone(agent=self.agent, at=0))

    def break_off(self) -> None:
        """Be interrupted: pytest says so, then the session ends."""
        self.says.append(
            ev.StopRequested(reason=StopReason.INTERRUPTED, message="", agent=self.agent, at=0)
        )
        self.end_session()

    def repeat(self) -> None:
        """Say once more what was heard last."""
        assert self.said is not None
        self.honest = False
        self.says.append(self.said)

    def lie(self) -> None:
        """Say that a test has started that may be another's."""
        self.honest = False
        self.says.append(ev.TestStarted(agent=self.agent, test=TestId(0), at=0))

    def babble(self) -> None:
        """Say what nobody can understand."""
        self.honest = False
        self.says.append(ev.AgentMisspoke(agent=self.agent, reason="nonsense", at=0))

    def tell_news(self) -> list[ev.Observed]:
        """Say all that there is to say about tests, in one batch."""
        batch: list[ev.Observed] = []
        while self.says and isinstance(self.says[0], NEWS):
            batch.append(self.says.popleft())
        self.said = batch[-1]
        return batch

    def shrug(self) -> None:
        """Ignore an interrupt."""
        self.interrupted = False

    def die(self, returncode: int, unsaid: int = 0) -> None:
        """Be gone; the last things it wanted to say may never arrive."""
        for _ in range(min(unsaid, len(self.says))):
            self.says.pop()
        self.stage = Stage.GONE
        status = ExitStatus(returncode=returncode)
        self.says.append(ev.AgentExited(agent=self.agent, status=status, output="", at=0))


def finished(
    agent: str,
    test: int,
    *,
    failures: int = 0,
    held: bool = False,
    seconds: float = 0.01,
    at: float = 0.0,
    memory: int = 0,
) -> ev.TestFinished:
    """A test has its verdict."""
    return ev.TestFinished(
        agent=AgentId(agent),
        test=TestId(test),
        outcome=Outcome.FAILED if failures else Outcome.PASSED,
        failures=failures,
        started=at,
        seconds=seconds,
        message="",
        trace="",
        stdout="",
        stderr="",
        held=held,
        at=at,
        memory=memory,
    )


NEWS = (ev.TestStarted, ev.TestFinished, ev.TestsMissing)
Lacks = Callable[[SlotId, AgentId], tuple[TestId, ...]]
Hidden = Callable[[SlotId, AgentId], list[tuple[TestId, ...]]]
Move = tuple[str, AgentId]
FRIENDLY = (
    *("spawn", "collect", "obey", "notice", "skip", "start", "pass"),
    *("end session", "exit", "hear", "heed"),
)
"""Moves that bring a run to its end."""
NASTY = (
    *("hear all news",),
    *("fail", "fail twice", "swell", "quit", "crash", "crash silently", "shrug"),
    *("repeat", "lie", "babble"),
)


class SimulatedPool:
    """All agents; `moves` are what can happen next, `make` lets it happen."""

    def __init__(self, missing: Lacks, hidden: Hidden, *, holds: bool) -> None:
        self._missing = missing
        self._hidden = hidden
        self._holds = holds
        self.agents: dict[AgentId, SimulatedAgent] = {}
        self.wake_at: float | None = None
        self.reviews: deque[do.ReviewPhase] = deque()
        self.end: do.EndRun | None = None

    def add(self, agent: AgentId, slot: SlotId) -> SimulatedAgent:
        """Spawn a process."""
        assert agent not in self.agents, "a name is used once"
        missing, hidden = self._missing(slot, agent), self._hidden(slot, agent)
        self.agents[agent] = SimulatedAgent(agent, slot, missing, hidden, self._holds)
        return self.agents[agent]

    def perform(self, command: do.Command) -> None:
        """Send a command on its way."""
        match command:
            case do.StartAgent():
                self.add(command.agent, command.slot)
            case do.WakeAt():
                self.wake_at = command.at
            case do.EndRun():
                assert self.end is None, "a run ends once"
                self.end = command
            case do.ReviewPhase():
                self.reviews.append(command)
            case do.InterruptAgent():
                self.agents[command.agent].interrupted = True
            case do.KillAgent() | do.TerminateAgent():
                agent = self.agents[command.agent]
                if agent.stage is not Stage.GONE:
                    agent.die(-9)
            case _:
                agent = self.agents[command.agent]
                if agent.stage is not Stage.GONE:
                    agent.told.append(command)

    def moves(self) -> list[Move]:
        """What can happen next."""
        return [(move, one.agent) for one in self.agents.values() for move in _moves_of(one)]

    def make(self, move: Move) -> list[ev.Observed]:
        """Let it happen; return what the controller hears, if it hears something."""
        name, agent = move
        one = self.agents[agent]
        if name == "hear":
            one.said = one.says.popleft()
            return [one.said]
        if name == "hear all news":
            return one.tell_news()
        _ACTIONS[name](one)
        return []


_ACTIONS: dict[str, Callable[[SimulatedAgent], None]] = {
    "spawn": SimulatedAgent.spawn,
    "collect": SimulatedAgent.collect,
    "obey": SimulatedAgent.obey,
    "notice": SimulatedAgent.notice,
    "skip": SimulatedAgent.skip,
    "start": SimulatedAgent.start,
    "pass": lambda one: one.finish(0),
    "swell": SimulatedAgent.swell,
    "fail": lambda one: one.finish(1),
    "fail twice": lambda one: one.finish(2),
    "heed": SimulatedAgent.break_off,
    "shrug": SimulatedAgent.shrug,
    "repeat": SimulatedAgent.repeat,
    "lie": SimulatedAgent.lie,
    "babble": SimulatedAgent.babble,
    "end session": SimulatedAgent.end_session,
    "quit": SimulatedAgent.end_session,
    "exit": lambda one: one.die(0),
    "crash": lambda one: one.die(-11),
    "crash silently": lambda one: one.die(-11, unsaid=2),
}


def _moves_of(one: SimulatedAgent) -> list[str]:
    moves = ["hear"] if one.says else []
    if one.says and isinstance(one.says[0], NEWS):
        moves.append("hear all news")
    if one.stage is Stage.GONE:
        return moves
    moves += ["crash", "crash silently", "lie", "babble"]
    moves += ["repeat"] if one.said is not None else []
    match one.stage:
        case Stage.SPAWNED:
            moves.append("spawn")
        case Stage.COLLECTING:
            moves += ["collect", "quit"]
        case Stage.ENDED:
            moves.append("exit")
            moves += ["obey"] if one.told else []
        case Stage.RUNNING:
            moves += _moves_of_running(one)
    return moves


def _moves_of_running(one: SimulatedAgent) -> list[str]:
    moves = ["quit"]
    moves += ["obey"] if one.told else []
    moves += ["heed", "shrug"] if one.interrupted else []
    if one.started is not None:
        moves += ["pass", "fail", "fail twice", "swell"]
    elif one.queue and not one.held:
        moves.append(one.next_move())
    elif one.finishing and not one.queue:
        moves.append("end session")
    return moves
