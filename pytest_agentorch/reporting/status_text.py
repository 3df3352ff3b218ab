"""What runs now, for somebody who asks. Pure: the caller prints it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.reporting.terminal_text import Section, seconds
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.statistics import statistics
from pytest_agentorch.results.usage import AgentState

_MEBIBYTE = 1 << 20


def status_section(
    summary: RunSummary, memory: Mapping[int, int], silent: Mapping[AgentId, float], *, now: float
) -> Section:
    """Say how far a run is, and what each of its agents does.

    Args:
        summary: the run.
        memory: the bytes that each process has, by its number.
        silent: for how many seconds an agent was not heard, if that is long.
        now: the time.
    """
    tally = summary.tally
    failed = f", {tally.bad} failed" if tally.bad else ""
    took = seconds(max(0.0, now - summary.started))
    title = f"{tally.ran} of {tally.total} tests done{failed}, {took}"
    return Section(title=title, lines=tuple(_agent_lines(summary, memory, silent, now)))


def collecting_section(
    agent: AgentId, pid: int, file: str, memory: Mapping[int, int], *, took: float
) -> Section:
    """Say which file is collected; `file` is empty if that is not known."""
    line = _line(agent, took, memory.get(pid), file or "no file yet")
    return Section(title=f"collecting, {seconds(took).strip()}", lines=(line,))


def _agent_lines(
    summary: RunSummary, memory: Mapping[int, int], silent: Mapping[AgentId, float], now: float
) -> Iterator[str]:
    # By slot: under isolation an agent of the summary stands for all processes of its slot.
    running: dict[object, TestResult] = {
        test.slot: test
        for test in summary.tests
        if test.outcome is None and test.started is not None
    }
    active = [agent for agent in summary.agents if agent.state is AgentState.ACTIVE]
    for agent in active:
        test = running.get(agent.slot)
        took = None if test is None or test.started is None else max(0.0, now - test.started)
        resident = None if agent.pid is None else memory.get(agent.pid)
        what = "no test" if test is None else test.node_id
        if agent.agent in silent:
            what += f"  (silent for {silent[agent.agent]:.0f} s)"
        yield _line(agent.agent, took, resident, what)
    yield _totals(summary, len(active), busy=sum(agent.slot in running for agent in active))


def _totals(summary: RunSummary, active: int, *, busy: int) -> str:
    """All agents and tests in numbers: available is who could begin something."""
    found = statistics(summary)
    agents = "1 agent" if found.total == 1 else f"{found.total} agents"
    rates = f"completed {found.completion_rate:g} %, success {found.success_rate:g} %"
    return f"{agents}, {busy} busy, {active - busy} available, {found.lost} lost; {rates}"


def _line(agent: AgentId, took: float | None, resident: int | None, what: str) -> str:
    time = "" if took is None else seconds(took)
    size = "" if resident is None else f"{resident // _MEBIBYTE} MiB"
    return f"{agent:<5} {time:>7} {size:>9}  {what}"
