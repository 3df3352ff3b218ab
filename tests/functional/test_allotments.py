"""What agents get of the machine: threads, CPUs, niceness and limits."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from tests.functional.running import Ran, Suite

NAMES = ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR")
LOOK = """
    import json, os, subprocess, sys, pytest

    NAMES = ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR")
    CHILD = '''
    import json, os, resource
    print(json.dumps([os.nice(0), list(resource.getrlimit(resource.RLIMIT_NOFILE))]))
    '''

    def look(name):
        import resource
        child = subprocess.run(
            [sys.executable, "-c", CHILD.replace("\\n    ", "\\n")], capture_output=True, check=True
        )
        seen = {
            "worker": os.environ["PYTEST_XDIST_WORKER"],
            "threads": [os.environ[f"{name}_NUM_THREADS"] for name in NAMES],
            "cpus": sorted(os.sched_getaffinity(0)),
            "all threads": sorted({
                cpu for thread in os.listdir("/proc/self/task")
                for cpu in os.sched_getaffinity(int(thread))
            }),
            "nice": os.nice(0),
            "files": list(resource.getrlimit(resource.RLIMIT_NOFILE)),
            "child": json.loads(child.stdout),
        }
        with open(f"{name}.json", "w") as file:
            json.dump(seen, file)

    def meet(name, number):
        # Until both are here each has an agent of its own.
        import time
        open(f"here.{name}", "w").close()
        for _ in range(3000):
            if sum(file.startswith("here.") for file in os.listdir()) >= number:
                return
            time.sleep(0.01)
        raise AssertionError("they never came")
"""
TWO = (
    LOOK
    + """
    @pytest.mark.parametrize("name", ["first", "second"])
    def test_look(name):
        meet(name, 2)
        look(name)
"""
)
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the test looks with the means of Linux"
)
NEEDS_CPUS = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="there is one CPU to bind to",
)
STARTS = pytest.mark.parametrize("start", ["fork", "spawn"])


def seen(ran: Ran, name: str) -> dict[str, Any]:
    """What a test has seen of its agent."""
    found: dict[str, Any] = json.loads(ran.text(f"{name}.json"))
    return found


def run(suite: Suite, agents: int, start: str, env: Mapping[str, str] | None = None) -> Ran:
    """Run it on agents, as if there were four CPUs and all were allowed."""
    environment = dict.fromkeys((f"{name}_NUM_THREADS" for name in NAMES), "")
    more = {**environment, "PYTHON_CPU_COUNT": "4", **(env or {})}
    ran = suite.agents(agents, f"--agents-start={start}", env=more)
    assert ran.code == 0, str(ran)
    return ran


@STARTS
def test_numeric_libraries_get_the_cpus_of_their_agent(suite: Suite, start: str) -> None:
    """Four CPUs, two agents; and what the user has set stays."""
    suite.write(test_it=TWO)
    ran = run(suite, 2, start, {"MKL_NUM_THREADS": "9"})
    for name in ("first", "second"):
        assert seen(ran, name)["threads"] == ["2", "2", "9", "2", "2"]


@STARTS
def test_what_a_conftest_has_set_stays(suite: Suite, start: str) -> None:
    """In each agent."""
    conftest = "import os\nos.environ['OMP_NUM_THREADS'] = '7'\n"
    suite.write(conftest=conftest, test_it=TWO)
    ran = run(suite, 2, start)
    for name in ("first", "second"):
        assert seen(ran, name)["threads"] == ["7", "2", "2", "2", "2"]


@STARTS
def test_a_test_that_needs_cpus_computes_in_as_many_threads(suite: Suite, start: str) -> None:
    """By mark or by rule, and the next test as its agent does."""
    suite.write(
        test_it=LOOK
        + """
    def test_before(): look("before")

    @pytest.mark.needs(cpus=4)
    def test_many(): look("many")

    def test_between(): look("between")
    """,
        ruled__test_more=LOOK + '\n    def test_ruled(): look("ruled")\n',
    ).write_text(
        "pyproject.toml",
        """
        [tool.agentorch]
        resource_limit = 1.0

        [[tool.agentorch.needs]]
        paths = ["ruled"]
        cpus = 1
        """,
    )
    ran = run(suite, 2, start)
    threads = {name: seen(ran, name)["threads"] for name in ("before", "many", "between", "ruled")}
    assert threads == {
        "before": ["2"] * 5,
        "many": ["4"] * 5,
        "between": ["2"] * 5,
        "ruled": ["1"] * 5,
    }


@NEEDS_CPUS
@STARTS
def test_each_agent_has_cpus_of_its_own(suite: Suite, start: str) -> None:
    """All of its threads, and what they start; a test that needs more has those of all."""
    first, second, *_ = sorted(os.sched_getaffinity(0))
    suite.write(
        test_it=TWO
        + """
    @pytest.mark.needs(cpus=2)
    def test_wide(): look("wide")

    @pytest.mark.parametrize("name", ["third", "fourth"])
    def test_after(name):
        meet(name, 4)
        look(name)
    """
    ).write_text("pyproject.toml", "[tool.agentorch.agent]\naffinity = true\n")
    ran = run(suite, 2, start, {"PYTHON_CPU_COUNT": "2"})
    own = {"gw0": [first], "gw1": [second]}
    for name in ("first", "second", "third", "fourth"):
        look = seen(ran, name)
        assert look["cpus"] == look["all threads"] == own[look["worker"]], name
    assert seen(ran, "wide")["cpus"] == [first, second]


@STARTS
def test_agents_are_nice_and_have_limits(suite: Suite, start: str) -> None:
    """With what they start, and their replacements not twice; this process has none."""
    suite.write(
        test_it=TWO
        + """
    def test_crash():
        # What runs again runs in a process of its own.
        if not os.path.exists("crashed"):
            open("crashed", "w").close()
            os._exit(3)
        look("again")
    """
    ).write_text(
        "pyproject.toml",
        """
        [tool.agentorch.agent]
        nice = 3

        [tool.agentorch.agent.rlimits]
        nofile = 200
        core = 1_000_000_000_000_000
        """,
    )
    ran = run(suite, 2, start)
    usual = os.nice(0)
    for name in ("first", "second", "again"):
        look = seen(ran, name)
        assert look["nice"] == usual + 3, name
        assert look["files"] == [200, 200]
        assert look["child"] == [usual + 3, [200, 200]]
    assert os.nice(0) == usual


def test_a_limit_that_does_not_exist(suite: Suite) -> None:
    """An error before the run."""
    suite.write(test_it="def test_it(): pass").write_text(
        "pyproject.toml", "[tool.agentorch.agent.rlimits]\nnofiles = 200\n"
    )
    ran = suite.run("--agents=2")
    assert ran.code == 4, str(ran)
    said = " ".join(ran.err.split())
    assert 'there is no limit "nofiles". Known limits: ' in said
    assert said.endswith('Did you mean "nofile"? [unknown-key]')


@pytest.mark.parametrize(
    ("limit", "told"),
    [('as = "60MiB"', "as: 60 MiB"), ("nofile = 3", "nofile: 3"), ("cpu = 0",) * 2],
)
def test_a_limit_that_no_process_can_live_with(suite: Suite, limit: str, told: str) -> None:
    """An error before the run, with its name."""
    suite.write(test_it="def test_it(): pass").write_text(
        "pyproject.toml", f"[tool.agentorch.agent.rlimits]\n{limit}\n"
    )
    ran = suite.run("--agents=2")
    assert ran.code == 4, str(ran)
    said = " ".join(ran.err.split())
    assert f"{told.replace(' =', ':')} is too little, a process of this run needs " in said


@STARTS
def test_a_limit_that_an_agent_cannot_live_with_is_a_warning(suite: Suite, start: str) -> None:
    """What it has when it begins nobody knows before; the tests run without the limit."""
    suite.write(
        test_it="import mmap\nLARGE = mmap.mmap(-1, 3 << 30)\ndef test_it(): pass"
    ).write_text("pyproject.toml", '[tool.agentorch.agent.rlimits]\nas = "2GiB"\n')
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.counts == {"passed": 1, "warnings": 1}, str(ran)
    assert "rlimits as of [tool.agentorch.agent] cannot be had: 2 GiB is too little" in ran.out


def test_what_cannot_be_had_is_a_warning(suite: Suite) -> None:
    """The test runs all the same."""
    suite.write(
        conftest="""
        import os
        import pytest_agentorch.system.affinity as affinity

        def refuse(thread, cpus):
            raise OSError(22, os.strerror(22))

        affinity._set = refuse
        """,
        test_it="def test_it(): pass",
    ).write_text("pyproject.toml", "[tool.agentorch.agent]\naffinity = true\n")
    ran = run(suite, 1, "fork")
    assert "affinity of [tool.agentorch.agent] cannot be had: [Errno 22]" in ran.out
    assert ran.counts == {"passed": 1, "warnings": 1}
