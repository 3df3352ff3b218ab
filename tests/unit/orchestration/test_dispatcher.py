"""Who is started, who waits, who goes: phases, caps, tests that not every agent has."""

from __future__ import annotations

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, PhaseName, SlotId, TestId
from pytest_agentorch.model.needs import Capability, Needs, ResourceSettings
from pytest_agentorch.model.settings import Dist, Parallelism
from pytest_agentorch.orchestration import command as do
from tests.unit.orchestration.plans import a_phase, a_test, planned, some_tests
from tests.unit.orchestration.short import Run, assign, end, finish, kill, running, start, take_back


def two_phases(*, first: int = 2, later: int = 2, agents: int = 2, **changes: object) -> Run:
    """A run of unit tests and, behind a barrier, of e2e tests."""
    phases = (a_phase("unit"), a_phase("e2e", "unit", **changes))
    tests = [
        *some_tests(first),
        *(a_test(n, "e2e", named=True) for n in range(first, first + later)),
    ]
    return Run(planned(tests, *phases, agents=agents))


def test_no_more_agents_than_there_is_work_for() -> None:
    """Three tests on eight slots."""
    run = Run(planned(some_tests(3), agents=8))
    assert run.first == start("gw1", "gw2")


def test_no_more_agents_than_there_are_files_if_files_stay_together() -> None:
    """Forty tests in two files on eight slots."""
    tests = [a_test(n, path=f"test_{n % 2}.py") for n in range(40)]
    run = Run(planned(tests, agents=8, dist=Dist.FILE))
    assert run.first == start("gw1")


def test_a_named_phase_waits_for_those_before_it() -> None:
    """Its barrier opens with the last verdict."""
    run = two_phases(first=1, later=1)
    assert run.first == []
    run.joins("gw0")
    assert run.runs("gw0", 0) == [assign("gw0", 1)]
    assert run.slugs == ["TestFinished", "PhaseFinished", "PhaseStarted"]
    assert run.said[-1] == ev.PhaseStarted(
        phase=PhaseName("e2e"), tests=1, agents=1, at=run.said[-1].at
    )


def test_agents_that_a_later_phase_needs_are_kept() -> None:
    """They are idle until its barrier opens."""
    run = two_phases(first=4, later=4)
    run.joins("gw0")
    run.joins("gw1")
    run.started("gw0", 0)
    assert run.runs("gw1", 2, 3) == [take_back("gw0", 1)]
    assert run.returned("gw0", 1) == [assign("gw1", 1)]
    assert run.runs("gw1", 1) == []
    assert run.finished("gw0", 0) == [assign("gw1", 4), assign("gw0", 5)]


def test_nobody_is_started_for_a_test_that_its_agent_is_about_to_begin() -> None:
    """An agent may have to import a file first: meanwhile others would come and go."""
    run = Run(planned(some_tests(2), agents=2))
    run.joins("gw0")
    run.joins("gw1")
    assert run.returned("gw0", 1) == [assign("gw1", 1)]
    assert run.runs("gw0", 0) == [finish("gw0")]
    assert run.leaves("gw0") == []
    assert run.runs("gw1", 1) == [finish("gw1")]


def test_agents_that_no_later_phase_needs_are_let_go() -> None:
    """A sequential phase comes: one agent is enough for it."""
    run = two_phases(first=4, later=4, parallelism=Parallelism.SEQUENTIAL)
    run.joins("gw0")
    run.joins("gw1")
    run.started("gw0", 0)
    run.runs("gw1", 2, 3)
    run.returned("gw0", 1)
    assert run.runs("gw1", 1) == [finish("gw1")]
    assert run.leaves("gw1") == []
    assert run.finished("gw0", 0) == [assign("gw0", 4)]


def prefer(**priorities: int) -> ResourceSettings:
    """Give agents priorities."""
    return ResourceSettings(priorities={SlotId(slot): one for slot, one in priorities.items()})


def test_preferred_agents_are_started_first() -> None:
    """As long as there is work for no more; then the others."""
    tests = some_tests(3)
    run = Run(planned(tests, agents=4, resources=prefer(gw2=1, gw3=5)))
    assert run.first == start("gw3", "gw2")
    run = Run(planned([*tests, a_test(3)], agents=4, resources=prefer(gw2=1, gw3=5)))
    assert run.first == start("gw3", "gw2", "gw1")


def test_preferred_agents_are_fed_first() -> None:
    """A barrier opens, and both are idle. Else it would be the one that has waited."""
    for preferred, other in (("gw0", "gw1"), ("gw1", "gw0")):
        tests = [*some_tests(2), *(a_test(n, "e2e", named=True) for n in (2, 3))]
        phases = (a_phase("unit"), a_phase("e2e", "unit"))
        there = prefer(**{preferred: 1})
        run = running(planned(tests, *phases, resources=there), "gw0", "gw1")
        run.returned("gw0", 1)
        run.started("gw0", 0)
        run.started("gw1", 1)
        run.finished(other, ["gw0", "gw1"].index(other))
        last = run.finished(preferred, ["gw0", "gw1"].index(preferred))
        assert last == [assign(preferred, 2), assign(other, 3)]


def test_who_is_let_go_is_not_preferred() -> None:
    """One is enough for what comes; it is the preferred one that waits for it."""
    phases = (a_phase("unit"), a_phase("e2e", "unit", parallelism=Parallelism.SEQUENTIAL))
    tests = [*some_tests(2), a_test(2, "e2e", named=True)]
    run = running(planned(tests, *phases, resources=prefer(gw1=5)), "gw0", "gw1")
    run.returned("gw0", 1)
    run.started("gw0", 0)
    assert run.runs("gw1", 1) == []
    assert run.finished("gw0", 0) == [assign("gw1", 2), finish("gw0")]


def test_agents_that_tests_acquire_stay_as_long_as_any_has_tests() -> None:
    """Then they go, all of them."""
    run = running(planned(some_tests(2)), "gw0", "gw1")
    run.returned("gw0", 1)
    run.started("gw0", 0)
    run.orchestrator.keep_agents()
    assert run.runs("gw1", 1) == []
    assert run.finished("gw0", 0) == [finish("gw1"), finish("gw0")]


def test_agents_that_tests_acquire_may_still_be_coming() -> None:
    """As long as any other has tests."""
    for keeps in (False, True):
        run = running(planned(some_tests(2)), "gw0")
        if keeps:
            run.orchestrator.keep_agents()
        run.runs("gw0", 0)
        assert run.started("gw0", 1) == ([] if keeps else [kill("gw1")])
        assert (kill("gw1") in run.finished("gw0", 1)) is keeps


def test_agents_that_tests_acquire_stay_while_one_comes_that_is_needed() -> None:
    """It runs once more what has killed another."""
    run = running(planned(some_tests(2)), "gw0", "gw1")
    run.returned("gw0", 1)
    run.started("gw0", 0)
    run.orchestrator.keep_agents()
    run.runs("gw1", 1)
    assert run.dies("gw0") == start("gw0.2")
    run.joins("gw0.2")
    assert run.runs("gw0.2", 0) == [finish("gw1"), finish("gw0.2")]


def test_agents_that_tests_acquire_stay_while_others_are_coming() -> None:
    """A test waits for one of them that can run it, and may acquire the other."""
    able = ResourceSettings(capabilities=(Capability(name="gpu", slots=(SlotId("gw1"),)),))
    tests = [a_test(0), a_test(1, needs=Needs(capabilities=("gpu",)))]
    for keeps in (False, True):
        run = running(planned(tests, resources=able), "gw0")
        if keeps:
            run.orchestrator.keep_agents()
        assert run.runs("gw0", 0) == ([] if keeps else [finish("gw0")])
        assert run.joins("gw1") == [assign("gw1", 1)]
        assert (finish("gw0") in run.runs("gw1", 1)) is keeps


def test_agents_that_tests_acquire_stay_while_plugins_are_asked() -> None:
    """One is enough for what comes, and what comes may acquire the other."""
    phases = (a_phase("unit"), a_phase("e2e", "unit", parallelism=Parallelism.SEQUENTIAL))
    tests = [*some_tests(2), a_test(2, "e2e", named=True)]
    run = running(planned(tests, *phases), "gw0", "gw1", reviews_phases=True)
    run.returned("gw0", 1)
    run.orchestrator.keep_agents()
    run.runs("gw0", 0)
    assert finish("gw0") not in run.runs("gw1", 1)
    review = ev.PhaseReviewed(phase=PhaseName("unit"), wave=0, vetoes=(), at=run.now())
    assert run.tell(review) == [assign("gw0", 2)]
    assert run.runs("gw0", 2)[-2:] == [finish("gw1"), finish("gw0")]


def test_an_inferred_phase_only_orders() -> None:
    """Nobody has named it: it starts at once, after the other in the queue."""
    phases = (a_phase("unit"), a_phase("e2e", "unit"))
    run = Run(planned([a_test(0), a_test(1, "e2e")], *phases))
    assert run.slugs == ["PlanMade", "PhaseStarted", "PhaseStarted"]
    assert run.joins("gw0") == [assign("gw0", 0, 1)]


def test_phases_without_a_path_between_them_overlap() -> None:
    """A diamond: two phases between the first and the last."""
    phases = (
        a_phase("unit"),
        a_phase("left", "unit", configured=True),
        a_phase("right", "unit", configured=True),
        a_phase("e2e", "left", "right", configured=True),
    )
    tests = [a_test(n, name) for n, name in enumerate(["unit", "left", "right", "e2e"])]
    run = Run(planned(tests, *phases, agents=4))
    run.joins("gw0")
    assert run.runs("gw0", 0) == [*start("gw1"), assign("gw0", 1)]
    assert [e.phase for e in run.said if isinstance(e, ev.PhaseStarted)] == ["left", "right"]
    assert run.joins("gw1") == [assign("gw1", 2)]
    assert run.runs("gw0", 1) == [finish("gw0")]
    assert run.runs("gw1", 2) == [assign("gw1", 3)]


def test_a_cap_is_for_agents_and_not_for_slots() -> None:
    """Of three slots two have an agent; the phase without a cap has work for all."""
    phases = (a_phase("unit", max_agents=1), a_phase("e2e"))
    tests = [*some_tests(4, named=True), *(a_test(n, "e2e") for n in range(4, 10))]
    run = Run(planned(tests, *phases, agents=3))
    assert run.first == start("gw1", "gw2")
    assert run.joins("gw0") == [assign("gw0", 0, 1)]
    assert run.joins("gw1") == [assign("gw1", 4, 5)]
    assert run.joins("gw2") == [assign("gw2", 6, 7)]


def test_an_agent_that_lacks_a_test_gets_others() -> None:
    """The one that has it runs it."""
    run = running(planned(some_tests(4)), "gw0")
    assert run.joins("gw1", 2) == [assign("gw1", 3)]
    assert run.started("gw0", 0) == [assign("gw0", 2)]
    assert run.started("gw1", 3) == []
    assert run.finished("gw1", 3) == [take_back("gw0", 1)]


def test_a_test_that_no_agent_has_fails() -> None:
    """It is not found: nobody waits for it, and the next phase starts."""
    run = two_phases()
    run.joins("gw1", 1)
    run.connected("gw0")
    assert run.ready("gw0", 1) == []
    assert run.slugs == ["AgentReady", "TestGivenUp"]
    given_up = run.find(ev.TestGivenUp)
    assert isinstance(given_up, ev.TestGivenUp)
    assert (given_up.test, given_up.agent, given_up.attempts) == (1, None, 0)
    assert given_up.slug == "test-not-found"
    assert run.runs("gw1", 0) == [assign("gw0", 2), assign("gw1", 3)]


def test_a_phase_can_end_with_a_test_that_is_not_found() -> None:
    """Its only test: the next phase starts in the same breath."""
    run = two_phases(first=1)
    run.connected("gw0")
    assert run.ready("gw0", 0) == [*start("gw1"), assign("gw0", 1, 2)]
    assert run.slugs == ["AgentReady", "TestGivenUp", "PhaseFinished", "PhaseStarted"]


def test_too_many_tests_that_are_not_found_stop_the_run() -> None:
    """They fail, and failures count."""
    run = Run(planned(some_tests(3), agents=1), stop_after=1)
    run.connected("gw0")
    assert run.ready("gw0", 0) == [finish("gw0")]
    assert run.slugs == ["AgentReady", "TestGivenUp", "StopRequested", "PhaseFinished"]


def test_a_test_is_not_missed_while_an_agent_is_coming_that_may_have_it() -> None:
    """Only when all are there it is known."""
    run = Run(planned(some_tests(4)))
    run.connected("gw0")
    assert run.ready("gw0", 0) == [assign("gw0", 1, 2)]
    assert run.joins("gw1") == [assign("gw1", 0, 3)]


def test_a_slot_whose_agent_had_a_test_is_tried_again() -> None:
    """Only agents of the first slot collect it, and the first one is gone."""
    run = two_phases(first=4)
    run.joins("gw0")
    run.joins("gw1", 1)
    run.runs("gw0", 0)
    assert run.runs("gw1", 2, 3) == []
    assert run.dies("gw0") == start("gw0.2")
    assert run.slugs == ["AgentExited", "AgentLost"]
    assert run.joins("gw0.2") == [assign("gw0.2", 1)]


def test_a_test_that_the_next_agent_lacks_too_is_not_found() -> None:
    """One try is enough."""
    run = two_phases(first=4)
    run.joins("gw0")
    run.joins("gw1", 1)
    run.runs("gw0", 0)
    run.runs("gw1", 2, 3)
    run.dies("gw0")
    run.connected("gw0.2")
    assert run.ready("gw0.2", 1) == [assign("gw1", 4), assign("gw0.2", 5)]
    assert run.slugs == ["AgentReady", "TestGivenUp", "PhaseFinished", "PhaseStarted"]


def test_no_slot_is_tried_of_which_nothing_is_known() -> None:
    """A test that nobody has does not cost the start of an agent per free slot."""
    run = two_phases(first=1, later=2, agents=2)
    run.connected("gw0")
    assert run.ready("gw0", 0) == [*start("gw1"), assign("gw0", 1, 2)]
    assert run.slugs == ["AgentReady", "TestGivenUp", "PhaseFinished", "PhaseStarted"]


def test_a_unit_that_no_agent_has_whole_is_divided() -> None:
    """Each runs what it has; else the file would have stayed together."""
    tests = [*some_tests(3, path="test_a.py"), a_test(3, path="test_b.py")]
    run = Run(planned(tests, dist=Dist.FILE))
    assert run.joins("gw1", 0) == [assign("gw1", 3)]
    run.connected("gw0")
    assert run.ready("gw0", 1, 2) == [assign("gw0", 0), assign("gw1", 1)]


def test_what_an_agent_has_not_found_runs_elsewhere() -> None:
    """It says so when it looks into the file; it gets something else."""
    run = running(planned(some_tests(6)), "gw0", "gw1")
    assert run.lacks("gw1", 3) == [assign("gw1", 4)]
    assert run.runs("gw1", 2) == [assign("gw1", 5)]
    run.runs("gw0", 0, 1)
    assert run.started("gw0", 3) == []
    assert run.verdicts == {TestId(n) for n in range(3)}


def test_a_file_that_stays_together_goes_elsewhere_as_a_whole() -> None:
    """What was claimed for the agent that cannot import it goes, too."""
    tests = [a_test(n, path=f"test_{n // 3}.py") for n in range(9)]
    run = running(planned(tests, dist=Dist.FILE), "gw0", "gw1")
    assert run.lacks("gw1", 3, 4, 5) == [assign("gw1", 6, 7)]
    assert run.runs("gw0", 0, 1, 2)[-1] == assign("gw0", 3)


def test_a_test_that_the_last_agent_has_not_found_either_fails() -> None:
    """Nobody is left who may have it."""
    run = running(planned(some_tests(2)), "gw0", "gw1")
    assert run.lacks("gw1", 1) == []
    assert run.slugs == ["TestsMissing"]
    run.lacks("gw0", 1)
    assert run.slugs == ["TestsMissing", "TestGivenUp"]
    assert run.verdicts == {TestId(1)}


def test_a_suspect_that_a_fresh_agent_has_not_found_waits_for_another() -> None:
    """This one may run something else, then."""
    run = running(planned(some_tests(12)), "gw0", "gw1")
    run.started("gw1", 2)
    assert run.dies("gw1") == start("gw1.2")
    assert run.joins("gw1.2") == [assign("gw1.2", 2)]
    (other,) = run.lacks("gw1.2", 2)
    assert isinstance(other, do.AssignTests)
    assert TestId(2) not in other.tests


def test_an_agent_may_give_back_what_it_has_not_found() -> None:
    """It was asked before it said so."""
    run = running(planned(some_tests(3)), "gw0", "gw1")
    run.started("gw0", 0)
    assert run.runs("gw1", 2) == [take_back("gw0", 1)]
    assert run.lacks("gw0", 1) == [assign("gw1", 1)]
    run.returned("gw0", 1)
    assert run.slugs == ["TestsReturned"]


def test_an_agent_cannot_lack_what_it_has_started() -> None:
    """It says what cannot be."""
    run = running(planned(some_tests(3)), "gw0")
    run.started("gw0", 0)
    assert run.lacks("gw0", 0) == [kill("gw0")]
    assert run.slugs == ["AgentMisspoke"]


def test_the_next_agent_of_a_slot_is_expected_to_lack_the_same() -> None:
    """No other is started for a test that it would not find."""
    run = running(planned(some_tests(2)), "gw0", "gw1")
    run.lacks("gw1", 1)
    run.started("gw0", 0)
    run.dies("gw1")
    assert run.orchestrator._registry.slots[SlotId("gw1")].missing == frozenset([TestId(1)])


def test_what_one_agent_has_noticed_late_the_next_one_of_its_slot_does_not_get() -> None:
    """It says that it has everything, as that one did: it would take it, notice, and end."""
    run = running(planned(some_tests(12)), "gw0", "gw1")
    run.lacks("gw1", 2)
    run.started("gw0", 0)
    run.dies("gw1")
    run.joins("gw1.2")
    assert run.orchestrator._schedule.hands[AgentId("gw1.2")].missing == {TestId(2)}


def test_an_idle_agent_stays_if_it_lacks_what_waits() -> None:
    """Another in its place would lack it, too: to start one would be in vain."""
    run = running(planned(some_tests(20)), "gw0")
    run.joins("gw1", *range(20))
    run.started("gw0", 0)
    assert run.finished("gw0", 0) == []
    run.runs("gw0", 1)
    assert run.started("gw0", 2) == [assign("gw0", 3)]


def test_with_each_every_slot_runs_every_test() -> None:
    """Test 2 is test 0 once more, for the second slot."""
    run = Run(planned(some_tests(2), dist=Dist.EACH))
    assert run.first == start("gw1")
    assert run.joins("gw0") == [assign("gw0", 0, 1)]
    assert run.joins("gw1") == [assign("gw1", 2, 3)]
    assert run.runs("gw0", 0, 1) == [finish("gw0")]
    run.leaves("gw0")
    assert run.runs("gw1", 2, 3) == [finish("gw1")]
    assert run.leaves("gw1") == [end()]


def test_with_each_a_test_that_its_slot_lacks_fails() -> None:
    """Another slot has it, but that one has its own copy."""
    run = running(planned(some_tests(2), dist=Dist.EACH), "gw0")
    assert run.joins("gw1", 0, 2) == [assign("gw1", 3)]
    assert run.slugs == ["AgentReady", "TestGivenUp"]
    assert run.verdicts == {TestId(2)}


def test_what_is_more_urgent_overtakes_what_is_queued() -> None:
    """It has failed and is to run again: what the agent has not begun waits behind it."""
    run = Run(planned([a_test(0, priority=10), *some_tests(3)[1:]], agents=1), retries=1)
    assert run.joins("gw0") == [assign("gw0", 0, 1)]
    assert run.started("gw0", 0) == [assign("gw0", 2)]
    assert run.finished("gw0", 0, failures=1) == [take_back("gw0", 2)]
    assert run.returned("gw0", 2) == []
    assert run.started("gw0", 1) == [replace(assign("gw0", 0), again=(TestId(0),))]
