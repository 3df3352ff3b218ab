"""`run.json`: what a run says about itself, and how others read it."""

from __future__ import annotations

import enum
import os
import platform
from collections import defaultdict
from collections.abc import Mapping
from json import JSONDecoder, JSONEncoder
from pathlib import Path
from typing import Any

import psutil

from pytest_agentorch.model.frozen import Frozen, as_dict
from pytest_agentorch.model.needs import Capability
from pytest_agentorch.model.record import lower
from pytest_agentorch.model.settings import Isolate
from pytest_agentorch.model.stop_reason import StopReason
from pytest_agentorch.orchestration.ability import abilities
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.statistics import statistics
from pytest_agentorch.storage.agent_row import Traits, agent_row
from pytest_agentorch.storage.moment import utc

# Bound here: conftests may change `json`.
_to_json = JSONEncoder(default=lower).encode
_from_json = JSONDecoder().decode

_FAILED = (StopReason.NO_AGENTS, StopReason.INTERNAL_ERROR)
_SAME_CREATION_SECONDS = 60.0
"""The system derives the time from the clock, which may be set: better keep one run too many."""


class RunStatus(enum.Enum):
    """Where a run is in its life. A run with failed tests is completed, too."""

    INITIALIZING = "initializing"
    ACTIVE = "active"
    COMPLETED = "completed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def is_over(self) -> bool:
        """Whether the run has ended in an orderly way."""
        return self not in (RunStatus.INITIALIZING, RunStatus.ACTIVE)


class Owner(Frozen):
    """The process of a run. A pid alone may long belong to somebody else, or to another host."""

    host: str
    pid: int
    created: float

    @classmethod
    def this_process(cls) -> Owner:
        """Whoever calls."""
        created = psutil.Process().create_time()
        return cls(host=platform.node(), pid=os.getpid(), created=created)

    @property
    def is_here(self) -> bool:
        """Whether it is a process of this host (or container), so that its pid means something."""
        return self.host == platform.node()

    @property
    def is_alive(self) -> bool:
        """Whether that very process still runs on this host."""
        try:
            process = psutil.Process(self.pid)
            is_same = abs(process.create_time() - self.created) < _SAME_CREATION_SECONDS
            return self.is_here and is_same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.AccessDenied:
            return True
        except (psutil.Error, ValueError, OverflowError):
            return False


class RunHead(Frozen):
    """The part of a `run.json` that decides whether the run directory may go."""

    status: RunStatus
    owner: Owner


def status_after(reason: StopReason | None, *, has_plan: bool) -> RunStatus:
    """Return the status of a run: why it has ended, if it has, and whether it had a plan."""
    if reason is None:
        return RunStatus.ACTIVE if has_plan else RunStatus.INITIALIZING
    if reason in (StopReason.INTERRUPTED, StopReason.TIMED_OUT):
        return RunStatus.INTERRUPTED
    return RunStatus.FAILED if reason in _FAILED else RunStatus.COMPLETED


def document(summary: RunSummary, owner: Owner, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of `run.json`."""
    is_over = summary.reason is not None
    return {
        "id": summary.run,
        "status": status_after(summary.reason, has_plan=bool(summary.tests)).value,
        "host": owner.host,
        "pid": owner.pid,
        "process_created": owner.created,
        "started": utc(summary.started),
        "ended": utc(summary.ended) if is_over else None,
        "stop_reason": summary.reason.name.lower() if summary.reason is not None else None,
        "start": summary.started_how,
        "start_reasons": list(summary.start_reasons),
        "settings": settings,
        "agents": _agents(summary, owner.host, settings),
        "statistics": as_dict(statistics(summary)),
        "phases": {
            phase.phase: {"total": phase.tally.total, **as_dict(phase.tally)}
            for phase in summary.phases
        },
    }


def _agents(summary: RunSummary, host: str, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The agents with what they did; under isolation each stands for all of its slot."""
    served: defaultdict[str | None, dict[str, None]] = defaultdict(dict)
    resources = settings["resources"]
    able = abilities((Capability(**one) for one in resources["capabilities"]), settings["agents"])
    traits = Traits(able=able, priorities=resources["priorities"])
    isolated = summary.isolate != Isolate.NONE.value
    for test in summary.tests:
        served[test.slot if isolated else test.agent][test.phase] = None
    return [
        agent_row(
            agent,
            status=agent.state.value,
            phases=list(served[agent.agent]),
            updated=summary.ended,
            host=host,
            traits=traits,
        )
        for agent in summary.agents
    ]


def read_head(path: Path) -> RunHead | None:
    """Read who owns a run and how it is; None if the file says neither."""
    try:
        return head_of(_from_json(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def head_of(data: Any) -> RunHead | None:
    """The same of the content of the file."""
    try:
        return RunHead(
            status=RunStatus(data["status"]),
            owner=Owner(
                host=str(data["host"]),
                pid=int(data["pid"]),
                created=float(data["process_created"]),
            ),
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        return None


def plain(settings: Any) -> dict[str, Any]:
    """Return settings as JSON with the names of their fields."""
    as_text = _to_json(as_dict(settings))
    loaded: dict[str, Any] = _from_json(as_text)
    return loaded
