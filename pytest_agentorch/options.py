"""From command line, environment and `[tool.agentorch]` to `Settings`: the only reader of them."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch import xdist_marks
from pytest_agentorch.agents_asked import asked_number, what_was_asked
from pytest_agentorch.capability_table import read_capabilities
from pytest_agentorch.coverage_choice import read_coverage
from pytest_agentorch.github_choice import read_github
from pytest_agentorch.host_share import take_share
from pytest_agentorch.model.duration import seconds_of
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.keep import Keep
from pytest_agentorch.model.retry import Flaky, RetryWay
from pytest_agentorch.model.reuse import ReuseSettings
from pytest_agentorch.model.settings import (
    Crash,
    Dist,
    Goal,
    Isolate,
    Rerun,
    Settings,
    Start,
    Strategy,
)
from pytest_agentorch.phase_strategy import in_strategy
from pytest_agentorch.phase_table import read_phases
from pytest_agentorch.resource_table import read_resources
from pytest_agentorch.role import KNOWN_KEYS, deserves_note, goes_on, in_process_reason
from pytest_agentorch.storage.run_directory import new_run_id
from pytest_agentorch.system.capacity import find_capacity
from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.table import Table

_DISTS_OF_XDIST = {"loadfile": "file", "loadscope": "scope", "each": "each"}
"""What its `--dist` asks for beyond what the default does."""
_CHOOSE_ORDER = ("failedfirst", "newfirst", "stepwise")
"""What pytest keeps `--ff`, `--nf` and `--sw` in."""


def read_settings(config: pytest.Config, *, cannot_fork: str | None = None) -> Settings | None:
    """Return the settings of this run; None if it is to be plain pytest.

    Args:
        config: pytest's.
        cannot_fork: why this process cannot be forked, if that is known.

    Raises:
        pytest.UsageError: something in them cannot be; the message says what to do.
    """
    try:
        return _read(config, cannot_fork)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None


def _read(config: pytest.Config, cannot_fork: str | None) -> Settings | None:
    table = _our_table(config)
    source, asked = what_was_asked(config.option, table)
    capacity = find_capacity()
    agents = asked_number(source, asked, capacity.cpus, config)
    if _is_in_process(config, agents):
        return None
    _refuse_second_runner(config, f"{source}{asked}")
    start = _start(config.option, table, cannot_fork)
    settings = _wishes(config, table, asked, start)
    settings = replace(settings, agents=agents or 1, cpus=capacity.cpus)
    return take_share(config, settings, capacity, agents)


def asked_for(config: pytest.Config) -> tuple[str, str]:
    """Return how many agents were asked for, after how: the words for messages.

    Raises:
        SettingsError: the configuration cannot be.
    """
    return what_was_asked(config.option, _our_table(config))


def known_capabilities(rootpath: Path) -> frozenset[str]:
    """What some agent of this project has: a process that runs all tests plays every agent."""
    table = Table(_table(rootpath), "[tool.agentorch]", KNOWN_KEYS)
    return frozenset(one.name for one in read_capabilities(table.raw("capabilities")))


def _wishes(config: pytest.Config, table: Table, asked: str, start: Start) -> Settings:
    """What is asked for, on a machine of which nothing is known."""
    option = config.option
    strategy = Strategy(_first(option.agents_strategy, table.choice("strategy", Strategy), "dag"))
    phases = in_strategy(read_phases(table.raw("phases") or {}), strategy)
    return Settings(
        agents=1,
        asked=asked,
        cpus=1,
        start=start,
        dist=_dist(config, table),
        isolate=Isolate(_first(option.agents_isolate, table.choice("isolate", Isolate), "none")),
        crash=Crash(_first(option.agents_crash, table.choice("crash", Crash), "rerun")),
        stop_after=_stop_after(option),
        plan_only=option.agents_plan,
        keep_order=any(getattr(option, name, False) for name in _CHOOSE_ORDER),
        report=_report(config, table),
        resource_limit=table.number("resource_limit", 0.8, low=0.01, high=1.0),
        keep=_keep(table),
        phases=phases,
        timeout=_timeout(option, table, "timeout", 1800.0),
        run_timeout=_timeout(option, table, "run_timeout", 0.0),
        overdue=table.duration("overdue", 300.0) or 0.0,
        still_running=table.duration("still_running", 30.0) or 0.0,
        resume=option.agents_resume,
        rerun=None if option.agents_rerun is None else Rerun(option.agents_rerun),
        retries=_retries(option, table),
        retry=RetryWay(_first(option.agents_retry, table.choice("retry", RetryWay), "soon")),
        retry_delay=table.duration("retry_delay", 0.0) or 0.0,
        flaky=Flaky(_first(option.agents_flaky, table.choice("flaky", Flaky), "pass")),
        resources=read_resources(option, table, phases),
        run=new_run_id(CLOCK(), os.urandom(2)),
        run_fixtures=table.texts("run_fixtures"),
        reuse=_reuse(option, table),
        goal=Goal(table.choice("goal", Goal) or "balance"),
        coverage=read_coverage(option),
        github=read_github(config, table),
    )


def _is_in_process(config: pytest.Config, agents: int | None) -> bool:
    """Whether this is to be plain pytest. A user who would wonder why is told."""
    reason = in_process_reason(config.option)
    _check_earlier(config.option, agents, reason)
    if reason is not None and agents != 0 and deserves_note(reason):
        _note(config, f"agents: none, {reason} runs the tests in this process")
    return agents == 0 or reason is not None


def _check_earlier(option: Any, agents: int | None, reason: str | None) -> None:
    """Object where an earlier run cannot be heeded: all of its tests would run again."""
    wish = goes_on(option)
    if not wish:
        return
    if option.agents_resume is not None and option.agents_rerun is not None:
        raise SettingsError(
            "--agents-resume and --agents-rerun exclude each other: the one finishes a run, the "
            "other is a run of its own. [resume-and-rerun]"
        )
    alone = "--agents=0" if agents == 0 else reason
    if alone is not None and (agents == 0 or deserves_note(alone)):
        raise SettingsError(
            f"{wish} needs agents, and {alone} runs the tests in this process. "
            "[resume-without-agents]"
        )


def _timeout(option: Any, table: Table, name: str, default: float) -> float:
    asked = getattr(option, f"agents_{name}")
    if asked in (None, ""):
        return table.duration(name, default) or 0.0
    seconds = seconds_of(asked)
    if seconds is None:
        raise SettingsError(
            f"--agents-{name.replace('_', '-')}={asked}: give seconds, a time such as 5m, or 0 for "
            "as long as it likes. [bad-timeout]"
        )
    return seconds


def _keep(table: Table) -> Keep:
    return Keep(
        runs=table.integer("keep_runs", 10, low=1),
        archives=table.integer("keep_archives", 0, low=0),
        days=table.number("keep_days", 0.0, low=0.0, high=36_500.0),
    )


def _reuse(option: Any, table: Table) -> ReuseSettings | None:
    settings = ReuseSettings(paths=table.texts("reuse_paths"), env=table.texts("reuse_env"))
    for path in settings.paths:
        if not path or Path(path).is_absolute() or Path(path).anchor:
            raise SettingsError(
                f"[tool.agentorch] reuse_paths: {path!r} is no path or pattern below rootdir. "
                "[bad-value]"
            )
    asked = _first(option.agents_reuse, table.flag("reuse", default=False))
    return settings if asked else None


def _dist(config: pytest.Config, table: Table) -> Dist:
    """What stays together; as pytest-xdist is told where nobody says it to us."""
    theirs = _DISTS_OF_XDIST.get(xdist_marks.option(config, "dist"))
    return Dist(_first(config.option.agents_dist, table.choice("dist", Dist), theirs, "balanced"))


def _retries(option: Any, table: Table) -> int:
    asked = option.agents_retries
    return table.integer("retries", 0, low=0) if asked is None else int(asked)


def _start(option: Any, table: Table, cannot_fork: str | None) -> Start:
    start = Start(_first(option.agents_start, table.choice("start", Start), "auto"))
    if start is Start.FORK and cannot_fork is not None:
        raise SettingsError(
            f"agents cannot be forked: {cannot_fork}. Use --agents-start=auto. [fork-impossible]"
        )
    return start


def _first(*values: Any) -> Any:
    return next((value for value in values if value not in (None, "")), None)


def _our_table(config: pytest.Config) -> Table:
    return Table(_table(config.rootpath), "[tool.agentorch]", KNOWN_KEYS)


def _table(rootpath: Path) -> dict[str, Any]:
    path = rootpath / "pyproject.toml"
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. [bad-configuration]") from None
    found = table.get("tool", {}).get("agentorch", {})
    if not isinstance(found, dict):
        raise SettingsError("[tool.agentorch] in pyproject.toml is no table. [bad-configuration]")
    return found


def _stop_after(option: Any) -> int:
    """After how many failures no other test may start: `--stepwise` stops at the first, too."""
    maxfail = int(option.maxfail or 0)
    # A negative number is reached with the first failure.
    limits = [1 if maxfail < 0 else maxfail]
    # Each of the other two implies the first; pytest says so later than here.
    skip = getattr(option, "stepwise_skip", False)
    if skip or getattr(option, "stepwise", False) or getattr(option, "stepwise_reset", False):
        limits.append(2 if skip else 1)
    return min(filter(None, limits), default=0)


def _refuse_second_runner(config: pytest.Config, asked: str) -> None:
    theirs = "-n" if xdist_marks.option(config, "numprocesses") else "--tx"
    if theirs == "--tx" and not xdist_marks.option(config, "tx"):
        return
    addopts = [str(arg) for arg in config.getini("addopts")]
    source = ""
    if any(arg.startswith(("-n", "--numprocesses", "--tx")) for arg in addopts):
        where = config.inipath.name if config.inipath else "the configuration"
        source = f" It comes from addopts in {where}."
    raise SettingsError(
        f"{asked} and {theirs} both ask to distribute tests. Drop {theirs} (-n 0 on the command "
        f"line does that, too) to run on agents, or give --agents=0 to run on xdist.{source} "
        "[agents-and-xdist]"
    )


def _report(config: pytest.Config, table: Table) -> Path | None:
    report = _first(config.option.agents_report, table.text("report"))
    return None if report is None else _writable(config.invocation_params.dir / report)


def _writable(path: Path) -> Path:
    from pytest_agentorch.reporting.report_file import check_writable

    try:
        check_writable(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(f"--agents-report={path}: {reason}. [bad-report-path]") from None
    return path


def _note(config: pytest.Config, text: str) -> None:
    class Note:
        def pytest_report_header(self) -> str:
            return text

    config.pluginmanager.register(Note(), "agentorch-note")
