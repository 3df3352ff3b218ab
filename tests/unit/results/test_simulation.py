"""Agents that take jobs, of which each has what it needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.needs import Count, Needs
from pytest_agentorch.model.supply import Supply
from pytest_agentorch.results.simulation import PhaseJobs, Simulation, Speeds, Step, Steps, room
from pytest_agentorch.results.want import Requests, Want

DB, LARGE = Needs(counts=(Count(name="db", number=1),)), Needs(cpus=2.0)
WRITES, READS = Needs(writes=("x",)), Needs(reads=("x",))
ALONE, SERIAL, NOTHING = Needs(exclusive=True), Needs(serial=True), Needs()
SUPPLY = Supply(cpus=2000, counts=(Count(name="db", number=1),))


class World:
    """Jobs that wait for a second, on some agents."""

    def __init__(self, *jobs: Needs | list[Needs], agents: int, seconds: float = 1.0) -> None:
        parts = [job if isinstance(job, list) else [job] for job in jobs]
        wants = {Want(needs=needs): 99 for job in parts for needs in job}
        requests = Requests(SUPPLY, wants, agents)
        self._ledger = requests.ledger
        self._agents = agents
        steps: list[Steps] = [
            tuple(Step(seconds, 0.0, requests.of(Want(needs=needs))) for needs in job)
            for job in parts
        ]
        self._phases = [PhaseJobs(99, (), steps)]

    @property
    def seconds(self) -> float:
        """How long they take."""
        begins: list[Steps] = [()] * self._agents
        simulation = Simulation(self._phases, begins, Speeds(9.0, 0.0), self._ledger.copy())
        return simulation.run()

    @property
    def room(self) -> int:
        """How many agents have something to do at once."""
        return room(self._phases, self._ledger, self._agents)


@pytest.mark.parametrize(
    ("jobs", "seconds"),
    [
        ([NOTHING] * 4, 2),
        ([LARGE] * 4, 4),
        ([DB] * 4, 4),
        ([DB, DB, NOTHING, NOTHING], 2),
        ([WRITES] * 4, 4),
        ([READS, READS, READS, WRITES], 3),
        ([ALONE, NOTHING, NOTHING], 2),
        ([SERIAL, SERIAL, NOTHING, NOTHING], 2),
        ([LARGE, NOTHING, NOTHING, NOTHING], 3),
    ],
)
def test_a_job_waits_until_it_has_all_that_it_needs(jobs: list[Needs], seconds: float) -> None:
    """Two agents on two CPUs; what is demanding comes first, and others beside it."""
    assert World(*jobs, agents=2).seconds == pytest.approx(seconds)


def test_a_group_has_what_it_needs_one_after_the_other() -> None:
    """Between two of its tests it may have to wait, and keeps nobody from anything meanwhile."""
    assert World([NOTHING, DB, NOTHING], DB, DB, agents=2).seconds == pytest.approx(4)
    assert World([DB, DB], DB, agents=2).seconds == pytest.approx(3)


def test_no_more_agents_are_of_use_than_have_something_to_do_at_once() -> None:
    """The least demanding jobs count."""
    assert World(LARGE, LARGE, agents=2).room == 1
    assert World(DB, DB, NOTHING, agents=4).room == 2
    assert World(*[NOTHING] * 3, agents=4).room == 3


ANY = st.sampled_from([NOTHING, LARGE, DB, WRITES, READS, ALONE, SERIAL])


@given(
    jobs=st.lists(ANY | st.lists(ANY, min_size=1, max_size=3), max_size=12),
    agents=st.integers(1, 5),
)
def test_it_ends_and_is_neither_too_fast_nor_too_slow(
    jobs: list[Needs | list[Needs]], agents: int
) -> None:
    """Somebody always gets on."""
    parts = [part for job in jobs for part in (job if isinstance(job, list) else [job])]
    took = World(*jobs, agents=agents).seconds
    alone = sum(part in (LARGE, ALONE) for part in parts) if agents > 1 else 0
    assert max(len(parts) / agents, alone) - 1e-6 <= took <= len(parts) + 1e-6
