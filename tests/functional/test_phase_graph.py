"""Five phases in a graph: the plan says what will happen, and the run does it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_agentorch.model.event import PhaseFinished, PhaseStarted, TestFinished
from tests.functional.running import Ran, Suite

PHASES = """
    [tool.agentorch.phases.unit]
    tests_per_agent = 1

    [tool.agentorch.phases.api]
    after = ["unit"]
    paths = ["tests/api"]

    [tool.agentorch.phases.store]
    after = ["unit"]
    paths = ["tests/store"]

    [tool.agentorch.phases.e2e]
    after = ["api", "store"]
    gate = "stop"

    [tool.agentorch.phases.load]
    after = ["e2e"]
    paths = ["tests/load"]
    tests_per_agent = 1
    max_agents = 2
"""
MEETS = """
    import pathlib, time

    def test_meets():
        pathlib.Path("{mine}").touch()
        while not pathlib.Path("{other}").exists():
            time.sleep(0.01)
        time.sleep(0.2)
"""
SOME = """
    import pytest, time

    @pytest.mark.parametrize("n", range(4))
    def test_some(n): time.sleep(0.05)
"""


@dataclass(frozen=True)
class Row:
    """What the plan says of a phase."""

    name: str
    tests: int
    agents: int
    after: list[str]
    beside: list[str]
    seconds: float | None


def rows(ran: Ran) -> list[Row]:
    """The phases of a plan."""
    text = "\n".join(ran.lines).partition("plan for ")[2].partition("predicted: ")[0]
    found = re.findall(r"^\d (?:.+(?:\n    .+)*)", text, re.MULTILINE)
    return [_row(" ".join(one.split())) for one in found]


def _row(text: str) -> Row:
    head = re.match(r"\d (\S+) (\d+) tests? (\d+) agents? ", text)
    about = re.search(r"about ([\d.]+)s", text)
    assert head is not None
    return Row(
        name=head[1],
        tests=int(head[2]),
        agents=int(head[3]),
        after=_names("after", text),
        beside=_names("beside", text),
        seconds=None if about is None else float(about[1]),
    )


def _names(word: str, text: str) -> list[str]:
    found = re.search(rf"{word} ([a-z0-9]+(?:, [a-z0-9]+)*)", text)
    return [] if found is None else found[1].split(", ")


def predicted(ran: Ran) -> str:
    """How long all of it will take."""
    (line,) = (line for line in ran.lines if line.startswith("predicted: "))
    return line.removeprefix("predicted: ")


def test_the_run_follows_the_plan(suite: Suite) -> None:
    """Order, overlap, agents; and the time, once the tests have run."""
    suite.write_text("pyproject.toml", PHASES).write(
        tests__unit__test_1=SOME,
        tests__api__test_2=MEETS.format(mine="api", other="store"),
        tests__store__test_3=MEETS.format(mine="store", other="api"),
        tests__e2e__test_4="def test_shop(): pass\n",
        tests__load__test_5=SOME,
    )
    before = suite.run("--agents=3", "--agents-plan")
    assert predicted(before).startswith("not known yet")
    plan = rows(before)
    assert [(row.name, row.tests, row.agents, row.after, row.beside) for row in plan] == [
        ("unit", 4, 3, [], []),
        ("api", 1, 1, ["unit"], ["store"]),
        ("store", 1, 1, ["unit"], ["api"]),
        ("e2e", 1, 1, ["api", "store"], []),
        ("load", 4, 2, ["e2e"], []),
    ]

    ran = suite.agents(3)
    assert ran.code == 0, str(ran)
    _check_order(ran, plan)
    _check_agents(ran, plan)

    after = suite.run("--agents=3", "--agents-plan")
    seconds = {row.name: row.seconds or 0.0 for row in rows(after)}
    chain = seconds["unit"] + max(seconds["api"], seconds["store"]) + seconds["load"]
    about = float(predicted(after).removeprefix("about ").removesuffix("s"))
    assert seconds["api"] >= 0.2
    assert abs(about - chain - seconds["e2e"]) < 0.05


def _check_order(ran: Ran, plan: list[Row]) -> None:
    """A phase begins when those before it are over, and those beside it together."""
    over: set[str] = set()
    open_at_once: set[frozenset[str]] = set()
    running: set[str] = set()
    for event in ran.events:
        if isinstance(event, PhaseStarted):
            (row,) = (row for row in plan if row.name == event.phase)
            assert set(row.after) <= over, f"{row.name} has begun too early"
            running.add(event.phase)
            open_at_once.add(frozenset(running))
        elif isinstance(event, PhaseFinished):
            running.remove(event.phase)
            over.add(event.phase)
    beside = {frozenset({row.name, other}) for row in plan for other in row.beside}
    assert {some for some in open_at_once if len(some) > 1} == beside
    assert over == {row.name for row in plan}


def _check_agents(ran: Ran, plan: list[Row]) -> None:
    """Never more tests of a phase at once than agents in the plan; all tests are in their phase."""
    phases = [test["type"] for test in ran.report["results"]["tests"]]
    finished = [event for event in ran.events if isinstance(event, TestFinished)]
    for row in plan:
        some = [event for event in finished if phases[event.test] == row.name]
        assert len(some) == row.tests
        for event in some:
            at_once = [
                one for one in some if one.started <= event.started < one.started + one.seconds
            ]
            assert len(at_once) <= row.agents, f"too many at once in {row.name}"
