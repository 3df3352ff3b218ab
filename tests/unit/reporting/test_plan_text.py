"""The plan in words."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.settings import Start
from pytest_agentorch.orchestration.start_choice import UNDECIDED, StartChoice
from pytest_agentorch.reporting.plan_text import header, start_line
from tests.unit.settings_builder import some_settings

SPAWN = StartChoice(start=Start.SPAWN)


@pytest.mark.parametrize(
    ("asked", "choice", "words"),
    [
        (Start.AUTO, UNDECIDED, "fork start if safe"),
        (Start.FORK, UNDECIDED, "fork start"),
        (Start.AUTO, SPAWN, "spawn start"),
        (Start.SPAWN, SPAWN, "spawn start"),
    ],
)
def test_the_header_says_what_is_known(asked: Start, choice: StartChoice, words: str) -> None:
    """Before any test is collected."""
    assert header(some_settings(start=asked), choice) == f"agents: up to 2, {words}"
    settings = some_settings(start=asked, asked="auto")
    assert header(settings, choice) == f"agents: up to 2 (2 CPUs, 80 % allowed), {words}"


@pytest.mark.parametrize("start", [Start.FORK, Start.SPAWN])
def test_a_start_that_nobody_objects_to_has_no_line(start: Start) -> None:
    """Nothing to say, nothing printed."""
    assert start_line(StartChoice(start=start)) == []


def test_a_reason_has_one_line() -> None:
    """However many there are: the others are in the report."""
    one = StartChoice(start=Start.SPAWN, reasons=("some.db is open for writing",))
    assert start_line(one) == ["agents: spawned: some.db is open for writing [fork-refused]"]
    three = StartChoice(start=Start.FORK, reasons=("a pipe is open", "b", "c"))
    (line,) = start_line(three)
    assert line == "agents: forked at your risk: a pipe is open (+2 more) [fork-risk]"
