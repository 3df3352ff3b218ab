"""A suite of which every part of a session covers a line that nothing else covers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from coverage import CoverageData

from tests.functional.running import Ran, Suite

SOURCE = ("--cov=project", "--cov-report=")
"""What to measure; no report."""

_CODE = """
    AT_IMPORT = 1

    def in_conftest():
        return 1

    def in_session_fixture():
        return 1

    def in_session_teardown():
        return 1

    def in_fixture():
        return 1

    def in_teardown():
        return 1

    def sign(n):
        if n < 0:
            return "-"
        elif n == 0:
            return "0"
        elif n > 1000:
            return "far"
        return "+"

    def in_class():
        return 1

    def late():
        return 1

    def nothing():
        return 1
"""
_CONFTEST = """
    import pytest
    from project import under_test

    under_test.in_conftest()

    @pytest.fixture(scope="session", autouse=True)
    def session():
        under_test.in_session_fixture()
        yield
        under_test.in_session_teardown()

    @pytest.fixture
    def one():
        under_test.in_fixture()
        yield
        under_test.in_teardown()
"""
_SIGNS = """
    import pytest
    from project.under_test import sign

    @pytest.mark.parametrize(("n", "expected"), [(-1, "-"), (0, "0"), (1, "+"), (2, "+")])
    def test_sign(n, expected):
        assert sign(n) == expected
"""
_OTHERS = """
    from project import under_test

    def test_fixture(one):
        pass

    class TestClass:
        def test_it(self):
            assert under_test.in_class()

    def test_late():
        from project import late

        assert late.VALUE
"""

Covered = dict[str, frozenset[tuple[str, int, int]]]
"""Arcs by context: file, from, to. Without branches from and to are the same line."""


def write(suite: Suite, **more: str) -> Suite:
    """Write the suite, and more files."""
    suite.write_text("project/__init__.py", "")
    suite.write_text("project/never.py", "NEVER = 1\n")
    suite.write_text(
        "project/late.py", "from project import under_test\n\nVALUE = under_test.late()\n"
    )
    suite.write_text("project/under_test.py", _CODE)
    suite.write(**{"conftest": _CONFTEST, "test_signs": _SIGNS, "test_others": _OTHERS, **more})
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    return suite


def covered(ran: Ran) -> Covered:
    """What the data file says; no other was left."""
    assert left(ran) == [".coverage"], str(ran)
    data = CoverageData(str(ran.suite / ".coverage"))
    data.read()
    found: Covered = {}
    for context in data.measured_contexts():
        data.set_query_context(context)
        found[context] = frozenset(_places(data))
    data.close()
    return found


def union(found: Covered) -> frozenset[tuple[str, int, int]]:
    """What was covered in any context."""
    return frozenset().union(*found.values())


def places(path: Path) -> set[tuple[str, int, int]]:
    """What one data file says, in whatever context."""
    data = CoverageData(str(path))
    data.read()
    found = set(_places(data))
    data.close()
    return found


def left(ran: Ran) -> list[str]:
    """The data files of the run."""
    found = (path.name for path in ran.suite.rglob(".coverage*"))
    return sorted(name for name in found if name != ".coveragerc")


def _places(data: CoverageData) -> Iterator[tuple[str, int, int]]:
    for file in data.measured_files():
        name = Path(file).name
        lines = ((line, line) for line in data.lines(file) or ())
        arcs = data.arcs(file) or () if data.has_arcs() else lines
        yield from ((name, start, end) for start, end in arcs)
