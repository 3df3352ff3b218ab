"""What is known of one fixture, and of one host."""

from __future__ import annotations

import math

from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.run_fixture import Home
from pytest_agentorch.orchestration.fixture_record import (
    Asker,
    FixtureRecord,
    FixtureState,
    HostRecord,
    deadlines,
    lost_answer,
)
from tests.unit.orchestration.fixture_keys import GW0, GW2, a_key

HOME = Home(params="", phase="")


def test_it_is_used_as_long_as_anybody_wants_something_of_it() -> None:
    """A test, one of whom nothing was known, who waits, who holds something."""
    record = FixtureRecord(a_key(), [TestId(0)])
    seen = [record.is_used]
    record.users.clear()
    seen.append(record.is_used)
    record.waiting[Asker(agent=GW0, number=1)] = None
    record.holders.add(GW0)
    seen.append(record.is_used)
    record.forget(GW0)
    seen.append(record.is_used)
    assert seen == [True, False, True, False]


def test_what_is_wanted_has_as_long_as_a_test() -> None:
    """Counted from when its host was told; a host that is still to come has longer."""
    host = HostRecord(GW2, HOME, 10.0)
    record = FixtureRecord(a_key())
    record.state, record.host, record.since = FixtureState.WANTED, GW2, 10.0
    assert min(deadlines([host], [record], 5.0)) == (310.0, GW2, "setting it up")
    host.ready = True
    assert min(deadlines([host], [record], 5.0)) == (15.0, GW2, "setting it up")
    record.state, host.since = FixtureState.GOING, 20.0
    assert min(deadlines([host], [record], 5.0)) == (25.0, GW2, "tearing it down")
    record.since, host.finishing = math.inf, 30.0
    assert min(deadlines([host], [record], 5.0)) == (35.0, GW2, "the end of its process")
    host.reason = "it is being ended"
    assert not list(deadlines([host], [record], 5.0))


def test_who_used_what_is_gone_reads_what_it_said_last() -> None:
    """The last lines of it."""
    output = "\n".join(map(str, range(100)))
    text = lost_answer(a_key(), ExitStatus(returncode=-9), output).text
    assert "'server' is gone: SIGKILL" in text
    assert text.splitlines()[-20:] == [str(number) for number in range(80, 100)]
