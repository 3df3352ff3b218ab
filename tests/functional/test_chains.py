"""Tests of a chain run in order on one agent."""

from __future__ import annotations

import pytest

from tests.functional.running import Ran, Suite
from tests.functional.test_needs import STARTS, TOOLS

ONE = """
    import os, pathlib, pytest
    from tools import note

    @pytest.mark.chain("shop")
    def test_open(worker_id): note(f"open {worker_id}")

    @pytest.mark.parametrize("n", range(8))
    def test_else(n): pass

    @pytest.mark.chain("shop")
    def test_sell(worker_id):
        note(f"sell {worker_id}")
        if os.environ.get("HOW") == "fail":
            assert len(pathlib.Path("order.txt").read_text().split("sell")) > 2
        if os.environ.get("HOW") == "die" and not os.path.exists("died"):
            pathlib.Path("died").touch()
            os._exit(1)
"""
TWO = """
    import pytest
    from tools import note

    pytestmark = pytest.mark.chain("shop")

    def test_count(worker_id): note(f"count {worker_id}")

    class TestEvening:
        @pytest.mark.xdist_group("till")
        def test_close(self, worker_id): note(f"close {worker_id}")

    def test_lock(worker_id): note(f"lock {worker_id}")
"""


def chain(suite: Suite, *args: str, agents: int = 3, how: str = "") -> tuple[Ran, list[str]]:
    """Run the suite; return what the chain has written down."""
    suite.write(tools=TOOLS, test_a=ONE, test_b=TWO)
    (suite.folder / "order.txt").unlink(missing_ok=True)
    ran = suite.agents(agents, *args, env={"PYTHONPATH": ".", "HOW": how})
    return ran, ran.words("order.txt")


def steps(words: list[str]) -> list[str]:
    """What was done, whoever did it."""
    return [word.split()[0] for word in words]


@STARTS
@pytest.mark.parametrize("dist", ["balanced", "file", "round-robin", "priority", "group"])
def test_a_chain_runs_in_order_on_one_agent(suite: Suite, start: str, dist: str) -> None:
    """Over files and classes, whatever else stays together; others are spread."""
    ran, words = chain(suite, f"--agents-start={start}", f"--agents-dist={dist}")
    assert ran.counts == {"passed": 13}, str(ran)
    assert steps(words) == ["open", "sell", "count", "close", "lock"]
    assert len({word.split()[1] for word in words}) == 1, words


def test_a_selection_of_a_chain_is_in_order(suite: Suite) -> None:
    """`-k` leaves out what it likes."""
    ran, words = chain(suite, "-k", "open or close or count")
    assert ran.counts == {"passed": 3, "deselected": 10}, str(ran)
    assert steps(words) == ["open", "count", "close"]


def test_a_process_for_each_test_changes_nothing_of_the_order(suite: Suite) -> None:
    """They have no process in common then, but what they leave outside of it."""
    ran, words = chain(suite, "--agents-isolate=test")
    assert ran.counts == {"passed": 13}, str(ran)
    assert steps(words) == ["open", "sell", "count", "close", "lock"]


def test_after_a_failure_the_rest_of_a_chain_runs(suite: Suite) -> None:
    """As it does in one process."""
    ran, words = chain(suite, how="fail")
    assert ran.counts == {"passed": 12, "failed": 1}, str(ran)
    assert steps(words) == ["open", "sell", "count", "close", "lock"]


def test_a_test_of_a_chain_runs_again_before_the_rest(suite: Suite) -> None:
    """Where it may."""
    ran, words = chain(suite, "--agents-retries=1", how="fail")
    assert ran.code == 0, str(ran)
    assert steps(words) == ["open", "sell", "sell", "count", "close", "lock"]


def test_when_its_agent_dies_the_rest_of_a_chain_is_in_order_elsewhere(suite: Suite) -> None:
    """The test that ran runs once more before that, alone."""
    ran, words = chain(suite, how="die")
    assert ran.counts == {"passed": 13}, str(ran)
    assert steps(words) == ["open", "sell", "sell", "count", "close", "lock"]
    assert len({word.split()[1] for word in words[3:]}) == 1, words


def test_a_chain_in_two_phases_is_refused(suite: Suite) -> None:
    """One message, before any test runs."""
    ran = suite.write(
        test_a="""
        import pytest

        pytestmark = pytest.mark.chain("shop")

        def test_open(): pass

        @pytest.mark.phase("e2e")
        def test_close(): pass
        """
    ).agents(2)
    assert ran.code == 4, str(ran)
    assert (
        'ERROR: chain "shop": test_a.py::test_open is in phase unit, test_a.py::test_close in e2e. '
        "Give all of them the same @pytest.mark.phase, or make two chains. [chain-in-two-phases]"
    ) in ran.err + ran.out


def test_a_chain_needs_a_name(suite: Suite) -> None:
    """It says which test has none."""
    ran = suite.write(
        test_a="""
        import pytest

        @pytest.mark.chain
        def test_it(): pass
        """
    ).agents(2)
    assert ran.code == 4, str(ran)
    assert "test_a.py::test_it: @pytest.mark.chain() must have the name of the chain" in (
        ran.err + ran.out
    )
