"""What an agent, or the zygote that forks agents, says to the controller."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.objection import Objection
from pytest_agentorch.model.test import TestDescriptor

PROTOCOL_VERSION = 3
"""Raised with every change of a message; checked at hello."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The first message.

    Attributes:
        forked: it was forked with all tests in memory: it need not adopt them.
        info: what pytest prints about a worker: `version_info`, `sysplatform`, `executable`, ...
    """

    protocol: int
    pid: int
    forked: bool
    info: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCollecting:
    """The agent is about to collect this file: the one to name if it does not survive."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectReported:
    """A collector that did not pass, as pytest serializes its report."""

    report: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorPassed:
    """A collector that passed, by node id (`--lf` wants to know)."""

    node_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsCollected:
    """The end of the collection, from the agent that collects for all.

    Attributes:
        families: keywords that many tests share, by row.
        collected: how many items were found before any was deselected.
        reordered: whether a plugin has chosen the order of the tests.
        selection: what `--lf` and `--sw` found out, by plugin and attribute.
        import_path: where this agent finds modules by now; None if others should not collect file
            by file, each when they get its tests.
        objections: what speaks against forking this process, as far as that was the plan.
    """

    tests: tuple[TestDescriptor, ...]
    families: tuple[tuple[str, ...], ...]
    collected: int
    deselected: tuple[str, ...]
    reordered: bool
    selection: dict[str, Any]
    import_path: tuple[str, ...] | None
    objections: tuple[Objection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsAdopted:
    """The answer to `AdoptTests`: the positions of tests that this agent has not collected."""

    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsMissing:
    """Some tests that this agent was to have are not in their file: it will not run them.

    Attributes:
        items: their positions in the collection.
        reason: why, in one line; empty if it is not known.
    """

    items: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestBegun:
    """A test is about to be set up."""

    test: int
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPassed:
    """A test is torn down and has passed, and there is nothing else to say of it.

    Attributes:
        number: how many tests this agent had begun, this one included.
        times: start and duration of setup, call and teardown, as pytest has measured them.
    """

    test: int
    number: int
    at: float
    seconds: float
    times: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestEnded:
    """A test is torn down; `reports` are pytest's, serialized, in order.

    Attributes:
        number: how many tests this agent had begun, this one included.
        attributes: what it recorded for its element in a junit file.
        held: the agent waits for `Proceed` or `FinishSession`.
    """

    test: int
    number: int
    at: float
    seconds: float
    reports: tuple[dict[str, Any], ...]
    attributes: tuple[tuple[str, str], ...]
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertiesRecorded:
    """What tests recorded for the whole suite in a junit file."""

    properties: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLogged:
    """A report that was logged outside of any test.

    Attributes:
        final_teardown: it tells of fixtures that ended with the session; `test` ran last.
    """

    test: int | None
    report: dict[str, Any]
    final_teardown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsGivenBack:
    """The answer to `ReturnTests`."""

    tests: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningRecorded:
    """A warning, as text: the controller never imports a warning's class.

    Attributes:
        category: the name of the class.
        location: file, line and function, if pytest knows them.
    """

    message: str
    category: str
    filename: str
    line: int
    when: str
    node_id: str
    location: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLogWritten:
    """Lines of pytest's live log."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAsked:
    """Something in the agent asked pytest to stop.

    Attributes:
        kind: `shouldstop`, `shouldfail`, `exit`, `usage`, `interrupt` or `internal`.
        arguments: of the exception; a usage error may have several, a line each.
        returncode: what `pytest.exit` was given, None otherwise.
    """

    kind: str
    arguments: tuple[str, ...]
    returncode: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentForked:
    """The zygote has forked an agent."""

    agent: AgentId
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReaped:
    """An agent that the zygote has forked is gone, or could not be forked.

    Attributes:
        returncode: as `subprocess` counts: negative for a signal; None if there was no process.
        error: why there was none.
    """

    agent: AgentId
    returncode: int | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded:
    """The last message: the agent's session is finished.

    Attributes:
        workeroutput: what plugins put into `config.workeroutput`, in execnet's own format and
            base64: it may hold bytes and tuples.
    """

    exit_status: int
    workeroutput: str


ToController = (
    Hello
    | FileCollecting
    | CollectReported
    | CollectorPassed
    | TestsCollected
    | TestsAdopted
    | TestsMissing
    | TestBegun
    | TestPassed
    | TestEnded
    | PropertiesRecorded
    | ReportLogged
    | TestsGivenBack
    | WarningRecorded
    | LiveLogWritten
    | StopAsked
    | AgentForked
    | AgentReaped
    | SessionEnded
)
