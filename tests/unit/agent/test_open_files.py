"""What forks of this process would share."""

from __future__ import annotations

import mmap
import os
import select
import socket
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.agent.open_files import OpenFiles


@contextmanager
def descriptor(number: int) -> Any:
    """A descriptor that is closed in the end."""
    try:
        yield number
    finally:
        os.close(number)


@contextmanager
def file(path: Path, mode: str) -> Any:
    """An open file."""
    with path.open(mode) as opened:
        yield opened


@contextmanager
def bound() -> Any:
    """A socket with a name; its path must be short, that of a test's own folder may not be."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, socket.socket(socket.AF_UNIX) as end:
        end.bind(f"{folder}/socket")
        yield end


def found(before: OpenFiles, root: Path, own: tuple[int, ...] = ()) -> tuple[str, ...]:
    """What has been opened since."""
    return before.opened(own=own, root=root)


SHARED: dict[str, tuple[Callable[[Path], AbstractContextManager[Any]], str]] = {
    "written": (lambda f: file(f / "a.txt", "w"), "a.txt is open for writing"),
    "appended to": (lambda f: file(f / "a.log", "a"), "a.log is open for writing"),
    "read": (lambda f: file(f / "there.txt", "r"), "there.txt is open"),
    "database": (
        lambda f: closing(_database(f / "sub.db")),
        "sub.db is open for writing",
    ),
    "event loop": (lambda _: closing(select.epoll()), "an event loop (epoll) is open"),
    "counter": (lambda _: descriptor(os.eventfd(0)), "eventfd is open"),
    "memory": (
        lambda _: descriptor(os.memfd_create("pool")),
        "/memfd:pool (deleted) is open for writing",
    ),
    "socket": (lambda _: closing(socket.socket()), "a socket is open"),
    "named socket": (lambda _: bound(), "a socket at "),
    "listening socket": (
        lambda _: closing(socket.create_server(("127.0.0.1", 0))),
        "a socket at 127.0.0.1:",
    ),
}

HARMLESS: dict[str, Callable[[Path], AbstractContextManager[Any]]] = {
    "null device": lambda _: file(Path(os.devnull), "w"),
    "randomness": lambda _: file(Path("/dev/urandom"), "rb"),
    "folder": lambda f: descriptor(os.open(f, os.O_RDONLY)),
    "child": lambda _: descriptor(os.pidfd_open(os.getpid())),
    "database in memory": lambda _: closing(sqlite3.connect(":memory:")),
    "mapped file": lambda f: closing(_mapped(f / "there.txt")),
}


def _database(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("create table t (x)")
    return connection


def _mapped(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file in it."""
    (tmp_path / "there.txt").write_text("text")
    return tmp_path


@pytest.mark.parametrize("kind", SHARED)
def test_what_would_be_shared_is_named(folder: Path, kind: str) -> None:
    """While it is open."""
    make, name = SHARED[kind]
    before = OpenFiles()
    with make(folder):
        (one,) = found(before, folder)
    assert one.startswith(name)
    assert " is open" in one
    assert found(before, folder) == ()


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_does_no_harm_is_not_named(folder: Path, kind: str) -> None:
    """Nothing of it is shared, or nothing that matters."""
    before = OpenFiles()
    with HARMLESS[kind](folder):
        assert found(before, folder) == ()


def test_a_connection_is_named_by_the_other_end(folder: Path) -> None:
    """And pipes by what they are; what looks alike is named once."""
    server = socket.create_server(("127.0.0.1", 0))
    before = OpenFiles()
    with server, socket.create_connection(server.getsockname()) as end:
        assert found(before, folder) == (f"a socket to 127.0.0.1:{end.getpeername()[1]} is open",)
    reads, writes = os.pipe()
    with descriptor(reads), descriptor(writes):
        assert found(before, folder) == ("a pipe is open",)


def test_what_was_open_before_is_not_named(folder: Path) -> None:
    """Unless its number leads somewhere else by now."""
    with ExitStack() as stack:
        first = stack.enter_context((folder / "there.txt").open("r"))
        before = OpenFiles()
        assert found(before, folder) == ()
        other = stack.enter_context((folder / "other.txt").open("w"))
        os.dup2(other.fileno(), first.fileno())
        assert found(before, folder, own=(other.fileno(),)) == ("other.txt is open for writing",)


def test_what_nobody_can_reach_is_closed_first(folder: Path) -> None:
    """A cycle of garbage may keep a file open."""

    class Node:
        """Refers to itself."""

        me: Node
        file: Any

    before = OpenFiles()
    node = Node()
    node.me, node.file = node, os.fdopen(os.open(folder / "there.txt", os.O_RDONLY), closefd=True)
    del node
    with pytest.warns(ResourceWarning):
        assert found(before, folder) == ()


def test_files_elsewhere_are_named_in_full(folder: Path) -> None:
    """Only those below the root are shortened."""
    before = OpenFiles()
    with (folder / "there.txt").open("r"):
        assert found(before, folder / "no") == (f"{folder / 'there.txt'} is open",)
