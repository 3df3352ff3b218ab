"""The early fork: a zygote is made while no code of the suite has run in this process."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import pytest

from pytest_agentorch.agent.fork_breakers import live_breakers
from pytest_agentorch.agent.os_threads import other_threads
from pytest_agentorch.controller.zygote import ZygoteHandle
from pytest_agentorch.protocol.frames import FrameSocket


def fork_zygote(early_config: pytest.Config) -> ZygoteHandle:
    """Fork; returns in the controller only.

    Raises:
        OSError: the system does not let this process fork.
    """
    try:
        here, there = FrameSocket.pair()
    except Exception as error:
        # A plugin may have replaced sockets before this one was loaded.
        raise OSError(f"no socket: {error}") from error
    controller = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if not pid:
        here.close()
        _be_zygote(early_config, there, controller)
    there.close()
    handle = ZygoteHandle(pid, here)
    early_config.add_cleanup(handle.discard)
    return handle


def _be_zygote(early_config: pytest.Config, there: FrameSocket, controller: int) -> NoReturn:
    """Begin a session of its own; nothing may return to whoever has called pytest."""
    try:
        # What this process would have undone at its end is the parent's to undo, but for pytest's
        # own import hook: the session that begins now installs another.
        early_config._ensure_unconfigure()  # noqa: SLF001
        from pytest_agentorch.agent.zygote_process import run_zygote

        args = [str(arg) for arg in early_config.invocation_params.args]
        run_zygote(there, args, controller)
    finally:
        os._exit(1)


def objection() -> str | None:
    """Why this process cannot be forked; None if it can."""
    if sys.platform != "linux" or not hasattr(os, "fork"):
        return f"forking is not safe on {sys.platform}"
    threads = other_threads()
    if threads:
        return f"{threads[0]} runs in the process that pytest was started in"
    return next(iter(live_breakers()), None)
