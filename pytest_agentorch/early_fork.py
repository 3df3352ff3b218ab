"""The early fork: what agents are made from, while no code of the suite has run in this process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from os import _exit

import pytest

from pytest_agentorch.agent.farewell import flush_streams
from pytest_agentorch.agent.fork_breakers import live_breakers
from pytest_agentorch.agent.os_threads import other_threads
from pytest_agentorch.controller.early_forks import EarlyForks
from pytest_agentorch.controller.nursery import NurseryHandle
from pytest_agentorch.controller.zygote import ZygoteHandle
from pytest_agentorch.protocol.frames import FrameSocket
from pytest_agentorch.system import collector


def fork_early(early_config: pytest.Config, *, zygote: bool) -> EarlyForks:
    """Fork a zygote or, if none is wanted, a nursery; returns in the controller only."""
    reason = objection()
    try:
        if reason is None:
            child = _fork(early_config, _be_zygote if zygote else _be_nursery)
    except OSError as error:
        reason = f"fork: {error.strerror or error}"
    if reason is not None:
        return EarlyForks(objection=reason if zygote else None, is_news=_system_forks())
    handle = ZygoteHandle(*child) if zygote else NurseryHandle(*child)
    early_config.add_cleanup(handle.discard)
    match handle:
        case ZygoteHandle():
            return EarlyForks(zygote=handle)
        case NurseryHandle():
            return EarlyForks(nursery=handle)


def _fork(
    early_config: pytest.Config, live: Callable[[FrameSocket, list[str], int, int], None]
) -> tuple[int, FrameSocket, int]:
    """Fork; returns in the controller only, with the child's number, a wire to it, and its words.

    Raises:
        OSError: the system does not let this process fork.
    """
    try:
        here, there = FrameSocket.pair()
    except Exception as error:
        # A plugin may have replaced sockets before this one was loaded.
        raise OSError(f"no socket: {error}") from error
    controller = os.getpid()
    words = os.memfd_create("agentorch-early")
    flush_streams()
    if collector.is_whole_process():
        # A search for garbage writes to all that it looks at: both would have copies of it.
        collector.keep_all()
    try:
        pid = os.fork()
    except OSError:
        here.close()
        there.close()
        os.close(words)
        raise
    if pid:
        there.close()
        return pid, here, words
    # A session of its own begins: nothing may return to whoever has called pytest.
    try:
        here.close()
        # What this process would have undone at its end is the parent's to undo, but for pytest's
        # own import hook: the session that begins now installs another.
        early_config._ensure_unconfigure()  # noqa: SLF001
        args = [str(arg) for arg in early_config.invocation_params.args]
        live(there, args, controller, words)
    finally:
        _exit(1)


def _be_zygote(frames: FrameSocket, args: list[str], controller: int, words: int) -> None:
    from pytest_agentorch.agent.zygote_process import run_zygote

    run_zygote(frames, args, controller, words)


def _be_nursery(frames: FrameSocket, args: list[str], controller: int, words: int) -> None:
    from pytest_agentorch.agent.nursery import run_nursery

    run_nursery(frames, args, controller, words)


def objection() -> str | None:
    """Why this process cannot be forked; None if it can."""
    if not _system_forks():
        return f"forking is not safe on {sys.platform}"
    threads = other_threads()
    if threads:
        return f"{threads[0]} runs in the process that pytest was started in"
    return next(iter(live_breakers()), None)


def _system_forks() -> bool:
    return sys.platform == "linux" and hasattr(os, "fork")
