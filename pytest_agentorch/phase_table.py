"""`[tool.agentorch.phases]`: the project's own phases over the built-in ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.settings import Gate, Parallelism, PhaseSettings
from pytest_agentorch.model.suggestion import did_you_mean
from pytest_agentorch.orchestration.wave import AUTO
from pytest_agentorch.table import Table

_MIB = 1 << 20
_NO_CAP = 1 << 30
"""The default cap of a phase that asks for `parallelism = "maximum"`."""
_KEYS = (
    "after",
    "parallelism",
    "max_agents",
    "tests_per_agent",
    "cpu_share",
    "memory_per_agent",
    "timeout",
    "phase_timeout",
    "retries",
    "gate",
    "waves",
    "env",
    "paths",
    "markers",
    "fixtures",
    "keywords",
    "capabilities",
)
_BUILT_IN = (
    PhaseSettings(name=PhaseName("unit")),
    PhaseSettings(
        name=PhaseName("integration"),
        after=(PhaseName("unit"),),
        parallelism=Parallelism.CONTROLLED,
        default_cap=3,
        tests_per_agent=5,
        cpu_share=0.3,
        memory_per_agent=512 * _MIB,
    ),
    PhaseSettings(
        name=PhaseName("e2e"),
        after=(PhaseName("integration"),),
        parallelism=Parallelism.SEQUENTIAL,
        default_cap=2,
        tests_per_agent=2,
        cpu_share=0.0,
        memory_per_agent=1024 * _MIB,
    ),
)


def read_phases(tables: Mapping[str, Any]) -> tuple[PhaseSettings, ...]:
    """Return every phase: the built-in ones, changed as configured, then the project's own.

    Raises:
        SettingsError: an unknown key, an unknown phase in `after`, or a cycle.
    """
    if not isinstance(tables, Mapping):
        raise SettingsError("[tool.agentorch.phases] must hold a table per phase. [bad-value]")
    defaults = {phase.name: phase for phase in _BUILT_IN}
    for name, values in tables.items():
        default = defaults.get(PhaseName(name)) or PhaseSettings(name=PhaseName(name))
        defaults[default.name] = _read_phase(default, values)
    phases = tuple(defaults.values())
    _check_after(phases)
    return phases


def _read_phase(default: PhaseSettings, values: Any) -> PhaseSettings:
    where = f"[tool.agentorch.phases.{default.name}]"
    if not isinstance(values, Mapping):
        raise SettingsError(f"{where} must be a table. [bad-value]")
    table = Table(values, where, _KEYS)
    after = default.after if table.raw("after") is None else table.texts("after")
    max_agents = None if table.raw("max_agents") is None else table.integer("max_agents", 1, low=1)
    parallelism = table.choice("parallelism", Parallelism)
    if parallelism is None:
        wider = max_agents is not None and max_agents > 1
        keeps = default.parallelism is not Parallelism.SEQUENTIAL or not wider
        parallelism = (default.parallelism if keeps else Parallelism.CONTROLLED).value
    return PhaseSettings(
        name=default.name,
        after=tuple(map(PhaseName, after)),
        parallelism=Parallelism(parallelism),
        max_agents=max_agents,
        default_cap=_NO_CAP if table.raw("parallelism") == "maximum" else default.default_cap,
        tests_per_agent=table.integer("tests_per_agent", default.tests_per_agent, low=1),
        cpu_share=table.number("cpu_share", default.cpu_share, low=0.0, high=1.0),
        memory_per_agent=table.size("memory_per_agent", default.memory_per_agent),
        timeout=table.duration("timeout", default.timeout),
        phase_timeout=table.duration("phase_timeout", 0.0) or 0.0,
        retries=table.integer("retries", 0, low=0) if table.raw("retries") is not None else None,
        waves=_waves(table),
        env=table.variables("env"),
        gate=Gate(table.choice("gate", Gate) or "continue"),
        paths=table.texts("paths"),
        markers=table.texts("markers"),
        fixtures=table.texts("fixtures"),
        keywords=table.texts("keywords"),
        capabilities=tuple(sorted(set(table.texts("capabilities")))),
        configured=True,
    )


def _waves(table: Table) -> int | None:
    if table.raw("waves") == "auto":
        return AUTO
    return None if table.raw("waves") is None else table.integer("waves", 1, low=1)


def _check_after(phases: tuple[PhaseSettings, ...]) -> None:
    names = [phase.name for phase in phases]
    for phase in phases:
        for name in phase.after:
            if name not in names:
                raise SettingsError(
                    f"[tool.agentorch.phases.{phase.name}] after = {list(phase.after)}: there is "
                    f'no phase "{name}". Known phases: {", ".join(names)}.'
                    f"{did_you_mean(name, names)} [unknown-phase]"
                )
            if name == phase.name:
                raise SettingsError(
                    f"[tool.agentorch.phases.{name}] after: a phase cannot wait for itself. Take "
                    f'"{name}" out. [phase-cycle]'
                )
    after = {phase.name: set(phase.after) for phase in phases}
    while free := [name for name, before in after.items() if not before & after.keys()]:
        for name in free:
            del after[name]
    if after:
        raise SettingsError(
            f"[tool.agentorch.phases]: {', '.join(after)} wait for each other. Take one of them "
            "out of the other's `after`. [phase-cycle]"
        )
