"""What popular plugins do to the course of a run holds on agents, too."""

from __future__ import annotations

import os
from collections import Counter, defaultdict

import pytest

from tests.functional.canary import NO_XDIST, STARTS, Canary, Seen
from tests.functional.running import Suite


def numbers(run: Seen) -> set[tuple[str, ...]]:
    """Which test drew which random number."""
    return {tuple(line.split(" ")[1:]) for line in run.words("order.txt")}


def by_agent(run: Seen) -> dict[str, list[str]]:
    """The tests of each agent in the order in which they ran."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in run.words("order.txt"):
        agent, test = line.split(" ")[:2]
        found[agent].append(test)
    return found


@pytest.mark.parametrize("start", STARTS)
def test_the_seed_of_randomly_is_that_of_all_agents(suite: Suite, start: str) -> None:
    """It is shown, every test draws what it draws in one process, and `last` finds it again."""
    canary = Canary(name="randomly", plugins=("pytest-randomly",))
    canary.needed()
    serial = canary.run_serial(suite, "--randomly-seed=4242")
    agents = canary.run_agents(suite, start, "--randomly-seed=4242")
    assert "Using --randomly-seed=4242" in agents.ran.lines
    assert numbers(agents) == numbers(serial)
    again = canary.run_agents(suite, start, "--randomly-seed=last", again=True)
    assert "Using --randomly-seed=4242" in again.ran.lines
    first, second = canary.run_agents(suite, start), canary.run_agents(suite, start)
    assert numbers(first) != numbers(second)


@pytest.mark.parametrize("start", STARTS)
def test_an_order_holds_within_each_agent(suite: Suite, start: str) -> None:
    """The order in one process, with gaps: nothing that waits there moves to the other agent."""
    canary = Canary(name="order", plugins=("pytest-order",), args=("--agents-dist=file",))
    canary.needed()
    (expected,) = by_agent(canary.run_serial(suite)).values()
    found = by_agent(canary.run_agents(suite, start))
    assert found.keys() == {"gw0", "gw1"}
    for tests in found.values():
        assert tests == [test for test in expected if test in tests]


@pytest.mark.parametrize("xdist", ["with xdist", "without xdist"])
@pytest.mark.parametrize("start", STARTS)
def test_reruns_are_counted(suite: Suite, start: str, xdist: str) -> None:
    """For each test as often as in one process, and no test borrows those of another."""
    canary = Canary(
        name="rerunfailures", plugins=("pytest-rerunfailures",), args=("--reruns=1", "-rR")
    )
    canary.needed()
    off = NO_XDIST if xdist == "without xdist" else ()
    serial = canary.run_serial(suite, *off)
    agents = canary.run_agents(suite, start, *off)
    title = "rerun test summary info"
    assert Counter(agents.section(title)) == Counter(serial.section(title))
    assert agents.files == serial.files
    limited = canary.run_agents(suite, start, "--max-suite-reruns=2", *off)
    if xdist == "with xdist":
        pytest.importorskip("xdist")
        assert limited.ran.counts["rerun"] == 2


@pytest.mark.parametrize("start", STARTS)
def test_a_crash_is_no_error_of_rerunfailures(suite: Suite, start: str) -> None:
    """It would have xdist run the test again; here that has been done when it is asked."""
    canary = Canary(name="rerunfailures", plugins=("pytest-rerunfailures",))
    canary.needed()
    canary.lay(suite)
    suite.write(
        test_crash="""
        import os, pytest

        @pytest.mark.flaky(reruns=3)
        def test_crash(): os._exit(3)
        """
    )
    args = [f"--agents-start={start}", "test_crash.py", "test_fixtures.py"]
    ran = suite.agents(2, "-p", "no:randomly", *args, env={"PYTEST_ADDOPTS": ""})
    assert "INTERNALERROR" not in ran.out + ran.err
    assert ran.counts["failed"] == 1, str(ran)
    assert ran.incidents.count("poison-test") == 1


@pytest.mark.parametrize("start", STARTS)
def test_every_agent_has_its_database(suite: Suite, start: str) -> None:
    """With the names that xdist's workers have; dropped at the end, or kept and used again."""
    canary = Canary(
        name="django", plugins=("pytest-django", "django"), env={"CANARY_DATABASE": "file"}
    )
    canary.needed()
    both = {f"test_library.sqlite3_{agent}" for agent in ("gw0", "gw1")}
    agents = canary.run_agents(suite, start)
    assert set(agents.words("databases.txt")) == both
    assert not both & agents.files.keys()
    kept = canary.run_agents(suite, start, "--reuse-db")
    assert both <= kept.files.keys()
    again = canary.run_agents(suite, start, "--reuse-db", again=True)
    assert again.ran.counts == kept.ran.counts
    assert both <= again.files.keys()


@pytest.mark.parametrize("start", STARTS)
def test_what_empties_the_database_comes_after_what_needs_it(suite: Suite, start: str) -> None:
    """On every agent; also where tests are taken over from another one, and in the next run."""
    canary = Canary(name="django", plugins=("pytest-django", "django"), args=("test_order.py",))
    canary.needed()
    for again in (False, True):
        agents = canary.run_agents(suite, start, again=again)
        assert agents.ran.code == 0, str(agents.ran)
        assert agents.ran.counts == {"passed": 13}
        assert [phase["name"] for phase in agents.ran.ours["phases"]] == ["unit"]


@pytest.mark.parametrize("start", STARTS)
def test_loops_of_a_session_are_closed_in_each_agent(suite: Suite, start: str) -> None:
    """Once, with the fixtures that live in them."""
    canary = Canary(name="asyncio", plugins=("pytest-asyncio",))
    canary.needed()
    agents = canary.run_agents(suite, start)
    users = {
        test["threadId"]
        for test in agents.ran.report["results"]["tests"]
        if test["name"].startswith("test_session_scope.py")
    }
    assert agents.words("service.txt") == ["closed"] * len(users)


@pytest.mark.parametrize("start", STARTS)
def test_examples_and_statistics_of_hypothesis(suite: Suite, start: str) -> None:
    """Failing examples are kept for the next run; statistics are those of every test."""
    canary = Canary(name="hypothesis", plugins=("hypothesis",))
    canary.needed()
    serial = canary.run_serial(suite, "--hypothesis-show-statistics")
    agents = canary.run_agents(suite, start, "--hypothesis-show-statistics")

    def told(run: Seen) -> Counter[str]:
        lines = run.section("Hypothesis Statistics")
        return Counter(line for line in lines if line.startswith("test_"))

    assert told(agents) == told(serial)
    assert "settings.max_examples=30" in agents.ran.out
    assert (suite.folder / ".hypothesis" / "examples").is_dir()
    assert "warnings" not in agents.ran.counts
    quick = canary.run_agents(suite, start, "--hypothesis-profile=quick")
    assert quick.ran.counts["failed"] == 1, "its health checks are off"


@pytest.mark.parametrize("start", STARTS)
def test_timeouts_by_thread(suite: Suite, start: str) -> None:
    """The agent dies as a worker does: every other test has its verdict."""
    canary = Canary(name="timeout", plugins=("pytest-timeout",), args=("--timeout-method=thread",))
    canary.needed()
    agents = canary.run_agents(suite, start)
    assert agents.ran.counts == {"failed": 4, "passed": 7}
    assert agents.ran.code == 1
    for name in ("test_hangs", "test_setup_hangs", "test_teardown_hangs", "test_lock"):
        assert "Timeout" in agents.ran.test(f"::{name}")["trace"]


@pytest.mark.parametrize("start", STARTS)
def test_timeout_of_the_session(suite: Suite, start: str) -> None:
    """It ends the run, with pytest's own word."""
    Canary(name="timeout", plugins=("pytest-timeout",)).needed()
    suite.write(
        test_it="""
        import time, pytest

        @pytest.mark.parametrize("n", range(1000))
        def test_it(n): time.sleep(0.1)
        """
    )
    args = ["--session-timeout=2", f"--agents-start={start}", "-p", "no:randomly"]
    ran = suite.agents(2, *args, env={"PYTEST_ADDOPTS": ""})
    assert "session-timeout: 2.0 sec exceeded" in ran.out
    assert ran.code == 1, str(ran)
    assert ran.counts["passed"] < 1000


@pytest.mark.parametrize("start", STARTS)
def test_only_what_has_changed(suite: Suite, start: str) -> None:
    """pytest-picked asks git in every process."""
    canary = Canary(name="picked", plugins=("pytest-picked",), args=("--picked",))
    canary.needed()
    canary.lay(suite)
    git = f"git -C {suite.folder} -c user.name=canary -c user.email=canary@example.org"
    commands = ("init -q", "add test_changed.py test_same.py", "commit -q -m first")
    if any(os.system(f"{git} {command}") for command in commands):  # noqa: S605 - our own words
        pytest.skip("git is needed")
    with (suite.folder / "test_changed.py").open("a") as file:
        file.write("# changed\n")
    agents = canary.run_agents(suite, start, again=True)
    assert agents.ran.counts == {"passed": 4, "failed": 1}, str(agents.ran)
    assert not any("test_same" in name for name in agents.ran.statuses)
