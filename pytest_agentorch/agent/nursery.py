"""The nursery: a pytest that has read its options and nothing else; agents are copies of it.

No conftest has been imported in it. Each copy goes on from there as a worker: it loads conftests
and collects for itself, as a new interpreter would.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from os import _exit
from typing import NoReturn

from pytest_agentorch.agent.births import Births
from pytest_agentorch.agent.early_process import EarlyWords, live_early, set_environment
from pytest_agentorch.agent.farewell import forget_inherited_exits
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.os_threads import other_threads
from pytest_agentorch.agent.parent_watch import end_with
from pytest_agentorch.agent.plugin import AgentPlugin
from pytest_agentorch.agent.process import (
    about_this_process,
    dump_output,
    leave_terminal,
    run_session,
)
from pytest_agentorch.agent.task import Beginning
from pytest_agentorch.protocol.frames import FrameSocket
from pytest_agentorch.protocol.pipe_io import serve
from pytest_agentorch.protocol.to_controller import PROTOCOL_VERSION, Hello, SessionEnded
from pytest_agentorch.system import collector


def run_nursery(frames: FrameSocket, args: Sequence[str], controller: int, words: int) -> NoReturn:
    """Run a pytest session up to where conftests come, and be copied there. Never returns."""
    live_early(controller, words, lambda early: _run(frames, args, controller, early))


def _run(frames: FrameSocket, args: Sequence[str], controller: int, words: EarlyWords) -> int:
    link = Link(frames)
    births = Births(frames, link)

    def begin() -> Beginning:
        if other_threads():
            # A plugin has started one while it was registered.
            _exit(1)
        birth = births.serve()
        start = birth.start
        collector.look_at_all()
        leave_terminal()
        forget_inherited_exits()
        set_environment(birth.environment, start)
        words.keep(start["output"])
        os.chdir(start["cwd"])
        end_with(controller)
        link.attach(serve(birth.wire, str(start["workerinput"]["workerid"])))
        about = about_this_process()
        link.send(Hello(protocol=PROTOCOL_VERSION, pid=os.getpid(), forked=False, info=about))
        return Beginning.of(start)

    plugin = AgentPlugin(link, begin)
    try:
        status = run_session(args, [plugin], link)
    except BaseException:
        # As execnet does in an interpreter that it has started.
        link.break_off(traceback.format_exc())
        raise
    output = dump_output(plugin.workeroutput)
    link.send(SessionEnded(exit_status=status, workeroutput=output, cost=plugin.costs.cost()))
    return status
