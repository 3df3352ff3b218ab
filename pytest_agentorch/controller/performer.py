"""The performer: carries out what the orchestrator wants of agents. One dull `match`."""

from __future__ import annotations

from typing import assert_never

from pytest_agentorch.controller.crew import Crew
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.allot import threads_of
from pytest_agentorch.orchestration.fixture_users import has_phase_fixtures
from pytest_agentorch.orchestration.membership import Membership
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.protocol import to_agent as say

Order = (
    do.AssignTests
    | do.TakeBackTests
    | do.ReleaseAgent
    | do.ShowStacks
    | do.EndTest
    | do.FinishAgent
)
"""What an agent is told."""
AgentCommand = Order | do.StartAgent | do.InterruptAgent | do.TerminateAgent | do.KillAgent


class Performer:
    """Turns commands into messages and signals.

    Attributes:
        membership: of which phase each test is now.
    """

    def __init__(self, crew: Crew, plan: Plan) -> None:
        self._crew = crew
        self._plan = plan
        self._threads = threads_of(plan.needs)
        self.membership = Membership(plan)
        self._tells_phases = crew.wants_phases or has_phase_fixtures(plan)

    def perform(self, command: AgentCommand) -> None:
        """Do what a command says."""
        crew, agent = self._crew, command.agent
        match command:
            case do.StartAgent():
                crew.start(agent, command.slot, collects=False)
            case do.InterruptAgent():
                crew.interrupt(agent)
            case do.TerminateAgent():
                crew.terminate(agent)
            case do.KillAgent():
                crew.kill(agent)
            case _:
                crew.send(agent, self._message(command))

    def _message(self, command: Order) -> say.ToAgent:
        match command:
            case do.AssignTests():
                items = tuple(self._plan.item(test) for test in command.tests)
                after = None if command.following is None else self._plan.item(command.following)
                threads = tuple((t, self._threads[t]) for t in command.tests if t in self._threads)
                return say.RunTests(
                    tests=command.tests,
                    items=items,
                    following=after,
                    again=command.again,
                    threads=threads,
                    phases=tuple(map(self.membership.of, items)) if self._tells_phases else (),
                )
            case do.TakeBackTests():
                return say.ReturnTests(tests=command.tests)
            case do.ReleaseAgent():
                return say.Proceed()
            case do.ShowStacks():
                return say.ShowStacks(test=command.test)
            case do.EndTest():
                return say.EndTest(test=command.test, message=command.message)
            case do.FinishAgent():
                return say.FinishSession()
            case _:
                assert_never(command)

    def hand_over_tests(self, agent: AgentId) -> None:
        """Tell an agent which tests there are and in which order they are counted."""
        tests = self._plan.tests[: self._plan.collected]
        self._crew.send(
            agent,
            say.AdoptTests(
                node_ids=tuple(test.node_id for test in tests),
                occurrences=tuple(test.occurrence for test in tests),
            ),
        )
