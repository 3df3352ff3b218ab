"""Whatever agents do, a run ends, keeps its invariants and loses no verdict: played at random.

Hypothesis chooses the plan, the policy and every move of every agent; see `simulated_pool`.
"""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.advance import Advance
from pytest_agentorch.model.agent_view import AgentStatus
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId, TestId
from pytest_agentorch.model.memory_event import AgentSample
from pytest_agentorch.model.needs import NO_NEEDS, Capability, Count, Needs, ResourceSettings
from pytest_agentorch.model.retry import Flaky, RetryWay
from pytest_agentorch.model.settings import Crash, Dist, Gate, Isolate, Parallelism, PhaseSettings
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.model.veto import Veto
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.orchestrator import Orchestrator
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.orchestration.policy import Policy
from pytest_agentorch.results.assignments import AssignmentEvent, Assignments
from tests.unit.orchestration.monitor import Monitor
from tests.unit.orchestration.plans import a_history, a_phase, a_test, planned
from tests.unit.orchestration.simulated_pool import FRIENDLY, SimulatedPool
from tests.unit.orchestration.spinning import forbid_spinning

NAMES = [PhaseName(name) for name in ("unit", "integration", "e2e", "load")]
MIB = 1 << 20
SOME_NEEDS = [
    Needs(cpus=1.5),
    Needs(cpus=2.0),
    Needs(memory=800 * MIB),
    Needs(counts=(Count(name="db", number=1),)),
    Needs(counts=(Count(name="db", number=2),), reads=("schema",)),
    Needs(reads=("schema",)),
    Needs(writes=("schema", "files")),
    Needs(serial=True),
    Needs(exclusive=True),
    Needs(capabilities=("gpu",)),
    Needs(capabilities=("gpu", "web")),
    Needs(counts=(Count(name="db", number=1),), capabilities=("web",)),
]
ABLE = (Capability(name="gpu", agents=2), Capability(name="web", slots=(SlotId("gw1"),)))
ALL_ABLE = (Capability(name="gpu"), Capability(name="web"))
MOST_STEPS = 3000
"""No run of this size needs more, once its agents mean well."""


@st.composite
def phases(draw: st.DrawFn) -> list[PhaseSettings]:
    """A graph of phases, with barriers and caps or without."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    return [
        a_phase(
            name,
            *draw(st.sets(st.sampled_from(names[:position])) if position else st.just(set())),
            configured=draw(st.booleans()),
            max_agents=draw(st.sampled_from([None, None, 1, 2])),
            parallelism=draw(st.sampled_from(Parallelism)),
            waves=draw(st.sampled_from([None, None, None, 0, 2])),
            gate=draw(st.sampled_from([Gate.CONTINUE, *Gate])),
            memory_per_agent=draw(st.sampled_from([100 * MIB, 512 * MIB])),
        )
        for position, name in enumerate(names)
    ]


@st.composite
def plans(draw: st.DrawFn, tables: st.SearchStrategy[list[PhaseSettings]] | None = None) -> Plan:
    """Up to fourteen tests for up to four agents, some of which have run before."""
    table = draw(phases() if tables is None else tables)
    wanted = draw(st.sampled_from([[NO_NEEDS], [NO_NEEDS, *SOME_NEEDS]]))
    kinds = draw(
        st.lists(
            st.tuples(
                st.sampled_from([phase.name for phase in table]),
                st.sampled_from(["test_a.py", "test_b.py"]),
                st.sampled_from(["", "", "fixture"]),
                st.sampled_from(["", "", "", "group"]),
                st.sampled_from([0, 0, 0, 1, 2]),
                st.sampled_from(wanted),
                st.sampled_from([0, 0, 0, 10, -10]),
                st.sampled_from([1, 1, 1, 2, 3]),
                st.sampled_from(["", "", "", "chain"]),
            ),
            min_size=1,
            max_size=14,
        )
    )
    kinds.sort(key=lambda kind: NAMES.index(kind[0]))
    words = ("path", "unit", "group", "turn", "needs", "priority", "copies", "chain")
    tests = [
        a_test(number, phase, **dict(zip(words, (*changes, chain and phase), strict=True)))
        for number, (phase, *changes, chain) in enumerate(kinds)
    ]
    dist = draw(st.sampled_from(Dist))
    isolate = draw(st.sampled_from([Isolate.NONE, *Isolate]))
    agents = draw(st.integers(1, 4))
    past = draw(st.lists(st.sampled_from([None, 0.0, 0.04, 0.2, 5.0]), max_size=len(tests)))
    failed = draw(st.sets(st.integers(0, len(tests) - 1), max_size=2))
    memory = draw(st.lists(st.sampled_from([0, 100 * MIB, 600 * MIB, 3000 * MIB]), max_size=5))
    history = a_history(tests, *past, failed=sorted(failed), memory=memory)
    free = dist in (Dist.BALANCED, Dist.ROUND_ROBIN, Dist.PRIORITY, Dist.CAPABILITY)
    has_groups = any(group or chain for _, _, _, group, *_, chain in kinds)
    able = ABLE if free and agents > 1 and not has_groups else ALL_ABLE
    there = ResourceSettings(
        memory=draw(st.sampled_from([0, 0, 1200 * MIB])),
        counts=(Count(name="db", number=2),),
        capabilities=able,
        priorities=draw(st.sampled_from([{}, {SlotId("gw1"): 5, SlotId("gw2"): -1}])),
    )
    return planned(
        tests,
        *table,
        agents=agents,
        dist=dist,
        isolate=isolate,
        history=history,
        resources=there,
    )


@st.composite
def wishes(draw: st.DrawFn) -> Advance:
    """Somebody wants tests to run earlier: single ones, files, or what is not there."""
    one = st.integers(0, 14).flatmap(
        lambda n: st.sampled_from([f"test_{file}.py::test_{n}" for file in "ab"])
    )
    names = draw(st.lists(st.one_of(one, st.sampled_from(["test_a.py", "test_b.py"])), min_size=1))
    to = draw(st.sampled_from(["", "", *NAMES, "nobody"]))
    return Advance(tests=tuple(names), reason="", phase=to)


class RandomRun(RuleBasedStateMachine):
    """One run, one move at a time."""

    @initialize(
        plan=plans(),
        stop_after=st.sampled_from([0, 0, 1, 3]),
        crash=st.sampled_from(Crash),
        limits=st.fixed_dictionaries(
            {
                "timeout": st.sampled_from([0.0, 0.0, 2.5, 20.0]),
                "overdue": st.sampled_from([0.0, 2.0]),
                "grace_seconds": st.sampled_from([1.5, 10.0]),
                "retries": st.sampled_from([0, 0, 1, 2]),
                "retry": st.sampled_from(RetryWay),
                "retry_delay": st.sampled_from([0.0, 0.0, 5.0]),
                "flaky": st.sampled_from(Flaky),
                "phase_limits": st.sampled_from([{}, {}, {"unit": 20.0}]),
                "reviews_phases": st.booleans(),
                "reviews_waves": st.booleans(),
                "memory_soft": st.sampled_from([0, 100 << 20]),
                "memory_hard": st.sampled_from([0, 120 << 20, 200 << 20]),
            }
        ),
        pause=st.sampled_from([0.01, 1.0]),
        data=st.data(),
    )
    def begin(
        self,
        *,
        plan: Plan,
        stop_after: int,
        crash: Crash,
        limits: dict[str, Any],
        pause: float,
        data: st.DataObject,
    ) -> None:
        """Begin a run with whatever there is."""
        self.play(plan, stop_after, crash, limits, pause=pause, data=data)

    def play(
        self,
        plan: Plan,
        stop_after: int,
        crash: Crash,
        limits: dict[str, Any],
        *,
        pause: float,
        data: st.DataObject,
    ) -> None:
        """Adopt the agent that collected."""
        policy = Policy(stop_after=stop_after, crash=crash, **limits)
        self.at, self.pause = 0.0, pause
        self.orchestrator = Orchestrator(plan, policy)
        self.begin_decision = forbid_spinning(self.orchestrator)
        self.monitor = Monitor(plan, policy)
        self.assignments = Assignments()
        some = st.sets(st.integers(0, len(plan.tests) - 1), max_size=4)
        # Every agent of a slot lacks the same tests, but for one that has collected them all.
        lacking = {slot: tuple(map(TestId, sorted(data.draw(some)))) for slot in plan.slots}
        # Some of them it notices late: when the first one of a file is to start.
        late = {slot: data.draw(some) for slot in plan.slots}
        first = self.orchestrator.adopt(plan.slots[0], 1)

        def missing(slot: SlotId, agent: AgentId) -> tuple[TestId, ...]:
            return () if agent == first else lacking[slot]

        def hidden(slot: SlotId, agent: AgentId) -> list[tuple[TestId, ...]]:
            if agent == first:
                return []
            tests = map(TestId, sorted(late[slot].difference(lacking[slot])))
            by_file = itertools.groupby(tests, lambda test: plan.tests[test].path)
            return [tuple(some) for _, some in by_file]

        self.pool = SimulatedPool(missing, hidden, holds=stop_after > 0)
        self.pool.add(first, plan.slots[0])
        self.monitor.adopt(first, plan.slots[0])
        self._tell(
            ev.PlanMade(tests=(), phases=(), deselected=0, collection_errors=0, at=0.0),
        )

    @precondition(lambda self: self._goes_on() and self.pool.moves())
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        """Let anything happen."""
        self._make(data.draw(st.sampled_from(self.pool.moves())))

    @precondition(lambda self: self._goes_on() and self._friendly())
    @rule(data=st.data(), count=st.integers(1, 12))
    def work(self, data: st.DataObject, count: int) -> None:
        """Let agents do what they should, for a while."""
        for _ in range(count):
            if self._goes_on() and self._friendly():
                self._make(data.draw(st.sampled_from(self._friendly())))

    @precondition(lambda self: self._goes_on())
    @rule(reason=st.sampled_from([reason for reason in StopReason if reason]))
    def stop(self, reason: StopReason) -> None:
        """Let somebody want the run to end."""
        self._tell(ev.StopRequested(reason=reason, message="", at=0.0))

    @precondition(lambda self: self._goes_on())
    @rule(agents=st.sampled_from([None, 0, 1, 2, 3]))
    def allow(self, agents: int | None) -> None:
        """Let fewer agents be busy, or more."""
        self.orchestrator._dispatcher.allow(agents)
        self._tell(ev.TimePassed(at=0.0))

    @precondition(lambda self: self._goes_on())
    @rule()
    def acquire(self) -> None:
        """Let a test acquire an agent: from now on they stay."""
        self.orchestrator.keep_agents()

    @precondition(lambda self: self._goes_on() and self.pool.reviews)
    @rule(
        vetoes=st.lists(st.lists(st.sampled_from([*NAMES, PhaseName("nobody")])), max_size=2),
        wishes=st.lists(wishes(), max_size=2),
    )
    def review(self, vetoes: list[list[PhaseName]], wishes: list[Advance]) -> None:
        """Let plugins look at what is over; they may be against phases, or want tests early."""
        against = tuple(Veto(reason="no", phases=tuple(names)) for names in vetoes)
        self._review(against, tuple(wishes))

    @precondition(lambda self: self._goes_on() and self.pool.wake_at is not None)
    @rule()
    def wake(self) -> None:
        """Let the time come that was asked for."""
        self._wake()

    @precondition(lambda self: self._goes_on())
    @rule(data=st.data(), short=st.booleans())
    def look(self, data: st.DataObject, *, short: bool) -> None:
        """Let somebody look what agents take: some have much, and some are gone."""
        sizes = {agent: data.draw(st.sampled_from([30, 30, 300])) for agent in self.pool.agents}
        samples = tuple(
            AgentSample(agent=agent, memory=size << 20) for agent, size in sizes.items()
        )
        total = sum(sizes.values()) << 20
        self._tell(ev.AgentsSampled(samples=samples, total=total, short=short, at=0.0))

    @precondition(lambda self: not self._goes_on())
    @rule(agent=st.sampled_from(["gw0", "gw1"]))
    def say_something_late(self, agent: str) -> None:
        """Let an agent be heard after the end."""
        decision = self.orchestrator.handle(ev.AgentDone(agent=AgentId(agent), at=self.at))
        assert (decision.events, decision.commands) == ((), ())

    @invariant()
    def nothing_is_wrong(self) -> None:
        """Check the state after every step."""
        if hasattr(self, "orchestrator"):
            self.orchestrator.check_invariants()

    @invariant()
    def what_agents_have_is_known_from_events(self) -> None:
        """Whoever reads the event log knows it, too."""
        if hasattr(self, "orchestrator"):
            for view in self.orchestrator.agents():
                known = set(self.assignments.in_hand(view.agent))
                # What it leaves behind when its session is over nobody tells.
                is_over = view.status is AgentStatus.DRAINING
                assert known >= set(view.tests) if is_over else known == set(view.tests), view

    def teardown(self) -> None:
        """From now on agents mean well: the run must end, and soon."""
        if not hasattr(self, "pool"):
            return
        for _ in range(MOST_STEPS):
            if not self._goes_on():
                break
            # What follows of itself comes first; a test ends before it is asked how.
            moves = self._friendly()
            if moves:
                self._make(moves[0])
            elif self.pool.reviews:
                self._review()
            elif self.pool.wake_at is not None:
                self._wake()
            else:
                raise AssertionError(f"nothing can happen any more: {self.monitor.story}")
        assert self.orchestrator.ended, "it does not come to an end"
        self.orchestrator.check_invariants()
        self.monitor.close()
        assert not self.monitor.leaves_work, "somebody could have run what is left"

    def _goes_on(self) -> bool:
        return hasattr(self, "pool") and self.pool.end is None

    def _friendly(self) -> list[tuple[str, AgentId]]:
        return [move for move in self.pool.moves() if move[0] in FRIENDLY]

    def _make(self, move: tuple[str, AgentId]) -> None:
        events = self.pool.make(move)
        if events:
            self._tell(*events)

    def _review(self, vetoes: tuple[Veto, ...] = (), advances: tuple[Advance, ...] = ()) -> None:
        asked = self.pool.reviews.popleft()
        self._tell(
            ev.PhaseReviewed(
                phase=asked.phase, wave=asked.wave, vetoes=vetoes, advances=advances, at=0.0
            )
        )

    def _wake(self) -> None:
        assert self.pool.wake_at is not None
        self.at = max(self.at, self.pool.wake_at)
        self.pool.wake_at = None
        self._tell(ev.TimePassed(at=0.0))

    def _tell(self, *events: ev.Observed) -> None:
        self.at += self.pause
        self.begin_decision()
        decision = self.orchestrator.handle(*(replace(event, at=self.at) for event in events))
        self.monitor.read(decision)
        for event in decision.events:
            if isinstance(event, ev.AgentMisspoke):
                assert not self.pool.agents[event.agent].honest, "nobody says what is not true"
            if isinstance(event, AssignmentEvent):
                self.assignments.on_event(event)
        for command in decision.commands:
            if isinstance(command, do.AssignTests):
                given = ev.TestsAssigned(agent=command.agent, tests=command.tests, at=self.at)
                self.assignments.on_event(given)
            self.pool.perform(command)


TestRandomRuns = RandomRun.TestCase
TestRandomRuns.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
