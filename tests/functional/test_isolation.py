"""`--agents-isolate`: a process per file or per test, in which nothing else has run."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest

from tests.functional.running import Ran, Suite, assert_same_verdicts
from tests.functional.test_outcomes import copied

STARTS = pytest.mark.parametrize("start", ["fork", "spawn"])

LEAKS = """
    import os

    SEEN = []

    def test_one():
        assert not SEEN and "LEAK" not in os.environ
        SEEN.append(1)
        os.environ["LEAK"] = "1"

    def test_two():
        assert not SEEN and "LEAK" not in os.environ
        SEEN.append(2)
        os.environ["LEAK"] = "2"
"""

NOTES = """
    import os, pytest

    @pytest.fixture(autouse=True)
    def note(request):
        with open("pids", "a") as file:
            file.write(f"{os.getpid()} {request.node.path.name}\\n")

    @pytest.fixture(scope="session", autouse=True)
    def resource(worker_id):
        with open("fixtures", "a") as file:
            file.write(f"up {os.getpid()} {worker_id} {os.environ['PYTEST_XDIST_WORKER']}\\n")
        yield
        with open("fixtures", "a") as file:
            file.write(f"down {os.getpid()} {worker_id} {os.environ['PYTEST_XDIST_WORKER']}\\n")
"""

NODES = """
    def note(name, node):
        if not hasattr(node.config, "workerinput"):
            with open(name, "a") as file:
                file.write(f"{node.gateway.id}\\n")

    def pytest_configure_node(node):
        note("configured", node)

    def pytest_testnodedown(node, error):
        assert error is None
        note("down", node)
"""

WATCH = """
    import contextlib, os, psutil, pytest, time

    def zombies():
        found = 0
        for one in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                found += one.status() == psutil.STATUS_ZOMBIE
        return found

    class Watch:
        def __init__(self):
            self.open = []

        @pytest.hookimpl(trylast=True)
        def pytest_runtest_logfinish(self):
            self.open.append(len(os.listdir("/proc/self/fd")))

        @pytest.hookimpl(trylast=True)
        def pytest_sessionfinish(self):
            # The process that forks may have ended just now, and its parent be about to reap it.
            deadline = time.monotonic() + 30
            while zombies() and time.monotonic() < deadline:
                time.sleep(0.01)
            with open("watch", "w") as file:
                file.write(f"{max(self.open[:30])} {max(self.open[-30:])} {zombies()}")

    def pytest_configure(config):
        if not hasattr(config, "workerinput"):
            config.pluginmanager.register(Watch())
"""


def isolated(suite: Suite, isolate: str, *args: str, number: int = 2, **more: Any) -> Ran:
    """Run with isolation."""
    return suite.agents(number, f"--agents-isolate={isolate}", *args, **more)


def processes(ran: Ran) -> dict[str, list[str]]:
    """The files of the tests that each process has run."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in ran.words("pids"):
        pid, file = line.split()
        found[pid].append(file)
    return dict(found)


@STARTS
def test_no_test_sees_what_another_has_left(suite: Suite, start: str) -> None:
    """In a global variable or in the environment, also with a single agent."""
    suite.write(test_leaks=LEAKS)
    assert suite.serial().counts == {"passed": 1, "failed": 1}
    ran = isolated(suite, "test", f"--agents-start={start}", number=1)
    assert ran.counts == {"passed": 2}, str(ran)


@STARTS
def test_a_file_shares_a_process_with_no_other(suite: Suite, start: str) -> None:
    """Its own tests see each other, in collected order."""
    one = "import os\ndef test_1(): os.environ['LEFT'] = '1'\ndef test_2(): os.environ['LEFT']\n"
    two = "import os\ndef test_1(): assert 'LEFT' not in os.environ\n" + one.replace("_1", "_3")
    suite.write(conftest=NOTES, test_a=one, test_b=two, test_c=two)
    ran = isolated(suite, "file", f"--agents-start={start}")
    assert ran.counts == {"passed": 8}, str(ran)
    assert sorted(processes(ran).values()) == [
        ["test_a.py"] * 2,
        ["test_b.py"] * 3,
        ["test_c.py"] * 3,
    ]


def test_every_process_sets_up_and_tears_down_in_the_name_of_its_slot(suite: Suite) -> None:
    """Session fixtures, too; and never two processes at once in one slot."""
    suite.write(
        conftest=NOTES,
        test_a="import pytest\n@pytest.mark.parametrize('n', range(9))\ndef test_it(n): pass\n",
    )
    ran = isolated(suite, "test")
    assert ran.counts == {"passed": 9}, str(ran)
    assert [*map(len, processes(ran).values())] == [1] * 9
    lines = [line.split() for line in ran.words("fixtures")]
    assert Counter(what for what, *_ in lines) == {"up": 9, "down": 9}
    assert {worker for _, _, worker, _ in lines} <= {"gw0", "gw1"}
    assert all(worker == variable for *_, worker, variable in lines)
    for slot in ("gw0", "gw1"):
        turns = [(what, pid) for what, pid, worker, _ in lines if worker == slot]
        for up, down in zip(turns[::2], turns[1::2], strict=True):
            assert (up[0], down[0], up[1]) == ("up", "down", down[1])


def test_plugins_hear_of_every_process_and_users_of_slots(suite: Suite) -> None:
    """There are two agents, however many processes they take."""
    suite.write(
        conftest=NODES,
        test_a="import pytest\n@pytest.mark.parametrize('n', range(8))\ndef test_it(n): pass\n",
    )
    ran = isolated(suite, "test", "-v")
    assert ran.counts == {"passed": 8}, str(ran)
    assert len(ran.words("configured")) == len(ran.words("down")) >= 8
    assert set(ran.words("down")) == {"gw0", "gw1"}
    agents = ran.ours["agents"]
    assert [agent["id"] for agent in agents] == ["gw0", "gw1"]
    assert sum(agent["processes"] for agent in agents) == 8
    assert sum(agent["totals"]["total"] for agent in agents) == 8
    assert ran.ours["isolate"] == "test"
    assert "agents: up to 2, fork start if safe, a process per test" in ran.lines


@pytest.mark.lenient  # One of its tests warns.
@pytest.mark.parametrize("isolate", ["file", "test"])
def test_every_kind_of_verdict_is_that_of_plain_pytest(suite: Suite, isolate: str) -> None:
    """Reports, captured output, the junit file, the summary."""
    expected = copied(suite, "outcomes")
    serial = suite.serial("-rA", "plain", "pkg")
    agents = isolated(suite, isolate, "-rA", "plain", "pkg")
    assert agents.statuses == expected
    assert (agents.counts, agents.code) == (serial.counts, serial.code), str(agents)
    if isolate == "file":
        # One of the messages shows what the tests of a class have left in a list that they share.
        assert_same_verdicts(serial, agents)


def test_a_test_that_takes_its_process_down_takes_nothing_else_down(suite: Suite) -> None:
    """It runs once more; if it passes then, that counts."""
    suite.write(
        test_a="""
        import os, pathlib, pytest

        @pytest.mark.parametrize("n", range(8))
        def test_it(n):
            marker = pathlib.Path(f"died-{n}")
            if n in (3, 5) and (n == 5 or not marker.exists()):
                marker.touch()
                os.kill(os.getpid(), 9)
        """
    )
    ran = isolated(suite, "test")
    assert ran.counts == {"passed": 7, "failed": 1}, str(ran)
    assert ran.statuses["test_a.py::test_it[5]"] == "failed"
    assert sorted(ran.incidents).count("agent-lost") == 3


def test_the_first_failure_can_be_the_last(suite: Suite) -> None:
    """`-x` with one agent runs nothing behind it."""
    suite.write(
        conftest=NOTES,
        test_a="import pytest\n@pytest.mark.parametrize('n', range(9))\n"
        "def test_it(n): assert n != 2\n",
    )
    for isolate in ("test", "file"):
        ran = isolated(suite, isolate, "-x", number=1)
        assert (ran.counts, ran.code) == ({"passed": 2, "failed": 1}, 1), str(ran)


def test_a_session_fixture_that_fails_in_the_end_is_an_error_of_each_test(suite: Suite) -> None:
    """Each process has its own, as if each test were run alone."""
    suite.write(
        conftest="""
        import pytest

        @pytest.fixture(scope="session", autouse=True)
        def resource():
            yield
            raise OSError("cannot be closed")
        """,
        test_a="def test_1(): pass\ndef test_2(): pass\n",
    )
    ran = isolated(suite, "test")
    assert (ran.counts, ran.code) == ({"passed": 2, "errors": 2}, 1), str(ran)


def test_three_hundred_processes_leave_nothing_behind(suite: Suite) -> None:
    """No zombie, no open file, no file without content; and the controller holds no more."""
    suite.write(
        conftest=WATCH,
        test_a="import pytest\n@pytest.mark.parametrize('n', range(300))\ndef test_it(n): pass\n",
    )
    ran = isolated(suite, "test", "--agents-start=fork")
    assert ran.counts == {"passed": 300}, str(ran)
    early, late, zombies = map(int, ran.text("watch").split())
    # The wires of those that live at that moment differ by a few.
    assert late <= early + 12
    assert zombies == 0
    assert [*(ran.run_directories[-1] / "logs").iterdir()] == []


def test_output_of_all_processes_is_shown(suite: Suite) -> None:
    """`-s`: also the last line of each, which does not end."""
    suite.write(
        test_a="import pytest\n@pytest.mark.parametrize('n', range(6))\n"
        "def test_it(n): print(f'here {n}', end='')\n"
    )
    ran = isolated(suite, "test", "-s")
    assert all(f"here {n}" in ran.out for n in range(6)), str(ran)


def test_agents_that_cannot_be_forked_are_isolated_all_the_same(suite: Suite) -> None:
    """It takes longer, and one line says so."""
    suite.write(conftest="FILE = open(__file__)\n", test_leaks=LEAKS)
    ran = isolated(suite, "test")
    assert ran.counts == {"passed": 2}, str(ran)
    assert (
        "agents: each test imports and collects for itself: that is slow [isolate-spawned]"
        in ran.lines
    )
