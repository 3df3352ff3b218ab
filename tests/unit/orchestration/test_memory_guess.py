"""What is assumed of memory that nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.orchestration.memory_guess import MemoryGuess, rounded
from pytest_agentorch.orchestration.unit import Unit
from tests.unit.orchestration.plans import a_test

MIB = 1 << 20
ONE, OTHER = a_test(0, path="test_a.py"), a_test(1, path="test_b.py")
UNKNOWN = Unit(tests=(TestId(0),))


def test_what_has_run_is_a_measure_for_the_rest() -> None:
    """First for its file, else for all others; and a tenth more."""
    guess = MemoryGuess()
    assert guess.of(ONE, UNKNOWN, 512 * MIB) == guess.most(512 * MIB) == 512 * MIB
    assert guess.learn(ONE, 1000 * MIB)
    assert guess.of(ONE, UNKNOWN, 512 * MIB) == guess.most(512 * MIB) == 1152 * MIB
    assert guess.of(OTHER, UNKNOWN, 512 * MIB) == 1152 * MIB
    assert guess.learn(OTHER, 700 * MIB)
    assert guess.of(OTHER, UNKNOWN, 512 * MIB) == 800 * MIB
    assert guess.of(ONE, UNKNOWN, 512 * MIB) == 1152 * MIB


def test_nothing_goes_below_the_default() -> None:
    """A small test says little of the next one."""
    guess = MemoryGuess()
    guess.learn(ONE, 50 * MIB)
    assert guess.of(ONE, UNKNOWN, 512 * MIB) == 512 * MIB
    assert not guess.learn(ONE, 40 * MIB)


def test_where_tests_take_little_others_need_what_agents_have() -> None:
    """Never more than the default, and as before when one has taken much."""
    guess = MemoryGuess()
    assert guess.see(100 * MIB)
    assert guess.of(ONE, UNKNOWN, 512 * MIB) == guess.most(512 * MIB) == 112 * MIB
    assert not guess.see(20 * MIB)
    assert guess.see(600 * MIB)
    assert guess.of(ONE, UNKNOWN, 512 * MIB) == guess.most(512 * MIB) == 512 * MIB
    assert guess.learn(OTHER, 100 * MIB)
    assert not guess.see(900 * MIB)
    assert guess.of(ONE, UNKNOWN, 80 * MIB) == guess.most(80 * MIB) == 112 * MIB
    assert guess.most(512 * MIB) == 512 * MIB


def test_what_earlier_runs_know_is_no_guess() -> None:
    """Nor is it less than the default because nobody asked."""
    guess = MemoryGuess()
    guess.learn(ONE, 2000 * MIB)
    known = Unit(tests=(TestId(0),), memory=100 * MIB)
    assert guess.of(ONE, known, 512 * MIB) == 100 * MIB


@pytest.mark.parametrize("memory", [0, 1, 31, 512 * MIB])
def test_what_is_round_stays(memory: int) -> None:
    """So it does not grow each time."""
    assert rounded(memory) == memory


@given(st.integers(0, 1 << 50))
def test_rounding_costs_little(memory: int) -> None:
    """And never less than needed."""
    assert memory <= rounded(memory) <= memory * 17 // 16 + 1
    assert rounded(rounded(memory)) == rounded(memory)
