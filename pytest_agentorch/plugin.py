"""The entry point: options and hooks, and which role this process plays. Cheap when off."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from pytest_agentorch import command_line
from pytest_agentorch.role import AGENT_PLUGIN, in_process_reason, may_fork, wants_agents

if TYPE_CHECKING:
    from pytest_agentorch.controller.early_forks import EarlyForks
    from pytest_agentorch.model.settings import Settings

_SYS_PATH = tuple(sys.path)  # Before any conftest changes it: agents start from the same.
_MARKERS = (
    "phase(name): the phase that the test belongs to (pytest-agentorch).",
    "xdist_group(name): tests of one group run on the same agent, in order.",
    "agents_timeout(seconds): how long the test may run on an agent (pytest-agentorch).",
    "agents_retries(times): how often the test may run again if it fails (pytest-agentorch).",
    "needs(cpus=, memory=, read=, write=, NAME=): what it must have to run (pytest-agentorch).",
    "exclusive: nothing else runs beside the test on agents (pytest-agentorch).",
    "serial: no other serial test runs beside the test on agents (pytest-agentorch).",
)
_settings: pytest.StashKey[Settings] = pytest.StashKey()
_early: pytest.StashKey[EarlyForks] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the command line."""
    command_line.declare(parser)


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
        from pytest_agentorch.controller.status_wish import StatusWish

        StatusWish.heed(early_config)
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


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Without agents a run-scoped fixture is one of the session; tests get what it connects to."""
    if "pytest_agentorch.run_fixture_decorator" in sys.modules and not _is_agent(session.config):
        from pytest_agentorch.agent.connecting import Connecting

        session.config.pluginmanager.register(Connecting())


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register what this role needs."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
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
