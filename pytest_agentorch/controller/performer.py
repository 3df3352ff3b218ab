"""The performer: carries out what the orchestrator wants of agents. One dull `match`."""

from __future__ import annotations

from typing import assert_never

from pytest_agentorch.controller.crew import Crew
from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.orchestration import command as do
from pytest_agentorch.orchestration.plan import Plan
from pytest_agentorch.protocol import to_agent as say

AgentCommand = (
    do.StartAgent
    | do.AssignTests
    | do.TakeBackTests
    | do.ReleaseAgent
    | do.FinishAgent
    | do.InterruptAgent
    | do.KillAgent
    | do.ShowStacks
    | do.EndTest
)


class Performer:
    """Turns commands into messages and signals."""

    def __init__(self, crew: Crew, plan: Plan) -> None:
        self._crew = crew
        self._plan = plan

    def perform(self, command: AgentCommand) -> None:
        """Do what a command says."""
        crew, agent = self._crew, command.agent
        match command:
            case do.StartAgent():
                crew.start(agent, command.slot, collects=False)
            case do.AssignTests():
                items = tuple(self._plan.item(test) for test in command.tests)
                after = None if command.following is None else self._plan.item(command.following)
                crew.send(agent, say.RunTests(tests=command.tests, items=items, following=after))
            case do.TakeBackTests():
                crew.send(agent, say.ReturnTests(tests=command.tests))
            case do.ReleaseAgent():
                crew.send(agent, say.Proceed())
            case do.FinishAgent():
                crew.send(agent, say.FinishSession())
            case do.InterruptAgent():
                crew.interrupt(agent)
            case do.KillAgent():
                crew.kill(agent)
            case do.ShowStacks():
                crew.show_stacks(agent)
            case do.EndTest():
                crew.send(agent, say.EndTest(test=command.test, timeout=command.timeout))
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
