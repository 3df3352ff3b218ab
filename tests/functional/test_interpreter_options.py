"""`python -O -m pytest --agents=2`: agents are interpreters like the one that was asked for."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite, assert_same_verdicts

# Each option changes at least one verdict.
TESTS = """
    import sys, warnings
    import checked

    def test_assert(): checked.never()
    def test_optimized(): check(sys.flags.optimize == 0)
    def test_warning(): warnings.warn("told", UserWarning)
    def test_other_warning(): warnings.warn("told", FutureWarning)
    def test_utf8(): check(not sys.flags.utf8_mode)
    def test_development(): check(not sys.flags.dev_mode)
    def test_own(): check("mine" not in sys._xoptions)
    def test_isolated(): check(not sys.flags.isolated)
    def test_bytes(): check(not sys.flags.bytes_warning)

    def check(holds):
        if not holds:
            raise ValueError
"""


@pytest.mark.lenient
@pytest.mark.parametrize(
    ("options", "differing"),
    [
        (["-O"], {"optimized", "assert"}),
        (["-W", "error::UserWarning", "-Wignore::FutureWarning"], {"warning"}),
        (["-X", "utf8", "-Xmine=a b"], {"utf8", "own"}),
        (["-bI", "-Xdev"], {"bytes", "isolated", "development"}),
    ],
    ids=" ".join,
)
def test_options_of_the_interpreter_reach_agents(
    suite: Suite, options: list[str], differing: set[str]
) -> None:
    """The verdicts are those of plain pytest with the same options."""
    # pytest rewrites the asserts of test modules: there -O changes nothing.
    suite.write(test_it=TESTS, checked="def never(): assert 0")
    serial, agents = suite.serial(python=options), suite.agents(2, python=options)
    assert_same_verdicts(serial, agents)
    failed = {line.split("::test_")[1].split()[0] for line in agents.summary_lines}
    assert failed ^ {"assert"} == differing
