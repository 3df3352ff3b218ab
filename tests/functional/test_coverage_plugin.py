"""pytest-cov's `--cov` works unchanged: its data, its reports, its options."""

from __future__ import annotations

import json

import pytest

from tests.functional.coverage_plugin_suite import SOURCE, Covered, covered, left, union, write
from tests.functional.running import Ran, Suite

pytest.importorskip("pytest_cov")

STARTS = pytest.mark.parametrize("start", ["--agents-start=fork", "--agents-start=spawn"])
BRANCHES = pytest.mark.parametrize("more", [[], ["--cov-branch"]], ids=["lines", "branches"])

IN_PAIRS = """
    import pytest, time
    from pathlib import Path

    @pytest.fixture(autouse=True)
    def pair():
        # No test ends before two have begun: each agent has half of them.
        file = Path("begun.txt")
        with file.open("a") as begun:
            begun.write("x")
        number = len(file.read_text())
        while len(file.read_text()) < number + number % 2:
            time.sleep(0.01)
"""
ONE_TEST = """def test_it():
    pass
"""


@STARTS
@BRANCHES
def test_what_is_covered_is_what_one_process_covers(
    suite: Suite, start: str, more: list[str]
) -> None:
    """At import, in conftests, in fixtures of the session, in tests: every line and branch."""
    write(suite)
    serial = covered(suite.serial(*SOURCE, *more))
    assert covered(suite.agents(2, start, *SOURCE, *more)) == serial


@STARTS
def test_contexts_are_those_of_one_process(suite: Suite, start: str) -> None:
    """`--cov-context=test`: what each test ran."""
    write(suite)
    args = ["--cov-context=test", *SOURCE]
    serial, agents = covered(suite.serial(*args)), covered(suite.agents(2, start, *args))
    assert union(agents) == union(serial)

    def of_tests(found: Covered) -> Covered:
        # Fixtures of a session are set up in each agent.
        return {context: places for context, places in found.items() if context.endswith("|run")}

    assert of_tests(agents) == of_tests(serial)
    assert agents[""] == serial[""]


@STARTS
def test_what_a_file_imports_belongs_to_no_test(suite: Suite, start: str) -> None:
    """Also where an agent imports a file when it has run tests of another one."""
    write(suite, conftest=IN_PAIRS)
    letters = "abcdef"
    for letter in letters:
        suite.write_text(f"project/{letter}.py", "VALUE = 1\n")
        suite.write_text(f"test_{letter}.py", f"from project import {letter}\n\n\n{ONE_TEST}")
    args = ["--cov-context=test", *SOURCE, *(f"test_{letter}.py" for letter in letters)]
    found = covered(suite.agents(2, start, *args))
    for letter in letters:
        line = (f"{letter}.py", 1, 1)
        assert [context for context, places in found.items() if line in places] == [""]


@STARTS
def test_every_report_says_what_it_says_of_one_process(suite: Suite, start: str) -> None:
    """Terminal, HTML, XML, JSON, LCOV, Markdown, annotated sources."""
    write(suite)
    args = ["--cov=project", "--cov-branch", "--cov-report=term-missing:skip-covered"]
    files = {"json": "cov.json", "lcov": "cov.lcov", "markdown": "cov.md", "xml": "cov.xml"}
    args += [f"--cov-report={kind}:{name}" for kind, name in files.items()]
    args += ["--cov-report=html:html", "--cov-report=annotate:annotated"]

    def said(ran: Ran) -> object:
        names = sorted(path.relative_to(suite.folder) for path in suite.folder.glob("[ah][nt]*/*"))
        rows = [line for line in ran.lines if line.startswith(("TOTAL", "project/", "Name"))]
        data = json.loads(ran.text("cov.json"))
        texts = [ran.text(name) for name in ("cov.lcov", "cov.md")]
        xml = ran.text("cov.xml").partition("<packages>")[2]
        return names, rows, data["files"], data["totals"], texts, xml

    serial = said(suite.serial(*args))
    assert said(suite.agents(2, start, *args)) == serial


def test_fail_under_decides_the_exit_code(suite: Suite) -> None:
    """As in plain pytest."""
    write(suite)
    args = ["--cov=project", "--cov-fail-under=99"]
    serial, agents = suite.serial(*args), suite.agents(2, *args)
    assert agents.code == serial.code == 1, str(agents)
    told = [line for line in serial.lines if "Required test coverage of 99" in line]
    assert told
    assert [line for line in agents.lines if "Required test coverage" in line] == told


def test_append_adds_to_what_there_is(suite: Suite) -> None:
    """Without it what an earlier run has covered is gone."""
    write(suite)
    whole = covered(suite.serial(*SOURCE))
    covered(suite.agents(2, *SOURCE, "test_others.py"))
    assert covered(suite.agents(2, *SOURCE, "--cov-append", "test_signs.py")) == whole
    assert covered(suite.agents(2, *SOURCE, "test_signs.py")) != whole


def test_no_cov_measures_nothing(suite: Suite) -> None:
    """And says so, as in one process."""
    write(suite)
    args = ["--cov=project", "--no-cov"]
    serial, agents = suite.serial(*args), suite.agents(2, *args)
    assert agents.code == serial.code == 0, str(agents)
    assert not left(agents)
    assert "tests coverage" not in agents.out
    warned = suite.agents(2, "--no-cov", "--cov=project")
    assert "Coverage disabled via --no-cov switch!" in warned.out, str(warned)


@STARTS
def test_the_configuration_of_coverage_counts(suite: Suite, start: str) -> None:
    """`--cov-config`: branches, what is left out, where the data is."""
    write(suite)
    suite.write_text(
        "cov/settings.ini",
        "[run]\nbranch = true\nomit = project/late.py\nsource = project\nrelative_files = true\n",
    )
    args = ["--cov", "--cov-config=cov/settings.ini", "--cov-report="]
    serial = covered(suite.serial(*args))
    assert covered(suite.agents(2, start, *args)) == serial
    assert {file for file, _, _ in union(serial)} == {"__init__.py", "under_test.py"}


@STARTS
def test_the_data_file_is_where_the_project_wants_it(suite: Suite, start: str) -> None:
    """In a folder, under another name, and nothing beside it."""
    write(suite)
    suite.write_text(".coveragerc", "[run]\ndata_file = data/of_coverage\nparallel = true\n")
    (suite.folder / "data").mkdir()
    ran = suite.agents(2, start, *SOURCE)
    assert ran.code == 0, str(ran)
    assert not left(ran)
    assert [path.name for path in (suite.folder / "data").iterdir()] == ["of_coverage"]


@STARTS
def test_what_is_not_to_be_covered_is_not(suite: Suite, start: str) -> None:
    """The mark and the fixture `no_cover`, and the fixture `cov`."""
    write(
        suite,
        test_uncovered="""
        import pytest
        from project import under_test

        @pytest.mark.no_cover
        def test_mark():
            assert under_test.nothing()

        def test_fixture(no_cover):
            assert under_test.nothing()

        def test_after():
            assert under_test.sign(5000) == "far"

        def test_cov(cov):
            assert cov is not None
        """,
    )
    args = [*SOURCE, "--cov-branch"]
    serial = suite.serial(*args)
    expected = covered(serial)
    agents = suite.agents(2, start, *args)
    assert agents.counts == serial.counts
    assert covered(agents) == expected
