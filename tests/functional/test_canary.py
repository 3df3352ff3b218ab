"""Suites of popular plugins: every test ends on agents as it does in one process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.functional.canaries import CANARIES
from tests.functional.canary import NO_XDIST, STARTS, Canary, Seen, temporary_files
from tests.functional.running import Suite


@pytest.fixture(params=CANARIES, ids=lambda canary: canary.name)
def canary(request: pytest.FixtureRequest) -> Iterator[Canary]:
    """A plugin that is installed, and what its suite needs."""
    request.param.needed()
    with request.param.served() as canary:
        yield canary


def assert_same(canary: Canary, serial: Seen, agents: Seen) -> None:
    """The same verdicts, texts, exit code and files, and nothing else."""
    assert agents.agents == {"gw0", "gw1"}
    assert agents.ran.incidents == []
    assert agents.cases == serial.cases, str(agents.ran)
    assert agents.ran.junit_counts == serial.ran.junit_counts
    assert agents.ran.counts == serial.ran.counts
    assert agents.ran.code == serial.ran.code
    assert canary.differing(serial, agents) == [], str(agents.ran)
    assert temporary_files(agents.ran) == set()
    # Nothing that a popular plugin does speaks against a fork.
    assert agents.ran.ours["start_reasons"] == [], str(agents.ran)
    assert "INTERNALERROR" not in agents.ran.out + agents.ran.err


@pytest.mark.parametrize("start", STARTS)
def test_every_test_ends_as_in_one_process(suite: Suite, canary: Canary, start: str) -> None:
    """However agents start."""
    serial = canary.run_serial(suite)
    agents = canary.run_agents(suite, start)
    assert agents.ran.ours["start"] == start
    assert_same(canary, serial, agents)


def test_every_test_ends_so_without_xdist(suite: Suite, canary: Canary) -> None:
    """A plugin that knows of it takes the same ways; and `auto` forks."""
    serial = canary.run_serial(suite, *NO_XDIST)
    agents = canary.run_agents(suite, "auto", *NO_XDIST)
    assert agents.ran.ours["start"] == "fork"
    assert_same(canary, serial, agents)
