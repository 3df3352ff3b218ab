"""How much memory processes have."""

from __future__ import annotations

import os

from pytest_agentorch.system.memory import memory_of

NOBODY = 2**22 + 1
"""No process has such a number."""


def test_a_process_has_memory_and_one_that_is_gone_is_left_out() -> None:
    """More than a megabyte: this one has an interpreter in it."""
    found = memory_of([os.getpid(), NOBODY])
    assert found.keys() == {os.getpid()}
    assert found[os.getpid()] > 1_000_000
