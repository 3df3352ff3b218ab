"""`--agents-cov` measures what a serial run measures, whatever becomes of agents."""

from __future__ import annotations

from pathlib import Path

import pytest
from coverage import CoverageData

from tests.functional.running import Ran, Suite

CODE = """
    def sign(n):
        if n < 0:
            return "-"
        elif n == 0:
            return "0"
        elif n > 1000:
            return "far"
        return "+"
"""

TESTS = """
    import pytest
    from code_under_test import sign

    @pytest.mark.parametrize(("n", "expected"), [(-1, "-"), (0, "0"), (1, "+"), (2, "+")])
    def test_sign(n, expected):
        assert sign(n) == expected
"""

STARTS = pytest.mark.parametrize("start", ["fork", "spawn"])


@pytest.fixture
def signs(suite: Suite) -> Suite:
    """A module with two lines that nobody covers, and tests for the others."""
    suite.write(code_under_test=CODE, test_sign=TESTS, never_imported="x = 1")
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    return suite


def covered(ran: Ran, file: str = ".coverage") -> dict[str, set[object]]:
    """What the data file has of each file: arcs, or lines."""
    data = CoverageData(str(ran.suite / file))
    data.read()
    found: dict[str, set[object]] = {}
    for path in data.measured_files():
        values = data.arcs(path) if data.has_arcs() else data.lines(path)
        found[Path(path).name] = set(values or ())
    return found


def coverage_files(ran: Ran) -> list[str]:
    """What is left of coverage in the folder of the tests, and among temporary files."""
    temporary = ran.records / "tmp"
    places = [*ran.suite.glob(".coverage*"), *temporary.glob("agentorch-coverage*")]
    return sorted(path.name for path in places)


def test_lines_and_branches_are_those_of_pytest_cov(signs: Suite) -> None:
    """The same configuration, the same data, the same total, and nothing is left behind."""
    pytest.importorskip("pytest_cov")
    signs.write_text(".coveragerc", "[run]\nbranch = true\n[report]\nshow_missing = true\n")
    serial = signs.serial("--cov=.", "--cov-report=term")
    expected = covered(serial)
    table = [line for line in serial.lines if line.startswith(("code_under", "never", "TOTAL"))]
    assert len(table) == 3, str(serial)
    for args in (["--agents=0"], ["--agents=2"], ["--agents=2", "--agents-start=spawn"]):
        ran = signs.run(*args, "--agents-cov=.")
        assert ran.code == 0, str(ran)
        assert covered(ran) == expected, args
        assert [line for line in ran.lines if line in table] == table, str(ran)
        assert coverage_files(ran) == [".coverage", ".coveragerc"]


@pytest.mark.parametrize("source", ["code_under_test", "."])
def test_what_a_hook_of_the_controller_covers_counts(signs: Suite, source: str) -> None:
    """Nothing else calls it."""
    signs.write(
        conftest="""
        import code_under_test

        is_agent = False

        def pytest_configure(config):
            global is_agent
            is_agent = hasattr(config, "workerinput")

        def pytest_runtest_logfinish():
            if not is_agent:
                code_under_test.sign(1001)
        """
    )
    serial = covered(signs.run(f"--agents-cov={source}"))
    assert CODE.splitlines().index('            return "far"') in serial["code_under_test.py"]
    assert covered(signs.run(f"--agents-cov={source}", "--agents=2")) == serial


@STARTS
def test_what_an_agent_covered_before_it_was_killed_counts(suite: Suite, start: str) -> None:
    """Its data never came to be saved; the verdicts of its tests are told, and so is this."""
    suite.write(
        code_under_test="".join(f"def line_{n}(): return {n}\n" for n in range(20)),
        test_killed="""
        import os, signal
        import pytest
        import code_under_test

        @pytest.mark.parametrize("n", range(20))
        def test_line(n):
            assert getattr(code_under_test, f"line_{n}")() == n

        def test_killed():
            os.kill(os.getpid(), signal.SIGKILL)
        """,
    )
    suite.write_text(".coveragerc", "[run]\nbranch = true\n")
    ran = suite.agents(1, f"--agents-start={start}", "--agents-cov=code_under_test")
    assert ran.counts == {"passed": 20, "failed": 1}, str(ran)
    arcs = covered(ran)["code_under_test.py"]
    assert arcs >= {(line, -line) for line in range(1, 21)}


def test_too_little_is_a_failure(signs: Suite) -> None:
    """By the option, or by what the configuration says."""
    for more in ([], ["--agents=2"]):
        ran = signs.run("--agents-cov=.", "--agents-cov-fail-under=90", *more)
        assert ran.code == 1, str(ran)
        assert ran.counts == {"passed": 4}
        assert "ERROR: coverage: total of 86 is less than fail-under=90" in ran.lines, str(ran)
    signs.write_text(".coveragerc", "[report]\nfail_under = 70\n")
    assert signs.run("--agents-cov=.", "--agents=2").code == 0


@pytest.mark.parametrize(
    ("args", "slug"),
    [
        (["--agents-cov-report=pdf"], "bad-coverage-report"),
        (["--agents-cov-report=term:file"], "bad-coverage-report"),
        (["--agents-cov-report=html:"], "bad-coverage-report"),
        (["--agents-cov-fail-under=all"], "bad-fail-under"),
        (["--agents-cov-fail-under=101"], "bad-fail-under"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--agents=2"]], ids=["alone", "agents"])
def test_what_cannot_be_is_an_error(
    signs: Suite, args: list[str], slug: str, more: list[str]
) -> None:
    """Before any test."""
    ran = signs.run("--agents-cov=.", *args, *more)
    assert ran.code == 4, str(ran)
    assert f"[{slug}]" in ran.err
    assert coverage_files(ran) == []


def test_pytest_cov_beside_it_is_an_error(signs: Suite) -> None:
    """Both would measure; without `--agents-cov` its reports are nothing."""
    pytest.importorskip("pytest_cov")
    ran = signs.run("--agents-cov=.", "--cov=.", "--agents=2")
    assert ran.code == 4
    assert "[two-coverages]" in ran.err
    assert signs.run("--agents-cov=.", "--cov=.", "--no-cov").code == 0


def test_workers_of_xdist_are_an_error(signs: Suite) -> None:
    """Nothing would be measured there."""
    pytest.importorskip("xdist")
    ran = signs.run("--agents-cov=.", "-n", "2")
    assert ran.code == 4
    assert "[coverage-and-xdist]" in ran.err
    assert signs.run("--agents-cov=.", "-n", "0").code == 0


def test_a_wrong_configuration_is_an_error(signs: Suite) -> None:
    """What coverage says of it is passed on."""
    signs.write_text(".coveragerc", "[run]\nconcurrency = nonsense\n")
    ran = signs.run("--agents-cov=.", "--agents=2")
    assert ran.code == 4, str(ran)
    assert "[bad-coverage]" in ran.err
    assert coverage_files(ran) == [".coveragerc"]


def test_what_runs_no_test_measures_nothing(signs: Suite) -> None:
    """A data file of an earlier run stays."""
    signs.write_text(".coverage", "kept")
    for option in ("--collect-only", "--agents-plan", "--fixtures"):
        ran = signs.run("--agents-cov=.", option)
        assert ran.code == 0, str(ran)
        assert ran.text(".coverage") == "kept"
