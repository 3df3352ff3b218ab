"""The zygote: a pytest that has collected, and forks an agent whenever the controller wants one.

It has no thread. It forks before any wrapper of `pytest_runtestloop` is entered, so that every
plugin's wrapper is entered and left once in each agent. What was set up before the fork is undone
here, once, after the last agent.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Generator
from typing import NoReturn

import pytest

from pytest_agentorch.agent import forked_coverage
from pytest_agentorch.agent.births import Birth, Births
from pytest_agentorch.agent.farewell import leave
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.parent_watch import die_with_parent
from pytest_agentorch.agent.reaper import Reaper
from pytest_agentorch.agent.stray import end_stray
from pytest_agentorch.protocol.frames import FrameSocket
from pytest_agentorch.system import collector


class Zygote:
    """A pytest plugin: the place where one session becomes many."""

    def __init__(
        self,
        frames: FrameSocket,
        link: Link,
        become: Callable[[pytest.Session, Birth], Callable[[int], None]],
        settle: Callable[[], None],
    ) -> None:
        self._frames = frames
        self._link = link
        self._become = become
        self._settle = settle
        self._end: Callable[[int], None] | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, object, object]:
        """Register once more when all plugins are: the last one is outside of all others."""
        result = yield
        manager = session.config.pluginmanager
        name = manager.get_name(self)
        manager.unregister(self)
        manager.register(self, name)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Fork until the run ends; what comes out of here is an agent."""
        if self._link.is_forked:
            # Something that was imported has forked: what came of it is no zygote.
            end_stray(failed=False)
        self._settle()
        birth = self._serve(session)
        self._end = self._become(session, birth)
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, exitstatus: int) -> Generator[None, object, object]:
        """End an agent before anything is undone that was set up before it was forked."""
        if self._end is None:
            return (yield)
        status = int(exitstatus)
        try:
            try:
                yield
            except pytest.exit.Exception as wish:
                # As pytest does: it is the end anyway.
                status = status if wish.returncode is None else wish.returncode
            self._end(status)
        except BaseException:  # noqa: BLE001 - nothing may return from a forked process
            traceback.print_exc()
            self._link.break_off(traceback.format_exc())
            status = 1
        leave(status)

    def _serve(self, session: pytest.Session) -> Birth:
        """Do what the controller wants, and tell which agents are gone."""
        # Until now it was killed with the controller; from here on it sees to the rest first.
        reaper = Reaper(os.environ)
        die_with_parent(None)
        births = Births(
            self._frames,
            self._link,
            heard=1,
            orphaned=reaper.start,
            end=lambda: self._undo(session),
        )
        measuring = forked_coverage.measuring()
        birth = births.serve()
        forked_coverage.measure_on(measuring)
        return birth

    def _undo(self, session: pytest.Session) -> NoReturn:
        """End the session that was set up here; agents have ended theirs."""
        # pytest searches for garbage: what there is ends with this process, right now.
        collector.keep_all()
        status = 0
        try:
            session.config._ensure_unconfigure()  # noqa: SLF001 - what ends every session
        except BaseException:  # noqa: BLE001 - whatever a plugin does here, this process ends
            traceback.print_exc()
            status = 1
        leave(status)
