"""The failure text of a test that no agent lived to finish: a page that a tired person can use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_agentorch.model.event import AgentLost, RunFixtureLost, TestGivenUp
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.reporting.fatal_stacks import readable
from pytest_agentorch.results.recommendation import command_for
from pytest_agentorch.results.result import crash_message

_OUTPUT_LINES = 150
"""Room for the stacks of all threads, and what a test had written before them."""
_BEFORE = 5


def crash_page(given_up: TestGivenUp, *, node_id: str, before: Sequence[str]) -> str:
    """Tell what is known of a given-up test.

    Args:
        given_up: the event.
        node_id: the name of the test.
        before: the names of the tests in `given_up.before`, the latest last.
    """
    if not given_up.attempts:
        return "\n".join(_not_found_lines(given_up, node_id))
    return "\n".join(_crash_lines(given_up, node_id, before))


def teardown_page(lost: AgentLost) -> str:
    """Tell of an agent that died while it ended its session, as an error of its last test."""
    lines = [
        f"Agent {lost.agent} was lost ({lost.status}) after its last test, which was this one,",
        "while it tore down what its tests had shared: fixtures of session scope, plugins.",
    ]
    return _page(lines, lost)


def shared_teardown_page(lost: RunFixtureLost) -> str:
    """Tell of what was not torn down, as an error of the last test that has used it."""
    names = ", ".join(lost.fixtures)
    lines = [
        f"The process of run-scoped {names} was lost ({lost.status}).",
        "This test was the last that has used what was in it. Nothing of it was torn down.",
    ]
    return _page(lines, lost)


def _page(lines: Sequence[str], lost: AgentLost | RunFixtureLost) -> str:
    hints = () if lost.status.hint is None else (f"{lost.status}: {lost.status.hint}.",)
    return "\n".join([*lines, *hints, "", *_output_lines(lost.output)]).rstrip()


def _crash_lines(given_up: TestGivenUp, node_id: str, before: Sequence[str]) -> Iterator[str]:
    yield _first_line(given_up, node_id)
    if given_up.agent is None:
        yield "Look at the incident `agent-lost` in the report for how that agent ended."
    elif given_up.status.hint is not None:
        yield f"{given_up.status}: {given_up.status.hint}."
    elif _is_exit(given_up.status):
        yield "Something called os._exit(), or the process was ended from outside."
    yield ""
    if given_up.agent is not None:
        yield from _output_lines(given_up.output)
        yield from _before_lines(given_up.agent, before)
    yield "To run it alone:"
    yield f"    {command_for(node_id)}"


def _is_exit(status: ExitStatus) -> bool:
    """Whether the process exited, nobody knows why."""
    return status.returncode is not None and status.signal_name is None and not status.reason


def _before_lines(agent: str, before: Sequence[str]) -> Iterator[str]:
    if before:
        yield f"{agent} had run before, the latest last:"
        yield from (f"    {name}" for name in before[-_BEFORE:])
    else:
        yield f"It was the first test on {agent}."
    yield ""


def _output_lines(output: str) -> Iterator[str]:
    lines = readable(output.rstrip().splitlines())
    if not lines:
        yield "It wrote nothing before it died."
    elif len(lines) > _OUTPUT_LINES:
        yield f"The last {_OUTPUT_LINES} of {len(lines)} lines that it wrote:"
    else:
        yield "The last that it wrote:"
    yield from (f"    {line}".rstrip() for line in lines[-_OUTPUT_LINES:])
    yield ""


def _not_found_lines(given_up: TestGivenUp, node_id: str) -> Iterator[str]:
    yield _first_line(given_up, node_id)
    yield "It was in the plan, but the agents that collect for themselves did not find it:"
    yield "usually its parameters depend on the time, on randomness, on the order of a set or"
    yield "on something that an earlier run has left behind."
    yield ""
    yield "To run it alone:"
    yield f"    {command_for(node_id)}"


def _first_line(given_up: TestGivenUp, node_id: str) -> str:
    message = crash_message(given_up, node_id)
    if given_up.excess is not None:
        return message
    if given_up.agent is None:
        return f"{message[0].upper()}{message[1:]}."
    return (
        f"{message[0].upper()}{message[1:]} while it ran this test{_how_often(given_up.attempts)}."
    )


def _how_often(attempts: int) -> str:
    if attempts == 1:
        return ""
    times = "the second agent" if attempts == 2 else f"one of {attempts} agents"
    return f", {times} to die of it"
