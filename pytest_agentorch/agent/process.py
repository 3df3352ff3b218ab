"""The process of a spawned agent: made ready for pytest, run, and ended with a last word."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from execnet import DumpError, dumps

from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.parent_watch import end_with_parent
from pytest_agentorch.agent.plugin import AgentPlugin
from pytest_agentorch.agent.stray import end_stray
from pytest_agentorch.agent.task import Beginning
from pytest_agentorch.protocol.to_controller import PROTOCOL_VERSION, Hello, SessionEnded
from pytest_agentorch.system.data_stack import with_room


def run_agent(channel: Any, start: dict[str, Any]) -> None:
    """Run one pytest session that takes its tests from the controller."""
    leave_terminal()
    redirect_output(start["output"])
    end_with_parent()
    os.chdir(start["cwd"])
    os.environ.pop("PYTEST_AGENTS", None)
    os.environ.update({**start["threads"], **start["environment"]})
    link = Link(channel)
    about = about_this_process()
    link.send(Hello(protocol=PROTOCOL_VERSION, pid=os.getpid(), forked=False, info=about))
    plugin = AgentPlugin(link, lambda: Beginning.of(start))
    status = run_session(start["args"], [plugin], link)
    output = dump_output(plugin.workeroutput)
    link.send(SessionEnded(exit_status=status, workeroutput=output, cost=plugin.costs.cost()))
    with contextlib.suppress(Exception):
        # Tests may have left anything in its place.
        sys.stdout.flush()


def run_session(args: Sequence[str], plugins: Sequence[object], link: Link) -> int:
    """Run pytest. A child that something has forked must not return: the wire is not its own."""
    failed = True
    try:
        status = with_room(pytest.main, list(args), plugins=plugins)
        failed = bool(status)
    finally:
        if link.is_forked:
            end_stray(failed=failed)
    return int(status)


def leave_terminal() -> None:
    """Make a process group of its own: Ctrl-C is for the controller, and children end with us."""
    if hasattr(os, "setpgid"):
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)


def redirect_output(path: str) -> None:
    """Let file descriptors 1 and 2 lead to a file that survives the process."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # With `-s`, what a test has printed is not lost with its process.
        sys.stdout.reconfigure(line_buffering=True)


def about_this_process() -> dict[str, Any]:
    """Return what pytest prints about a worker, of what a process knows without asking."""
    return {
        "version": sys.version,
        "version_info": list(sys.version_info),
        "sysplatform": sys.platform,
        "executable": sys.executable,
        "cwd": str(Path.cwd()),
    }


def dump_output(workeroutput: dict[str, Any]) -> str:
    """Encode what plugins left; what execnet refuses becomes its `repr`."""
    safe = {}
    for key, value in workeroutput.items():
        try:
            dumps(value)
        except (DumpError, ValueError, OverflowError):
            safe[str(key)] = repr(value)
        else:
            safe[str(key)] = value
    return b64encode(dumps(safe)).decode("ascii")
