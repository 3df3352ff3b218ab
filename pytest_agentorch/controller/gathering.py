"""Gathering: one agent collects, and the controller looks as if it had done so itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pytest

from pytest_agentorch.controller import stand_in
from pytest_agentorch.controller.collection_limits import CollectionLimits
from pytest_agentorch.controller.crew import Crew
from pytest_agentorch.controller.interrupt_places import note_place
from pytest_agentorch.controller.interruption import interrupted
from pytest_agentorch.controller.notice import (
    AgentGone,
    AgentOpened,
    AgentSpoke,
    SignalArrived,
    StatusAsked,
)
from pytest_agentorch.controller.passed_collectors import report_passed
from pytest_agentorch.controller.status import Status
from pytest_agentorch.controller.tell import tell
from pytest_agentorch.controller.wire_report import rebuild_collect_report
from pytest_agentorch.model.errors import AgentorchError
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.ids import AgentId, SlotId, agent_id
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.orchestration.recovery import DEATHS_IN_A_ROW
from pytest_agentorch.protocol import to_controller as said
from pytest_agentorch.protocol.descriptor_table import load_tests
from pytest_agentorch.system import collector

_ON_ITS_WAY_SECONDS = 0.2


@dataclass(slots=True)
class Gathered:
    """What one agent has collected.

    Attributes:
        agent: who collected; it lives and can run everything.
        starts: how many processes its slot has cost so far.
        exit_status: of a session that has ended of itself: an interpreter's exit code is 0 then.
        reordered: whether a plugin there has chosen the order of the tests.
    """

    agent: AgentId
    slot: SlotId
    starts: int
    pid: int = 0
    exit_status: int = 0
    tests: tuple[TestDescriptor, ...] = ()
    families: tuple[tuple[str, ...], ...] = ()
    deselected: tuple[str, ...] = ()
    reordered: bool = False
    selection: dict[str, Any] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    stop: said.StopAsked | None = None
    file: str = ""


class AgentInternalError(AgentorchError):
    """pytest or a plugin raised in an agent where nothing may be raised."""


def gather(
    crew: Crew,
    config: pytest.Config,
    status: Status,
    *,
    meanwhile: Callable[[], None],
    limits: CollectionLimits,
) -> Gathered:
    """Let the first agent collect; one that dies is replaced twice.

    What can be done `meanwhile` is done when it has begun.

    Raises:
        pytest.Session.Interrupted: it died every time, or took too long.
        KeyboardInterrupt: Ctrl-C.
    """
    found = _start(crew, 1)
    while True:
        notice = crew.next_notice(limits.wait_seconds)
        if notice is None:
            limits.check(found.file)
        else:
            limits.heard()
        match notice:
            case SignalArrived():
                _give_in(notice, found, config, crew)
            case StatusAsked():
                status.tell_collecting(found.agent, found.pid, found.file)
            case AgentGone() if notice.agent == found.agent:
                if found.stop is not None:
                    return found
                found = _start_again(notice, found, crew)
            case AgentSpoke() if notice.agent == found.agent:
                first = not found.pid
                # Nothing comes after the tests.
                if any(_take_in(message, found, config, crew) for message in notice.messages):
                    return found
                # Not earlier: it is told what to do by a thread, which this would hold up.
                if first and found.pid:
                    meanwhile()


def _start(crew: Crew, starts: int) -> Gathered:
    """Start an agent that collects, the last of so many."""
    slot = SlotId("gw0")
    found = Gathered(agent_id(slot, starts), slot, starts)
    crew.start(found.agent, slot, collects=True)
    return found


def _start_again(notice: AgentGone, found: Gathered, crew: Crew) -> Gathered:
    """Start one in the place of one that died, if it has not died too often."""
    if found.starts >= DEATHS_IN_A_ROW:
        _died(notice, found, crew)
    return _start(crew, found.starts + 1)


def _give_in(notice: SignalArrived, found: Gathered, config: pytest.Config, crew: Crew) -> NoReturn:
    # What the first file is may be on its way.
    while not found.file:
        match crew.next_notice(_ON_ITS_WAY_SECONDS):
            case AgentSpoke() as words if words.agent == found.agent:
                for message in words.messages:
                    _take_in(message, found, config, crew)
            case AgentOpened():
                pass
            case _:
                break
    if found.file:
        note_place(config, found.agent, f"{found.file}: while it was collected")
    interrupted(notice.name)


def _take_in(
    message: said.ToController, found: Gathered, config: pytest.Config, crew: Crew
) -> bool:
    """Keep what the agent says; say whether the collection is complete."""
    match message:
        case said.Hello():
            found.pid = message.pid
        case said.FileCollecting():
            found.file = message.path
        case said.CollectorPassed():
            found.passed.append(message.node_id)
        case said.CollectReported():
            found.reports.append(message.report)
        case said.StopAsked():
            # The rest of what it has to say is still on its way: it ends its session now.
            found.stop = message
        case said.SessionEnded():
            found.exit_status = message.exit_status
            crew.part(found.agent, message)
        case said.TestsCollected():
            with collector.paused():
                found.tests = load_tests(message.tests)
            crew.tell_collected(found.agent, [test.node_id for test in found.tests])
            found.families = message.families
            found.deselected = message.deselected
            found.reordered = message.reordered
            found.selection = message.selection
            return True
        case _:
            tell(config, found.slot, message)
    return False


def _died(notice: AgentGone, found: Gathered, crew: Crew) -> NoReturn:
    reason = (notice.error.splitlines() or [""])[-1]
    returncode = notice.returncode or found.exit_status
    status = ExitStatus(returncode=returncode, reason=reason)
    where = f" while collecting {found.file}" if found.file else " before it collected anything"
    words = notice.error or crew.last_words(found.agent)
    raise pytest.Session.Interrupted(
        f"agent gw0 died {found.starts} times{where}: {status}"
        + (f"; its last words:\n{words}" if words else "")
        + " [agent-lost]"
    )


def play_back(session: pytest.Session, found: Gathered, copies: int) -> None:
    """Tell pytest's plugins what was collected, as if it had happened here.

    Raises:
        pytest.UsageError, pytest.Session.Failed, pytest.exit.Exception, AgentInternalError: as it
            happened in the agent.
    """
    config = session.config
    items = stand_in.items(session, found.tests)
    others = stand_in.named_items(session, found.deselected)
    if found.selection:
        stand_in.carry_over_selection(config, found.selection)
    try:
        names = [test.node_id for test in found.tests]
        report_passed(config, found.passed, [(names, items), (found.deselected, others)])
        for data in found.reports:
            config.hook.pytest_collectreport(report=rebuild_collect_report(data, config))
        if found.stop is not None:
            if found.stop.kind == "interrupt":
                note_place(config, found.agent, " ".join(found.stop.arguments))
            _raise_again(session, found.stop)
        if others:
            stand_in.deselect(config, others)
        session.items = items
    finally:
        config.hook.pytest_collection_finish(session=session)
    session.testscollected = len(items) * copies


def _raise_again(session: pytest.Session, stop: said.StopAsked) -> NoReturn:
    text = "\n".join(stop.arguments)
    match stop.kind:
        case "usage":
            raise pytest.UsageError(*stop.arguments)
        case "exit":
            pytest.exit(text, stop.returncode)
        case "shouldfail":
            raise session.Failed(text)
        case "shouldstop":
            raise session.Interrupted(text)
        case "interrupt":
            raise KeyboardInterrupt
        case _:
            raise AgentInternalError(f"in an agent, while it collected:\n{text}")
