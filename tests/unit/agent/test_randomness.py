"""Randomness across a fork."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from pytest_agentorch.agent.randomness import Randomness


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    state = random.getstate()
    yield
    random.setstate(state)


def draw() -> float:
    """The next number of the global generator."""
    return random.random()  # noqa: S311 - the one that is tested


def after_a_fork(randomness: Randomness) -> float:
    """The first number in a fork, in which Python has seeded the generator."""
    randomness.keep()
    random.seed()
    randomness.renew()
    return draw()


def test_a_suite_that_has_seeded_gets_its_numbers() -> None:
    """From where it has left off."""
    randomness = Randomness()
    random.seed(1234)
    draw()
    assert after_a_fork(randomness) == 0.4407325991753527


@pytest.mark.parametrize("draws", [0, 1, 10_000])
def test_a_suite_that_has_not_seeded_gets_others_in_every_fork(draws: int) -> None:
    """However many it has drawn."""
    randomness = Randomness()
    for _ in range(draws):
        draw()
    randomness.keep()
    state = random.getstate()
    numbers = set()
    for _ in range(3):
        random.setstate(state)
        randomness.renew()
        numbers.add(draw())
    assert len(numbers) == 3
