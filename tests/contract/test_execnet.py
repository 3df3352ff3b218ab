"""What is relied on in execnet and what execnet does not promise.

Gateways are made in `protocol/connection.py` and used in `controller/gateway.py`.
"""

from __future__ import annotations

import inspect
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.protocol import connection
from pytest_agentorch.system import native


@pytest.fixture
def group() -> Iterator[Any]:
    """A group like the pool's."""
    group = connection.new_group()
    yield group
    group.terminate(timeout=10)


NOTHING: dict[str, Any] = {"python": None, "environment": None, "started": lambda _pid: None}


def connect(group: Any, name: str = "gw0.1", **more: Any) -> Any:
    """Make a gateway like the pool's."""
    return connection.connect(group, name, **{**NOTHING, **more})


def test_the_process_behind_a_gateway_can_be_reached(group: Any) -> None:
    """`Gateway._io.popen` is what was started: the process of the interpreter."""
    gateway = connect(group)
    assert isinstance(gateway._io.popen, native.Popen)
    assert gateway._io.popen.poll() is None
    channel = gateway.remote_exec("import os; channel.send(os.getpid())")
    assert gateway._io.popen.pid == channel.receive()


def test_the_remote_information_can_be_asked_for_early(group: Any) -> None:
    """`Gateway._rinfo()` is kept: pytest-cov and others ask while the main thread is busy."""
    gateway = connect(group)
    assert gateway._rinfo().version_info[:2] >= (3, 11)
    busy = gateway.remote_exec("channel.receive()")
    assert gateway._rinfo().executable
    busy.send(None)


def test_the_id_may_be_changed_once_the_gateway_is_there(group: Any) -> None:
    """Two processes, one after the other, may both be called `gw0` by plugins."""
    gateway = connect(group, "gw0.1")
    assert gateway.id == "gw0.1"
    gateway.id = "gw0"
    other = connect(group, "gw0.2")
    other.id = "gw0"
    assert (gateway.id, other.id) == ("gw0", "gw0")


def test_code_runs_in_the_main_thread(group: Any) -> None:
    """Signal handlers and pytest need it."""
    gateway = connect(group)
    source = """
        import threading
        channel.send(threading.current_thread() is threading.main_thread())
    """
    assert gateway.remote_exec(inspect.cleandoc(source)).receive() is True


def test_a_gateway_belongs_to_its_group_until_it_is_told_to_exit(group: Any) -> None:
    """It is registered as if the group had made it, and its spec says what it is."""
    gateway = connect(group)
    assert list(group) == [gateway]
    assert (gateway.spec.popen, gateway.spec.execmodel) == (True, "main_thread_only")
    gateway.exit()
    assert list(group) == []
    assert gateway._io.popen.wait(60) == 0


def test_the_interpreter_is_the_one_that_was_asked_for(group: Any) -> None:
    """As a shell would start it, in an environment of its own."""
    environment = {**os.environ, "ASKED": "for"}
    gateway = connect(group, python=f"{sys.executable} -O", environment=environment)
    source = "import os, sys; channel.send((os.environ['ASKED'], sys.flags.optimize))"
    assert gateway.remote_exec(source).receive() == ("for", 1)


def test_a_module_of_the_project_is_not_taken_for_one_of_python(
    group: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The working directory is not on the path of a new interpreter."""
    for name in ("selectors", "subprocess", "queue", "execnet"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('not me')")
    monkeypatch.chdir(tmp_path)
    assert connect(group).remote_exec("channel.send(1)").receive() == 1


def test_an_interpreter_that_ends_at_once_is_told(group: Any) -> None:
    """With its return code, and nothing of it is left."""
    with pytest.raises(ConnectionError, match="return code 7"):
        connect(group, python=f"{sys.executable} -c 'raise SystemExit(7)'")


@pytest.mark.parametrize("end", ["here", "there"])
def test_both_ends_have_primitives_of_ours(group: Any, end: str) -> None:
    """All that execnet made for this gateway, and all that it will make."""
    gateway = connect(group)
    if end == "here":
        assert not_ours(gateway) == []
    else:
        source = f"""
            import sys
            sys.path[:] = {sys.path!r}
            from tests.contract.test_execnet import not_ours
            channel.send(not_ours(channel.gateway))
        """
        assert gateway.remote_exec(inspect.cleandoc(source)).receive() == []


def not_ours(gateway: Any) -> list[str]:
    """The primitives of a gateway and its pools that come from elsewhere."""
    pools = [getattr(gateway, name, None) for name in ("_receivepool", "_execpool")]
    ours = (native.Event, type(native.RLock()), native.SimpleQueue)
    found = [
        f"{type(owner).__name__}.{name}: {type(value)}"
        for owner in [gateway, *filter(None, pools), gateway.newchannel()]
        for name, value in vars(owner).items()
        if name.endswith(("lock", "_ready", "_complete", "_receiveclosed", "_items"))
        and not isinstance(value, (*ours, type(None)))
    ]
    return found if isinstance(gateway.execmodel, connection.NativeModel) else ["execmodel"]


def test_bytes_pass_through_untouched(group: Any) -> None:
    """Batches of messages are one bytes object each, however long."""
    gateway = connect(group)
    channel = gateway.remote_exec("channel.send(channel.receive())")
    blob = bytes(range(256)) * 4096
    channel.send(blob)
    assert channel.receive() == blob


def test_the_end_of_a_channel_calls_back_with_the_end_marker_and_keeps_the_error(
    group: Any,
) -> None:
    """`setcallback(..., endmarker=None)`, then `channel._getremoteerror()` tells why."""
    gateway = connect(group)
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
    gateway = connect(group)
    channel = gateway.remote_exec("channel.receive()")
    gateway._io.popen.kill()
    gateway._io.popen.wait()
    gateway.join(timeout=60)
    with pytest.raises(OSError):  # noqa: PT011 - the type is the contract
        channel.send(b"x")
    with pytest.raises(OSError):  # noqa: PT011
        gateway.remote_exec("pass")
