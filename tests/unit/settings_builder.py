"""Builder of settings."""

from __future__ import annotations

from typing import Any

from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.settings import Crash, Dist, Isolate, PhaseSettings, Settings, Start


def some_settings(**changes: Any) -> Settings:
    """Settings of a run of two agents with the phase `unit`."""
    fields: dict[str, Any] = {
        "agents": 2,
        "asked": "2",
        "cpus": 2.0,
        "dist": Dist.BALANCED,
        "start": Start.AUTO,
        "isolate": Isolate.NONE,
        "crash": Crash.RERUN,
        "stop_after": 0,
        "plan_only": False,
        "keep_order": False,
        "report": None,
        "resource_limit": 0.8,
        "phases": (PhaseSettings(name=PhaseName("unit")),),
    }
    return Settings(**{**fields, **changes})
