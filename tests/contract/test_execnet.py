"""What `controller/gateway.py` relies on in execnet and what execnet does not promise."""

from __future__ import annotations

import inspect
import subprocess
import threading
from collections.abc import Iterator
from typing import Any

import execnet
import pytest


@pytest.fixture
def group() -> Iterator[Any]:
    """A group like the pool's."""
    group = execnet.Group(execmodel="main_thread_only")
    yield group
    group.terminate(timeout=10)


def test_the_process_behind_a_gateway_can_be_reached(group: Any) -> None:
    """`Gateway._io.popen` is the `subprocess.Popen` of the interpreter."""
    gateway = group.makegateway("popen")
    assert isinstance(gateway._io.popen, subprocess.Popen)
    assert gateway._io.popen.poll() is None
    channel = gateway.remote_exec("import os; channel.send(os.getpid())")
    assert gateway._io.popen.pid == channel.receive()


def test_the_remote_information_can_be_asked_for_early(group: Any) -> None:
    """`Gateway._rinfo()` is kept: pytest-cov and others ask while the main thread is busy."""
    gateway = group.makegateway("popen")
    assert gateway._rinfo().version_info[:2] >= (3, 11)
    busy = gateway.remote_exec("channel.receive()")
    assert gateway._rinfo().executable
    busy.send(None)


def test_the_id_may_be_changed_once_the_gateway_is_there(group: Any) -> None:
    """Two processes, one after the other, may both be called `gw0` by plugins."""
    spec = execnet.XSpec("popen")
    spec.id = "gw0.1"
    gateway = group.makegateway(spec)
    assert gateway.id == "gw0.1"
    gateway.id = "gw0"
    spec = execnet.XSpec("popen")
    spec.id = "gw0.2"
    other = group.makegateway(spec)
    other.id = "gw0"
    assert (gateway.id, other.id) == ("gw0", "gw0")


def test_code_runs_in_the_main_thread(group: Any) -> None:
    """Signal handlers and pytest need it."""
    gateway = group.makegateway("popen")
    source = """
        import threading
        channel.send(threading.current_thread() is threading.main_thread())
    """
    assert gateway.remote_exec(inspect.cleandoc(source)).receive() is True


def test_bytes_pass_through_untouched(group: Any) -> None:
    """Batches of messages are one bytes object each, however long."""
    gateway = group.makegateway("popen")
    channel = gateway.remote_exec("channel.send(channel.receive())")
    blob = bytes(range(256)) * 4096
    channel.send(blob)
    assert channel.receive() == blob


def test_the_end_of_a_channel_calls_back_with_the_end_marker_and_keeps_the_error(
    group: Any,
) -> None:
    """`setcallback(..., endmarker=None)`, then `channel._getremoteerror()` tells why."""
    gateway = group.makegateway("popen")
    channel = gateway.remote_exec("raise ValueError('from over there')")
    heard: list[object] = []
    closed = threading.Event()

    def receive(item: object) -> None:
        heard.append(item)
        closed.set()

    channel.setcallback(receive, endmarker=None)
    assert closed.wait(60)
    assert heard == [None]
    assert "from over there" in str(channel._getremoteerror())


def test_sending_to_a_process_that_is_gone_raises_oserror(group: Any) -> None:
    """And nothing else: the pool suppresses it."""
    gateway = group.makegateway("popen")
    channel = gateway.remote_exec("channel.receive()")
    gateway._io.popen.kill()
    gateway._io.popen.wait()
    gateway.join(timeout=60)
    with pytest.raises(OSError):  # noqa: PT011 - the type is the contract
        channel.send(b"x")
    with pytest.raises(OSError):  # noqa: PT011
        gateway.remote_exec("pass")
