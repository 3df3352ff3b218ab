"""pytest-cov's `--cov` works unchanged."""

from __future__ import annotations

import json

import pytest

from tests.functional.running import Ran, Suite

pytest.importorskip("pytest_cov")

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


def lines_covered(ran: Ran) -> dict[str, object]:
    """What the JSON report says of the code under test."""
    data = json.loads((ran.suite / "cov.json").read_text("utf-8"))
    file = data["files"]["code_under_test.py"]
    return {key: file[key] for key in ("executed_lines", "missing_lines", "summary")}


@pytest.mark.parametrize("more", [[], ["--cov-branch"]], ids=["lines", "branches"])
def test_the_total_is_that_of_plain_pytest(suite: Suite, more: list[str]) -> None:
    """Lines, branches, contexts: nothing that any agent covered is lost."""
    suite.write(code_under_test=CODE, test_sign=TESTS)
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    args = ["--cov=code_under_test", "--cov-report=json:cov.json", "--cov-report=term", *more]
    serial = suite.serial(*args)
    expected = lines_covered(serial)
    agents = suite.agents(2, *args)
    assert agents.code == 0, str(agents)
    assert lines_covered(agents) == expected

    def total(ran: Ran) -> str:
        return next(line for line in ran.lines if line.startswith("TOTAL"))

    assert total(agents) == total(serial)
    left = sorted(path.name for path in suite.folder.glob(".coverage*"))
    assert left == [".coverage"]


def test_fail_under_decides_the_exit_code(suite: Suite) -> None:
    """As in plain pytest."""
    suite.write(code_under_test=CODE, test_sign=TESTS)
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    args = ["--cov=code_under_test", "--cov-fail-under=99"]
    serial, agents = suite.serial(*args), suite.agents(2, *args)
    assert agents.code == serial.code == 1, str(agents)
    assert "Required test coverage of 99" in agents.out + agents.err


def test_an_agent_that_dies_costs_only_its_own_data(suite: Suite) -> None:
    """The run ends, the total is still there."""
    suite.write(
        code_under_test=CODE,
        test_sign=TESTS,
        test_dies="""
        import os

        def test_dies(): os._exit(1)
        """,
    )
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    ran = suite.agents(2, "--cov=code_under_test", "--cov-report=term")
    assert ran.code == 1, str(ran)
    assert ran.counts == {"passed": 4, "failed": 1}
    assert any(line.startswith("TOTAL") for line in ran.lines)
    assert "INTERNALERROR" not in ran.out + ran.err
