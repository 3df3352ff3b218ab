"""Frames between the controller and the zygote: blobs over a local socket, with file descriptors.

The zygote must stay without threads, since it forks: it has no execnet gateway of its own.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections.abc import Sequence
from socket import recv_fds, send_fds
from typing import NamedTuple

_HEADER = struct.Struct("!I")
_MOST_DESCRIPTORS = 2
_FIRST = 3


class Frame(NamedTuple):
    """A blob and the descriptors that came with it."""

    blob: bytes
    descriptors: tuple[int, ...]


class FrameSocket:
    """One end of a stream of frames. Blocks; not for several threads at once."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    @classmethod
    def pair(cls) -> tuple[FrameSocket, FrameSocket]:
        """Make two ends that are connected.

        Their descriptors are none of the standard ones: where these are closed, pytest opens them.
        """
        low: list[socket.socket] = []
        try:
            one, other = socket.socketpair()
            while min(one.fileno(), other.fileno()) < _FIRST:
                low += one, other
                one, other = socket.socketpair()
            return cls(one), cls(other)
        finally:
            for end in low:
                end.close()

    def fileno(self) -> int:
        """The file descriptor, for polling."""
        return self._end.fileno()

    def send(self, blob: bytes, descriptors: Sequence[int] = ()) -> None:
        """Send a frame.

        Raises:
            OSError: the other end is gone.
        """
        header = _HEADER.pack(len(blob))
        sent = send_fds(self._end, [header], list(descriptors))
        self._end.sendall(header[sent:] + blob)

    def receive(self) -> Frame | None:
        """Wait for a frame; None when the other end is gone."""
        descriptors: list[int] = []
        header = b""
        with contextlib.suppress(OSError):
            while len(header) < _HEADER.size:
                part, received, _flags, _address = recv_fds(
                    self._end, _HEADER.size - len(header), _MOST_DESCRIPTORS
                )
                descriptors += received
                if not part:
                    break
                header += part
            if len(header) == _HEADER.size:
                blob = self._read(_HEADER.unpack(header)[0])
                if blob is not None:
                    for descriptor in descriptors:
                        # Programs that tests start must not hold the wires open.
                        os.set_inheritable(descriptor, False)
                    return Frame(blob, tuple(descriptors))
        for descriptor in descriptors:
            os.close(descriptor)
        return None

    def close(self) -> None:
        """Close this end."""
        self._end.close()

    def _read(self, size: int) -> bytes | None:
        blob = bytearray(size)
        view = memoryview(blob)
        while view:
            count = self._end.recv_into(view)
            if not count:
                return None
            view = view[count:]
        return bytes(blob)
