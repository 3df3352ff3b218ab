"""What a run has shown of its work."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.agent_event import SharedSetup
from pytest_agentorch.model.demand import Demand
from pytest_agentorch.model.event import Event, TestsAdvanced
from pytest_agentorch.model.ids import PhaseName, TestId
from pytest_agentorch.model.needs import Needs
from pytest_agentorch.model.settings import Start
from pytest_agentorch.results.want import NO_WANT, Want
from pytest_agentorch.results.workload import Piece, Workload, workload_of
from tests.unit.event_builders import (
    START,
    a_plan,
    a_run,
    finished,
    kept,
    lost,
    over,
    planned,
    retried,
    summary_of,
)
from tests.unit.results.measured_run import agent, cost, done, shape


def work(*events: Event | tuple[Event, ...], tests: int = 2, **plan: Any) -> Workload | None:
    """What a run of so many tests, planned at its first second, has shown."""
    shapes = plan.pop("shapes", (shape(),))
    made = a_plan(*(planned(number) for number in range(tests)), shapes=shapes, **plan)
    run = a_run(cpus=2.0)
    return workload_of(summary_of(run, made, *events, over(controller_seconds=0.5)))


def known(found: Workload | None) -> Workload:
    """It says enough."""
    assert found is not None
    return found


def jobs(found: Workload | None) -> list[Piece]:
    """The jobs of its only phase."""
    (phase,) = known(found).phases
    pieces = [piece for job in phase.jobs for piece in job]
    return [Piece(round(one.seconds, 6), round(one.cpu_seconds, 6)) for one in pieces]


def test_a_test_is_a_job() -> None:
    """It computed for a part of its time."""
    found = work(
        *agent("gw0"),
        finished(0, seconds=2.0, cpu_seconds=0.5),
        finished(1, at=4.0, seconds=1.0),
        done("gw0", cost(0.5)),
    )
    assert jobs(found) == [Piece(2.0, 0.5), Piece(1.0, 0.0)]
    assert known(found).cpus == 2.0
    assert known(found).controller_share == pytest.approx(0.5 / 3)


def test_what_an_agent_computes_beside_its_tests_is_part_of_them() -> None:
    """To import their files, and to tell of them."""
    found = work(
        *agent("gw0"),
        finished(0, seconds=2.0, cpu_seconds=0.5),
        finished(1, at=4.0, seconds=1.0),
        done("gw0", cost(0.9)),
    )
    assert jobs(found) == [Piece(2.2, 0.7), Piece(1.2, 0.2)]


def test_to_wait_for_a_cpu_is_no_part_of_a_test() -> None:
    """What sleeps has not waited for one, however long others have."""
    found = work(
        *agent("gw0"),
        finished(0, seconds=2.0, cpu_seconds=0.5),
        finished(1, at=4.0, seconds=2.0, cpu_seconds=0.0),
        done("gw0", cost(0.5, delay=1.5)),
    )
    assert jobs(found) == [Piece(0.5, 0.5), Piece(2.0, 0.0)]
    found = work(
        *agent("gw0"),
        finished(0, seconds=2.0, cpu_seconds=0.5),
        finished(1, at=4.0, seconds=1.1, cpu_seconds=1.0),
        done("gw0", cost(1.5, delay=1.2)),
    )
    # The second cannot have waited for more than a tenth.
    assert [job.seconds for job in jobs(found)] == pytest.approx([0.9, 1.0], abs=0.05)


@pytest.mark.parametrize(("cpu", "expected"), [(2.0, [2.0, 2.0]), (1.0, [4.0, 4.0])])
def test_where_the_kernel_does_not_tell_busy_cpus_say_it(cpu: float, expected: list[float]) -> None:
    """One CPU for two agents, and it has always computed: nothing else was waited for."""
    made = a_plan(planned(0), planned(1), shapes=(shape(),))
    found = workload_of(
        summary_of(
            a_run(cpus=1.0),
            made,
            *agent("gw0"),
            *agent("gw1"),
            finished(0, seconds=4.0, cpu_seconds=cpu),
            finished(1, agent="gw1", seconds=4.0, cpu_seconds=cpu),
            done("gw0", cost(cpu)),
            done("gw1", cost(cpu)),
            over(),
        )
    )
    assert [job.seconds for job in jobs(found)] == pytest.approx(expected)


def test_what_each_process_sets_up_is_no_part_of_the_test_that_needed_it_first() -> None:
    """Each agent paid for it, and each other would."""
    setup = SharedSetup(test=TestId(0), seconds=3.0, cpu_seconds=1.0)
    other = SharedSetup(test=TestId(1), seconds=3.0, cpu_seconds=1.0)
    found = work(
        *agent("gw0"),
        *agent("gw1"),
        finished(0, seconds=3.5, cpu_seconds=1.1),
        finished(1, agent="gw1", seconds=3.25, cpu_seconds=1.0),
        done("gw0", cost(1.1, setups=(setup,))),
        done("gw1", cost(1.0, setups=(other,))),
    )
    assert jobs(found) == [Piece(0.5, 0.1), Piece(0.25, 0.0)]
    assert known(found).phases[0].setup == Piece(3.0, 1.0)


def test_a_group_is_one_job() -> None:
    """Whatever the number of agents."""
    group = (TestId(0), TestId(2))
    found = work(
        *agent("gw0"),
        *(finished(number, at=2.0 + number, seconds=1.0) for number in range(3)),
        done("gw0", cost()),
        tests=3,
        shapes=(shape(whole=(group,)),),
    )
    assert jobs(found) == [Piece(2.0, 0.0), Piece(1.0, 0.0)]


def test_a_group_that_was_advanced_is_one_job_of_the_other_phase() -> None:
    """Nothing is left of it in its own, as the plan has it."""
    group = (TestId(0), TestId(2))
    found = work(
        TestsAdvanced(phase=PhaseName("load"), tests=group, reason="", at=START),
        *agent("gw0"),
        *(finished(number, at=2.0 + number, seconds=1.0) for number in range(3)),
        done("gw0", cost()),
        tests=3,
        shapes=(shape(whole=(group,)), shape("load", wave=1)),
    )
    assert [phase.jobs for phase in known(found).phases] == [
        ((Piece(1.0, 0.0),),),
        ((Piece(2.0, 0.0),),),
    ]


def test_a_job_knows_what_it_wants() -> None:
    """A group, of each of its tests that follow each other."""
    needs = Needs(serial=True)
    found = work(
        *agent("gw0"),
        *(finished(number, at=2.0 + number, seconds=1.0) for number in range(4)),
        done("gw0", cost()),
        tests=4,
        shapes=(shape(whole=((TestId(0), TestId(1), TestId(2)),)),),
        demands=(Demand(tests=(TestId(2), TestId(3)), needs=needs),),
    )
    (phase,) = known(found).phases
    assert phase.jobs == (
        (Piece(2.0, 0.0), Piece(1.0, 0.0, Want(needs=needs))),
        (Piece(1.0, 0.0, Want(needs=needs)),),
    )
    assert known(found).wants == ((NO_WANT, 2), (Want(needs=needs), 2))


def test_the_start_of_an_agent_is_that_of_the_fastest() -> None:
    """Others may have waited for it. The end of a session likewise."""
    found = work(
        *agent("gw0", ready=1.25),
        *agent("gw1", ready=5.0),
        finished(0, at=5.0, seconds=1.0),
        finished(1, at=5.0, seconds=3.0, agent="gw1"),
        done("gw0", cost(start_cpu_seconds=0.125)),
        done("gw1", cost(start_cpu_seconds=0.5)),
    )
    assert known(found).start == Piece(0.25, 0.125)
    assert known(found).end_seconds == 1.0
    # Of ten seconds one came before the plan, and one after the last agent.
    assert known(found).fixed_seconds == 2.0


@pytest.mark.parametrize(
    ("start", "seconds"), [(Start.SPAWN, 0.5), (Start.FORK, 0.0), (Start.AUTO, 0.0)]
)
def test_the_start_of_an_agent_that_nobody_has_seen(start: Start, seconds: float) -> None:
    """The only one had collected."""
    found = work(*agent("gw0"), finished(0), done("gw0", cost()), tests=1, start=start)
    assert known(found).start == Piece(seconds, seconds)
    assert known(found).collector_is_agent is (start is Start.SPAWN)


TWO = (*agent("gw0"), finished(0), finished(1, at=4.0))


@pytest.mark.parametrize(
    "events",
    [
        # A test has not run; an agent has not told, or was lost; there were other attempts.
        (*agent("gw0"), finished(0), done("gw0", cost())),
        TWO,
        (*TWO, done("gw0", None)),
        (*TWO, *agent("gw1"), lost("gw1"), done("gw0", cost())),
        (*agent("gw0"), retried(0, at=1.0), *TWO, done("gw0", cost())),
        (*agent("gw0"), kept(0), finished(1), done("gw0", cost())),
    ],
)
def test_a_run_that_was_not_whole_says_too_little(events: tuple[Event, ...]) -> None:
    """Better nothing than what is not true."""
    assert work(*events) is None


def test_an_agent_that_came_too_late_says_nothing_and_need_not() -> None:
    """There was no test left for it."""
    late = (*agent("gw1", ready=4.0), done("gw1", None))
    assert work(*TWO, *late, done("gw0", cost())) is not None


def test_a_run_of_unknown_shape_says_nothing() -> None:
    """Under isolation, for example."""
    assert work(*TWO, done("gw0", cost()), shapes=()) is None


def test_what_an_agent_makes_up_does_no_harm() -> None:
    """Clocks may be broken."""
    found = work(
        *agent("gw0"),
        finished(0, cpu_seconds=float("nan")),
        finished(1, at=4.0, cpu_seconds=-5.0),
        done("gw0", cost()),
    )
    assert jobs(found) == [Piece(1.0, 0.0), Piece(1.0, 0.0)]
