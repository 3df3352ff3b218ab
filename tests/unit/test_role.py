"""Which role a process plays."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from pytest_agentorch.role import deserves_note, in_process_reason, may_fork, wants_agents


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_AGENTS", raising=False)


def wanted(folder: Path, configuration: str | bytes | None = None, **options: object) -> bool:
    """Whether agents are asked for."""
    if configuration is not None:
        data = configuration.encode() if isinstance(configuration, str) else configuration
        (folder / "pyproject.toml").write_bytes(data)
    return wants_agents(Namespace(**{"agents": None, **options}), folder)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, None),
        ({"usepdb": False}, None),
        ({"usepdb": True}, "--pdb"),
        ({"trace": True}, "--trace"),
        ({"collectonly": True}, "--collect-only"),
        ({"cacheshow": ["*"]}, "--cache-show"),
        ({"help": True}, "--help"),
    ],
)
def test_some_options_keep_the_run_in_one_process(
    options: dict[str, object], reason: str | None
) -> None:
    """The debugger, and whatever runs no tests."""
    assert in_process_reason(Namespace(**options)) == reason


def test_it_is_told_where_somebody_would_wonder() -> None:
    """Not where no test runs anyway."""
    assert deserves_note("--pdb")
    assert not deserves_note("--collect-only")


@pytest.mark.parametrize(
    ("asked", "wants"), [("2", True), ("auto", True), ("0", False), (" 0 ", False), ("x", True)]
)
def test_the_command_line_is_asked_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, wants: bool
) -> None:
    """Right or wrong: who reads the settings will say so."""
    monkeypatch.setenv("PYTEST_AGENTS", "3" if not wants else "0")
    assert wanted(tmp_path, agents=asked) is wants


@pytest.mark.parametrize(("asked", "wants"), [("2", True), ("0", False), ("", False)])
def test_then_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, wants: bool
) -> None:
    """`PYTEST_AGENTS`; an empty one is none."""
    monkeypatch.setenv("PYTEST_AGENTS", asked)
    assert wanted(tmp_path) is wants


@pytest.mark.parametrize(
    ("configuration", "wants"),
    [
        (None, False),
        ("", False),
        ("[tool.agentorch]\n", False),
        ("[tool.agentorch]\nagents = 2\n", True),
        ('[tool.agentorch]\nagents = "auto"\n', True),
        ("[tool.agentorch]\nagents = 0\n", False),
        ('[tool.agentorch]\nagents = "0"\n', False),
        ("[tool.other]\nagents = 2\n", False),
        ("[tool]\nagentorch = 3\n", True),
        ("[tool.agentorch\nagents = 0\n", True),
        ("[tool.other\nagents = 0\n", False),
        (b"[tool.agentorch]\n\xff", True),
    ],
)
def test_then_the_configuration(
    tmp_path: Path, configuration: str | bytes | None, wants: bool
) -> None:
    """What cannot be read may ask for agents: somebody else will complain."""
    assert wanted(tmp_path, configuration) is wants


def test_to_ask_for_the_plan_is_to_ask_for_agents(tmp_path: Path) -> None:
    """`--agents-plan`."""
    assert wanted(tmp_path, agents_plan=True)


@pytest.mark.parametrize(
    ("configuration", "asked", "forks"),
    [
        ("", None, True),
        ("", "auto", True),
        ("", "fork", True),
        ("", "spawn", False),
        ('[tool.agentorch]\nstart = "spawn"\n', None, False),
        ('[tool.agentorch]\nstart = "fork"\n', None, True),
        ('[tool.agentorch]\nstart = "spawn"\n', "auto", True),
        ('[tool.agentorch]\nstart = "thread"\n', None, False),
        ("[tool]\nagentorch = 3\n", None, True),
    ],
)
def test_agents_may_be_forked_unless_somebody_does_not_want_it(
    tmp_path: Path, configuration: str, asked: str | None, *, forks: bool
) -> None:
    """The command line wins; what is no choice is no wish."""
    (tmp_path / "pyproject.toml").write_text(configuration)
    assert may_fork(Namespace(agents_start=asked), tmp_path) is forks


@pytest.mark.parametrize("option", ["agents_resume", "agents_rerun"])
def test_who_goes_on_with_a_run_wants_agents(tmp_path: Path, option: str) -> None:
    """Plain pytest would run all of it again."""
    assert wanted(tmp_path, **{option: ""})
    assert wanted(tmp_path, agents_reuse=True)
    assert not wanted(tmp_path, agents_reuse=False)
