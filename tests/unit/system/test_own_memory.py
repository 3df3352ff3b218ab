"""The memory of this process."""

from __future__ import annotations

import sys

import pytest

from pytest_agentorch.system.own_memory import forget_peak, peak, peak_of_children, resident

MIB = 1 << 20


def test_the_peak_stays_when_the_memory_is_given_back() -> None:
    """Until it is forgotten, where that is possible."""
    before = resident()
    large = bytearray(200 * MIB)
    assert resident() >= before + 190 * MIB
    del large
    assert resident() < before + 100 * MIB
    assert peak() >= before + 190 * MIB


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forgets")
def test_a_peak_that_is_forgotten_is_what_there_is() -> None:
    """So that the next test is measured for itself."""
    large = bytearray(200 * MIB)
    assert peak() >= len(large)
    del large
    forget_peak()
    assert abs(peak() - resident()) < 20 * MIB


def test_children_that_have_ended_are_counted() -> None:
    """Whatever they were."""
    assert peak_of_children() >= 0
