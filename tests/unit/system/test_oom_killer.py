"""Whom the kernel has killed for want of memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_agentorch.system.oom_killer import OomKiller

GROUPS = {
    "version 2": ("0::/job\n", "cgroup2 cgroup rw", "memory.events", "low 0\noom 3\noom_kill {}\n"),
    "version 1": (
        "4:memory:/job\n",
        "cgroup cgroup rw,memory",
        "memory.oom_control",
        "oom_kill_disable 0\nunder_oom 0\noom_kill {}\n",
    ),
    "none": ("", "tmpfs tmpfs rw", "vmstat", "pgfault 7\noom_kill {}\nnuma_hit 1\n"),
}


class Machine:
    """A made-up machine, and what it counts."""

    def __init__(self, folder: Path, kind: str) -> None:
        lines, mount, file, self._text = GROUPS[kind]
        proc, point = folder / "proc", folder / "memory"
        proc.mkdir()
        (point / "job").mkdir(parents=True)
        (proc / "cgroup").write_text(lines)
        (proc / "mountinfo").write_text(f"1 2 0:3 / {point} rw - {mount}\n")
        self._file = folder / file if kind == "none" else point / "job" / file
        self.now = 0.0
        self.count(5)
        self.killer = OomKiller(lambda: self.now, proc, folder / "vmstat")

    def count(self, killed: int) -> None:
        """So many were killed by now."""
        self._file.write_text(self._text.format(killed))


@pytest.mark.parametrize("kind", GROUPS)
def test_who_was_killed_before_does_not_count(tmp_path: Path, kind: str) -> None:
    """What happens now counts for a moment: several may have been killed."""
    machine = Machine(tmp_path, kind)
    assert not machine.killer.has_killed()
    machine.count(7)
    assert machine.killer.has_killed()
    machine.now = 0.5
    assert machine.killer.has_killed()
    machine.now = 1.5
    assert not machine.killer.has_killed()
    machine.count(8)
    assert machine.killer.has_killed()


def test_where_nobody_counts_nobody_was_killed(tmp_path: Path) -> None:
    """As far as anybody knows."""
    killer = OomKiller(lambda: 0.0, tmp_path, tmp_path / "vmstat")
    assert not killer.has_killed()
