"""Whether memory is short."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_agentorch.system.pressure import LEFT_SHARE, MOST_LEFT, Pressure

PLENTY = 1 << 40


class Machine:
    """A made-up machine with a container that counts for itself, or without."""

    def __init__(self, folder: Path, *, contained: bool) -> None:
        proc, point = folder / "proc", folder / "memory"
        proc.mkdir()
        (point / "job").mkdir(parents=True)
        (proc / "cgroup").write_text("0::/job\n")
        (proc / "mountinfo").write_text(f"1 2 0:3 / {point} rw - cgroup2 cgroup rw\n")
        self._of_all = folder / "all"
        self.file = point / "job/memory.pressure" if contained else self._of_all
        self.left: int | None = PLENTY
        self.now = 100.0
        self.wait(5.0)
        self.pressure = Pressure(lambda: self.now, proc, self._of_all, lambda: self.left)

    def wait(self, seconds: float) -> None:
        """Processes have waited so long by now."""
        text = f"some avg10=0.00 avg60=0.00 avg300=0.00 total={int(seconds * 1e6)}\nfull total=9\n"
        self.file.write_text(text)

    def is_short(self, after: float = 1.0) -> bool:
        """Look again after some time."""
        self.now += after
        return self.pressure.is_short()


@pytest.mark.parametrize("contained", [True, False])
def test_memory_is_short_while_processes_wait_for_it(tmp_path: Path, *, contained: bool) -> None:
    """What was before does not count, and a little is nothing."""
    machine = Machine(tmp_path, contained=contained)
    assert not machine.is_short()
    machine.wait(5.05)
    assert not machine.is_short()
    machine.wait(5.25)
    assert machine.is_short()
    assert not machine.is_short()
    machine.wait(5.55)
    assert not machine.is_short(after=10.0)


def test_memory_is_short_when_hardly_any_is_left(tmp_path: Path) -> None:
    """Of a large machine, a gibibyte is enough."""
    machine = Machine(tmp_path, contained=True)
    machine.left = 10 << 20
    assert machine.is_short()
    machine.left = MOST_LEFT
    assert not machine.is_short()
    assert 0 < LEFT_SHARE < 1


def test_where_nobody_counts_it_is_never_short(tmp_path: Path) -> None:
    """As far as anybody knows."""
    pressure = Pressure(lambda: 0.0, tmp_path, tmp_path / "none", lambda: None)
    assert not pressure.is_short()
