"""What an agent is told before it starts."""

from __future__ import annotations

from typing import Any, NamedTuple

from pytest_agentorch.model.allotment import Allotment
from pytest_agentorch.model.coverage_settings import CoverageTask
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.needs import AgentShare
from pytest_agentorch.model.record import lift
from pytest_agentorch.model.reuse import ReuseTask
from pytest_agentorch.model.run_fixture import Home
from pytest_agentorch.model.screen import Screen
from pytest_agentorch.model.selection import Selection
from pytest_agentorch.model.settings import PhaseSettings


class AgentTask(Frozen):
    """What an agent is told before it starts.

    Attributes:
        collects: it collects for all.
        import_path: where the one that collects finds modules; None if this one is not to collect
            file by file.
        hold: wait for a word after each failure (`-x`, `--maxfail`, `--stepwise`).
        slot: the prefix of its lines in a shared log file.
        captured: where the output of the running test is kept while pytest captures it.
        record: where it writes down what it has begun and finished.
        screen: where failures will be shown.
        selection: which of the tests that are collected shall run; None for all.
        allotment: what it gets of the machine.
        share: what it is given of the machine, and its limits.
        coverage: what it measures; None for nothing.
        state: the folder of the documents that all agents share.
        run_fixtures: the session fixtures that all agents share.
        reuse: what decides whether tests need not run that have passed; None if all run.
        home: of the fixtures that it sets up for all: it then runs no tests. None for others.
    """

    collects: bool
    import_path: tuple[str, ...] | None
    hold: bool
    slot: str
    basetemp: str | None
    captured: str
    record: str
    phases: tuple[PhaseSettings, ...]
    screen: Screen
    selection: Selection | None
    allotment: Allotment
    share: AgentShare
    coverage: CoverageTask | None
    state: str
    run_fixtures: tuple[str, ...] = ()
    reuse: ReuseTask | None = None
    home: Home | None = None


class Beginning(NamedTuple):
    """What an agent begins with."""

    task: AgentTask
    workerinput: dict[str, Any]

    @classmethod
    def of(cls, start: dict[str, Any]) -> Beginning:
        """Take it from what the controller sent."""
        return cls(lift(AgentTask, start["task"]), start["workerinput"])
