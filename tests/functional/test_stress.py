"""Many agents, many events, at the same time: none lost, none mixed up, none out of order.

The seven stress scenarios that a runner of many agents has to stand.
"""

from __future__ import annotations

import contextlib
import fcntl
import socket
import sys
from collections import Counter
from collections.abc import Iterable

import pytest

from pytest_agentorch.model import event as ev
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.results.summary import SummaryFold
from pytest_agentorch.storage.event_log import read_events
from tests.functional import stress_suite
from tests.functional.log_checks import (
    assert_agents_in_order,
    assert_consistent,
    assert_nested,
    assert_shared_equally,
    node_ids,
)
from tests.functional.running import Ran, Suite

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="fifty agents are forked")

KINDS = {
    "forked": (2, "--agents-start=fork"),
    "spawned": (2, "--agents-start=spawn"),
    "isolated": (1, "--agents-isolate=file"),
}


def test_1_runs_side_by_side_do_not_see_each_others_events(suite: Suite) -> None:
    """Row 1: five agents in three kinds of runs share a project, its cache and its history.

    All three are inside of a test at the same time. Each log tells of one run and of its own
    tests; no process is in two logs, and the history knows the tests of all.
    """
    test = stress_suite.together(30, 3)
    stress_suite.write(suite, **{f"test_{kind}": test for kind in KINDS})
    with contextlib.ExitStack() as stack:
        running = [
            stack.enter_context(suite.start_agents(agents, option, f"test_{kind}.py"))
            for kind, (agents, option) in KINDS.items()
        ]
        runs = [one.finish() for one in running]
    logs = [list(read_events(one / "events.jsonl")) for one in runs[0].run_directories]
    by_run = {event.run: log for log in logs for event in log if isinstance(event, ev.RunStarted)}
    assert len(logs) == len(by_run) == 3
    pids: Counter[int] = Counter()
    for kind, ran in zip(KINDS, runs, strict=True):
        assert not ran.left, str(ran)
        assert ran.counts == {"passed": 30}, str(ran)
        log = by_run[ran.ours["run"]]
        names = [f"test_{kind}.py::test_it[{n}]" for n in range(30)]
        assert_consistent(log, dict.fromkeys(names, Outcome.PASSED))
        assert_nested(log)
        pids.update(event.pid for event in log if isinstance(event, ev.AgentConnected))
    assert set(pids.values()) == {1}
    history = (suite.folder / ".pytest_cache/d/agentorch/history.json").read_text("utf-8")
    assert all(f"test_{kind}.py" in history for kind in KINDS)


def test_2_what_a_test_supervises_is_told_inside_of_it(suite: Suite) -> None:
    """Row 2: a test runs a suite of its own on three agents, and another program.

    Their ends are told before the end of the test that has started them, each agent's after those
    of its tests, and neither run has events of the other one.
    """
    suite.write_text("inner/pytest.ini", "[pytest]\n")
    suite.write(
        inner__test_inner="""
        import pytest, time

        @pytest.mark.parametrize("n", range(30))
        def test_it(n): time.sleep(0.03 if n < 6 else 0)
        """,
        test_outer="""
        import subprocess, sys

        def test_supervisor():
            other = subprocess.Popen(["sleep", "0.1"])
            subprocess.run([sys.executable, "-m", "pytest", "--agents=3"], cwd="inner", check=True)
            assert other.wait() == 0
        """,
    )
    ran = suite.agents(2, "test_outer.py")
    assert ran.counts == {"passed": 1}, str(ran)
    (path,) = (suite.folder / "inner/.pytest_cache/d/agentorch/runs").glob("*/events.jsonl")
    inner = list(read_events(path))
    names = [f"test_inner.py::test_it[{n}]" for n in range(30)]
    assert_consistent(inner, dict.fromkeys(names, Outcome.PASSED))
    assert_consistent(ran.events, {"test_outer.py::test_supervisor": Outcome.PASSED})
    assert_nested(inner)
    assert_nested(ran.events)
    assert len([event for event in inner if isinstance(event, ev.AgentConnected)]) == 3
    (outer,) = (event for event in ran.events if isinstance(event, ev.TestFinished))
    assert outer.started <= inner[0].at <= inner[-1].at <= outer.at


def test_3_fast_slow_bursting_and_streaming_agents_keep_their_order(suite: Suite) -> None:
    """Row 3: one agent of each kind; each file is one agent's.

    What an agent has run is in the log, in the order in which it ran, and what the streaming one
    has printed is complete.
    """
    streaming = "for line in range(500): print(n, line, flush=True)\nassert n % 2"
    stress_suite.write(
        suite,
        test_fast=stress_suite.together(300, 4),
        test_slow=stress_suite.together(6, 4, "time.sleep(0.1)"),
        test_bursting=stress_suite.together(300, 4, "time.sleep(0 if n % 100 else 0.2)"),
        test_streaming=stress_suite.together(20, 4, streaming),
    )
    ran = suite.agents(4, "--agents-dist=file", "--tb=no")
    assert ran.counts == {"passed": 616, "failed": 10}, str(ran)
    bad = {f"test_streaming.py::test_it[{n}]": n for n in range(0, 20, 2)}
    assert_consistent(ran.events, verdicts(ran, failed=bad))
    assert_agents_in_order(ran)
    ids = node_ids(ran.events)
    finished = [event for event in ran.events if isinstance(event, ev.TestFinished)]
    assert len({event.agent for event in finished}) == 4
    printed = {ids[event.test]: event.stdout for event in finished if ids[event.test] in bad}
    assert printed == {
        name: "".join(f"{n} {line}\n" for line in range(500)) for name, n in bad.items()
    }


def test_4_the_state_of_twenty_agents_is_consistent_after_any_event(suite: Suite) -> None:
    """Row 4: twenty agents run fifty tests each.

    Whoever reads the log up to any 23rd event sees each test once, and as many verdicts as have
    been told; no agent is in two tests.
    """
    stress_suite.write(suite, **stress_suite.files(20, 50))
    ran = suite.agents(20, "--agents-dist=file")
    assert ran.counts == {"passed": 1000}, str(ran)
    assert_shared_equally(ran, 20, 50)
    assert_consistent(ran.events, verdicts(ran))
    assert_agents_in_order(ran)
    fold, told = SummaryFold(), 0
    for number, event in enumerate(ran.events):
        fold.on_event(event)
        told += isinstance(event, ev.TestFinished)
        if number % 23 == 0:
            tests = fold.summary().tests
            running = [one.agent for one in tests if one.outcome is None and one.agent is not None]
            assert len(tests) in (0, 1000)
            assert sum(test.outcome is Outcome.PASSED for test in tests) == told
            assert len(set(running)) == len(running)


@pytest.mark.parametrize(
    ("end", "counts", "incidents"),
    [
        ("pass", {"passed": 4}, []),
        ("raise RuntimeError", {"failed": 1, "passed": 3}, []),
        ("time.sleep(600)", {"failed": 1, "passed": 3}, []),
        ("os._exit(0)", {"failed": 1, "passed": 3}, ["agent-lost", "poison-test"]),
    ],
    ids=["success", "exception", "time-out", "silent death"],
)
def test_5_nothing_is_left_however_a_test_ends(
    suite: Suite, end: str, counts: dict[str, int], incidents: list[str]
) -> None:
    """Row 5: a test has a program, a socket, a lock and a temporary file when it ends.

    After the run nobody has the port or the lock, no process is there (`Suite.run` looks), no
    temporary file, and no record of an agent.
    """
    suite.write(
        test_it=f"""
        import fcntl, os, pathlib, pytest, socket, subprocess, tempfile, time

        @pytest.mark.agents_timeout(1)
        def test_holds():
            global held
            server = socket.create_server(("127.0.0.1", 0))
            pathlib.Path("port.txt").write_text(str(server.getsockname()[1]))
            lock = open("lock.txt", "w")
            fcntl.flock(lock, fcntl.LOCK_EX)
            inherited = server.fileno(), lock.fileno()
            program = subprocess.Popen(
                ["sleep", "600"], start_new_session=True, pass_fds=inherited
            )
            held = server, lock, program, tempfile.TemporaryFile()
            {end}

        @pytest.mark.parametrize("n", range(3))
        def test_neighbour(n): pass
        """
    )
    ran = suite.agents(2, "--agents-crash=fail")
    assert ran.counts == counts, str(ran)
    assert ran.incidents == incidents
    assert_nested(ran.events)
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", int(ran.text("port.txt"))))
        again.listen()
    for lock in (suite.folder / "lock.txt", *(suite.folder / ".pytest_cache").rglob("*.lock")):
        with lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert [path.name for path in (ran.records / "tmp").iterdir()] == []


def test_6_three_groups_of_agents_tell_at_once_behind_a_barrier(suite: Suite) -> None:
    """Row 6: fifteen agents in three phases wait for a fourth one, then for each other.

    All of them end a test in the same moment: none of these ends is lost, and nothing of the three
    phases is told before the barrier opens.
    """
    groups = ("red", "green", "blue")
    tables = "".join(
        f"[tool.agentorch.phases.{name}]\nafter = ['gate']\nmax_agents = 5\ntests_per_agent = 1\n"
        f"paths = ['test_{name}.py']\n"
        for name in groups
    )
    suite.write_text("pyproject.toml", f"[tool.agentorch.phases.gate]\n{tables}")
    test = stress_suite.together(5, 15, "meet(15)")
    gate = "@pytest.mark.phase('gate')\ndef test_gate(): time.sleep(0.2)\n"
    stress_suite.write(suite, test_gate=gate, **{f"test_{name}": test for name in groups})
    ran = suite.agents(15)
    assert ran.counts == {"passed": 16}, str(ran)
    log = ran.events
    assert_consistent(log, verdicts(ran))
    (opened,) = (
        number
        for number, event in enumerate(log)
        if isinstance(event, ev.PhaseFinished) and event.phase == "gate"
    )
    told = [event for event in log[:opened] if isinstance(event, ev.TestStarted | ev.TestFinished)]
    assert {node_ids(log)[event.test] for event in told} == {"test_gate.py::test_gate"}
    behind = [event for event in log[opened:] if isinstance(event, ev.TestFinished)]
    assert len({event.agent for event in behind}) == len(behind) == 15
    assert max(event.started for event in behind) <= min(event.at for event in behind)


def test_7_fifty_agents_tell_of_a_hundred_tests_each(suite: Suite) -> None:
    """Row 7: at random moments, with verdicts of all kinds.

    Each test has the verdict that it must have, once, in the order in which its agent ran it.
    """
    body = """
        time.sleep(random.choice((0, 0, 0, 0.002)))
        assert n != 50
        if n % 25 == 1:
            pytest.skip()
    """
    stress_suite.write(suite, **stress_suite.files(50, 100, body))
    ran = suite.agents(50, "--agents-dist=file", "--tb=no")
    assert ran.counts == {"passed": 4750, "failed": 50, "skipped": 200}, str(ran)
    files = [f"test_{n:02}.py" for n in range(50)]
    bad = [f"{file}::test_it[50]" for file in files]
    skipped = [f"{file}::test_it[{n}]" for file in files for n in (1, 26, 51, 76)]
    expected = verdicts(ran, failed=bad) | dict.fromkeys(skipped, Outcome.SKIPPED)
    assert len(expected) == 5000
    assert ran.incidents == []
    assert_consistent(ran.events, expected)
    assert_shared_equally(ran, 50, 100)
    assert_agents_in_order(ran)
    assert_nested(ran.events)


def verdicts(ran: Ran, failed: Iterable[str] = ()) -> dict[str, Outcome]:
    """What the tests of a run should end with: all pass but these."""
    passed = dict.fromkeys(node_ids(ran.events).values(), Outcome.PASSED)
    return passed | dict.fromkeys(failed, Outcome.FAILED)
