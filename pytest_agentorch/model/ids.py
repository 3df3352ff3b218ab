"""Identities: of tests, agents, slots and phases."""

from typing import NewType

RunId = NewType("RunId", str)
"""Names one run: `<UTC time>-<random>`."""

SlotId = NewType("SlotId", str)
"""A place for one agent, `gw0`, `gw1`, ...: what users see, what databases are named after."""

AgentId = NewType("AgentId", str)
"""One agent process: the first in a slot is called like it (`gw0`), then `gw0.2`, `gw0.3`, ..."""

TestId = NewType("TestId", int)
"""The position of a test in the plan, from 0. Node ids repeat; positions do not."""

PhaseName = NewType("PhaseName", str)


def agent_id(slot: SlotId, incarnation: int) -> AgentId:
    """Name the n-th process (from 1) that works in a slot."""
    return AgentId(slot if incarnation == 1 else f"{slot}.{incarnation}")
