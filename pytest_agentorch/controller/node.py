"""What plugins know as a node, an agent seen with xdist's eyes, and as a scheduler."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import execnet
import pytest

from pytest_agentorch.model.ids import AgentId, SlotId


class NodeManager(NamedTuple):
    """What plugins read from `node.nodemanager`."""

    config: pytest.Config
    testrunuid: str
    specs: tuple[execnet.XSpec, ...]
    roots: tuple[object, ...] = ()


class Scheduler(NamedTuple):
    """What `pytest_handlecrashitem` gets; not all of xdist's schedulers take a test back, either.

    The test has been run again already, unless that was not wanted.
    """

    config: pytest.Config
    nodes: tuple[object, ...] = ()

    def mark_test_pending(self, item: str) -> None:
        """Refuse to run a test that was lost once more."""
        raise NotImplementedError(f"{item} has lost all its agents")


class Node:
    """Passed to `pytest_configure_node` and `pytest_testnodedown`, and found at `report.node`.

    `workeroutput` appears when the agent's session has ended: an agent that was lost never has it.
    """

    workeroutput: dict[str, Any]

    def __init__(
        self,
        *,
        config: pytest.Config,
        manager: NodeManager,
        agent: AgentId,
        slot: SlotId,
        gateway: Any,
        mainargv: list[str],
        capabilities: Iterable[str] = (),
    ) -> None:
        self.config = config
        self.nodemanager = manager
        self.agent = agent
        self.gateway = gateway
        self.shutting_down = False
        self.workerinfo: dict[str, Any] = {}
        self.workerinput: dict[str, Any] = {
            "workerid": str(slot),
            "workercount": len(manager.specs),
            "testrunuid": manager.testrunuid,
            "mainargv": mainargv,
            "agent_capabilities": sorted(capabilities),
            # pytest-randomly reads this in every worker, also where xdist is not installed.
            "randomly_seed": config.getoption("randomly_seed", None),
        }

    def __repr__(self) -> str:
        return f"<Node {self.agent}>"
