"""`--agents-cov` where more processes are than agents, and where the project has its own wishes."""

from __future__ import annotations

import importlib.util
import site
from pathlib import Path

import pytest
from coverage import CoverageData

from tests.functional.running import Suite
from tests.functional.test_coverage import STARTS, coverage_files, covered

pytestmark = pytest.mark.skipif(importlib.util.find_spec("pytest_cov") is None, reason="compares")

CODE = """
    def in_test(): return 1

    def in_child(): return 2

    def never(): return 3
"""

measures_subprocesses = pytest.mark.skipif(
    not any(Path(path, "a1_coverage.pth").is_file() for path in site.getsitepackages()),
    reason="coverage has installed nothing that begins to measure in a new interpreter",
)


@pytest.fixture
def code(suite: Suite) -> Suite:
    """A module of which a child covers a part."""
    suite.write(code_under_test=CODE)
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    return suite


def same_as_pytest_cov(suite: Suite, *args: str) -> dict[str, set[object]]:
    """Run with pytest-cov in one process, then natively on agents; return what is covered."""
    expected = covered(suite.run("--cov=code_under_test", "--cov-report="))
    ran = suite.run("--agents=2", "--agents-cov=code_under_test", "--agents-cov-report=none", *args)
    assert ran.code == 0, str(ran)
    assert covered(ran) == expected, str(ran)
    assert coverage_files(ran) == [".coverage", ".coveragerc"]
    return expected


@measures_subprocesses
@STARTS
def test_interpreters_that_tests_start(code: Suite, start: str) -> None:
    """`patch = subprocess`: they leave their data where the run finds it, and nowhere else."""
    code.write_text(".coveragerc", "[run]\nbranch = true\npatch = subprocess\n")
    code.write(
        test_child="""
        import subprocess, sys
        import code_under_test

        def test_child(tmp_path):
            code_under_test.in_test()
            command = "import code_under_test; code_under_test.in_child()"
            subprocess.run([sys.executable, "-c", command], check=True)
        """
    )
    found = same_as_pytest_cov(code, f"--agents-start={start}")
    assert found["code_under_test.py"] >= {(1, -1), (3, -3)}


@STARTS
@pytest.mark.parametrize("patch", ["_exit", "fork"])
def test_children_that_are_forked(code: Suite, start: str, patch: str) -> None:
    """They save before they end, as the project wants it."""
    code.write_text(".coveragerc", f"[run]\nbranch = true\npatch = {patch}\n")
    code.write(
        test_child=f"""
        import os, sys, threading, atexit
        import code_under_test

        def test_child():
            code_under_test.in_test()
            pid = os.fork()
            if not pid:
                try:
                    code_under_test.in_child()
                finally:
                    if {patch == "fork"}:
                        atexit._run_exitfuncs()
                    os._exit(0)
            os.waitpid(pid, 0)
        """
    )
    found = same_as_pytest_cov(code, f"--agents-start={start}")
    assert found["code_under_test.py"] >= {(1, -1), (3, -3)}


@STARTS
def test_processes_of_multiprocessing(code: Suite, start: str) -> None:
    """They read the configuration by themselves."""
    code.write_text(".coveragerc", "[run]\nbranch = true\nconcurrency = multiprocessing\n")
    code.write(
        test_child="""
        import multiprocessing
        import code_under_test

        def test_child():
            code_under_test.in_test()
            child = multiprocessing.get_context("fork").Process(target=code_under_test.in_child)
            child.start()
            child.join()
            assert child.exitcode == 0
        """
    )
    found = same_as_pytest_cov(code, f"--agents-start={start}")
    assert found["code_under_test.py"] >= {(1, -1), (3, -3)}


@pytest.mark.parametrize("isolate", ["file", "test"])
def test_isolated_tests(code: Suite, isolate: str) -> None:
    """Each process has its share."""
    code.write_text(".coveragerc", "[run]\nbranch = true\n")
    code.write(
        test_one="import code_under_test\ndef test_one(): code_under_test.in_test()\n",
        test_two="import code_under_test\ndef test_two(): code_under_test.in_child()\n",
    )
    found = same_as_pytest_cov(code, f"--agents-isolate={isolate}")
    assert found["code_under_test.py"] >= {(1, -1), (3, -3)}


def test_agents_that_are_replaced(code: Suite) -> None:
    """The test of a dead one runs again; what others covered before and after counts."""
    code.write_text(".coveragerc", "[run]\nbranch = true\n")
    code.write(
        test_dies="""
        import os
        from pathlib import Path
        import pytest
        import code_under_test

        def test_before(): code_under_test.in_test()

        def test_dies_once():
            mark = Path("died")
            if not mark.exists():
                mark.touch()
                os._exit(1)

        def test_after(): code_under_test.in_child()
        """
    )
    ran = code.agents(1, "--agents-cov=code_under_test")
    assert ran.counts == {"passed": 3}, str(ran)
    assert covered(ran)["code_under_test.py"] >= {(1, -1), (3, -3)}


@STARTS
def test_contexts_of_the_configuration(code: Suite, start: str) -> None:
    """The static one, and one for each test function."""
    code.write_text(
        ".coveragerc", "[run]\nbranch = true\ncontext = all\ndynamic_context = test_function\n"
    )
    code.write(
        test_contexts="""
        import code_under_test

        def test_one(): code_under_test.in_test()

        def test_two(): code_under_test.in_child()
        """
    )
    ran = code.agents(2, "--agents-cov=code_under_test", f"--agents-start={start}")
    assert ran.code == 0, str(ran)
    data = CoverageData(str(ran.suite / ".coverage"))
    data.read()
    (file,) = data.measured_files()
    contexts = {line: sorted(names) for line, names in data.contexts_by_lineno(file).items()}
    assert contexts[1] == ["all", "all|test_contexts.test_one"]
    assert contexts[3] == ["all", "all|test_contexts.test_two"]
    assert contexts[5] == ["all"]


def test_relative_files_and_paths(suite: Suite) -> None:
    """Files are called as in the configuration, wherever an agent has found them."""
    suite.write_text(
        ".coveragerc",
        "[run]\nrelative_files = true\nsource = src\n[paths]\nsource =\n  src\n  */copy\n",
    )
    suite.write_text("pytest.ini", "[pytest]\npythonpath = src copy\n")
    suite.write(src__one="def one(): return 1\n", copy__two="def two(): return 2\n")
    suite.write(src__two="def two(): return 2\n", src__never="x = 1\n")
    suite.write(test_it="import one, two\ndef test_it(): assert one.one() + two.two() == 3\n")
    ran = suite.agents(2, "--agents-cov")
    assert ran.code == 0, str(ran)
    data = CoverageData(str(ran.suite / ".coverage"))
    data.read()
    assert {*data.measured_files()} == {"src/one.py", "src/two.py", "src/never.py"}


@pytest.mark.parametrize("more", [["--agents=0"], ["--agents=2"]], ids=["alone", "agents"])
def test_what_was_never_imported_is_warned_of_once(code: Suite, more: list[str]) -> None:
    """A package that no agent has seen; one that some have not is no matter."""
    code.write_text("pytest.ini", "[pytest]\npythonpath = .\nfilterwarnings = error\n")
    code.write(test_it="def test_it():\n    import code_under_test\n")
    ran = code.run("--agents-cov=code_under_test", "--agents-cov=missing", *more)
    assert ran.code == 0, str(ran)
    both = ran.out + ran.err
    assert both.count("Module missing was never imported") == 1, str(ran)
    assert "Module code_under_test" not in both


@pytest.mark.parametrize("more", [["--agents=0"], ["--agents=2"]], ids=["alone", "agents"])
def test_nothing_at_all_was_measured(code: Suite, more: list[str]) -> None:
    """It is said, and counts as nothing."""
    code.write(test_it="def test_it(): pass\n")
    ran = code.run("--agents-cov=missing", "--agents-cov-fail-under=1", *more)
    assert ran.code == 1, str(ran)
    assert "WARNING: no report of coverage: No data to report." in ran.lines, str(ran)
    assert "ERROR: coverage: total of 0 is less than fail-under=1" in ran.lines


def test_a_test_with_a_coverage_of_its_own(code: Suite) -> None:
    """It comes and goes; what is covered behind it is measured as before."""
    code.write_text(".coveragerc", "[run]\nbranch = true\n")
    code.write(
        test_own="""
        import coverage
        import code_under_test

        def test_own():
            own = coverage.Coverage(data_file=None)
            own.start()
            own.stop()

        def test_behind(): code_under_test.in_test()
        """
    )
    found = same_as_pytest_cov(code)
    assert found["code_under_test.py"] >= {(1, -1)}
