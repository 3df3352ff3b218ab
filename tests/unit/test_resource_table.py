"""What the configuration says about resources."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

import pytest

from pytest_agentorch import resource_table
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.needs import (
    AgentShare,
    Capability,
    Count,
    Needs,
    NeedsRule,
    ResourceSettings,
)
from pytest_agentorch.resource_table import read_resources
from pytest_agentorch.role import KNOWN_KEYS
from pytest_agentorch.table import Table
from tests.unit.orchestration.plans import a_phase


def read(**values: Any) -> ResourceSettings:
    """Read `[tool.agentorch]` where there are the phases `unit` and `db`."""
    option = Namespace(agents_memory=None, agents_memory_hard=None)
    phases = (a_phase(), a_phase("db"))
    return read_resources(option, Table(values, "[tool.agentorch]", KNOWN_KEYS), phases)


def test_resources_are_numbers_by_name() -> None:
    """A size is one, too."""
    found = read(resources={"postgres": 2, "disk": "1KiB"})
    assert found.counts == (Count(name="disk", number=1024), Count(name="postgres", number=2))
    assert read().counts == read().rules == ()


def test_a_rule_says_whom_it_is_about_and_what_they_need() -> None:
    """Resources are keys beside those that are words of ours."""
    first = {"phases": ["db"], "paths": ["a"], "markers": ["slow"], "cpus": 2, "postgres": 1}
    second = {"write": "schema", "serial": True}
    assert read(resources={"postgres": 2}, needs=[first, second]).rules == (
        NeedsRule(
            needs=Needs(cpus=2.0, counts=(Count(name="postgres", number=1),)),
            phases=(a_phase("db").name,),
            paths=("a",),
            markers=("slow",),
        ),
        NeedsRule(needs=Needs(writes=("schema",), serial=True)),
    )


def test_agents_have_priorities() -> None:
    """All of them 0 if nobody says something else."""
    assert read(agent_priority={"gw1": 5}).priorities == {"gw1": 5}
    assert read().priorities == {}


def test_what_a_phase_asks_for_is_a_rule() -> None:
    """All of its tests need it."""
    option = Namespace(agents_memory=None, agents_memory_hard=None)
    phases = (a_phase(), a_phase("db", capabilities=("vpn",)))
    table = Table({"capabilities": {"vpn": 1}}, "[tool.agentorch]", KNOWN_KEYS)
    found = read_resources(option, table, phases)
    assert found.rules == (
        NeedsRule(needs=Needs(capabilities=("vpn",)), phases=(a_phase("db").name,)),
    )
    assert found.capabilities == (Capability(name="vpn", agents=1),)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"resources": 2}, "[tool.agentorch.resources] must be a table. [bad-value]"),
        ({"resources": {"a": 0}}, "[tool.agentorch.resources] a = 0: it must be"),
        ({"resources": {"cpus": 2}}, 'no resource can be called "cpus"'),
        ({"resources": {"paths": 2}}, 'no resource can be called "paths"'),
        (
            {"agent": {"rlimits": {"nofiles": 1}}},
            'no limit "nofiles". Known limits: core, nofile. Did you mean "nofile"? [unknown-key]',
        ),
        ({"needs": {"cpus": 1}}, "[[tool.agentorch.needs]] must be a list of tables. [bad-value]"),
        ({"needs": [{"postgres": 1}]}, 'there is no key "postgres"'),
        (
            {"needs": [{"cpus": "1"}]},
            "needs]] cpus = '1': it must be a number above 0. [bad-value]",
        ),
        ({"needs": [{"paths": "a"}]}, "paths = 'a': it must be a list of strings. [bad-value]"),
        (
            {"needs": [{"phases": ["unti"], "cpus": 1}]},
            'no phase "unti". Known phases: unit, db. Did you mean "unit"? [unknown-phase]',
        ),
    ],
)
def test_what_cannot_be_is_an_error(
    values: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the table and the key."""
    monkeypatch.setattr(resource_table, "known_limits", lambda: ("core", "nofile"))
    with pytest.raises(SettingsError) as caught:
        read(**values)
    assert message in str(caught.value)


@pytest.mark.parametrize("known", [("core", "nofile"), ()])
def test_what_agents_get(monkeypatch: pytest.MonkeyPatch, known: tuple[str, ...]) -> None:
    """Limits are not looked at where the system has none: a project is for several systems."""
    monkeypatch.setattr(resource_table, "known_limits", lambda: known)
    agent = {"affinity": True, "nice": 5, "rlimits": {"nofile": 256, "core": 0}}
    found = read(agent=agent).agent
    assert (found.affinity, found.nice) == (True, 5)
    assert found.rlimits == (Count(name="core", number=0), Count(name="nofile", number=256))
    assert read().agent == AgentShare()
