"""How many agents a machine has a place for, and how runs beside each other share it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.system.cgroup import groups
from tests.functional.running import Running, Suite

FOUR_CPUS = {"PYTHON_CPU_COUNT": "4"}
WAITS = """
    import pathlib, time

    def test_waits():
        with open("runs.txt", "a") as file:
            file.write("it runs\\n")
        while not pathlib.Path("go.txt").exists():
            time.sleep(0.01)
"""


JOINS = """
import pathlib, sys, time
from pytest_agentorch.model.capacity import Capacity
from pytest_agentorch.model.share import Wish
from pytest_agentorch.storage import host_ledger

host_ledger.PATIENCE_SECONDS = 60.0
ledger = host_ledger.HostLedger.of_this_user(sys.argv[1])
machine = Capacity(cpus=10.0, host_cpus=10.0, memory=1 << 40, host_memory=1 << 40)
print("ready", flush=True)
sys.stdin.readline()
print(ledger.take(Wish(agents=None, memory=0, limit=0.8), machine).agents, flush=True)
sys.stdin.readline()
ledger.leave()
"""


class Host:
    """A host of four CPUs that only the runs of this test share."""

    def __init__(self, suite: Suite, folder: Path) -> None:
        self._suite = suite
        self._folder = folder
        self._env = {**FOUR_CPUS, "PYTEST_AGENTORCH_HOST": str(folder)}

    def start(self, agents: str) -> Running:
        """Start a run that goes on until it is told."""
        return self._suite.start(f"--agents={agents}", "test_waits.py", env=self._env)

    def header(self, *args: str) -> str:
        """What a short run says of its agents."""
        ran = self._suite.run("--agents=auto", "test_short.py", *args, env=self._env)
        assert ran.code == 0, str(ran)
        return next(line for line in ran.lines if line.startswith("agents: up to"))

    def runs(self) -> list[dict[str, Any]]:
        """What is entered of runs that go on, or were killed."""
        path = self._folder / "runs.json"
        found: list[dict[str, Any]] = json.loads(path.read_text())["runs"] if path.exists() else []
        return found


@pytest.fixture
def host(suite: Suite, tmp_path: Path) -> Host:
    """A host on which nothing runs."""
    suite.write(test_waits=WAITS, test_short="def test_short(): pass")
    return Host(suite, tmp_path / "host")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processes cannot be bound here")
def test_one_cpu_of_several_is_one_agent(suite: Suite) -> None:
    """A mask of the system."""
    suite.write(test_it="def test_1(): pass\ndef test_2(): pass")
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        ran = suite.run("--agents=auto")
    finally:
        os.sched_setaffinity(0, allowed)
    assert ran.code == 0, str(ran)
    assert "agents: up to 1 (1 CPU, 80 % allowed), " in ran.out


@pytest.fixture
def group() -> Iterator[Path]:
    """A new control group for half a CPU, where this process is in none but the topmost."""
    own = [(group, group.folders[0]) for group in groups("cpu") if len(group.folders) == 1]
    if not own:
        pytest.skip("this process is in a control group that somebody else has made, or in none")
    kind, top = own[0]
    made = top / f"agentorch-{uuid.uuid4().hex}"
    try:
        made.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made: {error.strerror}")
    try:
        quota = made / ("cpu.max" if kind.unified else "cpu.cfs_quota_us")
        if not quota.exists():
            pytest.skip("groups below the topmost do not limit CPUs here")
        quota.write_text("50000 100000" if kind.unified else "50000")
        yield made
    finally:
        made.rmdir()


def test_a_real_quota(suite: Suite, group: Path) -> None:
    """Half a CPU, in a real group: one agent."""
    suite.write(
        conftest=f"""
        import os

        with open({str(group / "cgroup.procs")!r}, "w") as file:
            file.write(str(os.getpid()))
        """,
        test_it="def test_1(): pass\ndef test_2(): pass",
    )
    ran = suite.run("--agents=auto")
    assert ran.code == 0, str(ran)
    assert "agents: up to 1 (0.5 CPUs, 80 % allowed), " in ran.out


def test_no_more_agents_than_fit_into_memory(suite: Suite) -> None:
    """Half a gibibyte for each, or what the project says of its phase."""
    suite.write(test_it="def test_1(): pass")
    env = {"PYTHON_CPU_COUNT": "16"}
    ran = suite.run("--agents=auto", "--agents-memory=1GiB", env=env)
    assert "agents: up to 2 (16 CPUs, 1 GiB of memory allowed), " in ran.out
    suite.write_text("pyproject.toml", '[tool.agentorch.phases.unit]\nmemory_per_agent = "256MiB"')
    ran = suite.run("--agents=auto", "--agents-memory=1GiB", env=env)
    assert "agents: up to 4 (16 CPUs, 1 GiB of memory allowed), " in ran.out
    ran = suite.run("--agents=9", "--agents-memory=1GiB", "--agents-plan", env=env)
    assert "agents: up to 9, " in ran.out
    assert "(16 CPUs, 80 % allowed, 1 GiB of memory)" in ran.out


def test_a_second_run_gets_what_the_first_has_left(host: Host, suite: Suite) -> None:
    """Also if the first is asked for by number; afterwards nothing is entered."""
    with host.start("3") as first:
        first.wait_for_words("runs.txt", 1)
        (entry,) = host.runs()
        assert (entry["pid"], entry["agents"]) == (first.process.pid, 3)
        taken = "agents: up to 1 (4 CPUs, 3 of them taken by another run), "
        assert host.header("--agents-memory=8GiB").startswith(taken)
        assert host.runs() == [entry]
        suite.write_text("go.txt", "")
        assert first.finish().code == 0
    assert host.runs() == []


def test_runs_that_begin_at_once_see_each_other(tmp_path: Path) -> None:
    """One of them has everything, all others what is left."""
    with contextlib.ExitStack() as stack:
        joining = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", JOINS, str(number)],
                    env={**os.environ, "PYTEST_AGENTORCH_HOST": str(tmp_path)},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for number in range(4)
        ]
        assert [_line(process) for process in joining] == ["ready"] * 4
        _let_go(joining)
        assert sorted(_line(process) for process in joining) == ["1", "1", "1", "8"]
        _let_go(joining)
    assert [process.returncode for process in joining] == [0] * 4
    assert not (tmp_path / "runs.json").exists()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _let_go(processes: Sequence[subprocess.Popen[str]]) -> None:
    for process in processes:
        assert process.stdin is not None
        print(file=process.stdin, flush=True)


def test_what_a_killed_run_had_is_free_again(host: Host) -> None:
    """It could not say so."""
    with host.start("auto") as first:
        first.wait_for_words("runs.txt", 1)
        taken = "agents: up to 1 (4 CPUs, 4 of them taken by another run), "
        assert host.header("--agents-memory=8GiB").startswith(taken)
        first.signal(signal.SIGKILL)
        assert first.finish().code == -signal.SIGKILL
    assert [entry["agents"] for entry in host.runs()] == [4]
    everything = "agents: up to 4 (4 CPUs, 80 % allowed), "
    assert host.header("--agents-memory=8GiB").startswith(everything)
    assert host.runs() == []


def test_an_interrupted_run_takes_itself_out(host: Host) -> None:
    """Ctrl-C."""
    with host.start("2") as first:
        first.wait_for_words("runs.txt", 1)
        assert len(host.runs()) == 1
        first.signal_group(signal.SIGINT)
        assert first.finish().code == 2
    assert host.runs() == []


def test_a_run_inside_of_a_run_has_the_share_of_that(suite: Suite, tmp_path: Path) -> None:
    """Its parent waits for it."""
    suite.write(
        test_it="""
        import subprocess, sys

        def test_outer():
            command = [sys.executable, "-m", "pytest", "--agents=auto", "--agents-memory=8GiB"]
            ran = subprocess.run(command, cwd="inner", capture_output=True, text=True)
            print(ran.stdout)
            assert "agents: up to 4 (4 CPUs, 80 % allowed), " in ran.stdout
        """,
    ).write_text("inner/test_inner.py", "def test_inner(): pass")
    env = {**FOUR_CPUS, "PYTEST_AGENTORCH_HOST": str(tmp_path)}
    ran = suite.run("--agents=4", "test_it.py", env=env)
    assert ran.code == 0, str(ran)


def test_who_does_not_want_to_share_is_alone(host: Host, suite: Suite) -> None:
    """It sees nobody, and nobody sees it."""
    suite.write_text("pyproject.toml", "[tool.agentorch]\nshare_host = false\n")
    with host.start("3") as first:
        first.wait_for_words("runs.txt", 1)
        assert host.runs() == []
        everything = "agents: up to 4 (4 CPUs, 80 % allowed), "
        assert host.header("--agents-memory=8GiB").startswith(everything)
        suite.write_text("go.txt", "")
        assert first.finish().code == 0
