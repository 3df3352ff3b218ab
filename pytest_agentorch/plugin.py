"""The entry point: options and hooks, and which role this process plays. Cheap when off."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from pytest_agentorch import command_line
from pytest_agentorch.role import (
    AGENT_PLUGIN,
    deserves_note,
    in_process_reason,
    looks_back,
    may_fork,
    wants_agents,
)

if TYPE_CHECKING:
    from pytest_agentorch.controller.early_forks import EarlyForks
    from pytest_agentorch.model.coverage_settings import CoverageSettings
    from pytest_agentorch.model.settings import Settings

_SYS_PATH = tuple(sys.path)  # Before any conftest changes it: agents start from the same.
_MARKERS = (
    "phase(name): the phase that the test belongs to (pytest-agentorch).",
    "agents_timeout(seconds): how long the test may run on an agent (pytest-agentorch).",
    "agents_retries(times): how often the test may run again if it fails (pytest-agentorch).",
    "needs(cpus=, memory=, read=, write=, capability=, NAME=): what it needs (pytest-agentorch).",
    "priority(level): which tests begin before others on agents (pytest-agentorch).",
    "chain(name): tests of one chain run in order on one agent (pytest-agentorch).",
    "scatter(agents=2): several agents run it, the first result counts (pytest-agentorch).",
    "exclusive: nothing else runs beside the test on agents (pytest-agentorch).",
    "no_reuse: the test always runs, also if it has passed before (pytest-agentorch).",
    "serial: no other serial test runs beside the test on agents (pytest-agentorch).",
)
_XDIST_GROUP = "xdist_group(name): tests of one group run on the same agent, in order."
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
    coverage = None if _is_agent(early_config) else _coverage(early_config)
    if (
        not _is_agent(early_config)
        and wants_agents(options, early_config.rootpath)
        and in_process_reason(options) is None
    ):
        _prepare_controller(early_config)
    if coverage is not None:
        from pytest_agentorch.controller.coverage_run import CoverageRun

        CoverageRun.begin(early_config, coverage)
    return (yield)


def _prepare_controller(early_config: pytest.Config) -> None:
    """Do what must come before conftests, or is worth it: an agent collects meanwhile."""
    from pytest_agentorch.suite_wish import SuiteWish
    from pytest_agentorch.xdist_marks import announce

    options = early_config.known_args_namespace
    # pytest-cov decides now whether tests will be distributed.
    announce(options)
    early_config.pluginmanager.register(SuiteWish(), "agentorch-suite-wish")
    # By their full names: pytester forgets modules between runs, but not who had them.
    from pytest_agentorch.system.own_imports import quick

    with quick():
        from pytest_agentorch.early_fork import fork_early

    wanted = may_fork(options, early_config.rootpath)
    early_config.stash[_early] = fork_early(early_config, zygote=wanted)
    from pytest_agentorch.controller.status_wish import StatusWish

    StatusWish.heed(early_config)
    from pytest_agentorch.system import collector

    with collector.paused(), quick():
        # What the controller begins with; the rest comes while an agent collects.
        import pytest_agentorch.controller.controller  # noqa: F401


@pytest.hookimpl(specname="pytest_cmdline_main", wrapper=True, tryfirst=True)
def pytest_cmdline_begins(config: pytest.Config) -> Generator[None, object, object]:
    """Let conftests find xdist's options, whatever they do first."""
    from pytest_agentorch.xdist_marks import complete_options

    complete_options(config)
    return (yield)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Decide the role: an agent, a controller, or plain pytest. Bad input ends the run here.

    After xdist, which would start workers for `numprocesses`, and before pytest's own.
    """
    if looks_back(config.option) and not _is_agent(config):
        from pytest_agentorch.controller.past_runs import show_past

        return show_past(config)
    if not _is_agent(config) and wants_agents(config.option, config.rootpath):
        _be_controller(config)
    return None


def _be_controller(config: pytest.Config) -> None:
    from pytest_agentorch.options import read_settings

    settings = read_settings(config, cannot_fork=_early_forks(config).objection)
    if settings is None:
        return
    config.stash[_settings] = settings
    from pytest_agentorch.xdist_marks import prepare

    prepare(config, settings.agents)


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
    from pytest_agentorch.xdist_marks import is_installed

    if not is_installed(config):
        config.addinivalue_line("markers", _XDIST_GROUP)
    if not config.pluginmanager.hasplugin("xdist"):
        from pytest_agentorch import fixtures

        config.pluginmanager.register(fixtures, "agentorch-fixtures")
    from pytest_agentorch import coordination

    config.pluginmanager.register(coordination, "agentorch-coordination")
    settings = _settings_of(config)
    if settings is not None or _is_agent(config):
        from pytest_agentorch.serializers import lend

        lend(config)
    if settings is not None:
        from pytest_agentorch.controller.controller import Controller

        Controller.install(config, settings, _SYS_PATH, _early_forks(config))


def _settings_of(config: pytest.Config) -> Settings | None:
    """The settings of a controller; None also if the suite has changed its mind meanwhile."""
    settings = config.stash.get(_settings, None)
    if settings is not None:
        from pytest_agentorch.xdist_marks import is_switched_off

        if is_switched_off(config):
            from pytest_agentorch.suite_wish import note

            note(config)
            return None
    return settings


def _early_forks(config: pytest.Config) -> EarlyForks:
    from pytest_agentorch.controller.early_forks import EarlyForks

    return config.stash.get(_early, EarlyForks())


def _coverage(early_config: pytest.Config) -> CoverageSettings | None:
    """What this run is to measure; None if it runs no tests."""
    options = early_config.known_args_namespace
    if not options.agents_cov:
        return None
    from pytest_agentorch.coverage_choice import read_coverage, refuse_xdist
    from pytest_agentorch.model.errors import SettingsError

    reason = in_process_reason(options)
    if options.agents_plan or (reason is not None and not deserves_note(reason)):
        return None
    try:
        if not wants_agents(options, early_config.rootpath):
            refuse_xdist(options)
        return read_coverage(options)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None


def _is_agent(config: pytest.Config) -> bool:
    return config.pluginmanager.hasplugin(AGENT_PLUGIN)
