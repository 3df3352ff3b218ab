"""The process of a spawned agent: made ready for pytest, run, and ended with a last word."""

from __future__ import annotations

import base64
import contextlib
import os
import platform
import sys
from pathlib import Path
from typing import Any

import execnet
import pytest

from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.parent_watch import end_with_parent
from pytest_agentorch.agent.plugin import AgentPlugin, Beginning
from pytest_agentorch.protocol.to_controller import PROTOCOL_VERSION, Hello, SessionEnded


def run_agent(channel: Any, start: dict[str, Any]) -> None:
    """Run one pytest session that takes its tests from the controller."""
    leave_terminal()
    redirect_output(start["output"])
    end_with_parent()
    os.chdir(start["cwd"])
    os.environ.pop("PYTEST_AGENTS", None)
    os.environ.update(start["environment"])
    link = Link(channel)
    about = about_this_process()
    link.send(Hello(protocol=PROTOCOL_VERSION, pid=os.getpid(), forked=False, info=about))
    plugin = AgentPlugin(link, lambda: Beginning.of(start))
    status = pytest.main(start["args"], plugins=[plugin])
    link.send(SessionEnded(exit_status=int(status), workeroutput=dump_output(plugin.workeroutput)))
    sys.stdout.flush()


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


def about_this_process() -> dict[str, Any]:
    """Return what pytest prints about a worker."""
    return {
        "version": sys.version,
        "version_info": list(sys.version_info),
        "sysplatform": sys.platform,
        "platform": platform.platform(),
        "executable": sys.executable,
        "cwd": str(Path.cwd()),
    }


def dump_output(workeroutput: dict[str, Any]) -> str:
    """Encode what plugins left; what execnet refuses becomes its `repr`."""
    safe = {}
    for key, value in workeroutput.items():
        try:
            execnet.dumps(value)
        except (execnet.DumpError, ValueError, OverflowError):
            safe[str(key)] = repr(value)
        else:
            safe[str(key)] = value
    return base64.b64encode(execnet.dumps(safe)).decode("ascii")
