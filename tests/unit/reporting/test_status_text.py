"""What somebody is told who asks what runs now."""

from __future__ import annotations

from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.reporting.status_text import collecting_section, status_section
from tests.unit.event_builders import (
    START,
    a_run,
    connected,
    lost,
    plan_of,
    ran,
    started,
    summary_of,
)

MIB = 1 << 20


def test_each_agent_is_told_with_test_time_and_memory() -> None:
    """Also one that runs nothing, and one of which the system tells nothing; then the totals."""
    summary = summary_of(
        a_run(),
        plan_of(4),
        connected("gw0", pid=10),
        connected("gw1", pid=11),
        connected("gw2", pid=12),
        ran(0, at=2.0),
        ran(1, Outcome.FAILED, at=3.0),
        started(2, "gw1", at=4.0),
        started(3, "gw2", at=64.0),
    )
    memory, silent = {10: 99 * MIB, 11: 1234 * MIB + 5}, {AgentId("gw1"): 7.2}
    told = status_section(summary, memory, silent, now=START + 65.0)
    assert told.title == "2 of 4 tests done, 1 failed, 65.0s"
    assert told.lines == (
        "gw0              99 MiB  no test",
        "gw1     61.0s  1234 MiB  tests/test_a.py::test_2  (silent for 7 s)",
        "gw2     1.00s            tests/test_a.py::test_3",
        "3 agents, 2 busy, 1 available, 0 lost; completed 50 %, success 50 %",
    )


def test_an_agent_that_is_gone_is_not_told() -> None:
    """The one in its place is, with the test that both have begun."""
    events = (plan_of(1), connected("gw0"), started(0), lost("gw0", 0), connected("gw0.2", at=4.0))
    told = status_section(summary_of(*events, started(0, "gw0.2", at=5.0)), {}, {}, now=START + 6.0)
    assert told.lines == (
        "gw0.2   1.00s            tests/test_a.py::test_0",
        "2 agents, 1 busy, 0 available, 1 lost; completed 0 %, success 100 %",
    )


def test_processes_of_one_slot_are_one_line() -> None:
    """Under isolation there are many: the slot is told, with the test of the last."""
    events = (a_run(isolate="test"), plan_of(2), connected("gw0"), ran(0))
    more = connected("gw0.2", at=4.0, pid=7), started(1, "gw0.2", at=5.0)
    told = status_section(summary_of(*events, *more), {7: MIB}, {}, now=START + 6.0)
    assert told.lines == (
        "gw0     1.00s     1 MiB  tests/test_a.py::test_1",
        "2 agents, 1 busy, 0 available, 0 lost; completed 50 %, success 100 %",
    )


def test_a_run_that_collects_says_which_file() -> None:
    """If it is known."""
    agent = AgentId("gw0")
    told = collecting_section(agent, 9, "tests/test_a.py", {9: 50 * MIB}, took=3.0)
    assert told.title == "collecting, 3.00s"
    assert told.lines == ("gw0     3.00s    50 MiB  tests/test_a.py",)
    assert collecting_section(agent, 0, "", {}, took=0.1).lines[0].endswith("  no file yet")
