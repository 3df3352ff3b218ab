"""Which agents pytest-cov tells users to look at."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from pytest_agentorch.controller.coverage_plugin import LostAgents
from pytest_agentorch.model.ids import AgentId


def told(folder: Path, *nodes: SimpleNamespace, with_tests: tuple[str, ...]) -> list[str]:
    """Let these have failed in its eyes; return those that it tells of."""
    theirs = SimpleNamespace(failed_workers=list(nodes))
    lost = LostAgents(theirs, folder, lambda: [AgentId(name) for name in with_tests])
    for node in nodes:
        lost.pytest_testnodedown(node)
    loop = lost.pytest_runtestloop()
    next(loop)
    with pytest.raises(StopIteration):
        loop.send(None)
    return [node.agent for node in theirs.failed_workers]


def node(agent: str, **output: object) -> SimpleNamespace:
    """One whose session has come to its end."""
    return SimpleNamespace(agent=agent, workeroutput={"exitstatus": 2, **output})


def test_an_agent_that_has_not_measured_its_tests_has_failed(tmp_path: Path) -> None:
    """It lacks pytest-cov, or has switched it off."""
    assert told(tmp_path, node("gw0"), with_tests=("gw0", "gw1")) == ["gw0"]


def test_an_agent_that_had_no_time_for_a_test_has_not(tmp_path: Path) -> None:
    """It came up when the run was interrupted."""
    assert told(tmp_path, node("gw0"), node("gw1"), with_tests=("gw0",)) == ["gw0"]


def test_an_agent_that_was_lost_has_not(tmp_path: Path) -> None:
    """Nothing but its end is to be told of it, and is told elsewhere."""
    assert told(tmp_path, SimpleNamespace(agent="gw0"), with_tests=("gw0",)) == []
