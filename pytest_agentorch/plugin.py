"""The entry point: options and hooks, and which role this process plays. Cheap when off."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from pytest_agentorch.role import AGENT_PLUGIN, in_process_reason, may_fork, wants_agents

if TYPE_CHECKING:
    from pytest_agentorch.controller.early_forks import EarlyForks
    from pytest_agentorch.model.settings import Settings

_SYS_PATH = tuple(sys.path)  # Before any conftest changes it: agents start from the same.
_DIST_MODES = ("balanced", "file", "scope", "group", "each")
_settings: pytest.StashKey[Settings] = pytest.StashKey()
_early: pytest.StashKey[EarlyForks] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the command line."""
    group = parser.getgroup("agentorch", "tests on agents (pytest-agentorch)")
    group.addoption(
        "--agents",
        metavar="N",
        default=None,
        help="run tests on up to N agents: a number, auto (what the machine allows), "
        "logical (one per CPU), 0 for plain pytest. Also PYTEST_AGENTS and "
        "agents in [tool.agentorch] of pyproject.toml.",
    )
    _add_ways(group)
    _add_earlier(group)
    group.addoption(
        "--agents-plan",
        action="store_true",
        help="print phases, agents and why each test is where it is (-v: per test), and stop.",
    )
    group.addoption(
        "--agents-report",
        metavar="FILE",
        default=None,
        help="write the JSON report (CTRF) to FILE; the run directory always has one.",
    )


def _add_ways(group: pytest.OptionGroup) -> None:
    """Declare in which ways agents can work."""
    group.addoption(
        "--agents-dist",
        choices=_DIST_MODES,
        default=None,
        help="how tests are handed out: balanced (default), whole files, whole scopes "
        "(module or class), whole xdist_groups, or every test on each agent.",
    )
    group.addoption(
        "--agents-start",
        choices=("auto", "fork", "spawn"),
        default=None,
        help="how agents start: forked from a process that has collected, spawned so that each "
        "imports and collects for itself, or auto (default): forked where that is safe.",
    )
    group.addoption(
        "--agents-isolate",
        choices=("none", "file", "test"),
        default=None,
        help="run each file, or each test, in a process in which nothing else has run; "
        "none (default): an agent runs many tests in one process.",
    )
    group.addoption(
        "--agents-crash",
        choices=("rerun", "fail"),
        default=None,
        help="a test whose agent died: run it once more, alone, on a fresh agent (default), "
        "or fail it at once.",
    )
    group.addoption(
        "--agents-timeout",
        metavar="SECONDS",
        default=None,
        help="how long a test may run: seconds, or a time such as 5m (default: 30m); then it "
        "fails, and its agent is ended if it does not. 0: as long as it likes.",
    )
    group.addoption(
        "--agents-run-timeout",
        metavar="SECONDS",
        default=None,
        help="how long the whole run may take, its collection included; it then stops as after "
        "Ctrl-C (default: as long as it likes).",
    )


def _add_earlier(group: pytest.OptionGroup) -> None:
    """Declare what a run can have to do with an earlier one."""
    group.addoption(
        "--agents-resume",
        metavar="RUN",
        nargs="?",
        const="",
        default=None,
        help="finish a run that was killed or interrupted: what has a verdict in its event log "
        "keeps it, the rest runs. RUN is the beginning of its id (default: the latest that is "
        "not complete).",
    )
    group.addoption(
        "--agents-rerun",
        choices=("failed", "unfinished", "new"),
        default=None,
        help="of the tests that are collected, run only those that failed in the run before, that "
        "had no verdict there, or that were not in it.",
    )


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the hooks that are only ours."""
    from pytest_agentorch import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config,
) -> Generator[None, object, object]:
    """Prepare what conftests and plugins look for while they load."""
    from pytest_agentorch.hookspecs import add_missing_xdist_hooks

    # A conftest that implements one must load in every role, also where xdist is not installed.
    add_missing_xdist_hooks(early_config.pluginmanager)
    options = early_config.known_args_namespace
    if (
        not _is_agent(early_config)
        and wants_agents(options, early_config.rootpath)
        and in_process_reason(options) is None
    ):
        from pytest_agentorch import xdist_marks

        # pytest-cov decides now whether tests will be distributed.
        xdist_marks.announce(options)
        from pytest_agentorch import early_fork

        wanted = may_fork(options, early_config.rootpath)
        early_config.stash[_early] = early_fork.fork_early(early_config, zygote=wanted)
        # All that the controller consists of, before a conftest changes where that comes from.
        import pytest_agentorch.controller.controller  # noqa: F401
    return (yield)


def pytest_cmdline_main(config: pytest.Config) -> None:
    """Decide the role: an agent, a controller, or plain pytest. Bad input ends the run here.

    After xdist, which would start workers for `numprocesses`, and before pytest's own.
    """
    if _is_agent(config) or not wants_agents(config.option, config.rootpath):
        return
    from pytest_agentorch.options import read_settings

    settings = read_settings(config, cannot_fork=_early_forks(config).objection)
    if settings is None:
        return
    config.stash[_settings] = settings
    from pytest_agentorch import xdist_marks

    xdist_marks.prepare(config, settings.agents)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register what this role needs."""
    config.addinivalue_line(
        "markers", "phase(name): the phase that the test belongs to (pytest-agentorch)."
    )
    config.addinivalue_line(
        "markers", "xdist_group(name): tests of one group run on the same agent, in order."
    )
    config.addinivalue_line(
        "markers",
        "agents_timeout(seconds): how long the test may run on an agent (pytest-agentorch).",
    )
    if not config.pluginmanager.hasplugin("xdist"):
        from pytest_agentorch import fixtures

        config.pluginmanager.register(fixtures, "agentorch-fixtures")
    settings = config.stash.get(_settings, None)
    if settings is not None or _is_agent(config):
        from pytest_agentorch import serializers

        serializers.lend(config)
    if settings is not None:
        from pytest_agentorch.controller.controller import Controller

        Controller.install(config, settings, _SYS_PATH, _early_forks(config))


def _early_forks(config: pytest.Config) -> EarlyForks:
    from pytest_agentorch.controller.early_forks import EarlyForks

    return config.stash.get(_early, EarlyForks())


def _is_agent(config: pytest.Config) -> bool:
    return config.pluginmanager.hasplugin(AGENT_PLUGIN)
