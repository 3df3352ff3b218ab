"""A machine: files as the kernel shows them to a process."""

from __future__ import annotations

from pathlib import Path

UNLIMITED = 9223372036854771712
"""What version 1 shows where there is no limit."""


class Machine:
    """Its control groups; at first there are none."""

    def __init__(self, folder: Path) -> None:
        self.proc = folder / "self"
        self.proc.mkdir()
        self._top = folder / "sys fs"
        self._mounts: list[str] = []

    def mount_v2(self, place: str = "", root: str = "/") -> Path:
        """Mount the groups of version 2; `root` is the topmost that can be seen."""
        return self._mount(place, root, "cgroup2", "rw,nsdelegate")

    def mount_v1(self, controllers: str, place: str | None = None, root: str = "/") -> Path:
        """Mount groups of version 1."""
        folder = controllers if place is None else place
        return self._mount(folder, root, "cgroup", f"rw,{controllers}")

    def member(self, *lines: str) -> None:
        """Say which groups the process is in."""
        write(self.proc / "cgroup", "\n".join(lines))

    def _mount(self, place: str, root: str, kind: str, options: str) -> Path:
        point = self._top / place if place else self._top
        point.mkdir(parents=True, exist_ok=True)
        shown = str(point).replace(" ", "\\040")
        number = 30 + len(self._mounts)
        self._mounts.append(
            f"{number} 23 0:{number} {root} {shown} rw,nosuid shared:9 - {kind} {kind} {options}"
        )
        lines = ["22 1 254:0 / / rw,relatime - ext4 /dev/root rw", *self._mounts]
        write(self.proc / "mountinfo", "\n".join(lines))
        return point


def v2(folder: Path, **values: object) -> None:
    """Fill a group of version 2: `cpu_max="max 100000"`."""
    for name, value in values.items():
        write(folder / name.replace("_", ".", 1), str(value))


def v1_cpu(folder: Path, quota: object, period: object = 100_000) -> None:
    """Fill a group of version 1."""
    write(folder / "cpu.cfs_quota_us", str(quota))
    write(folder / "cpu.cfs_period_us", str(period))


def v1_memory(folder: Path, limit: object, used: object = 0, stat: str = "") -> None:
    """Fill a group of version 1."""
    write(folder / "memory.limit_in_bytes", str(limit))
    write(folder / "memory.usage_in_bytes", str(used))
    write(folder / "memory.stat", stat)


def write(path: Path, text: str) -> None:
    """Write a file as the kernel does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n", encoding="utf-8")
