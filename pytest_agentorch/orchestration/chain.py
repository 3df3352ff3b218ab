"""Chains: tests that run in the order in which they were collected, on one agent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.test import TestDescriptor

Key = Callable[[TestId], str]
"""Tests with the same non-empty one stay together."""


def tied(members: Iterable[TestId], rows: Sequence[TestDescriptor], key: Key) -> Key:
    """Let tests of a chain have the same key, and all others whose key one of them had."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        while name in above:
            name = above[name]
        return name

    def name_of(test: TestId) -> str:
        return f"chain {rows[test].chain}" if rows[test].chain else f"key {key(test)}"

    for test in members:
        if rows[test].chain and key(test):
            one, other = top(name_of(test)), top(f"key {key(test)}")
            if one != other:
                above[other] = one
    return lambda test: top(name_of(test)) if rows[test].chain or key(test) else ""


def check_chains(rows: Sequence[TestDescriptor]) -> None:
    """See that each chain is in one phase.

    Raises:
        SettingsError: one is not.
    """
    first: dict[str, TestDescriptor] = {}
    for row in rows:
        if not row.chain:
            continue
        before = first.setdefault(row.chain, row)
        mine, other = row.classification.phase, before.classification.phase
        if mine != other:
            raise SettingsError(
                f'chain "{row.chain}": {before.node_id} is in phase {other}, {row.node_id} in '
                f"{mine}. Give all of them the same @pytest.mark.phase, or make two chains. "
                "[chain-in-two-phases]"
            )
