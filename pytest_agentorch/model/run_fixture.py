"""Run-scoped fixtures: what is set up once for all agents, and what their tests get of it."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from pytest_agentorch.model.frozen import Frozen

MARK = "__agentorch_run_fixture__"
"""The attribute of a function that makes it a run-scoped fixture."""


class RunFixtureMark(Frozen):
    """What somebody has said of a run-scoped fixture.

    Attributes:
        per_phase: each phase has one of its own.
        connect: makes in each process of the shared value what tests get.
    """

    per_phase: bool = False
    connect: Callable[[Any], Any] | None = None


class RunFixture(Frozen):
    """One run-scoped fixture, with one set of parameters.

    Attributes:
        name: by which tests ask for it.
        where: what tells it from others of the same name.
        params: its own and those of fixtures that it needs; empty if there are none.
        per_phase: each phase has one of its own.
    """

    name: str
    where: str
    params: str
    per_phase: bool

    def __str__(self) -> str:
        return f"{self.name}[{self.params}]" if self.params else self.name


class Home(Frozen):
    """What one process sets up: the fixtures with these parameters, of this phase if of any."""

    params: str
    phase: str


class FixtureKey(Frozen):
    """What is set up once.

    Attributes:
        phase: for which; empty for the whole run.
    """

    fixture: RunFixture
    phase: str

    @property
    def home(self) -> Home:
        """Which process sets it up."""
        return Home(params=self.fixture.params, phase=self.phase)


class AnswerKind(enum.Enum):
    """What has come of a fixture."""

    VALUE = "value"
    FAILED = "failed"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    EXIT = "exit"


class Answer(Frozen):
    """What everybody gets who asks for a fixture.

    Attributes:
        value: what it is, encoded.
        text: why there is none.
        report: that as pytest tells it, if its code has said so.
        out, err: what was printed meanwhile, for the first who asks.
        returncode: of `pytest.exit`.
    """

    kind: AnswerKind
    value: str = ""
    text: str = ""
    report: dict[str, Any] | None = None
    out: str = ""
    err: str = ""
    returncode: int | None = None
