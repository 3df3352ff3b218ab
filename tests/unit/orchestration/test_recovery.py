"""The truth table of `recovery`, row by row."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.settings import Crash
from pytest_agentorch.orchestration import recovery
from pytest_agentorch.orchestration.recovery import Fate, Loss, Recovery, decide

BOTH = tuple(Crash)
# What the table says, as the docstring writes it, and what it means.
TEST_ROWS = {
    "| nothing | | | (none is blamed) |": ((0,), BOTH, Fate.NOT_BLAMED),
    "| a test | never | rerun | runs once more, alone, on a fresh agent |": (
        (1,),
        (Crash.RERUN,),
        Fate.RERUN_ALONE,
    ),
    "| a test that had timed out | | | fails |": ((1, 2), BOTH, Fate.GIVE_UP),
    "| a test with more memory than it may have | | | fails |": ((1, 2), BOTH, Fate.GIVE_UP),
    "| a test | never | fail | fails |": ((1,), (Crash.FAIL,), Fate.GIVE_UP),
    "| a test | once | | fails, and is never run again |": ((2,), BOTH, Fate.GIVE_UP),
}
SLOT_ROWS = {
    "| 1 or 2 | gets a new process if there is work for it |": ((1, 2), False),
    "| 3 | is given up |": ((3,), True),
}
RUN_ROWS = {
    "| fewer than 3 | goes on |": (0, 1, 2, 11),
    "| 3, if no slot is given up for it | stops: agents die faster than tests finish |": (12, 13),
}
SLOTS = 4


def loss(**changes: object) -> Loss:
    """A first death between tests."""
    fields = {"attempts": 0, "deaths": 1, "stopping": False, "crash": Crash.RERUN}
    fields |= {"losses": 1, "slots": SLOTS}
    return Loss(**{**fields, **changes})  # type: ignore[arg-type]


def test_every_row_of_the_docstring_is_here() -> None:
    """Neither the table nor this file has a row more."""
    written = [
        line
        for line in (recovery.__doc__ or "").splitlines()
        if line.startswith("|") and not re.fullmatch(r"[|-]+", line)
    ]
    headers = [line for line in written if line.endswith(("the test |", "the slot |", "the run |"))]
    assert len(headers) == 3
    assert set(written) - set(headers) == {*TEST_ROWS, *SLOT_ROWS, *RUN_ROWS}


@pytest.mark.parametrize("row", RUN_ROWS)
def test_what_becomes_of_the_run(row: str) -> None:
    """A test that is blamed, or a slot that is given up, is an answer already."""
    for losses in RUN_ROWS[row]:
        assert decide(loss(losses=losses)).stop_run == ("stops" in row)
        assert not decide(loss(losses=losses, attempts=1)).stop_run
        assert not decide(loss(losses=losses, deaths=3)).stop_run


@pytest.mark.parametrize("row", TEST_ROWS)
@pytest.mark.parametrize("deaths", [1, 2, 3])
def test_what_becomes_of_the_test(row: str, deaths: int) -> None:
    """It does not depend on the slot."""
    attempts, policies, fate = TEST_ROWS[row]
    for number in attempts:
        for crash in policies:
            why = {"timed_out": "timed out" in row, "too_large": "memory" in row}
            decided = decide(loss(attempts=number, crash=crash, deaths=deaths, **why))
            assert decided.fate is fate


@pytest.mark.parametrize("row", SLOT_ROWS)
@pytest.mark.parametrize("attempts", [0, 1])
def test_what_becomes_of_the_slot(row: str, attempts: int) -> None:
    """It does not depend on the test, as long as that one gets no verdict."""
    counts, given_up = SLOT_ROWS[row]
    for deaths in counts:
        assert decide(loss(attempts=attempts, deaths=deaths)).give_up_slot is given_up


def test_the_verdict_of_a_poison_test_saves_the_slot() -> None:
    """The third death in a row, but with it comes a verdict."""
    assert decide(loss(attempts=2, deaths=3)) == Recovery(
        fate=Fate.GIVE_UP, give_up_slot=False, stop_run=False
    )


def test_when_the_run_stops_nothing_is_run_again() -> None:
    """The test fails with the first agent that it costs."""
    assert decide(loss(attempts=1, stopping=True)).fate is Fate.GIVE_UP


@given(
    attempts=st.integers(0, 5),
    deaths=st.integers(1, 9),
    stopping=st.booleans(),
    crash=st.sampled_from(Crash),
)
def test_nothing_is_tried_for_ever(
    attempts: int, deaths: int, stopping: bool, crash: Crash
) -> None:
    """Whatever happened: a test runs twice at most, a slot dies three times in a row at most."""
    decided = decide(loss(attempts=attempts, deaths=deaths, stopping=stopping, crash=crash))
    assert (decided.fate is Fate.NOT_BLAMED) == (attempts == 0)
    assert decided.fate is not Fate.RERUN_ALONE or attempts < recovery.ATTEMPTS_OF_A_TEST
    if deaths >= recovery.DEATHS_IN_A_ROW:
        assert decided.give_up_slot or decided.fate is Fate.GIVE_UP
