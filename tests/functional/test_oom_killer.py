"""The kernel's out-of-memory killer: what it has killed is told as such."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_agentorch.system.cgroup import groups
from tests.functional.running import Suite

LIMITS = ("memory.limit_in_bytes", "memory.max")


@pytest.fixture
def group(suite: Suite) -> Iterator[Path]:
    """A group of 300 MiB that a run can join, where this process may make one."""
    for parent in (one.folders[0] for one in groups("memory")):
        folder = parent / f"agentorch-{suite.folder.stat().st_ino}"
        if _is_made(folder):
            yield folder
            folder.rmdir()
            return
    pytest.skip("no group can be made here")


def _is_made(folder: Path) -> bool:
    try:
        folder.mkdir()
        (limit,) = (folder / name for name in LIMITS if (folder / name).exists())
        limit.write_text(str(300 << 20))
    except (OSError, ValueError):
        with contextlib.suppress(OSError):
            folder.rmdir()
        return False
    return True


def test_an_agent_that_the_kernel_has_killed_is_told_as_such(suite: Suite, group: Path) -> None:
    """With what it had; that many die of SIGKILL says nothing of why."""
    join = f"open({str(group / 'cgroup.procs')!r}, 'w').write(str(os.getpid()))"
    suite.write_text("conftest.py", f"import os\n{join}\n")
    body = "def test_large(): bytearray(600 << 20)\n\ndef test_small(): pass\n"
    suite.write_text("test_it.py", body)
    ran = suite.agents(1)
    assert ran.counts == {"passed": 1, "failed": 1}, str(ran)
    assert "killed by the kernel's out-of-memory killer, with " in ran.out
    assert "poison-test" in ran.incidents


def test_an_agent_that_somebody_else_has_killed_is_not(suite: Suite) -> None:
    """Then it is only a guess."""
    suite.write_text("test_it.py", "import os\ndef test_it(): os.kill(os.getpid(), 9)\n")
    ran = suite.agents(1)
    assert "often the kernel's out-of-memory killer, or kill -9" in ran.out
    assert "killed by the kernel's" not in ran.out
