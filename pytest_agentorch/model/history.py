"""What earlier runs have learnt about tests."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NewType

from pytest_agentorch.model.frozen import Frozen

TestKey = NewType("TestKey", str)
"""A test from run to run: its node id and, where that repeats, which of them it is."""


def key_of(node_id: str, occurrence: int) -> TestKey:
    """Name a test; `occurrence` counts the tests of one node id from 0."""
    return TestKey(f"{node_id}\0{occurrence}" if occurrence else node_id)


class History(Frozen):
    """What is known of tests.

    Attributes:
        seconds: how long they take; later runs count more.
        memory: the most bytes that the processes had that ran them, where that is notable.
        failed: those whose last verdict was bad.
    """

    seconds: Mapping[TestKey, float] = MappingProxyType({})
    failed: frozenset[TestKey] = frozenset()
    memory: Mapping[TestKey, int] = MappingProxyType({})
