"""`-p no:NAME`: what plain pytest can do without, a run on agents can do without."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite, assert_same_verdicts

TESTS = """
    import unittest, warnings
    import pytest

    def test_passes(): print("written")
    def test_fails(): assert 0
    def test_warns(): warnings.warn("told")

    @pytest.mark.skip(reason="for a reason")
    def test_skipped(): pass

    @pytest.mark.nobody_declared_this
    def test_marked(): pass

    class TestCase(unittest.TestCase):
        def test_parts(self):
            for n in range(2):
                with self.subTest(n=n):
                    assert n
"""


@pytest.mark.parametrize(
    "names",
    [
        "capture",
        "reports",
        "subtests",
        "reports subtests",
        "skipping warnings",
        "cacheprovider logging tmpdir",
        "unraisableexception threadexception faulthandler pastebin",
    ],
)
def test_without_plugins_of_pytest(suite: Suite, names: str) -> None:
    """The verdicts are those of plain pytest without them."""
    suite.write(test_it=TESTS)
    args = [word for name in names.split() for word in ("-p", f"no:{name}")]
    serial, agents = suite.serial(*args), suite.agents(2, *args)
    assert serial.code == 1
    assert_same_verdicts(serial, agents)
    if "capture" in names:
        assert any(line.endswith("] written") for line in agents.lines)


def test_without_the_terminal_and_the_junit_file(suite: Suite) -> None:
    """There is still an exit code, and our own report."""
    suite.write(test_it=TESTS)
    args = ["-p", "no:terminal", "-p", "no:junitxml", "-p", "no:capture"]
    serial = suite.run(*args)
    agents = suite.run("--agents=2", "--agents-report=report.json", *args)
    assert agents.code == serial.code == 1, str(agents)
    assert "INTERNALERROR" not in agents.out + agents.err
    assert (suite.folder / "report.json").is_file()


@pytest.mark.lenient
def test_a_mark_that_nobody_declared_is_told_once(suite: Suite) -> None:
    """By pytest, where the test module is imported; our stand-ins do not warn again."""
    suite.write(test_it=TESTS)
    args = ["-k", "marked"]
    serial, agents = suite.serial(*args), suite.agents(2, *args)
    assert agents.counts == serial.counts == {"passed": 1, "deselected": 5, "warnings": 1}
