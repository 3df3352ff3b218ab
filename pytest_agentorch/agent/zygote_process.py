"""The process of a zygote: forked before any code of the suite runs, it waits for its go."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import pytest

from pytest_agentorch.agent.farewell import forget_inherited_exits, leave
from pytest_agentorch.agent.fork_safety import ForkSafety
from pytest_agentorch.agent.forked import AgentMaker
from pytest_agentorch.agent.identity import IdentityWatch
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.openblas import limit_pools
from pytest_agentorch.agent.parent_watch import die_with_parent
from pytest_agentorch.agent.plugin import AgentPlugin, Beginning
from pytest_agentorch.agent.process import (
    about_this_process,
    dump_output,
    leave_terminal,
    redirect_output,
    run_session,
)
from pytest_agentorch.agent.randomness import Randomness
from pytest_agentorch.agent.zygote import Birth, Zygote, unpack
from pytest_agentorch.model.objection import Objection
from pytest_agentorch.protocol.codec import TO_ZYGOTE
from pytest_agentorch.protocol.frames import FrameSocket
from pytest_agentorch.protocol.to_controller import PROTOCOL_VERSION, Hello, SessionEnded
from pytest_agentorch.protocol.to_zygote import Go


def run_zygote(frames: FrameSocket, args: Sequence[str], controller: int) -> NoReturn:
    """Run a pytest session that collects and forks agents. Never returns."""
    status = 1
    try:
        leave_terminal()
        die_with_parent(signal.SIGKILL)
        if os.getppid() != controller:
            os._exit(1)
        forget_inherited_exits()
        early = _silence()
        status = _run_session(frames, args, controller, early)
    except BaseException:  # noqa: BLE001 - nothing may return from a forked process
        traceback.print_exc()
    finally:
        leave(status)


def _run_session(frames: FrameSocket, args: Sequence[str], controller: int, early: int) -> int:
    randomness = Randomness()
    watch = IdentityWatch()
    safety = ForkSafety(watch)
    link = Link(frames)

    def begin() -> Beginning:
        start = _wait_for_go(frames)
        _heed_thread_count(start["environment"])
        watch.watch_environment()
        start["workerinput"] = watch.watched(start["workerinput"])
        _keep_early_words(early, start["output"])
        about = about_this_process()
        link.send(Hello(protocol=PROTOCOL_VERSION, pid=os.getpid(), forked=False, info=about))
        return Beginning.of(start)

    def look_back(session: pytest.Session) -> tuple[Objection, ...]:
        randomness.keep()
        return safety.objections(session)

    plugin = AgentPlugin(link, begin, look_back)
    maker = AgentMaker(link, plugin, randomness, controller)

    def become(session: pytest.Session, birth: Birth) -> Callable[[int], None]:
        watch.end()
        maker.make(session, birth)
        return end

    def end(status: int) -> None:
        output = dump_output(plugin.workeroutput)
        link.send(SessionEnded(exit_status=status, workeroutput=output))

    status = run_session(args, [plugin, Zygote(frames, link, become)], link)
    # No agent was wanted, or collecting failed.
    end(status)
    return status


def _wait_for_go(frames: FrameSocket) -> dict[str, Any]:
    frame = frames.receive()
    if frame is None:
        os._exit(1)
    (message,) = TO_ZYGOTE.decode(frame.blob, 0)
    assert isinstance(message, Go)
    os.environ.clear()
    os.environ.update(message.environment)
    os.environ.pop("PYTEST_AGENTS", None)
    start = unpack(message.start)
    os.environ.update(start["environment"])
    return start


def _heed_thread_count(environment: Mapping[str, str]) -> None:
    """A plugin may have imported numpy, which has read the environment when it was another."""
    number = environment.get("OPENBLAS_NUM_THREADS", "")
    if number.isdecimal():
        limit_pools(int(number))


def _silence() -> int:
    """Read nothing and write nothing that the terminal shows; return where words are kept."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    words = os.memfd_create("agentorch-zygote")
    os.dup2(words, 1)
    os.dup2(words, 2)
    return words


def _keep_early_words(words: int, path: str) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    said = os.pread(words, os.fstat(words).st_size, 0)
    os.close(words)
    redirect_output(path)
    if said:
        os.write(2, said)
