"""Memory of tests and agents: measured, learnt, and limited."""

from __future__ import annotations

import json
import sys
from collections import Counter

import pytest

from pytest_agentorch.model.event import AgentsMeasured, MemoryExceeded, TestGivenUp
from tests.functional.running import Ran, Suite

START = pytest.mark.parametrize(
    "start",
    [
        pytest.param(
            "fork", marks=pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked")
        ),
        "spawn",
    ],
)
CHILD = "[sys.executable, '-c', 'large = bytearray(600 << 20); import time; time.sleep({0})']"
GREEDY = {
    "slowly": "large = bytearray(600 << 20); time.sleep(30)",
    "at once": "large = bytearray(600 << 20)",
    "in a child": f"subprocess.run({CHILD.format(30)})",
    "in a child, at once": f"subprocess.run({CHILD.format(0)})",
    "and catches everything": "try: large = bytearray(600 << 20)\n    except BaseException: pass",
}
HEAD = (
    "import os, pytest, subprocess, sys, time\n\n@pytest.mark.parametrize('n', range(6))\n"
    "def test_before(n): pass\n\n"
)
TAIL = "\n\n@pytest.mark.parametrize('n', range(6))\ndef test_after(n): time.sleep(0.02)\n"
SHARED = """
import os, pathlib, pytest

LOG = pathlib.Path("log")

def say(what):
    with LOG.open("a") as file:
        file.write(f"{os.getpid()} {what}\\n")

@pytest.fixture(scope="session", autouse=True)
def session():
    say("up")
    yield
    say("down")
"""


def greedy(what: str) -> str:
    """A file in which one test takes 600 MiB."""
    return f"{HEAD}def test_greedy():\n    {what}{TAIL}"


@START
@pytest.mark.parametrize("how", GREEDY)
def test_a_test_above_the_hard_limit_fails_alone(suite: Suite, how: str, start: str) -> None:
    """With the names of test and limit and what it had; it is not run again, the others are."""
    suite.write_text("test_it.py", greedy(GREEDY[how]))
    ran = suite.agents(2, f"--agents-start={start}", "--agents-memory-hard=200MiB")
    assert ran.counts == {"passed": 12, "failed": 1}, str(ran)
    assert ran.code == 1
    assert ran.statuses["test_it.py::test_greedy"] == "failed"
    message = ran.test("test_greedy")["message"]
    assert message.startswith("test_it.py::test_greedy "), message
    assert "its agent had " in message
    assert "200 MiB are allowed (memory_hard) [memory-limit]" in message
    assert ran.incidents.count("memory-limit") == 1
    ended = [e for e in ran.events if isinstance(e, TestGivenUp | MemoryExceeded)]
    assert len(ended) == 1, ended
    assert "agent-lost" not in ran.incidents
    (limited,) = (one for one in ran.ours["incidents"] if one["slug"] == "memory-limit")
    (largest,) = ran.ours["performance"]["largest"]
    assert largest["name"] == "test_it.py::test_greedy"
    assert limited["peak_memory"] >= largest["memory"] > 200 << 20


def test_a_test_that_has_had_too_much_is_not_retried(suite: Suite) -> None:
    """It would only do the same again. Others are."""
    flaky = "def test_flaky(): say('try'); assert LOG.read_text().count('try') > 1\n"
    body = "def test_greedy(): say('greedy'); bytearray(600 << 20)\n" + flaky
    suite.write_text("test_it.py", SHARED + body)
    ran = suite.agents(1, "--agents-memory-hard=200MiB", "--agents-retries=2")
    assert ran.counts["failed"] == 1, str(ran)
    assert ran.text("log").count("greedy") == 1
    assert ran.text("log").count("try") == 2


def test_without_a_limit_nobody_is_stopped(suite: Suite) -> None:
    """And each test that takes much is told with it, and known to the next run."""
    suite.write_text("test_it.py", greedy(GREEDY["in a child, at once"] + "\n    " + "pass"))
    suite.write_text("test_own.py", greedy(GREEDY["at once"]))
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    learnt = known(suite)
    assert {*learnt} == {"test_it.py::test_greedy", "test_own.py::test_greedy"}
    assert all(600 <= size < 800 for size in learnt.values()), learnt
    largest = ran.ours["performance"]["largest"]
    assert {one["name"]: one["memory"] >> 20 for one in largest}.keys() == learnt.keys()
    assert max(agent["peak_memory"] for agent in ran.ours["agents"]) >= 600 << 20


def known(suite: Suite) -> dict[str, int]:
    """What the history says of the memory of tests, in MiB."""
    file = suite.folder / ".pytest_cache/d/agentorch/history.json"
    data = json.loads(file.read_text())
    return {data["tests"][p]: size for p, size in zip(*data["megabytes"], strict=True)}


@START
def test_an_agent_above_the_soft_limit_is_replaced_between_tests(suite: Suite, start: str) -> None:
    """Its session ends as any does: what it has set up is torn down once."""
    suite.write_text("pyproject.toml", '[tool.agentorch.agent]\nmemory_soft = "150MiB"\n')
    body = "def test_it(n):\n    say(n)\n    if n == 7: KEPT.append(bytearray(200 << 20))\n"
    tests = f"KEPT = []\n@pytest.mark.parametrize('n', range(24))\n{body}"
    suite.write_text("test_it.py", SHARED + tests)
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.counts == {"passed": 24}, str(ran)
    assert ran.incidents == []
    log = [line.split() for line in ran.words("log")]
    pids = [*dict.fromkeys(pid for pid, _ in log)]
    assert len(pids) == 2
    words = {pid: [word for who, word in log if who == pid] for pid in pids}
    assert words[pids[0]] == ["up", *map(str, range(8)), "down"]
    assert words[pids[1]] == ["up", *map(str, range(8, 24)), "down"]
    assert Counter(agent["status"] for agent in ran.ours["agents"]) == {"terminated": 2}


def test_a_soft_limit_that_is_too_low_costs_little_and_is_told(suite: Suite) -> None:
    """Once: the next agent would have as much."""
    suite.write_text("pyproject.toml", '[tool.agentorch.agent]\nmemory_soft = "5MiB"\n')
    tests = "@pytest.mark.parametrize('n', range(30))\ndef test_it(n): say(n)\n"
    suite.write_text("test_it.py", SHARED + tests)
    ran = suite.agents(1)
    assert ran.counts == {"passed": 30}, str(ran)
    assert ran.incidents == ["memory-soft-low"]
    assert [ran.text("log").count(word) for word in ("up", "down")] == [1, 1]


def test_what_agents_take_is_in_the_report_of_a_run_that_lasts(suite: Suite) -> None:
    """Told to the event log now and then, not at each look."""
    burns = "end = time.process_time() + 1\n    while time.process_time() < end: pass"
    suite.write_text(
        "test_it.py", f"import time\ndef test_it():\n    {burns}\n    time.sleep(1.5)\n"
    )
    ran = suite.agents(1)
    (agent,) = ran.ours["agents"]
    assert agent["cpu_seconds"] >= 0.9
    assert 0 < agent["cpu_percent"] < 80
    assert agent["threads"] >= 2
    assert agent["open_files"] >= 3
    assert agent["peak_memory"] > 5 << 20
    told = [event for event in ran.events if isinstance(event, AgentsMeasured)]
    assert len(told) == 2, told


def test_a_short_run_is_not_looked_at(suite: Suite) -> None:
    """It pays nothing."""
    suite.write_text("test_it.py", "def test_it(): pass\n")
    ran = suite.agents(1)
    assert not [event for event in ran.events if isinstance(event, AgentsMeasured)]
    assert ran.ours["agents"][0]["threads"] is None


def test_a_limit_that_nobody_reaches_changes_nothing(suite: Suite) -> None:
    """A failing test fails as ever."""
    suite.write_text("test_it.py", "def test_bad(): assert 0\n\ndef test_good(): pass\n")
    ran: Ran = suite.agents(2, "--agents-memory-hard=8GiB")
    assert ran.counts == {"passed": 1, "failed": 1}
    assert ran.incidents == []


def test_a_run_near_its_budget_has_fewer_busy_agents(suite: Suite) -> None:
    """Whatever nobody has foreseen: it is told, and all tests pass."""
    suite.write_text("test_it.py", greedy("large = bytearray(600 << 20); time.sleep(1)"))
    ran = suite.agents(2, "--agents-memory=400MiB")
    assert ran.counts == {"passed": 13}, str(ran)
    assert "memory-short" in ran.incidents
    assert "of 400 MiB: 1 agent was busy at once" in " ".join(ran.out.split())
