"""execnet over two pipes."""

from __future__ import annotations

import queue

import pytest
from execnet import XSpec
from execnet.gateway import Gateway

from pytest_agentorch.protocol import connection
from pytest_agentorch.protocol.pipe_io import PipeEnds, PipeIo, serve, the_channel


def test_both_ends_have_the_same_channel() -> None:
    """What one sends arrives at the other, and so does its end."""
    here, there = PipeEnds.pair()
    spec = XSpec("popen")
    spec.id = "gw0"
    gateway = Gateway(PipeIo(here), spec)
    connection.new_group()._register(gateway)
    heard: queue.Queue[object] = queue.Queue()
    channel = the_channel(gateway)
    channel.setcallback(heard.put, endmarker="the end")
    far = serve(there, "gw0-worker")
    said: queue.Queue[object] = queue.Queue()
    far.setcallback(said.put, endmarker="the end")
    far.send(b"hello")
    channel.send(b"hello back")
    assert heard.get(timeout=60) == b"hello"
    assert said.get(timeout=60) == b"hello back"
    gateway.exit()
    assert said.get(timeout=60) == "the end"
    assert heard.get(timeout=60) == "the end"


def test_two_threads_may_leave_a_gateway_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has been told that a session is over, and who sees the end of its process."""
    here, there = PipeEnds.pair()
    spec = XSpec("popen")
    spec.id = "gw0"
    gateway = Gateway(PipeIo(here), spec)
    group = connection.new_group()
    group._register(gateway)
    far = serve(there, "gw0-worker")
    said: queue.Queue[object] = queue.Queue()
    far.setcallback(said.put, endmarker="the end")
    unregister = group._unregister

    def overtaken(one: Gateway) -> None:
        monkeypatch.setattr(group, "_unregister", unregister)
        one.exit()
        unregister(one)

    monkeypatch.setattr(group, "_unregister", overtaken)
    gateway.exit()
    assert said.get(timeout=60) == "the end"
    assert gateway not in group
