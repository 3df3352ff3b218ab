"""What processes take, with all that they have started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pytest_agentorch.system.census import Census, ProcCensus, PsutilCensus

MIB = 1 << 20
CHILD = (
    "import subprocess, sys; large = bytearray({size} << 20)\n"
    "child = subprocess.Popen([sys.executable, '-c', sys.argv[1]]) if sys.argv[1:] else None\n"
    "print('here', flush=True)\nsys.stdin.read()\n"
)
KINDS = [
    pytest.param(
        ProcCensus, marks=pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
    ),
    PsutilCensus,
]


@pytest.fixture
def family() -> Iterator[subprocess.Popen[str]]:
    """A process of 100 MiB with a child of 200 MiB."""
    command = [sys.executable, "-c", CHILD.format(size=100), CHILD.format(size=200)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert [process.stdout.readline(), process.stdout.readline()] == ["here\n", "here\n"]
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.parametrize("kind", KINDS)
def test_descendants_count_for_the_nearest_that_was_asked_for(
    kind: type[Census], family: subprocess.Popen[str]
) -> None:
    """This process has started them, and they are not its."""
    census = kind()
    for _ in range(2):
        found = census.take([os.getpid(), family.pid], files=True)
        assert found.keys() == {os.getpid(), family.pid}
        both = found[family.pid]
        assert 300 * MIB < both.memory < 400 * MIB
        assert (both.threads, (both.open_files or 0) >= 6) == (2, True)
        assert both.cpu_seconds > 0
    without = census.take([os.getpid()], files=False)[os.getpid()]
    assert without.memory > 300 * MIB
    assert without.open_files is None


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_gone_is_not_there(kind: type[Census], family: subprocess.Popen[str]) -> None:
    """Nor is a process that never was."""
    census = kind()
    assert census.take([family.pid], files=False).keys() == {family.pid}
    family.kill()
    family.wait()
    assert census.take([family.pid, 2**22 + 1], files=False) == {}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_who_goes_while_others_are_counted_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was in the list a moment ago."""
    census = ProcCensus()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        roots = [os.getpid(), process.pid]
        assert census.take(roots, files=False).keys() == {*roots}
        process.kill()
    with monkeypatch.context() as patch:
        # As the list was before it was gone.
        patch.setattr(census, "_follow", lambda _roots: None)
        assert census.take(roots, files=True).keys() == {os.getpid()}
