"""The start of an agent: all that it is told before it begins."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.controller import coverage_plugin
from pytest_agentorch.controller.failure import screen_of
from pytest_agentorch.controller.node import Node
from pytest_agentorch.controller.output_tail import OutputTail
from pytest_agentorch.model.allotment import Allotment
from pytest_agentorch.model.coverage_settings import CoverageTask
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId, RunId, SlotId
from pytest_agentorch.model.record import lower
from pytest_agentorch.model.reuse import ReuseTask
from pytest_agentorch.model.run_fixture import Home
from pytest_agentorch.model.selection import Selection
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.orchestration.allot import allot
from pytest_agentorch.system.affinity import allowed_cpus
from pytest_agentorch.system.limits import known_limits


class Start(Frozen):
    """What every agent of a run is started with.

    Attributes:
        coverage_folder: where agents keep what they measure of coverage.
        folder: the run directory.
        reuse: what decides whether tests need not run that have passed; None if all run.
    """

    config: pytest.Config
    settings: Settings
    run: RunId
    sys_path: tuple[str, ...]
    folder: Path
    selection: Selection | None = None
    coverage_folder: str = ""
    reuse: ReuseTask | None = None

    @property
    def testrun_uid(self) -> str:
        """What all agents of the run know it by: xdist's `--testrunuid` may say it."""
        return str(getattr(self.config.option, "testrunuid", None) or self.run)


class Post(Frozen):
    """What one agent is there for.

    Attributes:
        collects: it collects for all.
        import_path: where the one that has collected finds modules; None if that does not matter.
        home: of the fixtures that it sets up for others; None if it runs tests.
    """

    node: Node
    slot: SlotId
    output: OutputTail
    collects: bool
    import_path: tuple[str, ...] | None
    home: Home | None = None


def start_data(start: Start, post: Post) -> dict[str, Any]:
    """Return what an agent is told, for execnet to carry."""
    config, settings = start.config, start.settings
    allotment = allot(post.slot, settings, cpus=allowed_cpus(), given=_given())
    # A pool of threads is also made at import, and a process with threads cannot be forked.
    threads = 1 if post.collects else allotment.threads
    return {
        "sys_path": list(start.sys_path),
        "cwd": str(config.invocation_params.dir),
        "args": [str(arg) for arg in config.invocation_params.args],
        "output": str(post.output.output_file(post.node.agent)),
        "workerinput": post.node.workerinput,
        "task": _task(start, post, allotment),
        "threads": dict.fromkeys(allotment.variables, str(threads)),
        "environment": {
            "PYTEST_XDIST_WORKER": str(post.slot),
            "PYTEST_XDIST_WORKER_COUNT": str(settings.agents),
            "PYTEST_XDIST_TESTRUNUID": start.testrun_uid,
            "AGENTORCH_CAPABILITIES": ",".join(post.node.workerinput["agent_capabilities"]),
        },
    }


def _task(start: Start, post: Post, allotment: Allotment) -> list[object]:
    """The values of an `AgentTask`, in its order."""
    agent = post.node.agent
    return [
        post.collects,
        None if post.import_path is None else list(post.import_path),
        start.settings.stop_after > 0,
        post.slot,
        _basetemp(start.config, agent),
        str(post.output.capture_stem(agent)),
        str(post.output.record_file(agent)),
        lower(start.settings.phases),
        lower(screen_of(start.config)),
        lower(start.selection) if post.collects else None,
        lower(allotment),
        lower(start.settings.resources.agent),
        lower(_coverage(start, agent)),
        str(start.folder / "state"),
        list(start.settings.run_fixtures),
        lower(start.reuse),
        lower(post.home),
    ]


def _coverage(start: Start, agent: AgentId) -> CoverageTask | None:
    wanted = start.settings.coverage
    if wanted is None and not coverage_plugin.measures(start.config):
        return None
    from pytest_agentorch.storage.coverage_journal import journal_in

    return CoverageTask(
        sources=None if wanted is None else wanted.sources,
        folder=start.coverage_folder,
        journal=journal_in(start.coverage_folder, agent),
        follows=wanted is None,
    )


def possible_share() -> frozenset[str]:
    """What of `[tool.agentorch.agent]` this system can give to a process."""
    possible = {
        "affinity": bool(allowed_cpus()),
        "nice": hasattr(os, "nice"),
        "rlimits": bool(known_limits()),
    }
    return frozenset(name for name, is_possible in possible.items() if is_possible)


def _given() -> frozenset[str]:
    """The variables that are set to something."""
    return frozenset(name for name, value in os.environ.items() if value)


def _basetemp(config: pytest.Config, agent: AgentId) -> str | None:
    """A folder of its own for each process, all in one: suites share files in the parent.

    None if there is none, or the disk is full: a test that wants one will be told.
    """
    factory: Any = getattr(config, "_tmp_path_factory", None)
    try:
        return None if factory is None else str(factory.getbasetemp() / f"popen-{agent}")
    except OSError:
        return None
