"""Control groups of Linux, of version 1, 2 or both: what they allow this process.

A limit holds for all groups below it. Where groups are mounted is up to the machine, and a
container may see only its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

PROC = Path("/proc/self")
_NO_LIMIT = 1 << 60
"""Version 1 writes the largest number of pages that it knows where there is no limit."""
_ESCAPE = re.compile(r"\\([0-7]{3})")


class Limit(NamedTuple):
    """How much a group allows: CPUs or bytes."""

    amount: float
    folder: Path


class Group(NamedTuple):
    """A group that this process is in.

    Attributes:
        unified: whether it is of version 2.
        folders: its own, then those of the groups above it that can be seen.
    """

    unified: bool
    folders: tuple[Path, ...]


class _Mount(NamedTuple):
    """Where a hierarchy can be seen, from which of its groups on."""

    unified: bool
    controllers: tuple[str, ...]
    root: PurePosixPath
    point: Path

    def shows(self, path: PurePosixPath) -> bool:
        """Whether a group is below what can be seen here."""
        return path.is_relative_to(self.root) and ".." not in path.relative_to(self.root).parts

    def folders(self, path: PurePosixPath) -> tuple[Path, ...]:
        """The folders of a group and of those above it; of one that is elsewhere the topmost."""
        own = self.point / path.relative_to(self.root) if self.shows(path) else self.point
        above = [own, *own.parents]
        return tuple(above[: above.index(self.point) + 1])


def cpu_limit(proc: Path = PROC) -> Limit | None:
    """The least CPU quota of all groups of this process; None if there is none."""
    return _least("cpu", _quota, proc)


def memory_limit(proc: Path = PROC) -> Limit | None:
    """The least memory limit of all groups of this process; swap does not count."""
    return _least("memory", _memory_limit, proc)


def memory_left(proc: Path = PROC) -> int | None:
    """How many bytes processes of its groups may still have; None if that is not limited.

    Files that were read and are kept in memory just in case are not in use.
    """
    left = [
        limit - _memory_used(folder, unified=group.unified)
        for group in groups("memory", proc)
        for folder in group.folders
        if (limit := _memory_limit(folder, unified=group.unified)) is not None
    ]
    return None if not left else max(0, int(min(left)))


def own_folder(controller: str, proc: Path = PROC) -> Path | None:
    """The folder of this process's group that has a controller; of version 2 if it can be."""
    found = sorted(groups(controller, proc), key=lambda group: not group.unified)
    return next((group.folders[0] for group in found if group.folders[0].is_dir()), None)


def groups(controller: str, proc: Path = PROC) -> list[Group]:
    """The groups that may limit this process in what a controller counts."""
    mounts, found = list(_mounts(proc)), []
    for line in _text(proc / "cgroup").splitlines():
        _number, _, rest = line.partition(":")
        controllers, separator, name = rest.partition(":")
        unified = not controllers
        if not separator or not (unified or controller in controllers.split(",")):
            continue
        path = PurePosixPath(name)
        seen = [one for one in mounts if one.unified is unified]
        seen = [one for one in seen if unified or controller in one.controllers]
        if seen:
            mount = next((one for one in seen if one.shows(path)), seen[0])
            found.append(Group(unified, mount.folders(path)))
    return found


def _mounts(proc: Path) -> Iterator[_Mount]:
    """Read `mountinfo`: ID PARENT DEVICE ROOT POINT OPTIONS ... - TYPE SOURCE OPTIONS."""
    for line in _text(proc / "mountinfo").splitlines():
        head, _, tail = line.partition(" - ")
        where, what = head.split(" "), tail.split(" ")
        if len(where) < 5 or len(what) < 3 or what[0] not in ("cgroup", "cgroup2"):
            continue
        root, point = (_ESCAPE.sub(_character, field) for field in where[3:5])
        unified = what[0] == "cgroup2"
        yield _Mount(unified, tuple(what[2].split(",")), PurePosixPath(root), Path(point))


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 8))


def _least(controller: str, read: Callable[..., float | None], proc: Path) -> Limit | None:
    limits = (
        Limit(amount, folder)
        for group in groups(controller, proc)
        for folder in group.folders
        if (amount := read(folder, unified=group.unified)) is not None
    )
    return min(limits, default=None, key=lambda limit: limit.amount)


def _quota(folder: Path, *, unified: bool) -> float | None:
    if unified:
        quota, _, period = _text(folder / "cpu.max").strip().partition(" ")
    else:
        quota, period = (_text(folder / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
    try:
        cpus = int(quota) / int(period)
    except (ValueError, ZeroDivisionError):
        # `max` is none.
        return None
    return cpus if cpus > 0 else None


def _memory_limit(folder: Path, *, unified: bool) -> int | None:
    names = ("memory.max", "memory.high") if unified else ("memory.limit_in_bytes",)
    limits = [number for name in names if (number := _number(folder / name)) is not None]
    return min((limit for limit in limits if 0 < limit < _NO_LIMIT), default=None)


def _memory_used(folder: Path, *, unified: bool) -> int:
    used, idle = (
        ("memory.current", "inactive_file")
        if unified
        else ("memory.usage_in_bytes", "total_inactive_file")
    )
    lines = map(str.split, _text(folder / "memory.stat").splitlines())
    kept = next((int(line[1]) for line in lines if line[:1] == [idle] and line[1].isdecimal()), 0)
    return max(0, (_number(folder / used) or 0) - kept)


def _number(path: Path) -> int | None:
    try:
        return int(_text(path))
    except ValueError:
        return None


def _text(path: Path) -> str:
    """The content of a file; empty if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
