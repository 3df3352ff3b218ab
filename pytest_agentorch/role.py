"""Which role this process plays. Looks at a few options and files, imports nothing heavy."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

AGENT_PLUGIN = "agentorch-agent"
"""The name of the plugin that makes a process an agent; it is registered before all others."""

KNOWN_KEYS = (
    *("agents", "dist", "strategy", "start", "isolate", "crash", "report"),
    *("resource_limit", "phases", "timeout", "overdue", "run_timeout"),
    *("keep_runs", "keep_archives", "keep_days", "still_running"),
    *("retries", "retry", "retry_delay", "flaky"),
    *("memory", "resources", "needs", "agent", "share_host", "goal", "run_fixtures"),
    *("github", "capabilities", "agent_priority"),
    *("reuse", "reuse_paths", "reuse_env"),
)
"""What `[tool.agentorch]` may hold."""

_IN_PROCESS = {
    "usepdb": "--pdb",
    "trace": "--trace",
    "setuponly": "--setup-only",
    "setupshow": "--setup-show",
    "setupplan": "--setup-plan",
    "collectonly": "--collect-only",
    "showfixtures": "--fixtures",
    "show_fixtures_per_test": "--fixtures-per-test",
    "markers": "--markers",
    "cacheshow": "--cache-show",
    "agents_runs": "--agents-runs",
    "agents_show": "--agents-show",
    "help": "--help",
    "version": "--version",
    "looponfail": "--looponfail",
}
_RUNS_TESTS = ("--pdb", "--trace", "--setup-only", "--setup-show")


def in_process_reason(options: Any) -> str | None:
    """The option that keeps this run in one process; None if there is none."""
    return next((flag for key, flag in _IN_PROCESS.items() if getattr(options, key, None)), None)


def deserves_note(flag: str) -> bool:
    """Whether a user would wonder why there are no agents."""
    return flag in _RUNS_TESTS


def wants_agents(options: Any, rootpath: Path) -> bool:
    """Whether command line, environment or configuration asks for agents, rightly or not."""
    if getattr(options, "agents_plan", False) or goes_on(options) != "":
        return True
    asked = options.agents
    if asked is None:
        asked = os.environ.get("PYTEST_AGENTS") or None
    if asked is not None:
        return str(asked).strip() != "0"
    table = _our_table(rootpath / "pyproject.toml")
    return table is None or table.get("agents", 0) not in (0, "0")


def goes_on(options: Any) -> str:
    """The option by which this run has something to do with earlier ones; empty without one."""
    wishes = {
        "--agents-resume": getattr(options, "agents_resume", None) is not None,
        "--agents-rerun": getattr(options, "agents_rerun", None) is not None,
        "--agents-reuse": bool(getattr(options, "agents_reuse", None)),
    }
    return next((name for name, is_wish in wishes.items() if is_wish), "")


def looks_back(options: Any) -> bool:
    """Whether earlier runs are to be told of, and nothing else done."""
    return bool(options.agents_runs) or options.agents_show is not None


def may_fork(options: Any, rootpath: Path) -> bool:
    """Whether agents may be forked, as far as command line and configuration say.

    What is none of the choices is no wish to fork: the reader of the settings will complain.
    """
    asked = getattr(options, "agents_start", None)
    if asked is None:
        table = _our_table(rootpath / "pyproject.toml")
        asked = (table or {}).get("start", "auto")
    return asked in ("auto", "fork")


def _our_table(path: Path) -> dict[str, Any] | None:
    """Return `[tool.agentorch]`; None for what may have been meant to be one.

    Where the file cannot be parsed, or has unknown keys, the reader of the settings will say so.
    """
    try:
        text = path.read_bytes()
    except OSError:
        return {}
    if b"agentorch" not in text:
        return {}
    try:
        table = tomllib.loads(text.decode("utf-8")).get("tool", {}).get("agentorch", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return None
    if not isinstance(table, dict) or not table.keys() <= set(KNOWN_KEYS):
        return None
    return table
