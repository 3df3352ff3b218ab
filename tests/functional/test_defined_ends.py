"""Whatever goes wrong has a result: the one that docs/crashes.md lists, row by row."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.functional.running import Ran, Suite

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")

PAGE = Path(__file__).parents[2] / "docs/crashes.md"
HEAD = "import ctypes, faulthandler, os, pathlib, pytest, resource, signal, sys\n"
TESTS = """
def test_before(): pass
def test_bad({fixture}): {bad}
def test_after(): pass
"""
IN_AN_AGENT = "'PYTEST_XDIST_WORKER' in os.environ"
DEATHS = {
    "`os._exit(0)`": "os._exit(0)",
    "`sys.exit(3)`": "sys.exit(3)",
    '`pytest.exit("enough", 5)`': "pytest.exit('enough', 5)",
    "a null pointer is read in C": "faulthandler.disable(); ctypes.string_at(0)",
    "SIGKILL, such as from the out-of-memory killer": "os.kill(os.getpid(), signal.SIGKILL)",
}
MEMORY = (
    "limits = resource.getrlimit(resource.RLIMIT_AS);"
    " resource.setrlimit(resource.RLIMIT_AS, (1 << 30, limits[1])); bytearray(4 << 30)"
)
FULL_DISK = {
    "conftest": f"{HEAD}resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n",
    # Names that are longer than what may be in a file.
    "test_it": "\n".join(f"def test_{letter * 5000}(): pass" for letter in "abc"),
}
NO_LOG = f"""
    for run in pathlib.Path(".pytest_cache/d/agentorch/runs").glob("*"):
        if not {IN_AN_AGENT}:
            (run / "events.jsonl").mkdir(exist_ok=True)
"""


_INCIDENT = re.compile(r"\[(agent-lost|poison-test|reporter-failed)\]")


@dataclass(frozen=True)
class Row:
    """What the page says of one thing that goes wrong.

    Attributes:
        plain, agents: exit code, or signal, and the numbers of the last line.
        incident: its slug; empty if it is none.
    """

    plain: str
    agents: str
    incident: str


def in_a_test(statement: str) -> dict[str, str]:
    """A suite in which a test does it."""
    return {"test_it": HEAD + TESTS.format(fixture="", bad=statement)}


def in_a_fixture(scope: str, setup: str, teardown: str) -> dict[str, str]:
    """A suite in which a fixture does it."""
    fixture = f"@pytest.fixture(scope='{scope}')\ndef resource_():\n    {setup}\n    yield\n"
    tests = TESTS.format(fixture="resource_", bad="pass")
    return {"test_it": f"{HEAD}{fixture}    {teardown}\n{tests}"}


def in_a_hook(hook: str, statement: str, where: str = "True") -> dict[str, str]:
    """A suite whose conftest does it, where that is so."""
    function = f"def {hook}:\n    if {where}:\n        {statement}\n"
    return {"test_it": TESTS.format(fixture="", bad="pass"), "conftest": HEAD + function}


def cases() -> dict[str, Mapping[str, str]]:
    """The suites: by what goes wrong, and where."""
    found: dict[str, Mapping[str, str]] = {}
    for what, statement in DEATHS.items():
        found |= {
            f"{what} | in a test": in_a_test(statement),
            f"{what} | in the setup of a fixture": in_a_fixture("module", statement, "pass"),
            f"{what} | in the teardown of a fixture": in_a_fixture("function", "pass", statement),
            f"{what} | in the teardown of a session fixture": in_a_fixture(
                "session", "pass", statement
            ),
            f"{what} | in `pytest_sessionfinish` of an agent": in_a_hook(
                "pytest_sessionfinish(session)", statement, IN_AN_AGENT
            ),
        }
    error = "raise RuntimeError('broken')"
    here = f"not {IN_AN_AGENT}"
    bad = f"{here} and 'bad' in report.nodeid"
    return found | {
        "`MemoryError` | in a test": in_a_test(MEMORY),
        "an error | in `pytest_sessionfinish` of an agent": in_a_hook(
            "pytest_sessionfinish(session)", error, IN_AN_AGENT
        ),
        "an error | in `pytest_sessionfinish` everywhere": in_a_hook(
            "pytest_sessionfinish(session)", error
        ),
        "an error | in `pytest_runtest_logreport` of a reporter": in_a_hook(
            "pytest_runtest_logreport(report)", error, bad
        ),
        "an error | in `pytest_terminal_summary` of a reporter": in_a_hook(
            "pytest_terminal_summary()", error, here
        ),
        "the event log cannot be written | ": {
            "test_it": TESTS.format(fixture="", bad="pass"),
            "conftest": f"{HEAD}def pytest_sessionstart(session):{NO_LOG}",
        },
        "the disk is full | ": FULL_DISK,
    }


def rows() -> dict[str, Row]:
    """The table of the page."""
    text = PAGE.read_text("utf-8").partition("\n| what goes wrong |")[2]
    found: dict[str, Row] = {}
    for line in text.partition("\n\n")[0].splitlines()[2:]:
        what, where, *result = (cell.strip() for cell in line.strip("|").split("|"))
        found[f"{what} | {where}"] = Row(*result)
    return found


CASES, ROWS = cases(), rows()


def told(ran: Ran) -> str:
    """What a run says at its end, as the table says it."""
    try:
        counts = ran.counts
    except ValueError:
        # There is no last line.
        counts = {}
    nouns = {"failed": "failed", "passed": "passed", "errors": "error"}
    numbers = ", ".join(f"{counts[word]} {nouns[word]}" for word in nouns if word in counts)
    code = signal.Signals(-ran.code).name if ran.code < 0 else str(ran.code)
    return ": ".join(filter(None, [code, numbers]))


def test_the_table_lists_what_is_tested_and_nothing_else() -> None:
    """Each row of the page is a case, and each case a row."""
    assert list(ROWS) == list(CASES)


@pytest.mark.lenient  # The interpreter warns of what such suites leave open.
@pytest.mark.parametrize("case", CASES)
def test_what_goes_wrong_has_the_result_that_the_table_lists(suite: Suite, case: str) -> None:
    """In plain pytest, and on one agent, forked and spawned: exit code, numbers, incident."""
    if case.startswith("the disk is full") and pytest.version_tuple < (9,):
        pytest.skip("pytest itself fails then")
    row = ROWS[case]
    suite.write(**CASES[case])
    serial = suite.run()
    assert told(serial) == row.plain, str(serial)
    for start in ("fork", "spawn"):
        ran = suite.run("--agents=1", f"--agents-start={start}")
        assert told(ran) == row.agents, str(ran)
        slugs = {slug for line in ran.lines for slug in _INCIDENT.findall(line)}
        assert slugs == set(filter(None, [row.incident.strip("`")])), str(ran)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_hook_that_raises_at_the_end_costs_no_report(suite: Suite, start: str) -> None:
    """What finished is in ours, whatever becomes of the summary on the terminal."""
    error = "raise RuntimeError('broken')"
    suite.write(**in_a_hook("pytest_sessionfinish(session)", error, f"not {IN_AN_AGENT}"))
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.code == 1, str(ran)
    assert set(ran.statuses.values()) == {"passed"}
    assert len(ran.statuses) == 3
    assert [type(event).__name__ for event in ran.events][-1] == "RunFinished"


def test_a_run_without_any_place_for_its_records_says_so(suite: Suite) -> None:
    """A usage error: neither pytest's cache nor a temporary folder."""
    suite.write(
        conftest="import tempfile\ntempfile.tempdir = '/nowhere/at/all'\n",
        test_it="def test_it(): open('ran.txt', 'w').close()",
    )
    ran = suite.run("--agents=1", "-p", "no:cacheprovider", "--capture=no")
    assert ran.code == 4, str(ran)
    assert "/nowhere/at/all" in ran.err
    assert "[no-run-directory]" in ran.err
    assert "Traceback" not in ran.out + ran.err
    assert not ran.text("ran.txt")
