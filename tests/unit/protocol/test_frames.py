"""Frames arrive whole, with the descriptors that were sent with them."""

from __future__ import annotations

import os
import threading

import pytest

from pytest_agentorch.protocol.frames import FrameSocket

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no zygotes here")


@pytest.mark.parametrize("size", [0, 1, 5, 3_000_000])
def test_a_frame_arrives_as_it_was_sent(size: int) -> None:
    """Also one that is larger than any buffer."""
    here, there = FrameSocket.pair()
    sender = threading.Thread(target=here.send, args=(b"x" * size,))
    sender.start()
    frame = there.receive()
    sender.join()
    assert frame is not None
    assert (frame.blob, frame.descriptors) == (b"x" * size, ())
    here.close()
    there.close()


def test_descriptors_come_with_their_frame_and_are_not_inherited() -> None:
    """Two ends of a pipe, sent with the second of two frames."""
    here, there = FrameSocket.pair()
    reads, writes = os.pipe()
    here.send(b"first")
    here.send(b"second", (reads, writes))
    os.close(reads)
    os.close(writes)
    first, second = there.receive(), there.receive()
    assert first is not None
    assert second is not None
    assert (first.blob, first.descriptors) == (b"first", ())
    got_reads, got_writes = second.descriptors
    assert not os.get_inheritable(got_reads)
    os.write(got_writes, b"hello")
    assert os.read(got_reads, 9) == b"hello"
    for descriptor in second.descriptors:
        os.close(descriptor)
    here.close()
    there.close()


def test_the_end_of_the_other_side_is_no_frame() -> None:
    """Also when it comes in the middle of one."""
    here, there = FrameSocket.pair()
    os.write(here.fileno(), b"\0\0\0\x09abc")
    here.close()
    assert there.receive() is None
    there.close()
