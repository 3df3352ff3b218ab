"""The controller's end of a process that was forked early: what it tells, and its end."""

from __future__ import annotations

import base64
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from typing import Any

import execnet

from pytest_agentorch.controller.stopped import Stop
from pytest_agentorch.protocol.any_text import concealed
from pytest_agentorch.protocol.codec import TO_CONTROLLER, TO_ZYGOTE
from pytest_agentorch.protocol.frames import FrameSocket
from pytest_agentorch.protocol.pipe_io import PipeEnds
from pytest_agentorch.protocol.to_controller import ToController
from pytest_agentorch.protocol.to_zygote import ToZygote
from pytest_agentorch.system.native import Lock
from pytest_agentorch.system.process_tree import kill_group


class EarlyProcess:
    """A child that was forked before any code of the suite has run.

    Args:
        words: the file into which it writes until it is told where to; closed by `discard`.
    """

    def __init__(self, pid: int, frames: FrameSocket, words: int) -> None:
        self.pid = pid
        self._frames = frames
        self._words: int | None = words
        self._lock = Lock()
        self._stop = Stop()
        self._returncode: int | None = None
        self._sent = self._heard = 0
        self._latest = b""

    def listen(self) -> Sequence[ToController] | None:
        """Wait for what it says; None when it is gone or has become an agent."""
        frame = self._frames.receive()
        while frame is not None and frame.blob == self._latest:
            # It was interrupted and did not know that it had been sent.
            frame = self._frames.receive()
        if frame is None:
            return None
        self._latest = frame.blob
        messages = TO_CONTROLLER.decode(frame.blob, self._heard)
        self._heard += 1
        return messages

    def wait(self) -> int:
        """Wait for its end, kill what is left of its process group, and return its return code."""
        with self._lock:
            if self._returncode is None:
                self._returncode = self._end()
            return self._returncode

    def _end(self) -> int:
        try:
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
            kill_group(self.pid)
            return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        except ChildProcessError:
            # Somebody ignores SIGCHLD, or waits for all children: nobody knows how it ended.
            return 0

    def early_words(self) -> str:
        """What it has written before it was told where to."""
        with self._lock:
            if self._words is None:
                return ""
            said = os.pread(self._words, os.fstat(self._words).st_size, 0)
        return said.decode("utf-8", "replace")

    def heed_stopped(self) -> None:
        """Kill it if it was stopped for too long."""
        if self._returncode is None and self._stop.is_final(self.pid):
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)

    def discard(self) -> None:
        """Kill it if it is still there. A second call does nothing."""
        if self._returncode is None:
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)
        self.wait()
        self._frames.close()
        with self._lock:
            if self._words is not None:
                os.close(self._words)
            self._words = None

    def _send(self, message: ToZygote, wire: PipeEnds | None = None) -> None:
        """Send a request; one that is gone does not miss it."""
        with contextlib.suppress(OSError):
            descriptors = () if wire is None else (wire.reads, wire.writes)
            self._frames.send(TO_ZYGOTE.encode([message], self._sent), descriptors)
            self._sent += 1


def pack(start: Mapping[str, Any]) -> str:
    """Encode what an agent is started with: plugins may put whatever execnet carries into it."""
    try:
        data = execnet.dumps(dict(start))
    except execnet.DumpError:
        data = execnet.dumps(concealed(dict(start)))
    return base64.b64encode(data).decode("ascii")
