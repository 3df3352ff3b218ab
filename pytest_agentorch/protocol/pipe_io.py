"""execnet over pipes that both ends have already: no process is started, nothing is agreed on.

Two pipes, and no socket: when a test closes every descriptor, the thread that reads keeps a socket
open, and nobody would notice. Not public in execnet, and covered by contract tests: `Popen2IO`
around any files, and a channel whose number both ends know.
"""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from execnet.gateway_base import BaseGateway, Popen2IO

from pytest_agentorch.protocol.connection import NativeModel, widen

_CHANNEL = 1


class PipeEnds(NamedTuple):
    """What one side has: where it reads and where it writes."""

    reads: int
    writes: int

    @classmethod
    def pair(cls) -> tuple[PipeEnds, PipeEnds]:
        """Make two sides that are connected."""
        here_reads, there_writes = os.pipe()
        there_reads, here_writes = os.pipe()
        # Reports are what is long.
        widen(here_reads)
        return cls(here_reads, here_writes), cls(there_reads, there_writes)

    def close(self) -> None:
        """Close both."""
        os.close(self.reads)
        os.close(self.writes)


class PipeIo(Popen2IO):
    """Connected pipes, as execnet wants them."""

    def __init__(self, ends: PipeEnds) -> None:
        super().__init__(
            os.fdopen(ends.writes, "wb"),
            os.fdopen(ends.reads, "rb"),
            NativeModel(),
        )

    def wait(self) -> None:
        """Nothing to wait for: the process behind it is somebody else's."""

    def kill(self) -> None:
        """Nothing to kill."""


def the_channel(gateway: BaseGateway) -> Any:
    """The one channel of a gateway over pipes."""
    return gateway._channelfactory.new(_CHANNEL)  # noqa: SLF001


def serve(ends: PipeEnds, name: str) -> Any:
    """Serve execnet in a forked process, from a thread; return the channel."""
    gateway = BaseGateway(PipeIo(ends), name)
    channel = the_channel(gateway)
    gateway._initreceive()  # noqa: SLF001
    return channel
