"""pytest-cov, and processes of all kinds: none of them takes away what another has covered."""

from __future__ import annotations

import site
from pathlib import Path

import pytest

from tests.functional.coverage_plugin_suite import SOURCE, covered, union, write
from tests.functional.running import Suite

pytest.importorskip("pytest_cov")

STARTS = pytest.mark.parametrize("start", ["--agents-start=fork", "--agents-start=spawn"])
STARTS_MEASURED = any(Path(folder, "a1_coverage.pth").exists() for folder in site.getsitepackages())
CHILDREN = """
    import os, subprocess, sys
    import pytest
    from project import under_test

    CODE = "from project import under_test; under_test.nothing()"

    def test_program():
        env = {**os.environ, "PYTHONPATH": "."}
        subprocess.run([sys.executable, "-c", CODE], check=True, env=env)

    def test_fork():
        pid = os.fork()
        if not pid:
            assert under_test.sign(2000) == "far"
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
"""


@STARTS
@pytest.mark.parametrize("isolate", ["file", "test"])
def test_with_isolation_no_agent_erases_what_those_before_it_have_covered(
    suite: Suite, start: str, isolate: str
) -> None:
    """A process per file, or per test."""
    write(suite)
    args = [*SOURCE, "--cov-branch"]
    serial = covered(suite.serial(*args))
    assert covered(suite.agents(2, start, f"--agents-isolate={isolate}", *args)) == serial


@STARTS
def test_later_phases_erase_nothing(suite: Suite, start: str) -> None:
    """Agents of a later phase begin when those of the first are gone."""
    write(suite)
    suite.write_text(
        "pyproject.toml",
        "[tool.agentorch.phases.unit]\npaths = ['test_signs.py']\nmax_agents = 1\n"
        "[tool.agentorch.phases.e2e]\npaths = ['test_others.py']\nafter = ['unit']\n",
    )
    serial = covered(suite.serial(*SOURCE))
    ran = suite.agents(2, start, *SOURCE)
    assert {test["type"] for test in ran.report["results"]["tests"]} == {"unit", "e2e"}
    assert covered(ran) == serial


@STARTS
def test_agents_that_are_replaced_between_tests_keep_what_they_covered(
    suite: Suite, start: str
) -> None:
    """They have kept too much memory, and end as all agents do."""
    write(
        suite,
        test_a_hog="""
        import pytest
        from project import under_test

        KEPT = []

        @pytest.mark.parametrize("n", range(24))
        def test_hog(n):
            if n == 7:
                assert under_test.sign(5000) == "far"
                KEPT.append(bytearray(300 * 2**20))
        """,
    )
    suite.write_text("pyproject.toml", '[tool.agentorch.agent]\nmemory_soft = "250MiB"\n')
    serial = covered(suite.serial(*SOURCE))
    ran = suite.agents(1, start, *SOURCE)
    assert ran.code == 0, str(ran)
    assert len(ran.ours["agents"]) == 2, str(ran)
    assert covered(ran) == serial


@STARTS
@pytest.mark.skipif(not STARTS_MEASURED, reason="coverage's .pth file is not installed")
def test_children_of_tests_are_measured(suite: Suite, start: str) -> None:
    """`patch = subprocess, fork, _exit`: programs, and forks that leave at once."""
    write(suite, test_children=CHILDREN)
    suite.write_text(".coveragerc", "[run]\npatch =\n    subprocess\n    fork\n    _exit\n")
    args = [*SOURCE, "--cov-branch"]
    serial = covered(suite.serial(*args))
    agents = covered(suite.agents(2, start, *args))
    assert agents == serial
    lines = {start for file, start, _ in union(agents) if file == "under_test.py"}
    code = (suite.folder / "project/under_test.py").read_text("utf-8").splitlines()
    assert not [
        number
        for number, line in enumerate(code, 1)
        if line.strip().startswith("return") and number not in lines
    ]


@STARTS
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_of_multiprocessing_are_measured(suite: Suite, start: str, method: str) -> None:
    """`concurrency = multiprocessing`, and those that are terminated: `sigterm = true`."""
    write(
        suite,
        test_pool=f"""
        import multiprocessing, time
        from project import under_test

        def work(n):
            return under_test.sign(n)

        def wait(ready):
            assert under_test.nothing()
            ready.set()
            # Python may look for signals just before it falls asleep, and the next time after it.
            while True:
                time.sleep(0.05)

        def test_pool():
            with multiprocessing.get_context("{method}").Pool(2) as pool:
                assert pool.map(work, [5000, 6000]) == ["far", "far"]
                pool.close()
                pool.join()

        def test_terminated():
            context = multiprocessing.get_context("{method}")
            ready = context.Event()
            process = context.Process(target=wait, args=[ready])
            process.start()
            assert ready.wait(60)
            process.terminate()
            process.join()
        """,
    )
    # They read this file, and know nothing of options.
    more = "branch = true\nsource = project\nconcurrency = multiprocessing\nsigterm = true\n"
    suite.write_text(".coveragerc", f"[run]\n{more}")
    serial = covered(suite.serial(*SOURCE))
    ran = suite.agents(2, start, *SOURCE)
    assert ran.code == 0, str(ran)
    assert covered(ran) == serial
