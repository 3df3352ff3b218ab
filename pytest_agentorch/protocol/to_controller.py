"""What an agent, or the zygote that forks agents, says to the controller."""

from __future__ import annotations

from typing import Any

from pytest_agentorch.model.agent_event import AgentCost
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.objection import Objection
from pytest_agentorch.protocol.birth_news import BirthNews
from pytest_agentorch.protocol.fixture_talk import FixtureTalk
from pytest_agentorch.protocol.mail import FromAgent

PROTOCOL_VERSION = 7
"""Raised with every change of a message; checked at hello."""


class Hello(Frozen):
    """The first message.

    Attributes:
        forked: it was forked with all tests in memory: it need not adopt them.
        info: what pytest prints about a worker: `version_info`, `sysplatform`, `executable`, ...
    """

    protocol: int
    pid: int
    forked: bool
    info: dict[str, Any]


class FileCollecting(Frozen):
    """The agent is about to collect this file: the one to name if it does not survive."""

    path: str


class CollectReported(Frozen):
    """A collector that did not pass, as pytest serializes its report."""

    report: dict[str, Any]


class CollectorPassed(Frozen):
    """A collector that passed, by node id (`--lf` wants to know)."""

    node_id: str


class TestsCollected(Frozen):
    """The end of the collection, from the agent that collects for all.

    Attributes:
        tests: what `descriptor_table` has made of their descriptors.
        families: keywords that many tests share, by row.
        collected: how many items were found before any was deselected.
        reordered: whether a plugin has chosen the order of the tests.
        selection: what `--lf` and `--sw` found out, by plugin and attribute.
        import_path: where it finds modules by now; None if others should not collect by file.
        objections: what speaks against forking this process, as far as that was the plan.
    """

    tests: str
    families: tuple[tuple[str, ...], ...]
    collected: int
    deselected: tuple[str, ...]
    reordered: bool
    selection: dict[str, Any]
    import_path: tuple[str, ...] | None
    objections: tuple[Objection, ...]


class TestsAdopted(Frozen):
    """The answer to `AdoptTests`: the positions of tests that this agent has not collected."""

    missing: tuple[int, ...]


class TestsMissing(Frozen):
    """Some tests that this agent was to have are not in their file: it will not run them.

    Attributes:
        items: their positions in the collection.
        reason: why, in one line; empty if it is not known.
    """

    items: tuple[int, ...]
    reason: str


class TestBegun(Frozen):
    """A test is about to be set up.

    Attributes:
        number: how many tests this agent had begun, this one included.
    """

    test: int
    number: int
    at: float


class TestPassed(Frozen):
    """A test is torn down and has passed, and there is nothing else to say of it.

    Attributes:
        number: how many tests this agent had begun, this one included.
        cpu: how much of `seconds` its process and the children that it has waited for computed.
        times: start and duration of setup, call and teardown, as pytest has measured them.
    """

    test: int
    number: int
    at: float
    seconds: float
    cpu: float
    times: tuple[float, ...]


class TestPrinted(TestPassed):
    """All that there is to say besides is what the test has printed.

    Attributes:
        sections: of its last report, with those of the others: headings and contents, or places of
            long contents in the file of what the agent's tests have printed.
        counts: how many of them the reports of setup, call and teardown have.
    """

    sections: tuple[Any, ...]
    counts: tuple[int, ...]


class TestEnded(Frozen):
    """A test is torn down; `reports` are pytest's, serialized, in order.

    Attributes:
        number: how many tests this agent had begun, this one included.
        cpu: as of one that has passed.
        attributes: what it recorded for its element in a junit file.
        held: the agent waits for `Proceed` or `FinishSession`.
    """

    test: int
    number: int
    at: float
    seconds: float
    cpu: float
    reports: tuple[dict[str, Any], ...]
    attributes: tuple[tuple[str, str], ...]
    held: bool


class MemoryNoted(Frozen):
    """What a test has taken; said before its end, if there is something to say.

    Attributes:
        number: how many tests this agent had begun, this one included.
        peak: the most bytes that the process had, with its largest child; 0 for nothing notable.
        left: what it has now, if that is more than it may keep: it then waits for `Proceed` or
            `FinishSession`. Else 0.
    """

    test: int
    number: int
    peak: int
    left: int


class PropertiesRecorded(Frozen):
    """What tests recorded for the whole suite in a junit file."""

    properties: tuple[tuple[str, str], ...]


class ReportLogged(Frozen):
    """A report that was logged outside of any test.

    Attributes:
        final_teardown: it tells of fixtures that ended with the session; `test` ran last.
    """

    test: int | None
    report: dict[str, Any]
    final_teardown: bool


class TestsGivenBack(Frozen):
    """The answer to `ReturnTests`."""

    tests: tuple[int, ...]


class WarningRecorded(Frozen):
    """A warning, as text: the controller never imports a warning's class.

    Attributes:
        classes: module and name of the class, and of the warnings that it is derived from.
        location: file, line and function, if pytest knows them.
    """

    message: str
    classes: tuple[tuple[str, str], ...]
    filename: str
    line: int
    when: str
    node_id: str
    location: tuple[Any, ...] | None


class LiveLogWritten(Frozen):
    """Lines of pytest's live log."""

    text: str


class StacksTaken(Frozen):
    """What each thread of an agent is doing while a test runs."""

    test: int
    stacks: str


class Heartbeat(Frozen):
    """An agent has nothing to say, and could: its threads run."""


class StopAsked(Frozen):
    """Something in the agent asked pytest to stop.

    Attributes:
        kind: `shouldstop`, `shouldfail`, `exit`, `usage`, `interrupt` or `internal`.
        arguments: of the exception; a usage error may have several, a line each.
        returncode: what `pytest.exit` was given, None otherwise.
    """

    kind: str
    arguments: tuple[str, ...]
    returncode: int | None


class SessionEnded(Frozen):
    """The last message: the agent's session is finished.

    Attributes:
        workeroutput: what plugins put into `config.workeroutput`, in execnet's own format and
            base64: it may hold bytes and tuples.
    """

    exit_status: int
    workeroutput: str
    cost: AgentCost


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
    | TestPrinted
    | TestEnded
    | MemoryNoted
    | PropertiesRecorded
    | ReportLogged
    | TestsGivenBack
    | WarningRecorded
    | LiveLogWritten
    | StacksTaken
    | Heartbeat
    | StopAsked
    | FixtureTalk
    | BirthNews
    | SessionEnded
    | FromAgent
)
