"""Run-scoped fixtures: set up once and torn down once, whatever becomes of those that use them."""

from __future__ import annotations

import signal
from collections import Counter

import pytest

from tests.functional import processes
from tests.functional.running import Ran, Running, Suite, assert_same_verdicts

STARTS = pytest.mark.parametrize("start", ["fork", "spawn"])

NOTES = """
    import os, pathlib, time, pytest, pytest_agentorch

    def note(what):
        with open("log.txt", "a") as file:
            file.write(f"{what}\\n")

    def wait_for(what, times=1):
        for _ in range(3000):
            log = pathlib.Path("log.txt")
            if log.exists() and log.read_text().split("\\n").count(what) >= times:
                return
            time.sleep(0.01)
        raise AssertionError(f"{what} never came")
"""

SERVER = (
    NOTES
    + """
    @pytest_agentorch.run_fixture
    def server():
        note("up")
        time.sleep(0.2)
        yield {"port": 8000, "host": ("127.0.0.1", b"raw")}
        note("down")
"""
)

USERS = """
    import pytest

    @pytest.mark.parametrize("n", range(100))
    def test_it(n, server):
        assert server == {"port": 8000, "host": ("127.0.0.1", b"raw")}
"""


def serving(suite: Suite, **files: str) -> Suite:
    """A suite in which all tests may use a server."""
    return suite.write(conftest=SERVER, **files)


def assert_once(ran: Ran) -> None:
    """It was set up once and torn down once."""
    assert Counter(ran.words("log.txt"))["up"] == 1, str(ran)
    assert Counter(ran.words("log.txt"))["down"] == 1, str(ran)


@STARTS
def test_four_hundred_tests_on_four_agents_share_one_set_up(suite: Suite, start: str) -> None:
    """Its process is none of the agents, and it is torn down when the last test has ended."""
    serving(suite, **{f"test_{n}": USERS for n in range(4)})
    ran = suite.agents(4, f"--agents-start={start}")
    assert ran.counts == {"passed": 400}, str(ran)
    assert_once(ran)
    assert ran.incidents == []
    assert {test["threadId"] for test in ran.report["results"]["tests"]} <= {
        f"gw{n}" for n in range(4)
    }


@STARTS
def test_it_is_torn_down_after_the_first_failure(suite: Suite, start: str) -> None:
    """With `-x`."""
    serving(suite, test_users=USERS.replace("8000", "8000 if n != 30 else 0"))
    ran = suite.agents(4, "-x", f"--agents-start={start}")
    assert ran.code == 1
    assert ran.counts["failed"] == 1, str(ran)
    assert ran.counts["passed"] < 100
    assert_once(ran)


@STARTS
def test_an_agent_that_dies_changes_nothing(suite: Suite, start: str) -> None:
    """Its test runs again on another agent, which is told what the first has been told."""
    serving(
        suite,
        test_users=USERS,
        test_dies="""
        import os, pathlib

        def test_dies(server):
            first = not pathlib.Path("died").exists()
            pathlib.Path("died").touch()
            if first:
                os._exit(3)
        """,
    )
    ran = suite.agents(4, f"--agents-start={start}")
    assert ran.counts == {"passed": 101}, str(ran)
    assert ran.incidents == ["agent-lost"]
    assert_once(ran)


@STARTS
@pytest.mark.parametrize("isolate", ["file", "test"])
def test_processes_of_their_own_share_it_too(suite: Suite, start: str, isolate: str) -> None:
    """With isolation."""
    users = USERS.replace("100", "3")
    serving(suite, test_1=users, test_2=users)
    ran = suite.agents(2, f"--agents-start={start}", f"--agents-isolate={isolate}")
    assert ran.counts == {"passed": 6}, str(ran)
    assert_once(ran)


@STARTS
def test_an_interrupted_run_tears_it_down(suite: Suite, start: str) -> None:
    """Ctrl-C while tests run."""
    serving(
        suite,
        test_sleeps="""
        import time, pytest
        from conftest import note

        @pytest.mark.parametrize("n", range(4))
        def test_sleeps(n, server):
            note("sleeps")
            time.sleep(600)
        """,
    )
    with suite.start_agents(2, f"--agents-start={start}") as running:
        running.wait_for_words("log.txt", 3)
        running.signal_group(signal.SIGINT)
        ran = running.finish()
    assert ran.code == 2, str(ran)
    assert not ran.left
    assert_once(ran)
    assert ran.incidents == []


def interrupted_in_set_up(suite: Suite) -> Running:
    """A run whose fixture is being set up, and is never done with that."""
    suite.write(
        conftest=NOTES
        + """
    @pytest_agentorch.run_fixture
    def base():
        note("base up")
        yield 1
        note("base down")

    @pytest_agentorch.run_fixture
    def server(base):
        note("setting up")
        time.sleep(600)
        yield 1
        note("never")
""",
        test_users=USERS,
    )
    return suite.start_agents(2)


def test_an_interrupted_set_up_is_given_up(suite: Suite) -> None:
    """What it needs is torn down."""
    with interrupted_in_set_up(suite) as running:
        running.wait_for_words("log.txt", 2)
        running.signal_group(signal.SIGINT)
        ran = running.finish()
    assert ran.code == 2, str(ran)
    assert not ran.left
    assert ran.words("log.txt") == ["base up", "setting up", "base down"]


def test_a_teardown_that_does_not_end_can_be_interrupted(suite: Suite) -> None:
    """Nothing else is waited for by then."""
    suite.write(
        conftest=NOTES
        + """
    @pytest_agentorch.run_fixture
    def server():
        yield 1
        note("tearing down")
        time.sleep(600)
""",
        test_user="def test_user(server): pass",
    )
    with suite.start_agents(1) as running:
        running.wait_for_words("log.txt", 1)
        # Its agent may not have ended before the first.
        for _ in range(2):
            running.signal(signal.SIGINT)
            processes.wait_until(lambda: running.process.poll() is not None, patience=5)
        ran = running.finish()
    assert ran.code == 2, str(ran)
    assert not ran.left
    assert ran.counts == {"passed": 1}, str(ran)


def test_nothing_is_left_of_it_when_the_controller_is_killed(suite: Suite) -> None:
    """Its process ends with the run, and what it has started."""
    suite.write(
        conftest=NOTES
        + """
    import subprocess, sys

    @pytest_agentorch.run_fixture
    def server():
        with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]):
            note("up")
            yield 1
""",
        test_sleeps="""
        import time
        from conftest import note

        def test_sleeps(server):
            note("sleeps")
            time.sleep(600)
        """,
    )
    with suite.start_agents(2) as running:
        running.wait_for_words("log.txt", 2)
        running.signal(signal.SIGKILL)
        ran = running.finish()
        assert processes.wait_until(lambda: not processes.remaining(running._run)), str(ran)


def test_it_is_torn_down_when_its_last_user_has_been_reported(suite: Suite) -> None:
    """The run goes on without it."""
    serving(
        suite,
        test_a="def test_user(server): pass",
        test_b="""
        from conftest import wait_for

        def test_other():
            wait_for("down")
        """,
    )
    ran = suite.agents(2)
    assert ran.counts == {"passed": 2}, str(ran)
    assert_once(ran)


FAILING = """
    import pytest, pytest_agentorch

    @pytest_agentorch.run_fixture
    def failing():
        print("printed before")
        raise ConnectionError("no server")

    @pytest_agentorch.run_fixture
    def asked_for():
        raise ConnectionError("no client")

    @pytest_agentorch.run_fixture
    def skipping():
        pytest.skip("no docker here")

    @pytest_agentorch.run_fixture
    def expected():
        pytest.xfail("known")

    @pytest_agentorch.run_fixture(connect=lambda value: 1 / value)
    def unconnected():
        return 0

    @pytest_agentorch.run_fixture
    def unfinished():
        yield 1
        raise RuntimeError("cannot be closed")
"""


@STARTS
def test_whatever_it_raises_every_user_gets(suite: Suite, start: str) -> None:
    """With the traceback of where it was raised, as in one process."""
    suite.write(
        conftest=FAILING,
        test_users="""
        import pytest

        @pytest.mark.parametrize("n", range(3))
        class TestThem:
            def test_failing(self, failing, n): pass
            def test_skipping(self, skipping, n): pass
            def test_expected(self, expected, n): pass
            def test_unconnected(self, unconnected, n): pass

        def test_dynamic(request):
            with pytest.raises(Exception, match="no client"):
                request.getfixturevalue("asked_for")

        def test_unfinished(unfinished): pass
        """,
    )
    serial, agents = suite.serial(), suite.agents(2, f"--agents-start={start}")
    assert_same_verdicts(serial, agents)
    for line in (">       raise ConnectionError", "E       ConnectionError: no server"):
        # Nobody knows which of them has asked first.
        assert sum(line in one for one in agents.lines) == 3, str(agents)
        assert sum(line in one for one in serial.lines) == 3, str(serial)
    assert agents.lines.count("printed before") == 1
    assert "run_fixtures.py" not in agents.out
    assert "connecting.py" not in agents.out


def test_what_cannot_cross_is_one_clear_error(suite: Suite) -> None:
    """It says what to do about it; the fixture is torn down all the same."""
    suite.write(
        conftest=NOTES
        + """
    @pytest_agentorch.run_fixture
    def server():
        yield open
        note("down")
""",
        test_users="def test_1(server): pass\ndef test_2(server): pass",
    )
    ran = suite.agents(2)
    assert ran.counts == {"errors": 2}, str(ran)
    assert "'server' has made a builtin_function_or_method" in ran.out
    assert "connect=" in ran.out
    assert "[run-fixture-value]" in ran.out
    assert ran.words("log.txt") == ["down"]


@STARTS
def test_what_tests_get_is_made_in_each_agent(suite: Suite, start: str) -> None:
    """`connect` is called once in each process, and ends before the fixture does."""
    suite.write(
        conftest=NOTES
        + """
    class Client:
        def __init__(self, port):
            self.port = port

    def client(port):
        note(f"connect {os.getpid()}")
        yield Client(port)
        note(f"disconnect {os.getpid()}")

    @pytest_agentorch.run_fixture(connect=client)
    def server():
        note("up")
        yield 80
        note("down")
""",
        test_users="""
        import os, pytest, pathlib, time

        @pytest.mark.parametrize("n", range(10))
        def test_it(n, server):
            assert server.port == 80
            pathlib.Path(f"agent-{os.getpid()}").touch()
            while len(list(pathlib.Path().glob("agent-*"))) < int(os.environ.get("WANTED", 1)):
                time.sleep(0.01)
        """,
    )
    ran = suite.agents(2, f"--agents-start={start}", env={"WANTED": "2"})
    assert ran.counts == {"passed": 10}, str(ran)
    words = ran.words("log.txt")
    assert words[0] == "up"
    assert words[-1] == "down"
    pids = {word.partition(" ")[2] for word in words[1:-1]}
    assert sorted(words[1:-1]) == sorted(
        f"{what} {pid}" for pid in pids for what in ("connect", "disconnect")
    )
    assert len(pids) == 2
    for path in suite.folder.glob("agent-*"):
        path.unlink()
    (suite.folder / "log.txt").unlink()
    serial = suite.serial()
    assert serial.counts == {"passed": 10}, str(serial)
    assert [word.partition(" ")[0] for word in serial.words("log.txt")] == [
        *("up", "connect", "disconnect", "down")
    ]


@STARTS
def test_it_outlives_the_fixtures_that_use_it(suite: Suite, start: str) -> None:
    """Those of an agent may end long after the last test that uses them, as in one process."""
    suite.write(
        conftest=NOTES
        + """
    @pytest_agentorch.run_fixture
    def server():
        note("up")
        yield 1
        note("down")

    @pytest.fixture(scope="session")
    def client(server):
        note("open")
        yield server
        note("closed")
""",
        test_1="def test_server(server): pass",
        test_2="""
        def test_client(client): pass
        def test_other(): pass
        """,
    )
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.counts == {"passed": 3}, str(ran)
    assert ran.words("log.txt") == ["up", "open", "closed", "down"]


MANY_WAYS = (
    NOTES
    + """
    import asyncio

    @pytest.fixture(scope="session")
    def plain():
        note("plain up")
        yield 1
        note("plain down")

    @pytest_agentorch.run_fixture
    def base(plain):
        note("base up")
        yield plain + 1
        note("base down")

    @pytest_agentorch.run_fixture(params=["a", "b"])
    def each(request, base):
        note(f"each {request.param} up")
        yield f"{request.param}{base}"
        note(f"each {request.param} down")

    @pytest.fixture
    def own(each):
        return each * 2

    @pytest_agentorch.run_fixture(connect=tuple)
    def asked(base):
        note("asked up")
        yield [base]
        note("asked down")

    @pytest_agentorch.run_fixture(connect=tuple)
    def top(base):
        note("top up")
        yield [base]
        note("top down")
"""
)


@STARTS
def test_it_works_in_all_the_ways_in_which_fixtures_work(suite: Suite, start: str) -> None:
    """Parameters, classes, methods, `getfixturevalue`, `usefixtures`, fixtures upon fixtures."""
    suite.write(
        conftest=MANY_WAYS,
        test_ways="""
        import asyncio, unittest, pytest, pytest_agentorch
        from conftest import note

        # How else a class has one depends on the version of pytest.
        pytestmark = pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as inst")

        def test_own(own): assert own in ("a2a2", "b2b2")

        @pytest.mark.parametrize("each", ["c"], indirect=True)
        def test_indirect(each): assert each == "c2"

        class TestClass:
            @pytest_agentorch.run_fixture
            def local(self, top):
                note("local up")
                yield {"top": top[0]}
                note("local down")

            def test_local(self, local, top): assert local == {"top": 2} and top == (2,)
            def test_both(self, each, base): assert each.endswith("2") and base == 2

        @pytest.mark.parametrize("n", range(3))
        def test_dynamic(request, base, n):
            assert request.getfixturevalue("asked") == (2,)

        @pytest.mark.usefixtures("top")
        class TestOld(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def take(self, base): self.base = base
            def test_it(self): assert self.base == 2

        def test_async(base):
            async def look(): return base
            assert asyncio.run(look()) == 2
        """,
    )
    serial, agents = suite.serial(), suite.agents(2, f"--agents-start={start}")
    assert_same_verdicts(serial, agents)
    assert serial.code == 0, str(serial)
    (suite.folder / "log.txt").unlink()
    agents = suite.agents(2, f"--agents-start={start}")
    counted = Counter(agents.words("log.txt"))
    # Each parameter has a process of its own, in which `base` is asked for.
    once = ["asked", "base", "each a", "each b", "each c", "local", "top"]
    assert {name: counted[f"{name} up"] for name in once} == dict.fromkeys(once, 1), counted
    assert {name: counted[f"{name} down"] for name in once} == dict.fromkeys(once, 1), counted
    # It is an ordinary one, that one of them needs: there it is set up, and nowhere else.
    assert counted["plain up"] == counted["plain down"] == 1


def test_who_asks_without_having_said_so_keeps_it(suite: Suite) -> None:
    """Nobody can know whether somebody else will: it stays to the end of the run."""
    serving(
        suite,
        test_a="def test_user(server): pass",
        test_b="""
        from conftest import note, wait_for

        def test_dynamic(request):
            assert request.getfixturevalue("server")["port"] == 8000
            note("asked")
        """,
        test_c="""
        import time
        from conftest import note, wait_for

        def test_last(request):
            wait_for("asked")
            note("still running")
        """,
    )
    ran = suite.agents(2)
    assert ran.counts == {"passed": 3}, str(ran)
    assert ran.words("log.txt")[-1] == "down", ran.words("log.txt")


@STARTS
def test_the_configuration_lifts_session_fixtures(suite: Suite, start: str) -> None:
    """They are as they were, and their module knows nothing of it."""
    suite.write_text("pyproject.toml", '[tool.agentorch]\nrun_fixtures = ["server"]\n')
    serving(suite, test_1=USERS, test_2=USERS)
    conftest = SERVER.replace("pytest_agentorch.run_fixture", 'pytest.fixture(scope="session")')
    suite.write(conftest=conftest.replace(", pytest_agentorch", ""))
    ran = suite.agents(2, f"--agents-start={start}")
    assert ran.counts == {"passed": 200}, str(ran)
    assert_once(ran)
    (suite.folder / "log.txt").unlink()
    serial = suite.serial()
    assert serial.counts == {"passed": 200}
    assert_once(serial)


@STARTS
def test_a_phase_may_have_one_of_its_own(suite: Suite, start: str) -> None:
    """It is torn down when its phase is over, and set up again for the next."""
    suite.write(
        conftest=NOTES
        + """
    @pytest_agentorch.run_fixture(scope="phase")
    def server():
        note("up")
        number = pathlib.Path("log.txt").read_text().split().count("up")
        yield number
        note("down")
""",
        **{
            f"tests__{phase}__test_{phase}": f"""
            import pytest
            pytestmark = pytest.mark.phase("{phase}")

            @pytest.mark.parametrize("n", range(6))
            def test_it(n, server):
                assert server == {number}
            """
            for number, phase in enumerate(("unit", "integration"), 1)
        },
    )
    ran = suite.agents(2, f"--agents-start={start}")
    assert ran.counts == {"passed": 12}, str(ran)
    assert ran.words("log.txt") == ["up", "down", "up", "down"]


def test_what_belongs_to_the_run_cannot_use_what_belongs_to_a_phase(suite: Suite) -> None:
    """It would live longer."""
    suite.write(
        test_it="""
        import pytest_agentorch

        @pytest_agentorch.run_fixture(scope="phase")
        def short(): pass

        @pytest_agentorch.run_fixture
        def long(short): pass

        def test_it(long): pass
        """
    )
    ran = suite.agents(1)
    assert ran.counts == {"errors": 1}, str(ran)
    assert "ScopeMismatch: a fixture of the run uses 'short'" in ran.out


def test_where_a_fork_is_refused_its_process_is_spawned(suite: Suite) -> None:
    """As agents are."""
    serving(suite, test_1=USERS, test_2=USERS)
    suite.write(conftest=SERVER + "    FILE = open(__file__)\n")
    ran = suite.agents(2)
    assert "[fork-refused]" in ran.out
    assert ran.counts == {"passed": 200}, str(ran)
    assert_once(ran)


HELPLESS = """
    @pytest_agentorch.run_fixture
    def server():
        note(f"up {os.getpid()}")
        yield 1
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_end_of_its_process_is_told_and_all_users_fail(suite: Suite, when: str) -> None:
    """While it is set up, or later: nobody waits for it, and nobody gets what is worth nothing."""
    dies = "os.kill(os.getpid(), 9)\n" if when == "before" else ""
    suite.write(
        conftest=NOTES + HELPLESS.replace("        yield 1", f"        {dies}\n        yield 1"),
        test_users="""
        import os, pathlib, signal, pytest, time

        @pytest.mark.parametrize("n", range(20))
        def test_it(n, server):
            pid = int(pathlib.Path("log.txt").read_text().split()[1])
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            time.sleep(0.2)
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 1, str(ran)
    assert ran.incidents == ["run-fixture-lost"]
    assert "process of the run-scoped fixture 'server' is gone: " in ran.out
    assert "SIGKILL" in ran.out
    if when == "before":
        assert ran.counts == {"errors": 20}
    else:
        # One per agent has it already.
        assert ran.counts["passed"] <= 4
        assert ran.counts["errors"] >= 16


@STARTS
@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("os.kill(os.getpid(), 9)", "SIGKILL"),
        ("time.sleep(600)", "took longer than 1 s"),
    ],
    ids=["dies", "hangs"],
)
def test_what_is_not_torn_down_is_an_error(suite: Suite, start: str, how: str, told: str) -> None:
    """Of the last test that has used it: no other one can tell."""
    suite.write(
        conftest=NOTES
        + f"""
    @pytest_agentorch.run_fixture
    def base():
        yield 1

    @pytest_agentorch.run_fixture
    def server(base):
        yield base
        {how}
""",
        test_users="""
        import pytest

        @pytest.mark.parametrize("n", range(6))
        def test_it(n, request):
            assert request.getfixturevalue("server") == 1
        """,
    )
    ran = suite.agents(2, "--agents-timeout=1", f"--agents-start={start}")
    assert ran.counts == {"passed": 6, "errors": 1}, str(ran)
    assert ran.code == 1
    assert "The process of run-scoped server, base was lost (" in ran.out, str(ran)
    assert told in ran.out
    assert ran.incidents == ["run-fixture-lost"]
    if "sleep" in how:
        assert "in server\n" in ran.out, "nobody sees where it hangs"


def test_who_waits_longer_than_it_may_says_for_what(suite: Suite) -> None:
    """And a set-up that takes longer than a test may is ended."""
    suite.write(
        conftest=NOTES
        + """
    @pytest_agentorch.run_fixture
    def server():
        time.sleep(600)
""",
        test_users=USERS.replace("100", "6"),
    )
    ran = suite.agents(2, "--agents-timeout=1")
    assert ran.counts == {"errors": 6}, str(ran)
    assert "It waited for the run-scoped fixture 'server'." in ran.out
    assert "run-fixture-lost" in ran.incidents
    assert "setting it up took longer than 1 s" in ran.out


def test_a_test_with_less_time_gives_up_alone(suite: Suite) -> None:
    """The others wait on."""
    serving(
        suite,
        test_users="""
        import pytest

        @pytest.mark.agents_timeout(0.5)
        def test_hasty(server): pass

        def test_patient(server): pass
        """,
    )
    suite.write(conftest=SERVER.replace("0.2", "2"))
    ran = suite.agents(2)
    assert ran.counts == {"passed": 1, "errors": 1}, str(ran)
    assert ran.statuses["test_users.py::test_patient"] == "passed"
    assert_once(ran)


def test_messages_do_not_reach_it(suite: Suite) -> None:
    """It has documents as all have, and is told that it has no bus."""
    suite.write(
        conftest=NOTES
        + """
    @pytest_agentorch.run_fixture
    def counted(agent_state):
        agent_state.write("from-host", 1)
        return 1

    @pytest_agentorch.run_fixture
    def calls(agent_bus):
        return 1
""",
        test_users="""
        def test_document(counted, agent_state):
            assert agent_state.read("from-host") == 1

        def test_bus(calls): pass
        """,
    )
    ran = suite.agents(2)
    assert ran.counts == {"passed": 1, "errors": 1}, str(ran)
    assert "[bus-in-run-fixture]" in ran.out


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("databse", 'there is no fixture "databse". Did you mean "database"? [bad-run-fixture]'),
        ("cart", 'the fixture "cart" has the scope function. Give it scope="session", or take'),
    ],
)
def test_what_the_configuration_names_must_be_a_session_fixture(
    suite: Suite, named: str, message: str
) -> None:
    """A misspelt name is an error, but not where only a part of the suite is asked for."""
    suite.write(
        test_it="""
        import pytest

        @pytest.fixture(scope="session")
        def database(): return 1

        @pytest.fixture
        def cart(): return 1

        def test_it(database, cart): pass
        """
    )
    suite.write_text("pyproject.toml", f'[tool.agentorch]\nrun_fixtures = ["{named}"]\n')
    ran = suite.agents(2)
    assert ran.code == 4, str(ran)
    assert f"[tool.agentorch] run_fixtures: {message}" in ran.err
    assert suite.agents(2, "test_it.py").code == (0 if named == "databse" else 4)
