"""execnet over a socket that both ends have already: no process is started, nothing is agreed on.

Not public in execnet, and covered by contract tests: `Popen2IO` around a socket's files, and a
channel whose number both ends know.
"""

from __future__ import annotations

import socket
from typing import Any

from execnet.gateway_base import BaseGateway, Popen2IO, get_execmodel

_CHANNEL = 1


class SocketIo(Popen2IO):
    """A connected socket, as execnet wants it."""

    def __init__(self, end: socket.socket) -> None:
        super().__init__(end.makefile("wb"), end.makefile("rb"), get_execmodel("main_thread_only"))
        # The files keep it open.
        end.close()

    def wait(self) -> None:
        """Nothing to wait for: the process behind it is somebody else's."""

    def kill(self) -> None:
        """Nothing to kill."""


def the_channel(gateway: BaseGateway) -> Any:
    """The one channel of a gateway over a socket."""
    return gateway._channelfactory.new(_CHANNEL)  # noqa: SLF001


def serve(end: socket.socket, name: str) -> Any:
    """Serve execnet in a forked process, from a thread; return the channel."""
    gateway = BaseGateway(SocketIo(end), name)
    channel = the_channel(gateway)
    gateway._initreceive()  # noqa: SLF001
    return channel
