"""Many agents that die in one run: nothing of them is kept but their reports."""

from __future__ import annotations

import sys

import pytest

from tests.functional.running import Suite

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

PER_CRASH = 50
"""KiB: six reports with a failure text, a node, an incident, and events."""
ANYWAY = 1024
"""KiB: what is imported late, and the fragments of an allocator."""

# The controller looks at itself when a part of the agents has died, and when all have.
CONFTEST = """
    import gc, os

    crashes = 0

    def zombies():
        parents = {str(os.getpid())}
        for task in os.listdir("/proc/self/task"):
            parents.update(open(f"/proc/self/task/{task}/children").read().split())
        found = 0
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
            except OSError:
                continue
            found += fields[0] == "Z" and fields[1] in parents
        return found

    def pytest_runtest_logreport(report):
        global crashes
        if "PYTEST_XDIST_WORKER" in os.environ or not report.failed:
            return
        crashes += 1
        if crashes in (CRASHES // 4, CRASHES):
            gc.collect()
            memory = int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE")
            kinds = ("fd", "task")
            counts = [len(os.listdir(f"/proc/self/{kind}")) for kind in kinds]
            with open("log.txt", "a") as file:
                file.write(f"{zombies()} {counts[0]} {counts[1]} {memory // 1024}\\n")
"""
TESTS = """
    import ctypes, os, pytest, resource, signal

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    DEATHS = (
        lambda: os._exit(1),
        os.abort,
        lambda: ctypes.string_at(0),
        lambda: os.kill(os.getpid(), signal.SIGKILL),
    )

    @pytest.mark.parametrize("n", range(2 * CRASHES))
    def test_it(n):
        if n % 2:
            DEATHS[n // 2 % 4]()
"""


@pytest.mark.parametrize(("start", "crashes"), [("fork", 200), ("spawn", 16)])
def test_many_crashes_leave_nothing_behind(suite: Suite, start: str, crashes: int) -> None:
    """No zombie, no descriptor, no thread and no memory but for reports, in the controller."""
    suite.write(
        conftest=CONFTEST.replace("CRASHES", str(crashes)),
        test_it=TESTS.replace("CRASHES", str(crashes)),
    )
    ran = suite.agents(2, "--agents-crash=fail", "--tb=no", f"--agents-start={start}")
    assert ran.counts == {"failed": crashes, "passed": crashes}, str(ran)
    assert ran.ours["start"] == start
    ends = ("exit code 1", "SIGABRT", "SIGSEGV", "SIGKILL")
    for n in range(crashes):
        assert ends[n % 4] in ran.test(f"::test_it[{2 * n + 1}]")["message"]
    first, last = (tuple(map(int, line.split())) for line in ran.words("log.txt"))
    # What has ended is cleaned up a moment later.
    assert first[0] <= 2
    assert last[0] <= 2
    assert last[1] <= first[1] + 8
    assert last[2] <= first[2] + 6
    assert last[3] <= first[3] + PER_CRASH * (crashes - crashes // 4) + ANYWAY
