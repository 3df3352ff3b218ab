"""What the header of a run says of agents."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.needs import AgentShare, Count, ResourceSettings
from pytest_agentorch.model.settings import Isolate, Start
from pytest_agentorch.orchestration.start_choice import UNDECIDED, StartChoice
from pytest_agentorch.reporting.header_text import (
    header,
    isolation_line,
    missing_line,
    start_line,
)
from tests.unit.settings_builder import some_settings

SPAWN = StartChoice(start=Start.SPAWN)


@pytest.mark.parametrize(
    ("asked", "choice", "words"),
    [
        (Start.AUTO, UNDECIDED, "fork start if safe"),
        (Start.FORK, UNDECIDED, "fork start"),
        (Start.AUTO, SPAWN, "spawn start"),
        (Start.SPAWN, SPAWN, "spawn start"),
    ],
)
def test_the_header_says_what_is_known(asked: Start, choice: StartChoice, words: str) -> None:
    """Before any test is collected."""
    assert header(some_settings(start=asked), choice) == f"agents: up to 2, {words}"
    settings = some_settings(start=asked, asked="auto")
    assert header(settings, choice) == f"agents: up to 2 (2 CPUs, 80 % allowed), {words}"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "16 CPUs, 80 % allowed"),
        ({"other_runs": 1}, "16 CPUs, 80 % allowed"),
        ({"other_runs": 1, "taken_cpus": 2}, "16 CPUs, 2 of them taken by another run"),
        ({"other_runs": 3, "taken_cpus": 9}, "16 CPUs, 9 of them taken by 3 other runs"),
        ({"learned": "the last run waited"}, "16 CPUs, the last run waited"),
        ({"memory_decides": True, "learned": "x"}, "16 CPUs, 1.6 GiB of memory allowed"),
        (
            {"memory_decides": True, "other_runs": 2},
            "16 CPUs, 1.6 GiB of memory left by 2 other runs",
        ),
        (
            {"memory_decides": True, "other_runs": 1, "resources": ResourceSettings(memory=1)},
            "16 CPUs, 1.6 GiB of memory allowed",
        ),
    ],
)
def test_the_header_says_what_has_decided(changes: dict[str, Any], why: str) -> None:
    """CPUs, other runs, or memory."""
    settings = some_settings(asked="auto", cpus=16.0, memory=int(1.6 * 2**30), **changes)
    assert header(settings, UNDECIDED) == f"agents: up to 2 ({why}), fork start if safe"


@pytest.mark.parametrize("start", [Start.FORK, Start.SPAWN])
def test_a_start_that_nobody_objects_to_has_no_line(start: Start) -> None:
    """Nothing to say, nothing printed."""
    assert start_line(StartChoice(start=start)) == []


def test_a_reason_has_one_line() -> None:
    """However many there are: the others are in the report."""
    one = StartChoice(start=Start.SPAWN, reasons=("some.db is open for writing",))
    assert start_line(one) == ["agents: spawned: some.db is open for writing [fork-refused]"]
    three = StartChoice(start=Start.FORK, reasons=("a pipe is open", "b", "c"))
    (line,) = start_line(three)
    assert line == "agents: forked at your risk: a pipe is open (+2 more) [fork-risk]"


def test_what_agents_cannot_be_given_is_told() -> None:
    """Nothing of what nobody has asked for."""
    share = AgentShare(affinity=True, rlimits=(Count(name="nofile", number=1),))
    assert missing_line(share, ("affinity", "rlimits")) == []
    assert missing_line(AgentShare(), ()) == []
    assert missing_line(share, ("nice",)) == [
        "agents: affinity, rlimits: not possible on this system [share-ignored]"
    ]


def test_isolation_is_told_and_so_is_what_it_costs() -> None:
    """Forks cost little."""
    settings = some_settings(isolate=Isolate.TEST)
    assert header(settings, UNDECIDED) == (
        "agents: up to 2, fork start if safe, a process per test"
    )
    assert isolation_line(Isolate.TEST, StartChoice(start=Start.FORK)) == []
    spawned = StartChoice(start=Start.SPAWN)
    assert isolation_line(Isolate.NONE, spawned) == []
    assert isolation_line(Isolate.FILE, spawned) == [
        "agents: each file imports and collects for itself: that is slow [isolate-spawned]"
    ]
