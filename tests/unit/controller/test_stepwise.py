"""Where the next `--stepwise` run begins, whatever the order in which tests have ended."""

from __future__ import annotations

import pytest

from pytest_agentorch.controller.stepwise import Step, continue_at


def steps(words: str) -> list[Step]:
    """Reports of calls in the order in which they came: `3F` is test 3 that failed."""
    return [Step(int(w[:-1]), f"t{w[:-1]}", w.endswith("F"), is_call=True) for w in words.split()]


@pytest.mark.parametrize(
    ("came", "not_run", "before", "expected"),
    [
        ("0p 1p", "", None, None),
        ("0p 2F", "1 3", None, "t1"),
        ("2F 1F 0p", "3", None, "t1"),
        ("0p 1p 2F", "3", None, "t2"),
        ("1p 0p", "2", "t0", None),
        ("1p", "0 2", "t0", "t0"),
    ],
)
def test_the_first_in_collected_order_that_has_not_passed(
    came: str, not_run: str, before: str | None, expected: str | None
) -> None:
    """Only if one has failed: an interrupted run leaves what was noted before."""
    waiting = [(int(number), f"t{number}") for number in not_run.split()]
    assert continue_at(steps(came), waiting, before=before, skip=False) == expected


@pytest.mark.parametrize(
    ("came", "not_run", "before", "expected"),
    [
        ("0p 1F 2p 3F", "4", None, "t3"),
        ("3F 0p 1F 2p", "4", None, "t3"),
        ("0F 1p", "", "t0", None),
        ("0p 1F 3F", "2", None, "t2"),
        ("0p 1F 1F", "2", None, "t1"),
        ("0p 1F", "2", None, None),
    ],
)
def test_the_first_failure_is_passed_over_if_it_is_to_be(
    came: str, not_run: str, before: str | None, expected: str | None
) -> None:
    """`--stepwise-skip`: the first one in collected order, and only its first report."""
    waiting = [(int(number), f"t{number}") for number in not_run.split()]
    assert continue_at(steps(came), waiting, before=before, skip=True) == expected


def test_what_passed_only_while_it_was_set_up_is_not_forgotten() -> None:
    """It has to pass its call."""
    ended_early = [Step(0, "t0", failed=False, is_call=False)]
    assert continue_at(ended_early, [], before="t0", skip=False) == "t0"
