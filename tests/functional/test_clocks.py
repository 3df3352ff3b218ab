"""Whatever tests and conftests do to the clocks, a run knows what time it is."""

from __future__ import annotations

import json
import time
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.functional.running import Ran, Suite

CLOCKS = {
    "zero": "time.time = time.monotonic = time.perf_counter = lambda: 0.0",
    "text": "time.time = time.monotonic = time.perf_counter = lambda: 'now'",
    "mock": """
        from unittest import mock
        time.time, time.monotonic, time.perf_counter = [mock.MagicMock() for _ in range(3)]
    """,
    "backwards": """
        moments = iter(range(2_000_000_000, 0, -1000))
        time.time = time.monotonic = time.perf_counter = lambda: float(next(moments))
    """,
    "frozen": """
        # As freezegun does: in every module that has one of the clocks, under any name.
        clocks = {id(getattr(time, name)) for name in ("time", "monotonic", "perf_counter")}
        for module in list(sys.modules.values()):
            for name, value in list(vars(module).items()):
                if id(value) in clocks and not module.__name__.startswith("_pytest"):
                    setattr(module, name, lambda: 1_000_000_000.0)
    """,
}


def patch(name: str) -> str:
    """Return the module that does it."""
    lines = CLOCKS[name].strip("\n").splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    return "import sys, time\n" + "\n".join(line[indent:] for line in lines) + "\n"


def check_times(ran: Ran, before: float) -> None:
    """The report is valid, its times are those of this run, and no event goes back."""
    text = (files("pytest_agentorch.reporting") / "ctrf.schema.json").read_text("utf-8")
    Draft202012Validator(json.loads(text), format_checker=FormatChecker()).validate(ran.report)
    summary, tests = ran.report["results"]["summary"], ran.report["results"]["tests"]
    assert before - 1 <= summary["start"] / 1000 <= summary["stop"] / 1000 <= time.time() + 1
    for test in tests:
        assert summary["start"] <= test["start"] <= test["stop"] <= summary["stop"]
        assert 0 <= test["duration"] <= summary["duration"]
    moments = [event.at for event in ran.events]
    assert moments == sorted(moments)


@pytest.mark.parametrize("name", CLOCKS)
@pytest.mark.parametrize("where", ["conftest", "test_a"])
def test_clocks_that_are_replaced_do_not_count(suite: Suite, where: str, name: str) -> None:
    """In the controller's conftest and the agents', or in the agents alone."""
    tests = """
import pytest

@pytest.mark.parametrize("n", range(8))
def test_it(n): assert n != 3
"""
    suite.write_text("test_b.py", tests)
    suite.write_text("test_a.py", patch(name) + tests if where == "test_a" else tests)
    if where == "conftest":
        suite.write_text("conftest.py", patch(name))
    before = time.time()
    ran = suite.agents(2)
    assert ran.code == 1, str(ran)
    assert ran.counts == {"passed": 14, "failed": 2}
    assert ran.incidents == []
    check_times(ran, before)


def test_moments_that_an_agent_makes_up_are_put_in_order(suite: Suite) -> None:
    """Its clock was set, or is that of another machine."""
    suite.write(
        conftest="""
        import itertools
        from pytest_agentorch.agent import test_loop

        moments = itertools.cycle([0.0, 1e12, -1e12, float("inf"), float("nan"), 5.0])
        test_loop.CLOCK = lambda: next(moments)
        """,
        test_a="""
        import pytest

        @pytest.mark.parametrize("n", range(20))
        def test_it(n): pass
        """,
    )
    before = time.time()
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 20}
    check_times(ran, before)
