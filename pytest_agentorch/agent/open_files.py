"""What a process has open: files, sockets and event loops that its forks would share."""

from __future__ import annotations

import contextlib
import gc
import os
import stat
from collections.abc import Collection
from pathlib import Path
from socket import socket

_DESCRIPTORS = Path("/proc/self/fd")
_MAPS = Path("/proc/self/maps")
_MEMORY_DEVICES = 1
"""Their major number: null, zero, full, random, urandom. Nothing is shared through them."""
_KERNEL_OBJECTS = {"eventpoll": "an event loop (epoll)"}


class OpenFiles:
    """What is open at one moment, and what has been opened since."""

    def __init__(self) -> None:
        self._before = _targets()

    def opened(self, *, own: Collection[int], root: Path) -> tuple[str, ...]:
        """Say what has been opened since and would be shared by forks.

        Args:
            own: descriptors that every fork gets anew.
            root: paths below it are shortened.
        """
        found = self._new(own)
        if found:
            # What nobody can reach any more is no obstacle.
            gc.collect()
            found = self._new(own)
        names = [_name(descriptor, target, root) for descriptor, target in found.items()]
        return tuple(dict.fromkeys(name for name in names if name is not None))

    def _new(self, own: Collection[int]) -> dict[int, str]:
        return {
            descriptor: target
            for descriptor, (target, inode) in _targets().items()
            if descriptor > 2
            and descriptor not in own
            and self._before.get(descriptor) != (target, inode)
        }


def _targets() -> dict[int, tuple[str, int]]:
    """Return what each descriptor leads to; the one that reads the folder is gone by then."""
    found = {}
    for name in os.listdir(_DESCRIPTORS):  # noqa: PTH208 - this is the shortest
        with contextlib.suppress(OSError):
            number = int(name)
            target = os.readlink(_DESCRIPTORS / name)  # noqa: PTH115 - it need not be a path
            found[number] = (target, os.fstat(number).st_ino)
    return found


def _name(descriptor: int, target: str, root: Path) -> str | None:
    """Say what is shared through a descriptor; None for what cannot do harm."""
    mode = os.fstat(descriptor).st_mode
    if target.startswith("anon_inode:"):
        return _kernel_object(target.removeprefix("anon_inode:").strip("[]"))
    if stat.S_ISSOCK(mode):
        return f"{_socket(descriptor)} is open"
    if stat.S_ISCHR(mode):
        return _device(descriptor, target)
    if target.startswith("pipe:"):
        return "a pipe is open"
    return None if stat.S_ISDIR(mode) else _file(descriptor, target, root)


def _kernel_object(kind: str) -> str | None:
    return None if kind == "pidfd" else f"{_KERNEL_OBJECTS.get(kind, kind)} is open"


def _socket(descriptor: int) -> str:
    with socket(fileno=os.dup(descriptor)) as copy:
        for ask, how in ((copy.getpeername, "to"), (copy.getsockname, "at")):
            with contextlib.suppress(OSError):
                address = ask()
                if isinstance(address, tuple) and len(address) >= 2 and address[1]:
                    return f"a socket {how} {address[0]}:{address[1]}"
                if isinstance(address, str) and address:
                    return f"a socket {how} {address}"
    return "a socket"


def _device(descriptor: int, target: str) -> str | None:
    harmless = os.major(os.fstat(descriptor).st_rdev) == _MEMORY_DEVICES or os.isatty(descriptor)
    return None if harmless else f"{target} is open"


def _file(descriptor: int, target: str, root: Path) -> str | None:
    # Not on every system; nor is the fork that this is for.
    import fcntl

    if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
        return f"{_short(target, root)} is open for writing"
    # Forks would share the position from which they read; who maps a file has none.
    return None if _is_mapped(target) else f"{_short(target, root)} is open"


def _is_mapped(target: str) -> bool:
    lines = _MAPS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    return any(line.endswith(f" {target}") for line in lines)


def _short(target: str, root: Path) -> str:
    path = Path(target)
    return str(path.relative_to(root)) if path.is_relative_to(root) else target
