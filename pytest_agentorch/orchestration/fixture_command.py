"""What is to be done about run-scoped fixtures, in the imperative."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.run_fixture import Answer, FixtureKey, Home
from pytest_agentorch.model.run_fixture_event import RunFixtureLost


class StartHost(Frozen):
    """Start a process for fixtures."""

    host: AgentId
    home: Home


class SetUp(Frozen):
    """Let a host set up a fixture for the test at a position of the collection."""

    host: AgentId
    key: FixtureKey
    item: int


class TearDown(Frozen):
    """Let a host tear a fixture down."""

    host: AgentId
    key: FixtureKey


class Tell(Frozen):
    """Answer what an agent has asked."""

    agent: AgentId
    number: int
    answer: Answer


class Revoke(Frozen):
    """Tell an agent that what it has of a fixture is worth nothing any more."""

    agent: AgentId
    key: FixtureKey


class FailTeardown(Frozen):
    """Let the test that has used a fixture last fail: that was not torn down."""

    key: FixtureKey
    loss: RunFixtureLost


class FinishHost(Frozen):
    """Let a host tear down what is left, and end."""

    host: AgentId


class InterruptHost(Frozen):
    """Let a host give up what it is setting up."""

    host: AgentId


class EndHost(Frozen):
    """End a host that does not get on, at once.

    Attributes:
        gently: let it write down what its threads are doing.
    """

    host: AgentId
    gently: bool


FixtureCommand = (
    StartHost
    | SetUp
    | TearDown
    | Tell
    | Revoke
    | FailTeardown
    | FinishHost
    | InterruptHost
    | EndHost
)
