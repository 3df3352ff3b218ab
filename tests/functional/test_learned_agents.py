"""What `--agents=auto` learns from run to run."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.functional.running import Ran, Suite

TWO_CPUS = {"PYTHON_CPU_COUNT": "2"}

WAITS = """
    import time
    import pytest

    @pytest.mark.parametrize("n", range(16))
    def test_waits(n): time.sleep(0.4)
"""

LOCKED = """@pytest.mark.needs(write="db")
    @pytest.mark.parametrize"""

COMPUTES = """
    import time
    import pytest

    @pytest.mark.parametrize("n", range(10))
    def test_computes(n):
        until = time.process_time() + 0.45
        while time.process_time() < until:
            pass
"""


def auto(suite: Suite, *args: str, **env: str) -> Ran:
    """Run on as many agents as are best, on two CPUs unless something else is said."""
    return suite.run("--agents=auto", *args, env={**TWO_CPUS, **env})


def header(ran: Ran) -> str:
    """How many agents there may be, and why."""
    return next(line for line in ran.lines if line.startswith("agents: up to"))


def allowed(ran: Ran) -> int:
    """How many agents there might be."""
    return int(header(ran).removeprefix("agents: up to ").partition(" ")[0].strip(","))


def report(ran: Ran) -> dict[str, Any]:
    """The report of the latest run, which fits its schema."""
    text = (files("pytest_agentorch.reporting") / "ctrf.schema.json").read_text("utf-8")
    data = json.loads((ran.run_directories[-1] / "report.json").read_text("utf-8"))
    Draft202012Validator(json.loads(text), format_checker=FormatChecker()).validate(data)
    ours: dict[str, Any] = data["extra"]["pytest-agentorch"]
    return ours


def memory_of(suite: Suite) -> Path:
    """Where it is kept."""
    return suite.folder / ".pytest_cache/d/agentorch/agents.json"


@pytest.fixture
def waiting(suite: Suite) -> Suite:
    """A suite that has run once, and has mostly waited."""
    suite.write(test_a=WAITS)
    first = auto(suite)
    assert header(first).startswith("agents: up to 2 (2 CPUs, 80 % allowed)"), str(first)
    return suite


def test_a_suite_that_waits_gets_more_agents_than_cpus(waiting: Suite) -> None:
    """From its second run on; the header says why."""
    second = auto(waiting)
    assert second.counts == {"passed": 16}, str(second)
    assert allowed(second) > 3
    assert "(2 CPUs, the last run waited 9" in header(second), header(second)
    assert " % of its time)" in header(second)
    assert len(report(second)["agents"]) > 3


def test_what_other_numbers_would_have_given_is_in_the_report(waiting: Suite) -> None:
    """With what bound the run, and its health."""
    ours = report(waiting.agents(2))
    found = ours["analysis"]
    assert (found["goal"], found["health"]["score"]) == ("balance", 100)
    seconds = {one["agents"]: one["seconds"] for one in found["what_ifs"]}
    assert seconds[1] > 1.5 * seconds[2] > 2 * seconds[4]
    assert found["bound"]["kind"] == "agents"
    assert found["best_agents"] > 3
    assert [one["slug"] for one in ours["recommendations"]] == ["too-few-agents"]


def test_what_tests_have_one_after_the_other_is_no_reason_for_more_agents(suite: Suite) -> None:
    """It bound the run, and would bind any other."""
    suite.write(test_a=WAITS.replace("@pytest.mark.parametrize", LOCKED, 1))
    ours = report(auto(suite))
    bound = ours["analysis"]["bound"]
    assert (bound["kind"], bound["what"]) == ("resource", "the lock db"), ours["analysis"]
    assert ours["analysis"]["best_agents"] == 1
    assert not memory_of(suite).exists()


@pytest.mark.parametrize(
    ("needs", "what"),
    [("cpus=2", "the CPUs asked for"), ('memory="700MiB"', "the memory asked for")],
)
def test_what_tests_ask_for_is_no_reason_for_more_agents(
    suite: Suite, needs: str, what: str
) -> None:
    """However much they wait: there is enough for one at a time."""
    suite.write(test_a=WAITS.replace("@pytest", f"@pytest.mark.needs({needs})\n    @pytest", 1))
    found = report(auto(suite, "--agents-memory=1GiB"))["analysis"]
    assert (found["bound"]["kind"], found["bound"]["what"]) == ("resource", what), found
    seconds = {one["agents"]: one["seconds"] for one in found["what_ifs"]}
    assert seconds[8] == pytest.approx(seconds[1], rel=0.1)
    assert found["best_agents"] == 1
    assert not memory_of(suite).exists()


def test_a_suite_that_computes_keeps_to_its_cpus(suite: Suite) -> None:
    """More agents would change nothing, and nothing is learnt."""
    suite.write(test_a=COMPUTES)
    first, second = auto(suite), auto(suite)
    assert header(first) == header(second)
    assert report(second)["analysis"]["best_agents"] <= 3
    assert "recommend" not in second.out


def test_other_tests_are_another_matter(waiting: Suite) -> None:
    """As are other CPUs; the same ones, written in another way, are not."""
    assert allowed(auto(waiting, "-k", "waits and 1")) == 2
    assert allowed(auto(waiting, "test_a.py::test_waits[1]")) == 2
    assert allowed(auto(waiting, PYTHON_CPU_COUNT="4")) == 4
    assert allowed(auto(waiting, str(waiting.folder))) > 3


def test_what_the_last_run_chooses_is_not_learnt_from(waiting: Suite) -> None:
    """These are other tests each time."""
    assert allowed(auto(waiting, "--lf")) == 2
    assert allowed(auto(waiting, "--agents-rerun=unfinished")) == 2


def test_a_run_that_was_stopped_teaches_nothing(suite: Suite) -> None:
    """It did not show all of its work."""
    suite.write(test_a=WAITS + "\n    def test_last(): time.sleep(2.5); assert False\n")
    ran = auto(suite, "-x")
    assert ran.counts["failed"] == 1, str(ran)
    assert not memory_of(suite).exists()


@pytest.mark.parametrize("content", ["", "{}", '{"format": "other"}', "[[]]"])
def test_a_file_that_is_damaged_is_as_good_as_none(waiting: Suite, content: str) -> None:
    """It is a help and no more."""
    memory_of(waiting).write_text(content)
    assert allowed(auto(waiting, "-k", "0")) == 2
    assert allowed(auto(waiting)) == 2
    assert allowed(auto(waiting)) > 3


def test_who_clears_the_cache_begins_anew(waiting: Suite) -> None:
    """As without one."""
    assert allowed(auto(waiting, "--cache-clear", "-k", "nothing")) == 2
    assert allowed(auto(waiting, "-p", "no:cacheprovider", "-k", "nothing")) == 2


def test_a_number_that_somebody_gives_stays(waiting: Suite) -> None:
    """By option, or by the project's own hook; the goal decides what is best."""
    assert allowed(waiting.agents(3)) == 3
    waiting.write(conftest="def pytest_xdist_auto_num_workers(config): return 3")
    assert allowed(auto(waiting)) == 3


def test_the_goal_is_a_setting(suite: Suite) -> None:
    """To save agents is another one than to save time; what is none is refused."""
    suite.write(test_a=WAITS).write_text("pyproject.toml", '[tool.agentorch]\ngoal = "cost"\n')
    found = report(suite.agents(2))["analysis"]
    assert found["goal"] == "cost"
    suite.write_text("pyproject.toml", '[tool.agentorch]\ngoal = "fun"\n')
    refused = suite.run("--agents=2")
    assert refused.code == 4
    assert "goal" in refused.err
