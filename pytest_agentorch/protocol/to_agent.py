"""What the controller says to an agent."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.protocol.fixture_talk import FixtureNews, ToHost
from pytest_agentorch.protocol.mail import ForAgent


class AdoptTests(Frozen):
    """The tests of the run, in the controller's order: `(node id, occurrence)` by position.

    An agent answers with `TestsAdopted`. The agent that collected them is not asked.
    """

    node_ids: tuple[str, ...]
    occurrences: tuple[int, ...]


class RunTests(Frozen):
    """Append tests to the queue: pairs of the test's id and its position in the collection.

    Attributes:
        following: the position of what will probably come after them: fixtures that it needs stay.
        again: which of them have failed before.
        threads: in how many threads tests compute that need not be as others: pairs.
        phases: of which phase each is; empty if nobody wants to know.
    """

    tests: tuple[int, ...]
    items: tuple[int, ...]
    following: int | None
    again: tuple[int, ...] = ()
    threads: tuple[tuple[int, int], ...] = ()
    phases: tuple[str, ...] = ()


class ReturnTests(Frozen):
    """Take these out of the queue and say which of them had not started."""

    tests: tuple[int, ...]


class Proceed(Frozen):
    """Go on after a failure."""


class ShowStacks(Frozen):
    """Tell what each thread is doing, if this test still runs."""

    test: int


class EndTest(Frozen):
    """Let this test fail now, if it still runs: it has had its time.

    Attributes:
        message: what it fails with.
    """

    test: int
    message: str


class FinishSession(Frozen):
    """Run what is queued, tear everything down, end the session."""


ToAgent = (
    AdoptTests
    | RunTests
    | ReturnTests
    | Proceed
    | ShowStacks
    | EndTest
    | FixtureNews
    | ToHost
    | FinishSession
    | ForAgent
)
