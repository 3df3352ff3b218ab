"""A failure is shown as in plain pytest, line by line, though an agent has written it."""

from __future__ import annotations

import re

import pytest

from tests.functional.running import Ran, Suite

KINDS = """
import unittest

import pytest


def deep(n):
    text = ["x"] * n
    if n == 0:
        raise ValueError("päng")
    deep(n - 1)


def test_deep():
    deep(4)


def test_assert():
    print("printed")
    assert {"a": [1, 2], "b": "x" * 90} == {"a": [1, 3], "b": "y" * 90}


def test_chain():
    try:
        deep(1)
    except ValueError as error:
        try:
            raise KeyError("k") from error
        except KeyError:
            {}["z"]


def test_cause_without_traceback():
    raise RuntimeError("a") from ValueError("b")


def test_endless():
    def again():
        return again()

    again()


@pytest.fixture
def broken():
    raise OSError("set-up")


@pytest.fixture
def breaks():
    yield
    print("in teardown")
    raise OSError("teardown")


def test_setup(broken):
    pass


def test_teardown(breaks):
    print("in call")
    assert 0


def test_lookup(nothing):
    pass


class TestCase(unittest.TestCase):
    def tearDown(self):
        raise ValueError("tearDown")

    def test_unit(self):
        self.assertEqual({"a": 1}, {"a": 2})


def test_surrogate():
    raise ValueError("\\udc80 alone")


def test_huge():
    print("y" * 100_000)
    raise ValueError("z" * 100_000)


@pytest.mark.xfail
def test_expected():
    deep(1)


def test_without_trace():
    pytest.fail("no trace", pytrace=False)


def test_exit():
    raise SystemExit("bye")


def test_escapes():
    raise ValueError("a\\n\\n\\x1b[31mred\\x1b[0m")


def documented():
    '''
    >>> 1 + 1
    3
    '''
"""

GROUP = """
def test_group():
    try:
        raise OSError("inner")
    except OSError as error:
        raise ExceptionGroup("many", [error, ValueError(1)])
"""

_SECTION = re.compile(r"^=+ (ERRORS|FAILURES|XFAILURES) =+$")
_END = re.compile(r"^=+ .* =+$|^-+ generated xml file: ")
_HEADLINE = re.compile(r"^_+ (\S.*\S) _+$")
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_ADDRESS = re.compile(r"\b0x[0-9a-f]+")
_AGENT = re.compile(r"^\[gw\d\] ")


def blocks(run: Ran) -> dict[str, list[str]]:
    """What was written of each failure, as it is; without the line that names the agent."""
    found: dict[str, list[str]] = {}
    block: list[str] | None = None
    inside = False
    for line in run.out.splitlines():
        plain = _ESCAPES.sub("", line)
        if _SECTION.match(plain):
            inside = True
        elif _END.match(plain):
            inside = False
        elif inside and (headline := _HEADLINE.match(plain)):
            block = found.setdefault(headline[1], [])
        elif inside and block is not None and not _AGENT.match(plain):
            block.append(_ADDRESS.sub("0x0", line))
    return found


@pytest.mark.parametrize(
    "options",
    [
        ("--color=yes", "-l"),
        ("--color=yes", "--code-highlight=no", "--tb=short"),
        ("--color=no", "--tb=long", "--xfail-tb"),
    ],
    ids=" ".join,
)
def test_every_kind_of_failure_is_shown_as_in_plain_pytest(
    suite: Suite, options: tuple[str, ...]
) -> None:
    """With its colours, in all styles; junit files and the short summary have the same of it."""
    suite.write(test_kinds=KINDS, test_group=GROUP, test_broken="import nothing_like_that\n")
    common = (*options, "--doctest-modules", "--continue-on-collection-errors", "-rA")
    env = {"PYTHONHASHSEED": "0"}
    serial = suite.serial(*common, env=env)
    agents = suite.agents(2, *common, env=env)
    expected = blocks(serial)
    assert len(expected) > 15
    assert blocks(agents) == expected
    assert agents.summary_lines == serial.summary_lines
    assert agents.junit == serial.junit
    assert agents.counts == serial.counts


def test_failures_of_one_line(suite: Suite) -> None:
    """They have no headlines."""
    suite.write(test_kinds=KINDS)
    serial = suite.serial("--tb=line")
    agents = suite.agents(2, "--tb=line")
    lines = [line for line in agents.lines if re.search(r":\d+: \w", line)]
    assert sorted(lines) == sorted(line for line in serial.lines if re.search(r":\d+: \w", line))


def test_a_narrow_terminal(suite: Suite) -> None:
    """Lines between frames are as long as the terminal is wide; a stream may know few letters."""
    suite.write(test_kinds=KINDS)
    env = {"COLUMNS": "50", "PYTHONIOENCODING": "ascii", "PY_COLORS": "1", "PYTHONHASHSEED": "0"}
    serial = suite.serial(env=env)
    assert blocks(suite.agents(1, env=env)) == blocks(serial)


def test_a_plugin_finds_the_structure_of_a_failure(suite: Suite) -> None:
    """Also one that looks at the data of reports, and one that writes them into a file."""
    suite.write(
        test_kinds=KINDS,
        conftest="""
import pickle

import pytest

SEEN = []


def pytest_report_from_serializable(data):
    if isinstance(data.get("longrepr"), dict):
        SEEN.append(data["longrepr"]["reprcrash"]["message"])


def pytest_runtest_logreport(report):
    if hasattr(report, "node") and report.nodeid.endswith("test_chain") and report.failed:
        again = pickle.loads(pickle.dumps(report.longrepr))
        texts = [description for _, _, description in again.chain]
        SEEN.append(f"{len(texts)} {type(again).__module__} {report.longrepr.reprcrash.lineno}")


def pytest_terminal_summary(terminalreporter):
    for one in SEEN:
        terminalreporter.line(f"seen: {one}")
""",
    )
    agents = suite.agents(1, "-k", "test_chain")
    seen = [line for line in agents.lines if line.startswith("seen: ")]
    assert seen == ["seen: KeyError: 'z'", "seen: 3 _pytest._code.code 29"]
