"""A monitor reads what a run publishes and orders, and objects to what must never be."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId, TestId
from pytest_agentorch.model.retry import Flaky, RetryWay
from pytest_agentorch.model.settings import Crash
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.orchestrator import Decision, Policy
from pytest_agentorch.orchestration.phase_plan import PhasePlan
from pytest_agentorch.orchestration.plan import Plan


class Monitor:
    """Knows the plan and the policy, and nothing of how decisions are made."""

    def __init__(self, plan: Plan, policy: Policy) -> None:
        self._plan = plan
        self._policy = policy
        self._homes = {t: (p, u) for p in plan.phases for u in p.units for t in u.tests}
        self._running: dict[AgentId, TestId] = {}
        self._slots: dict[AgentId, SlotId] = {}
        self._stopped_phases: set[PhaseName] = set()
        self._finished_phases: set[PhaseName] = set()
        self._blamed: Counter[TestId] = Counter()
        self._timed_out: dict[TestId, float] = {}
        self._used: set[AgentId] = set()
        self._misspoke: set[AgentId] = set()
        self._began: defaultdict[AgentId, set[TestId]] = defaultdict(set)
        self._held: defaultdict[AgentId, set[TestId]] = defaultdict(set)
        self._lacking: defaultdict[AgentId, set[TestId]] = defaultdict(set)
        self._retried: Counter[TestId] = Counter()
        self._failed: dict[TestId, ev.TestFinished] = {}
        self._again_at: defaultdict[TestId, float] = defaultdict(float)
        self._stopped = self._slots_lost = False
        self._bad: set[TestId] = set()
        self._phases = {phase.name: phase for phase in plan.phases}
        self._waves: defaultdict[PhaseName, list[frozenset[TestId]]] = defaultdict(list)
        self._reviewed: set[tuple[PhaseName, int]] = set()
        self._in_review: set[tuple[PhaseName, int]] = set()
        self._vetoed: set[PhaseName] = set()
        self._begun: set[PhaseName] = set()
        self.verdicts: set[TestId] = set()
        self.story: list[object] = []
        self.finished: ev.RunFinished | None = None

    def adopt(self, agent: AgentId, slot: SlotId) -> None:
        """There is an agent already."""
        self._slots[agent] = slot

    def read(self, decision: Decision) -> None:
        """Take in one decision."""
        for event in decision.events:
            assert self.finished is None, "nothing is published after the end"
            self.story.append(event)
            self._on_event(event)
        for event in decision.events:
            if isinstance(event, ev.AgentDone | ev.AgentExited) and self._stopped:
                self._leave(event.agent)
        for command in decision.commands:
            self.story.append(command)
            self._on_command(command)

    def close(self) -> None:
        """Check what must be true at the end."""
        assert self.finished is not None
        assert self.finished.not_run == len(self._homes) - len(self.verdicts)
        assert not self._running, "whatever started came to an end"

    @property
    def leaves_work(self) -> bool:
        """Whether tests did not run although no agent has lacked any, and no slot was given up."""
        has_excuse = self._stopped or self._slots_lost or any(self._lacking.values())
        is_out = self.finished is not None and self.finished.reason is StopReason.NO_AGENTS
        return is_out and not has_excuse

    def _on_reviewed(self, asked: ev.PhaseReviewed) -> None:
        """Somebody may be against phases, or against what waits for the one that is over."""
        self._in_review.discard((asked.phase, asked.wave))
        behind = {
            phase.phase
            for phase in self._plan.phases
            if any(self._phases[n].phase == asked.phase for n in phase.after & self._phases.keys())
        }
        for veto in asked.vetoes:
            default = {asked.phase} if asked.wave else behind
            self._vetoed.update(map(PhaseName, veto.phases or default))

    def _on_advanced(self, event: ev.TestsAdvanced) -> None:
        """They have not begun, nor have their phase and the one that they are first in now."""
        assert len({*event.tests}) == len(event.tests), "each is moved once"
        assert self.verdicts.isdisjoint(event.tests), "what is over stays where it is"
        assert not any(self._began_somewhere(test) for test in event.tests), "what runs stays"
        parts = [part for part in self._plan.phases if part.phase == event.phase]
        for test in event.tests:
            phase, unit = self._homes[test]
            turn = max(self._plan.tests[one].turn for one in unit.tests) if unit.sticky else None
            turn = self._plan.tests[test].turn if turn is None else turn
            (target,) = (part for part in parts if part.turn == turn)
            assert phase.name not in target.after, "no test is put off"
            assert phase is target or phase.name not in self._begun, "its phase has not begun"
            assert target.name not in self._begun or target.waves is not None
            assert target.name not in self._finished_phases
            together = [one for one in unit.tests if one in event.tests]
            assert not unit.sticky or len(together) == len(unit.tests), "what is whole stays whole"
            both = [places for places in (unit.places, target.places) if places is not None]
            places = frozenset.intersection(*both) if both else None
            dealt = unit.dealt if places is None or unit.dealt in places else None
            unit = replace(unit, places=places, dealt=dealt)
            moved = replace(unit, tests=tuple(together) if unit.sticky else (test,))
            self._homes[test] = target, moved

    def _began_somewhere(self, test: TestId) -> bool:
        held = any(test in tests for tests in self._held.values())
        return held or test in self._running.values() or test in self._failed

    def _on_begun(self, phase: PhasePlan) -> None:
        """Nothing is against it any more, and nobody can be."""
        tests = self._tests_of(phase)
        assert not tests or not self._closes(phase.name), "a closed gate holds"
        assert not tests or phase.phase not in self._vetoed, "a veto holds"
        self._begun.add(phase.name)
        for asked, wave in self._in_review if phase.barrier else ():
            parts = {part.name for part in self._plan.phases if part.phase == asked}
            assert wave or not parts <= phase.after, "plugins are asked first"

    def _on_wave(self, event: ev.WaveStarted) -> None:
        """The waves before it are over, all of them together are no test twice."""
        base = self._phases[event.phase].phase
        waves = self._waves[base]
        assert (base, len(waves)) not in self._in_review, "plugins are asked first"
        assert event.wave == len(waves) + 1, "waves follow each other"
        before = frozenset().union(*waves)
        assert event.tests, "a wave is not empty"
        assert before.isdisjoint(event.tests), "a test is in one wave"
        assert before.isdisjoint([*self._running.values(), *self._failed]), "a wave waits"
        waves.append(frozenset(event.tests))

    def _on_event(self, event: ev.Event) -> None:
        match event:
            case ev.StopRequested():
                self._stopped = True
            case ev.AgentReady():
                self._lacking[event.agent].update(event.missing)
            case ev.TestsMissing():
                self._lacking[event.agent].update(event.tests)
                self._held[event.agent].difference_update(event.tests)
            case ev.TestStarted():
                self._on_started(event)
            case ev.TestFinished():
                if replace(event, at=0.0) == self._failed.pop(event.test, None):
                    assert (self.finished is None and self._stopped) or not self._slots
                else:
                    self._on_ended(event)
                    self._on_judged(event)
                self._judge(event.test, failed=event.failures > 0)
            case ev.TestsReturned():
                self._held[event.agent].difference_update(event.tests)
            case ev.AgentDone():
                self._began.pop(event.agent, None)
            case ev.AgentExited():
                self._began.pop(event.agent, None)
                del self._slots[event.agent]
            case _:
                self._on_conclusion(event)

    def _on_conclusion(self, event: ev.Event) -> None:
        match event:
            case ev.AgentMisspoke():
                self._misspoke.add(event.agent)
            case ev.AgentLost():
                self._on_lost(event)
            case ev.TestOverdue() | ev.TestTimedOut():
                self._on_late(event)
            case ev.TestRetried(failed=failed):
                self._retried[failed.test] += 1
                most = max(self._policy.retries, *self._policy.phase_retries.values(), 0)
                assert self._retried[failed.test] <= most, "not more often"
                assert failed.failures, "only what has failed"
                ends = self._stopped or self._phase_of(failed.test) in self._stopped_phases
                assert not ends, "what stops starts nothing"
                self._on_ended(failed)
                self._failed[failed.test] = replace(failed, at=0.0)
                self._again_at[failed.test] = event.again_at
            case ev.TestGivenUp():
                self._on_given_up(event)
            case ev.RunFinished():
                self.finished = event
            case _:
                self._on_phase(event)

    def _on_phase(self, event: ev.Event) -> None:
        match event:
            case ev.PhaseTimedOut():
                self._stopped_phases.add(event.phase)
            case ev.PhaseStarted():
                self._on_begun(self._phases[event.phase])
            case ev.WaveStarted():
                self._on_wave(event)
            case ev.PhaseReviewed():
                self._on_reviewed(event)
            case ev.TestsAdvanced():
                self._on_advanced(event)
            case ev.PhaseSkipped() if event.vetoed:
                assert self._phases[event.phase].phase in self._vetoed, "somebody is against it"
                assert self.verdicts.isdisjoint(event.tests), "nothing of it has run"
                if len(event.tests) == len(self._tests_of(self._phases[event.phase])):
                    self._finished_phases.add(event.phase)
            case ev.PhaseSkipped():
                assert self._closes(event.phase), "a gate is closed for a reason"
                assert self.verdicts.isdisjoint(event.tests), "nothing of it has run"
                self._finished_phases.add(event.phase)
            case ev.PhaseFinished():
                assert event.phase not in self._finished_phases, "a phase ends once"
                self._finished_phases.add(event.phase)
            case _:
                self._on_other(event)

    def _on_other(self, event: ev.Event) -> None:
        match event:
            case ev.CopyEnded():
                assert self._running.pop(event.agent, event.test) == event.test
                self._held[event.agent].discard(event.test)
            case ev.TestReassigned():
                self._blamed[event.test] = 1
            case ev.SlotGivenUp():
                self._slots_lost = True
            case _:
                pass

    def _on_review(self, command: do.ReviewPhase) -> None:
        """A phase or a wave is over, and nothing that waits for it has begun."""
        policy = self._policy
        assert policy.reviews_waves if command.wave else policy.reviews_phases, "somebody asks"
        assert (command.phase, command.wave) not in self._reviewed, "each is reviewed once"
        self._reviewed.add((command.phase, command.wave))
        if not command.wave:
            parts = {phase.name for phase in self._plan.phases if phase.phase == command.phase}
            assert parts <= self._finished_phases, "all of a phase is over"
        running = {t for t in self._running.values() if self._homes[t][0].phase == command.phase}
        assert not running, "nothing of it runs"
        self._in_review.add((command.phase, command.wave))

    def _closes(self, name: PhaseName) -> bool:
        """Whether a phase has a gate, and a test before it has not succeeded."""
        phase = self._phases[name]
        before = [p for p in self._plan.phases if p.name in phase.after and p.phase != phase.phase]
        tests = {test for other in before for test in self._tests_of(other)}
        has_failed = any(name in self._plan.kept_failures for name in phase.after)
        return phase.gated and (has_failed or not tests <= self.verdicts - self._bad)

    def _tests_of(self, phase: PhasePlan) -> set[TestId]:
        """What belongs to a phase now."""
        return {test for test, (home, _) in self._homes.items() if home is phase}

    def _on_judged(self, event: ev.TestFinished) -> None:
        policy, home = self._policy, self._phase_of(event.test)
        retried = self._retried[event.test]
        ends = self._stopped or home in self._stopped_phases
        own, most = self._plan.tests[event.test].retries, policy.phase_retries.get(home)
        most = own if own is not None else policy.retries if most is None else most
        has_failed = bool(event.failures) and not event.flaky
        too_large = 0 < policy.memory_hard < event.memory
        done = ends or too_large or not has_failed
        assert done or retried == most, "it has had all its chances"
        assert event.flaky == (retried > 0 and not has_failed), "flaky is what passes in the end"
        assert not event.flaky or bool(event.failures) == (policy.flaky is Flaky.FAIL)

    def _on_ended(self, event: ev.TestFinished) -> None:
        if event.agent not in self._running:
            # It was too short for its start to be told.
            self._on_started(event)
        assert self._running.pop(event.agent) == event.test, "it was running there"
        self._held[event.agent].discard(event.test)

    def _on_started(self, event: ev.TestStarted | ev.TestFinished) -> None:
        phase, unit = self._homes[event.test]
        assert event.agent not in self._running, "an agent runs one test"
        assert event.test not in self.verdicts, "a verdict is final"
        places = [*self._running.values()].count(event.test) + 1
        assert places <= unit.copies, "a test runs in no more places than it may"
        slot = self._slots[event.agent]
        assert unit.places is None or slot in unit.places, "a bound test keeps its slots"
        is_lacking = any(map(set(unit.tests).intersection, self._lacking.values()))
        excused = self._slots_lost or is_lacking or any(map(self._blamed.get, unit.tests))
        assert unit.dealt in (None, slot) or excused, "a test stays where it was dealt"
        if phase.barrier:
            before = phase.after.intersection(other.name for other in self._plan.phases)
            assert before <= self._finished_phases, "a barrier holds"
        if phase.waves is not None:
            assert event.test in self._waves[phase.phase][-1], "its wave has begun"
        assert event.at >= self._again_at[event.test], "it rests"
        if self._blamed[event.test] or (
            event.test in self._failed and self._policy.retry is RetryWay.FRESH and not unit.sticky
        ):
            assert event.agent not in self._used, "a suspect gets a fresh agent"
        self._used.add(event.agent)
        self._running[event.agent] = event.test
        now = [self._homes[test][0] for test in self._running.values()]
        assert now.count(phase) <= phase.agents, "a cap holds"
        self._began[event.agent].add(event.test)
        if self._plan.needs:
            self._check_needs()
        if self._plan.rations:
            self._check_isolation(event.agent, phase)
        if unit.chain and not is_lacking:
            earlier = set(itertools.takewhile(lambda test: test != event.test, unit.tests))
            assert earlier <= self.verdicts, "a chain keeps its order"
        if (
            unit.sticky
            and unit.copies == 1
            and not any(map(set(unit.tests).intersection, self._lacking.values()))
        ):
            where = [agent for agent, tests in self._held.items() if tests & set(unit.tests)]
            assert len(where) <= 1, f"a unit stays together: {where}"

    def _check_needs(self) -> None:
        """What runs has what it needs, beside everything else that runs."""
        needs = [self._plan.needs[test] for test in self._running.values()]
        capacity, share = self._plan.supply, 1000 // len(self._plan.slots)
        usual = min(1000, capacity.cpus * share // 1000)
        cpus = sum(
            usual if n.cpus is None else min(round(n.cpus * 1000), capacity.cpus) for n in needs
        )
        assert cpus <= capacity.cpus, "CPUs are enough"
        for there in capacity.counts:
            taken = sum(one.number for n in needs for one in n.counts if one.name == there.name)
            assert taken <= there.number, f"there is enough of {there.name}"
        assert len(needs) == 1 or not any(n.exclusive for n in needs), "exclusive is alone"
        assert sum(n.serial for n in needs) <= 1, "serial is alone among serial ones"
        writes = Counter(name for n in needs for name in n.writes)
        reads = Counter(name for n in needs for name in n.reads)
        assert all(number == 1 and not reads[name] for name, number in writes.items()), "locks"

    def _check_isolation(self, agent: AgentId, phase: PhasePlan) -> None:
        """It runs one ration, and nobody takes its place in a phase before it is gone."""
        given = {self._plan.rations[test] for test in self._began[agent]}
        assert len(given) == 1, "an agent runs one ration"
        there = [
            other
            for other, tests in self._began.items()
            if any(self._homes[test][0] is phase for test in tests)
        ]
        assert len(there) <= phase.agents, f"a cap holds until the end of a process: {there}"

    def _on_lost(self, event: ev.AgentLost) -> None:
        ran = self._running.get(event.agent)
        is_void = event.test is None and ran is not None and self._copies(ran) > 1
        is_spared = event.test is None and event.status.reason.endswith("(memory_hard)")
        is_spared = is_spared or is_void
        assert is_spared or self._running.get(event.agent) == event.test, "it was running that"
        self._leave(event.agent)
        if event.test is not None and self._copies(event.test) == 1:
            self._blamed[event.test] += 1

    def _on_late(self, event: ev.TestOverdue | ev.TestTimedOut) -> None:
        assert self._running.get(event.agent) == event.test, "only what runs is late"
        if isinstance(event, ev.TestTimedOut):
            policy, phase = self._policy, self._phase_of(event.test)
            has_own = event.timeout == policy.phase_timeouts.get(phase, policy.timeout) > 0
            assert has_own or phase in self._stopped_phases, "there is a limit"
            self._timed_out[event.test] = event.at

    def _on_given_up(self, event: ev.TestGivenUp) -> None:
        assert event.attempts == self._blamed[event.test] or self._copies(event.test) > 1
        assert event.attempts <= 2
        if event.excess is not None:
            assert event.excess.memory > self._policy.memory_hard > 0, "there is a limit"
        elif event.timed_out:
            patience = event.at - self._timed_out[event.test]
            by_itself = event.status.reason == ""
            assert (
                by_itself or event.agent in self._misspoke or patience >= self._policy.grace_seconds
            ), "it had time to end"
        elif event.attempts == 1 and event.agent is not None:
            ends = self._stopped or self._phase_of(event.test) in self._stopped_phases
            assert ends or self._policy.crash is Crash.FAIL, "it runs once more"
        self._judge(event.test, failed=True)

    @property
    def _is_simple(self) -> bool:
        """Whether any agent may run any test now."""
        plan, units = self._plan, [unit for _, unit in self._homes.values()]
        is_free = all(unit.waits_for is None for unit in units)
        return is_free and not (plan.rations or plan.needs or self._retried or plan.phases[1:])

    def _check_priority(self, tests: tuple[TestId, ...]) -> None:
        """Nothing is handed out while something more urgent waits, but for the rest of a unit."""
        given = self.verdicts.union(*self._held.values())
        for test in tests:
            unit = self._homes[test][1]
            units = (other for _, other in self._homes.values())
            waiting = (other.priority for other in units if given.isdisjoint(other.tests))
            begun = unit.sticky and not given.isdisjoint(unit.tests)
            urgent = max(waiting, default=unit.priority)
            assert begun or unit.priority >= urgent, "what is urgent overtakes what waits"
            given.add(test)

    def _copies(self, test: TestId) -> int:
        return self._homes[test][1].copies

    def _phase_of(self, test: TestId) -> PhaseName:
        return self._homes[test][0].name

    def _judge(self, test: TestId, *, failed: bool) -> None:
        assert test not in self.verdicts, "a test has one verdict"
        self.verdicts.add(test)
        self._bad.update({test} if failed else ())

    def _leave(self, agent: AgentId) -> None:
        self._running.pop(agent, None)
        self._held.pop(agent, None)

    def _on_command(self, command: do.Command) -> None:
        match command:
            case do.StartAgent():
                assert not self._stopped, "a run that stops starts nothing"
                assert command.slot not in self._slots.values(), "a slot is for one"
                assert command.slot in self._plan.slots
                self._slots[command.agent] = command.slot
            case do.AssignTests():
                self._on_assigned(command)
            case do.EndRun():
                assert not self._slots, "all processes are gone"
            case do.WakeAt():
                pass
            case do.ReviewPhase():
                self._on_review(command)
            case _:
                assert command.agent in self._slots, "nobody talks to the dead"

    def _on_assigned(self, command: do.AssignTests) -> None:
        assert not self._stopped, "a run that stops assigns nothing"
        assert command.tests, "an assignment is not empty"
        assert command.agent in self._slots, "nobody talks to the dead"
        assert self._lacking[command.agent].isdisjoint(command.tests), "it has not collected that"
        elsewhere = {t for tests in self._held.values() for t in tests if self._copies(t) == 1}
        assert elsewhere.isdisjoint(command.tests), "a test is with one agent"
        if self._is_simple and not any(self._lacking.values()) and not self._blamed:
            self._check_priority(command.tests)
        held = self._held[command.agent]
        held.update(command.tests)
        if any(self._blamed[test] for test in held):
            assert len(held) == 1, "a suspect runs alone"
