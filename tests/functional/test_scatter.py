"""A test runs on several agents at once, and the first result is its verdict."""

from __future__ import annotations

import pytest

from tests.functional.running import Ran, Suite
from tests.functional.test_needs import STARTS, TOOLS

# The first agent to come is stuck until it is ended; the second waits for it, and has a result.
STUCK = """
    import os, pathlib, pytest, time
    from tools import meet, note

    def come(worker_id):
        try:
            os.close(os.open("first", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        note("+first")
        return True

    @pytest.mark.scatter
    def test_it(worker_id):
        if come(worker_id):
            try:
                {first}
            finally:
                note("ended")
        meet("first")
        {other}

    @pytest.mark.parametrize("n", range(4))
    def test_else(n): pass
"""
WAIT = "time.sleep(100)"
BOTH_RUN = 'meet("other"); '
# There is a line in the run directory when the controller knows that it is gone.
GONE = (
    'assert any(time.sleep(0.01) or [*pathlib.Path(".pytest_cache/d/agentorch/runs").glob('
    '"*/agents/*.jsonl")] for _ in range(3000))'
)
OTHER_RUNS = f'note("+other"); {GONE}; note("ran")'


def scattered(
    suite: Suite, *args: str, agents: int = 2, first: str = WAIT, other: str = "pass"
) -> Ran:
    """Run the suite."""
    suite.write(tools=TOOLS, test_a=STUCK.format(first=first, other=other))
    return suite.agents(agents, *args, env={"PYTHONPATH": "."})


@STARTS
def test_the_first_result_counts_and_the_others_are_cancelled(suite: Suite, start: str) -> None:
    """One verdict, one report, for all who listen; what is cancelled is torn down."""
    ran = scattered(suite, f"--agents-start={start}")
    assert ran.counts == {"passed": 5}, str(ran)
    assert "ended" in ran.words("order.txt")
    assert sum("test_it" in name for name, _ in ran.junit) == 1
    assert ran.test("::test_it")["rawStatus"] == "passed"
    kinds = [type(event).__name__ for event in ran.events]
    assert kinds.count("CopyEnded") == 1
    assert (ran.incidents, ran.left) == ([], [])


def test_a_failure_is_a_result_too(suite: Suite) -> None:
    """It fails once, also for `-x`."""
    ran = scattered(suite, "--maxfail=2", other="assert False")
    assert ran.counts == {"passed": 4, "failed": 1}, str(ran)
    assert ran.code == 1


@STARTS
def test_a_copy_is_torn_down_before_another_one_runs_there(suite: Suite, start: str) -> None:
    """Its fixtures end with it, also while other copies wait; the next attempt has new ones."""
    suite.write(
        tools=TOOLS,
        test_a="""
        import pathlib, pytest, time
        from tools import meet, note

        @pytest.fixture
        def place(worker_id):
            note(f"+{worker_id}")
            yield pathlib.Path(worker_id)
            note(f"-{worker_id}")

        @pytest.mark.scatter
        def test_it(place, worker_id):
            if worker_id == "gw1":
                time.sleep(100)
            if not place.exists():
                place.touch()
                meet("gw1")
                assert False
        """,
    )
    env = {"PYTHONPATH": "."}
    ran = suite.agents(2, f"--agents-start={start}", "--agents-retries=1", env=env)
    assert ran.counts == {"flaky": 1}, str(ran)
    notes = [line for line in ran.words("order.txt") if line.endswith("gw0")]
    assert notes == ["+gw0", "-gw0"] * 2, str(ran)


def test_a_copy_that_does_not_end_costs_its_agent_and_nothing_else(suite: Suite) -> None:
    """Code that lets no signal through is ended with its process."""
    first = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()); " + (
        WAIT
    )
    ran = scattered(suite, first=first)
    assert ran.counts == {"passed": 5}, str(ran)
    assert ran.left == []


def test_the_crash_of_one_copy_costs_nothing(suite: Suite) -> None:
    """The other has a result: the test is not suspected, and runs no third time."""
    ran = scattered(suite, first=BOTH_RUN + "os._exit(3)", other=OTHER_RUNS)
    assert ran.counts == {"passed": 5}, str(ran)
    assert ran.words("order.txt").count("ran") == 1
    assert ran.incidents == ["agent-lost"]
    assert "which passed on another agent at the same time" in ran.out


def test_if_all_copies_crash_the_test_has_one_more_chance(suite: Suite) -> None:
    """As any other, alone; then it has failed."""
    ran = scattered(suite, first=BOTH_RUN + "os._exit(3)", other='note("+other"); os._exit(3)')
    assert ran.counts == {"passed": 4, "failed": 1}, str(ran)
    assert ran.words("order.txt").count("+other") == 2


@pytest.mark.parametrize("more", [(), ("--agents-isolate=test",), ("-x",), ("--agents-retries=1",)])
def test_one_agent_runs_one_copy(suite: Suite, more: tuple[str, ...]) -> None:
    """No more than there are agents."""
    ran = suite.write(
        tools=TOOLS,
        test_a="""
        import pytest
        from tools import note

        @pytest.mark.scatter(3)
        def test_it(): note("ran")
        """,
    ).agents(1, *more, env={"PYTHONPATH": "."})
    assert ran.counts == {"passed": 1}, str(ran)
    assert ran.words("order.txt") == ["ran"]


@pytest.mark.parametrize(
    "more",
    [
        ("--agents-dist=round-robin",),
        ("--agents-dist=priority",),
        ("--agents-isolate=file",),
        ("--agents-isolate=test",),
        ("-x",),
        ("--cov",),
        ("--agents-cov",),
    ],
)
def test_it_goes_with_all_else(suite: Suite, more: tuple[str, ...]) -> None:
    """Whatever decides where tests run, and whoever listens."""
    ran = scattered(suite, *more, agents=3)
    assert ran.counts == {"passed": 5}, str(ran)
    assert "ended" in ran.words("order.txt")


def test_without_agents_it_runs_once(suite: Suite) -> None:
    """The mark means nothing there."""
    ran = suite.write(
        test_a="""
        import pytest

        @pytest.mark.scatter(2)
        def test_it(): pass
        """
    ).serial("--strict-markers")
    assert ran.counts == {"passed": 1}, str(ran)


def test_what_is_no_number_is_an_error(suite: Suite) -> None:
    """It says what would be one."""
    ran = suite.write(
        test_a="""
        import pytest

        @pytest.mark.scatter("all")
        def test_it(): pass
        """
    ).agents(2)
    assert ran.code == 4, str(ran)
    assert "@pytest.mark.scatter('all') must have a whole number from 1" in ran.err + ran.out
