"""What CTRF has no field for: `extra["pytest-agentorch"]` of the report. Pure.

Durations are in seconds and say so in their names: CTRF's own are in milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_agentorch.model.agent_event import AgentCost
from pytest_agentorch.model.coverage_event import CoverageCount, RunCoverage
from pytest_agentorch.model.frozen import as_dict
from pytest_agentorch.results.analysis import Analysis
from pytest_agentorch.results.bottleneck import Limit
from pytest_agentorch.results.incident_record import IncidentRecord
from pytest_agentorch.results.recommendation import Recommendation
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.tally import Tally
from pytest_agentorch.results.usage import AgentSummary, PhaseSummary

_SLOWEST = 10


def extension(
    summary: RunSummary,
    analysis: Analysis,
    recommendations: Sequence[Recommendation],
    exit_code: int | None,
) -> dict[str, Any]:
    """Make our part of the report."""
    return {
        "run": summary.run,
        "asked": summary.asked,
        "dist": summary.dist,
        "isolate": summary.isolate,
        "agents_allowed": summary.agents_allowed,
        "start": summary.started_how,
        "start_reasons": list(summary.start_reasons),
        "stop_reason": None if summary.reason is None else summary.reason.name.lower(),
        "stop_message": summary.message,
        "exit_code": exit_code,
        "resumed": _resumed(summary),
        "reused": summary.reused,
        "deselected": summary.deselected,
        "collection_errors": summary.collection_errors,
        "totals": _tally(summary.tally),
        "phases": [_phase(phase) for phase in summary.phases],
        "advanced": [
            {"from": own, "phase": phase, "tests": tests, "reason": reason}
            for (own, phase, reason), tests in summary.advanced.items()
        ],
        "agents": [_agent(agent) for agent in summary.agents],
        "performance": _performance(summary),
        "analysis": _analysis(summary, analysis),
        "coverage": None if summary.coverage is None else _coverage(summary.coverage),
        "incidents": [_incident(incident) for incident in summary.incidents],
        "recommendations": [as_dict(one) for one in recommendations],
    }


def _resumed(summary: RunSummary) -> dict[str, Any] | None:
    if summary.resumed is None:
        return None
    kept = sum(result.kept is not None for result in summary.tests) - summary.reused
    return {"run": summary.resumed.run, "kept": kept, "gone": list(summary.resumed.gone)}


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "total": tally.total,
        **as_dict(tally),
        "success_rate": tally.success_rate,
    }


def _phase(phase: PhaseSummary) -> dict[str, Any]:
    return {
        "name": phase.phase,
        "totals": _tally(phase.tally),
        "agents": phase.agents,
        "agents_allowed": phase.agents_allowed,
        "busy_seconds": _rounded(phase.busy_seconds),
        "wall_seconds": _rounded(phase.wall_seconds),
        "longest_seconds": _rounded(phase.longest_seconds),
    }


def _agent(agent: AgentSummary) -> dict[str, Any]:
    return {
        "id": agent.agent,
        "slot": agent.slot,
        "processes": agent.processes,
        "pid": agent.pid,
        "status": agent.state.value,
        "ended_how": agent.status,
        "totals": _tally(agent.tally),
        "busy_seconds": _rounded(agent.busy_seconds),
        "connected": _optional(agent.connected),
        "ended": _optional(agent.ended),
        "cost": None if agent.cost is None else _cost(agent.cost),
        "peak_memory": agent.peak_memory,
        "cpu_seconds": _optional(agent.cpu_seconds),
        "cpu_percent": None if agent.cpu_percent is None else round(agent.cpu_percent, 1),
        "threads": agent.threads,
        "open_files": agent.open_files,
    }


def _cost(cost: AgentCost) -> dict[str, float]:
    return {
        "start_cpu_seconds": cost.start_cpu_seconds,
        "cpu_seconds": cost.cpu_seconds,
        "delay_seconds": cost.delay_seconds,
        "setup_seconds": _rounded(sum(setup.seconds for setup in cost.setups)),
    }


def _performance(summary: RunSummary) -> dict[str, Any]:
    usage = summary.usage
    return {
        "wall_seconds": _rounded(summary.wall_seconds),
        "running_seconds": _rounded(usage.wall_seconds),
        "busy_seconds": _rounded(usage.busy_seconds),
        "cpu_seconds": _rounded(sum(map(_computed, summary.tests))),
        "average_seconds": _rounded(summary.average_seconds),
        "limit_seconds": _rounded(usage.limit_seconds),
        "throughput": _rounded(summary.throughput),
        "efficiency": _rounded(summary.efficiency),
        "agents_used": summary.agents_used,
        "slowest": [
            {"name": result.node_id, "seconds": _rounded(result.seconds)}
            for result in summary.slowest(_SLOWEST)
        ],
        "largest": [
            {"name": result.node_id, "memory": result.memory}
            for result in summary.largest(_SLOWEST)
        ],
    }


def _computed(test: TestResult) -> float:
    return max(0.0, test.cpu_seconds)


def _analysis(summary: RunSummary, analysis: Analysis) -> dict[str, Any]:
    health, bound = analysis.health, analysis.bound
    return {
        "goal": summary.goal.value,
        "cpus": summary.cpus or None,
        "controller_seconds": summary.controller_seconds,
        "bound": None if bound is None else _limit(bound),
        "limits": [_limit(limit) for limit in analysis.limits],
        "what_ifs": [
            {"agents": one.agents, "seconds": _rounded(one.seconds)} for one in analysis.what_ifs
        ],
        "best_agents": None if analysis.best is None else analysis.best.agents,
        "health": {
            "score": health.score,
            **{name: round(points, 2) for name, points in as_dict(health).items()},
        },
    }


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "kind": limit.kind.value,
        "seconds": _rounded(limit.seconds),
        "what": limit.what or None,
        "agents": limit.agents or None,
    }


def _coverage(coverage: RunCoverage) -> dict[str, Any]:
    lines = _count(coverage.lines)
    return {
        "percent": _rounded(coverage.percent),
        "lines": lines,
        # coverage.py counts a line for each statement, and no others.
        "statements": lines,
        "branches": None if coverage.branches is None else _count(coverage.branches),
        "functions": _count(coverage.functions),
        "fail_under": coverage.fail_under or None,
        "phases": [as_dict(share) for share in coverage.phases],
        "agents": [as_dict(share) for share in coverage.agents],
        "imports": None if coverage.imports is None else as_dict(coverage.imports),
        "gaps": [as_dict(gap) for gap in coverage.gaps],
    }


def _count(count: CoverageCount) -> dict[str, Any]:
    return {**as_dict(count), "percent": _rounded(count.percent)}


def _incident(incident: IncidentRecord) -> dict[str, Any]:
    return {
        "slug": incident.slug,
        "severity": incident.severity.value,
        "what": incident.what,
        "agent": incident.agent,
        "slot": incident.slot,
        "test": incident.node_id or None,
        "status": incident.status,
        "at": _rounded(incident.at),
        "recovery_seconds": _optional(incident.recovery_seconds),
        "peak_memory": incident.peak_memory,
        "output": incident.output.splitlines(),
        "timeline": [
            {"at": _rounded(moment.at), "what": moment.what} for moment in incident.timeline
        ],
    }


def _rounded(value: float) -> float:
    return round(value, 6)


def _optional(value: float | None) -> float | None:
    return None if value is None else _rounded(value)
