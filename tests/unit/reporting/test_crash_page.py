"""The page about a test whose agents died, line by line."""

from __future__ import annotations

from pytest_agentorch.model.event import RunFixtureLost
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import AgentId, SlotId
from pytest_agentorch.reporting.crash_page import crash_page, shared_teardown_page
from tests.unit.event_builders import EXIT_3, SIGKILL, given_up, not_found

NODE_ID = "tests/unit/test_img.py::test_decode"


def test_a_test_that_killed_two_agents() -> None:
    """Who, of what, what it wrote, what ran before, and what to do."""
    event = given_up(
        0, "gw3.2", attempts=2, output="Fatal Python error: Segmentation fault\n\n  File x\n"
    )
    assert crash_page(event, node_id=NODE_ID, before=[]).splitlines() == [
        "Agent gw3.2 died of SIGSEGV (11) while it ran this test, the second agent to die of it.",
        "SIGSEGV (11): invalid memory access, usually in a C extension.",
        "",
        "The last that it wrote:",
        "    Fatal Python error: Segmentation fault",
        "",
        "      File x",
        "",
        "It was the first test on gw3.2.",
        "",
        "To run it alone:",
        '    pytest "tests/unit/test_img.py::test_decode"',
    ]


def test_a_test_that_ended_its_process() -> None:
    """An exit code says that somebody wanted it; the last five tests before it may have."""
    before = [f"t.py::test_{number}" for number in range(7)]
    event = given_up(0, "gw1", status=EXIT_3)
    assert crash_page(event, node_id=NODE_ID, before=before).splitlines() == [
        "Agent gw1 ended with exit code 3 while it ran this test.",
        "Something called os._exit(), or the process was ended from outside.",
        "",
        "It wrote nothing before it died.",
        "",
        "gw1 had run before, the latest last:",
        "    t.py::test_2",
        "    t.py::test_3",
        "    t.py::test_4",
        "    t.py::test_5",
        "    t.py::test_6",
        "",
        "To run it alone:",
        '    pytest "tests/unit/test_img.py::test_decode"',
    ]


def test_a_talkative_agent_is_cut_to_its_last_lines() -> None:
    """At most 150: the end is where the reason is."""
    output = "".join(f"line {number}\n" for number in range(200))
    lines = crash_page(given_up(0, output=output), node_id=NODE_ID, before=[]).splitlines()
    assert lines[3] == "The last 150 of 200 lines that it wrote:"
    assert lines[4] == "    line 50"
    assert "    line 199" in lines


def test_other_ends_have_their_own_first_lines() -> None:
    """As much as is known."""
    out_of_memory = crash_page(
        given_up(0, status=SIGKILL, attempts=3), node_id=NODE_ID, before=[]
    ).splitlines()
    assert out_of_memory[:2] == [
        "Agent gw0 died of SIGKILL (9) while it ran this test, one of 3 agents to die of it.",
        "SIGKILL (9): often the kernel's out-of-memory killer, or kill -9.",
    ]
    lied = ExitStatus(returncode=-9, reason="it lied")
    page = crash_page(given_up(0, status=lied), node_id=NODE_ID, before=[]).splitlines()
    assert page[:2] == ["Agent gw0 was lost (it lied) while it ran this test.", ""]
    status = ExitStatus(returncode=None)
    gone = crash_page(given_up(0, status=status), node_id=NODE_ID, before=[]).splitlines()
    assert gone[:2] == ["Lost contact with agent gw0 while it ran this test.", ""]


def test_a_suspect_for_which_no_agent_is_left() -> None:
    """The event does not know the agent that died: the incident does."""
    status = ExitStatus(returncode=None)
    page = crash_page(given_up(0, None, status=status), node_id=NODE_ID, before=[])
    assert page.splitlines() == [
        "Its agent died, and no other was left to run it again.",
        "Look at the incident `agent-lost` in the report for how that agent ended.",
        "",
        "To run it alone:",
        '    pytest "tests/unit/test_img.py::test_decode"',
    ]


def test_a_test_that_no_agent_has_collected() -> None:
    """It names the usual causes."""
    assert crash_page(not_found(0), node_id=NODE_ID, before=[]).splitlines() == [
        "No agent has collected this test.",
        "It was in the plan, but the agents that collect for themselves did not find it:",
        "usually its parameters depend on the time, on randomness, on the order of a set or",
        "on something that an earlier run has left behind.",
        "",
        "To run it alone:",
        '    pytest "tests/unit/test_img.py::test_decode"',
    ]


def test_what_was_not_torn_down() -> None:
    """Its process says what it did last."""
    lost = RunFixtureLost(
        fixtures=("server", "client"),
        agent=AgentId("gw2"),
        slot=SlotId("gw2"),
        status=SIGKILL,
        output="closing\n",
        users=0,
        at=1.0,
    )
    assert shared_teardown_page(lost).splitlines() == [
        "The process of run-scoped server, client was lost (SIGKILL (9)).",
        "This test was the last that has used what was in it. Nothing of it was torn down.",
        f"SIGKILL (9): {SIGKILL.hint}.",
        "",
        "The last that it wrote:",
        "    closing",
    ]
