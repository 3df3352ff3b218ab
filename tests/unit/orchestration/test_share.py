"""How much of its machine a run takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.capacity import Capacity
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.share import Claim, Share, Wish
from pytest_agentorch.orchestration.share import (
    agent_memory,
    agents_for_cpus,
    claim_of,
    decide_share,
)
from tests.unit.orchestration.plans import a_phase

MIB, GIB = 1 << 20, 1 << 30


def a_machine(
    cpus: float = 10.0, memory: int = 20 * GIB, host: tuple[float, int] | None = None
) -> Capacity:
    """A machine, or a container on a host with so many CPUs and so much memory."""
    host_cpus, host_memory = host or (cpus, memory)
    return Capacity(
        cpus=cpus, host_cpus=host_cpus, memory=memory, host_memory=host_memory, domain="here"
    )


def wish(agents: int | None = None, memory: int = 0, agent: int = 512 * MIB) -> Wish:
    """Four fifths of what there is."""
    return Wish(agents=agents, memory=memory, limit=0.8, agent_memory=agent)


def claim(agents: int, memory: int = 0, domain: str = "here") -> Claim:
    """What another run has taken."""
    return Claim(domain=domain, agents=agents, memory=memory)


@pytest.mark.parametrize(
    ("cpus", "agents"), [(0.5, 1), (1.0, 1), (1.5, 2), (2.0, 2), (4.0, 4), (8.0, 7), (10.0, 8)]
)
def test_how_many_agents_cpus_make(cpus: float, agents: int) -> None:
    """Four fifths, rounded up: the controller needs the rest."""
    assert agents_for_cpus(cpus, 0.8) == agents
    assert decide_share(wish(), a_machine(cpus), ()).agents == agents


@pytest.mark.parametrize(
    ("memory", "agent", "agents", "decides"),
    [
        (0, 512 * MIB, 8, False),
        (20 * GIB, 512 * MIB, 8, False),
        (5 * GIB, 512 * MIB, 8, False),
        (2 * GIB, 512 * MIB, 3, True),
        (256 * MIB, 512 * MIB, 1, True),
        (2 * GIB, 128 * MIB, 8, False),
    ],
)
def test_auto_is_never_more_than_fits(memory: int, agent: int, agents: int, decides: bool) -> None:
    """And never none."""
    share = decide_share(wish(agent=agent), a_machine(memory=memory), ())
    assert (share.agents, share.by_memory) == (agents, decides)
    assert share.memory == share.most_memory == int(0.8 * memory)


def test_what_was_asked_for_stays() -> None:
    """Whatever there is, and whatever others have."""
    others = [claim(8, 16 * GIB)]
    share = decide_share(wish(30, 3 * GIB), a_machine(), others)
    assert (share.agents, share.memory, share.by_memory) == (30, 3 * GIB, False)
    assert share.most_memory == 3 * GIB
    share = decide_share(wish(None, 3 * GIB), a_machine(), ())
    assert (share.agents, share.memory, share.by_memory) == (6, 3 * GIB, True)


@pytest.mark.parametrize(
    ("others", "agents", "taken", "gibibytes"),
    [
        ([], 8, 0, 16),
        ([claim(3, GIB)], 5, 3, 15),
        ([claim(3, 2 * GIB), claim(4, GIB)], 1, 7, 13),
        ([claim(8, 0)], 1, 8, 16),
        ([claim(500, 0)], 1, 10, 16),
    ],
)
def test_others_leave_something(
    others: list[Claim], agents: int, taken: int, gibibytes: int
) -> None:
    """At least one agent."""
    share = decide_share(wish(), a_machine(), others)
    assert share == Share(
        agents=agents,
        memory=gibibytes * GIB,
        most_memory=16 * GIB,
        by_memory=False,
        taken_cpus=taken,
        other_runs=len(others),
    )


def test_others_leave_the_memory_of_an_agent() -> None:
    """Or what there is, where even that is less."""
    others = [claim(1, 100 * GIB)]
    share = decide_share(wish(), a_machine(), others)
    assert (share.agents, share.memory, share.by_memory) == (1, 512 * MIB, True)
    assert decide_share(wish(), a_machine(memory=320 * MIB), others).memory == 256 * MIB


def test_a_neighbour_in_another_container_takes_of_the_host_only() -> None:
    """Ten of sixteen CPUs are ours; eight of all may be busy beside theirs."""
    machine = a_machine(10.0, 20 * GIB, host=(20.0, 40 * GIB))
    share = decide_share(wish(), machine, [claim(6, 10 * GIB, "there")])
    assert (share.agents, share.memory, share.taken_cpus) == (8, 16 * GIB, 0)
    share = decide_share(wish(), machine, [claim(12, 20 * GIB, "there")])
    assert (share.agents, share.memory, share.taken_cpus) == (4, 12 * GIB, 4)
    share = decide_share(wish(), machine, [claim(2, GIB), claim(6, 0, "there")])
    assert (share.agents, share.memory, share.taken_cpus) == (6, 15 * GIB, 2)


@given(
    wishes=st.lists(st.tuples(st.none() | st.integers(1, 9), st.integers(0, 4)), max_size=12),
    cpus=st.sampled_from([0.5, 1.0, 3.0, 8.0]),
    gibibytes=st.integers(0, 16),
)
def test_whoever_comes(wishes: list[tuple[int | None, int]], cpus: float, gibibytes: int) -> None:
    """Everybody has an agent, who asks gets what it asks for, and nobody else takes too much."""
    machine, claims = a_machine(cpus, gibibytes * GIB), list[Claim]()
    for agents, memory in wishes:
        asked = wish(agents, memory * GIB)
        share = decide_share(asked, machine, claims)
        left = agents_for_cpus(cpus, 0.8) - sum(claim.agents for claim in claims)
        assert share.agents == agents or 1 <= share.agents <= max(1, left)
        assert share.memory == memory * GIB or not memory
        bytes_left = int(0.8 * machine.memory) - sum(claim.memory for claim in claims)
        assert memory or share.memory <= max(bytes_left, 512 * MIB)
        claims.append(claim_of(asked, share, machine))


def test_what_is_entered() -> None:
    """Not all memory that a run may use, unless somebody has promised it: others need some, too."""
    machine = a_machine()
    asked = wish(3)
    assert claim_of(asked, decide_share(asked, machine, ()), machine) == claim(3, 1536 * MIB)
    asked = wish(3, 9 * GIB)
    assert claim_of(asked, decide_share(asked, machine, ()), machine) == claim(3, 9 * GIB)
    asked, machine = wish(3), a_machine(memory=GIB)
    share = decide_share(asked, machine, ())
    assert claim_of(asked, share, machine) == claim(3, int(0.8 * GIB))


def test_how_much_an_agent_will_need() -> None:
    """As much as the most modest of the phases that the project has configured."""
    assert agent_memory([a_phase(memory_per_agent=MIB)]) == 512 * MIB
    small = a_phase(memory_per_agent=128 * MIB, configured=True)
    large = a_phase("e2e", memory_per_agent=2 * GIB, configured=True)
    assert agent_memory([small, large]) == 128 * MIB
    assert agent_memory([large]) == 512 * MIB


@pytest.mark.parametrize(
    ("learned", "taken", "memory", "agents"),
    [
        # Ten CPUs, of which eight may be used.
        (16, 0, 20 * GIB, 16),
        (3, 0, 20 * GIB, 3),
        # Half of the CPUs are half of the agents.
        (16, 4, 20 * GIB, 8),
        (3, 4, 20 * GIB, 2),
        (1, 8, 20 * GIB, 1),
        (16, 0, 5 * GIB, 8),
    ],
)
def test_what_was_learnt_counts_as_far_as_there_is_a_place(
    learned: int, taken: int, memory: int, agents: int
) -> None:
    """Agents that wait need no CPU, but each needs memory."""
    asked = replace(wish(), learned=learned)
    others = [claim(taken)] if taken else []
    assert decide_share(asked, a_machine(memory=memory), others).agents == agents


def test_agents_that_wait_take_no_cpus_from_others() -> None:
    """Those that are more than CPUs."""
    asked = replace(wish(), learned=16)
    share = decide_share(asked, a_machine(), ())
    assert claim_of(asked, share, a_machine()).agents == 8
    assert claim_of(replace(asked, learned=3), replace(share, agents=3), a_machine()).agents == 3
