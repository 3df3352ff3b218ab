"""What is said of run-scoped fixtures, in both directions.

An agent asks the controller for one. The controller has it set up by a process that runs no tests,
a host, and passes the answer on. A host is an agent in all else, and may ask, too.
"""

from __future__ import annotations

from typing import Any

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.run_fixture import Answer, RunFixture


class FixtureAsked(Frozen):
    """An agent waits for a fixture.

    Attributes:
        number: of this wish of the agent.
        item: the position of the test that needs it.
        dynamic: nobody could know that of the test before.
        holds: the agent has something to end with the fixture's value before that goes.
    """

    number: int
    item: int
    fixture: RunFixture
    dynamic: bool
    holds: bool


class FixtureSetUp(Frozen):
    """A host has set up a fixture, or has failed to.

    Attributes:
        lives: there is something to tear down.
        needs: the run-scoped fixtures of the host that it uses.
    """

    fixture: RunFixture
    answer: Answer
    lives: bool
    needs: tuple[RunFixture, ...]


class FixtureTornDown(Frozen):
    """A host has torn down a fixture, or all that was left.

    Attributes:
        fixture: None for what is no run-scoped one.
        report: of a teardown that failed.
    """

    fixture: RunFixture | None
    report: dict[str, Any] | None


class FixtureAnswered(Frozen):
    """What has come of what an agent has asked for."""

    number: int
    answer: Answer


class FixtureGone(Frozen):
    """What an agent has of a fixture is worth nothing any more."""

    fixture: RunFixture
    phase: str


class SetUpFixture(Frozen):
    """Set up a fixture, for the test at this position."""

    fixture: RunFixture
    item: int


class TearDownFixture(Frozen):
    """Tear a fixture down: nobody uses it any more."""

    fixture: RunFixture


ToHost = SetUpFixture | TearDownFixture
FixtureNews = FixtureAnswered | FixtureGone
FixtureTalk = FixtureAsked | FixtureSetUp | FixtureTornDown
