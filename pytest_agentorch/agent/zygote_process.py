"""The process of a zygote: forked before any code of the suite runs, it waits for its go."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from os import _exit
from typing import Any, NoReturn

import pytest

from pytest_agentorch.agent.births import Birth, unpack
from pytest_agentorch.agent.early_process import EarlyWords, live_early, set_environment
from pytest_agentorch.agent.fork_safety import ForkSafety
from pytest_agentorch.agent.forked import AgentMaker
from pytest_agentorch.agent.identity import IdentityWatch
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.plugin import AgentPlugin
from pytest_agentorch.agent.process import about_this_process, dump_output, run_session
from pytest_agentorch.agent.randomness import Randomness
from pytest_agentorch.agent.task import Beginning
from pytest_agentorch.agent.zygote import Zygote
from pytest_agentorch.model.objection import Objection
from pytest_agentorch.protocol.codec import TO_ZYGOTE
from pytest_agentorch.protocol.frames import FrameSocket
from pytest_agentorch.protocol.to_controller import PROTOCOL_VERSION, Hello, SessionEnded
from pytest_agentorch.protocol.to_zygote import Go


def run_zygote(frames: FrameSocket, args: Sequence[str], controller: int, words: int) -> NoReturn:
    """Run a pytest session that collects and forks agents. Never returns."""
    live_early(controller, words, lambda early: _run_session(frames, args, controller, early))


def _run_session(
    frames: FrameSocket, args: Sequence[str], controller: int, words: EarlyWords
) -> int:
    randomness = Randomness()
    watch = IdentityWatch()
    safety = ForkSafety(watch)
    link = Link(frames)

    def begin() -> Beginning:
        start = _wait_for_go(frames)
        watch.watch_environment()
        start["workerinput"] = watch.watched(start["workerinput"])
        words.keep(start["output"])
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
        link.send(SessionEnded(exit_status=status, workeroutput=output, cost=plugin.costs.cost()))

    status = run_session(
        args, [plugin, Zygote(frames, link, become, plugin.measurement.settle)], link
    )
    # No agent was wanted, or collecting failed.
    end(status)
    return status


def _wait_for_go(frames: FrameSocket) -> dict[str, Any]:
    frame = frames.receive()
    if frame is None:
        _exit(1)
    (message,) = TO_ZYGOTE.decode(frame.blob, 0)
    assert isinstance(message, Go)
    start = unpack(message.start)
    set_environment(message.environment, start)
    return start
