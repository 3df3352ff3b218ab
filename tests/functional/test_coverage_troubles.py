"""`--agents-cov` where tests, other options or the place for the results make it difficult."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.functional.running import Ran, Suite
from tests.functional.test_coverage import STARTS, coverage_files, covered

CODE = "def one(): return 1\ndef two(): return 2\ndef three(): return 3\n"
BOTH = pytest.mark.parametrize("agents", ["--agents=0", "--agents=2"])
ALL_CALLED = {(line, -line) for line in (1, 2, 3)}
CHANGES = {
    "a folder that is gone": "os.chdir(tmp_path); os.rmdir(tmp_path)",
    "another folder": "os.chdir(tmp_path)",
    "other variables": "os.environ.update(COVERAGE_RCFILE='/nowhere', COVERAGE_FILE='elsewhere')",
    "no variables": "os.environ.clear()",
    "no temporary files": "[shutil.rmtree(one) for one in Path(tempfile.gettempdir()).glob('a*')]",
    "a tracer": "sys.settrace(sys.gettrace())",
    "a fork that goes on": "child = os.fork(); child or sys.exit(0); os.waitpid(child, 0)",
}


@pytest.fixture
def code(suite: Suite) -> Suite:
    """A module of which each test covers a line."""
    suite.write(
        code_under_test=CODE,
        test_code="""
        import code_under_test

        def test_one(): code_under_test.one()
        def test_two(): code_under_test.two()
        def test_three(): code_under_test.three()
        """,
    )
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    return suite.write_text(".coveragerc", "[run]\nbranch = true\n")


def called(ran: Ran) -> set[object]:
    """Which of the functions have been called."""
    return covered(ran)["code_under_test.py"] & ALL_CALLED


@BOTH
@pytest.mark.parametrize("change", [*CHANGES])
def test_what_tests_do_to_their_process(code: Suite, agents: str, change: str) -> None:
    """They may leave it as they like."""
    code.write(
        test_code=f"""
        import os, shutil, sys, tempfile
        from pathlib import Path
        import code_under_test

        def test_one(): code_under_test.one()

        def test_two(tmp_path):
            code_under_test.two()
            {CHANGES[change]}

        def test_three(): code_under_test.three()
        """
    )
    ran = code.run(agents, "--agents-cov=code_under_test")
    assert ran.code == 0, str(ran)
    assert called(ran) == ALL_CALLED
    assert coverage_files(ran) == [".coverage", ".coveragerc"]


@BOTH
@pytest.mark.parametrize("place", ["/proc/nowhere/.coverage", "folder"])
def test_no_place_for_the_data(code: Suite, agents: str, place: str) -> None:
    """It is said, and all else is as ever."""
    code.write_text(".coveragerc", f"[run]\nbranch = true\ndata_file = {place}\n")
    code.write_text("folder/file", "kept")
    ran = code.run(agents, "--agents-cov=code_under_test", "--agents-cov-fail-under=100")
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 3}
    assert any(line.startswith("WARNING: coverage data is not saved: ") for line in ran.lines)
    assert any(line.startswith("TOTAL") for line in ran.lines), str(ran)
    assert ran.text("folder/file") == "kept"
    assert coverage_files(ran) == [".coveragerc"]


@BOTH
def test_a_report_that_cannot_be_written_is_no_matter_to_others(code: Suite, agents: str) -> None:
    """And folders are made, whatever kind of report goes there."""
    reports = ["html:test_code.py", "markdown:made/too.md", "json:made/too.json"]
    given = [f"--agents-cov-report={report}" for report in reports]
    ran = code.run(agents, "--agents-cov=code_under_test", *given)
    assert ran.code == 0, str(ran)
    assert sum("WARNING: no report of coverage: " in line for line in ran.lines) == 1, str(ran)
    assert "TOTAL" in ran.text("made/too.md")
    assert "totals" in ran.text("made/too.json")


@BOTH
@pytest.mark.parametrize("wrong", ["[report]\nfail_under = 150", "[run]\nplugins = of_nobody"])
def test_what_coverage_would_notice_late_is_an_error_at_once(
    code: Suite, agents: str, wrong: str
) -> None:
    """Before any test has run."""
    code.write_text(".coveragerc", f"{wrong}\n")
    ran = code.run(agents, "--agents-cov=code_under_test")
    assert ran.code == 4, str(ran)
    assert "[bad-coverage]" in ran.err
    assert coverage_files(ran) == [".coveragerc"]


@BOTH
def test_nothing_is_measured_when_the_run_is_over(code: Suite, agents: str) -> None:
    """However it has ended: the process may go on."""
    code.write(
        test_wrong="import nonsense",
        runs="""
        import pytest, sys

        for file, code in (("test_code.py", 0), ("test_wrong.py", 2), ("missing.py", 4)):
            assert pytest.main([*sys.argv[3:], file]) == code
            assert sys.gettrace() is None, file
        """,
    )
    ran = code.run(agents, "--agents-cov=code_under_test", python=["runs.py"])
    assert ran.code == 0, str(ran)


@BOTH
def test_a_killed_run_leaves_no_temporary_folder_for_long(
    code: Suite, tmp_path: Path, agents: str
) -> None:
    """The next run removes it, but not that of one that goes on."""
    code.write(
        test_hangs="""
        import time

        def test_hangs():
            open("hangs", "a").write("x\\n")
            time.sleep(600)
        """
    )
    args = (agents, "--agents-cov=code_under_test", "-p", "no:timeout", "-p", "no:cacheprovider")
    env = {"TMPDIR": str(tmp_path)}
    with code.start(*args, "test_hangs.py", env=env) as killed:
        killed.wait_for_words("hangs", 1)
        before = sorted(tmp_path.glob("agentorch-*"))
        assert before
        assert code.run(*args, "test_code.py", env=env).code == 0
        assert sorted(tmp_path.glob("agentorch-*")) == before
        killed.signal(signal.SIGKILL)
        killed.finish()
    assert code.run(*args, "test_code.py", env=env).code == 0
    assert not list(tmp_path.glob("agentorch-*"))


PLUGIN = """
    import os
    from coverage import CoveragePlugin, FileReporter, FileTracer

    class Templates(CoveragePlugin):
        def file_tracer(self, filename):
            return Engine() if filename.endswith("engine.py") else None

        def file_reporter(self, filename):
            return Template(filename)

        def find_executable_files(self, folder):
            for name in os.listdir(folder):
                if name.endswith(".template"):
                    yield os.path.join(folder, name)

    class Engine(FileTracer):
        def source_filename(self):
            return "engine.py"

        def has_dynamic_source_filename(self):
            return True

        def dynamic_source_filename(self, filename, frame):
            return frame.f_locals.get("template")

        def line_number_range(self, frame):
            return frame.f_locals["number"], frame.f_locals["number"]

    class Template(FileReporter):
        def lines(self):
            return set(range(1, len(self.source().splitlines()) + 1))

    def coverage_init(registry, options):
        registry.add_file_tracer(Templates())
"""


@pytest.mark.parametrize("branch", ["true", "false"])
@STARTS
def test_a_plugin_of_coverage(suite: Suite, branch: str, start: str) -> None:
    """It knows what templates are; one of them is never used, and the plugin itself never runs."""
    pytest.importorskip("pytest_cov")
    suite.write(
        plugin=PLUGIN,
        engine="def render(template, number):\n    return number\n",
        test_templates="""
        import os, pytest
        from engine import render

        @pytest.mark.parametrize("number", [1, 3])
        def test_one(number): render(os.path.abspath("one.template"), number)
        def test_two(): render(os.path.abspath("two.template"), 1)
        """,
    )
    for name in ("one", "two", "never"):
        suite.write_text(f"{name}.template", "a\nb\nc\n")
    suite.write_text(".coveragerc", f"[run]\nbranch = {branch}\nsource = .\nplugins = plugin\n")
    env = {"PYTHONPATH": str(suite.folder)}
    serial = suite.run("--cov", "--cov-report=term", env=env)
    ran = suite.run("--agents=2", f"--agents-start={start}", "--agents-cov", env=env)
    assert ran.code == 0, str(ran)
    assert covered(ran) == covered(serial)
    table = [line for line in serial.lines if ".template" in line or line.startswith("TOTAL")]
    assert len(table) == 4, str(serial)
    assert [line for line in ran.lines if line in table] == table, str(ran)
