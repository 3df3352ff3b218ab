"""Reports and items that are made when somebody looks at them: nobody can tell that they were late.

Runs without a junit file, whose writer wants to see every report.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.functional.running import Ran, Suite

TESTS = """
    import logging, pytest

    LONG = "long line \\u00e9 " * 1000

    @pytest.fixture
    def loud():
        print("set up")
        yield
        print("torn down", LONG)

    @pytest.mark.parametrize("number", range(30))
    def test_passes(number): pass

    def test_prints(loud):
        print("short")
        print(LONG)
        logging.getLogger().warning("logged")

    def test_prints_little(): print("little")

    @pytest.mark.slow
    class TestClass:
        def test_fails(self, loud): assert 0, "no"

        def test_skips(self): pytest.skip("not today")

        @pytest.mark.xfail
        def test_xfails(self): assert 0

        def test_passes(self, record_property): record_property("key", "value")
"""
INI = "[pytest]\nmarkers = slow\n"
LOOKER = """
    import json

    def pytest_terminal_summary(terminalreporter, config):
        rows = []
        for category, reports in terminalreporter.stats.items():
            for one in reports:
                if hasattr(one, "when"):
                    rows.append([
                        category, one.nodeid, one.when, one.outcome, list(one.location),
                        sorted(one.keywords), one.sections, one.user_properties,
                        one.duration >= 0, one.capstdout, one.caplog, one.count_towards_summary,
                    ])
        rows.sort(key=lambda row: (row[1], ["setup", "call", "teardown"].index(row[2])))
        with open(config.rootpath / "rows.json", "w") as file:
            json.dump(rows, file)
"""


def shown(ran: Ran) -> Counter[str]:
    """Its lines without what differs from run to run, or names an agent."""
    timeless = (re.sub(r"\d+\.\d+s|in \d.*| at 0x\w+", "", line) for line in ran.lines)
    ours = ("agents: ", "[gw", "===", "---", "___", "plugins: ")
    kept = (line for line in timeless if not line.startswith(ours))
    return Counter(
        line for line in kept if not re.match(r"^[.FsxE]+( *\[|$)|^test_it.py|^ *$", line)
    )


@pytest.mark.parametrize(
    "options",
    [["-rA"], ["-rP"], ["-v"], ["--durations=0", "--durations-min=0"], ["-q"], ["-x", "-rA"], []],
)
def test_the_terminal_shows_the_same(suite: Suite, options: list[str]) -> None:
    """Whatever it is asked to show of tests that have passed."""
    suite.write_text("pytest.ini", INI).write(test_it=TESTS)
    agents, serial = suite.run("--agents=1", *options), suite.run("-p", "no:agentorch", *options)
    assert agents.counts == serial.counts, str(agents)
    if "-v" not in options:
        assert shown(agents) == shown(serial)


def test_who_looks_at_reports_sees_the_same(suite: Suite) -> None:
    """After the run, where nobody has looked at them before."""
    suite.write_text("pytest.ini", INI).write(test_it=TESTS, conftest=LOOKER)
    path = suite.folder / "rows.json"
    suite.run("--agents=2")
    agents = path.read_text()
    suite.run("-p", "no:agentorch")
    assert agents == path.read_text()


def test_who_looks_at_items_sees_the_same(suite: Suite) -> None:
    """While tests are collected, and when the session ends."""
    suite.write_text("pytest.ini", INI).write(
        test_it=TESTS,
        conftest="""
        def pytest_collection_finish(session):
            tell(session.items, "collected")

        def pytest_sessionfinish(session):
            tell(session.items, "finished")

        def pytest_collectreport(report):
            tell(report.result, report.nodeid)

        def tell(nodes, what):
            items = [node for node in nodes if hasattr(node, "runtest")]
            marks = ["slow" in [mark.name for mark in item.iter_markers()] for item in items]
            with open("seen.txt", "a") as file:
                print(what, [item.nodeid for item in items], marks if what[0] in "cf" else "",
                      [item.location for item in items], file=file)
        """,
    )
    path = suite.folder / "seen.txt"

    def seen(*options: str) -> set[str]:
        suite.run(*options)
        lines = set(path.read_text().splitlines())
        path.unlink()
        return lines

    serial = seen("-p", "no:agentorch")
    assert {line for line in serial if "test_passes" in line} <= seen("--agents=2")


def test_what_was_printed_is_gone_after_the_run(suite: Suite) -> None:
    """Nothing is left of it on the disk."""
    suite.write(test_it=TESTS)
    ran = suite.run("--agents=2")
    assert ran.counts["passed"] == 33, str(ran)
    assert [*suite.folder.rglob("*.printed")] == []


@pytest.mark.parametrize("listener", ["", "def pytest_deselected(items): LISTENED.extend(items)"])
def test_who_looks_at_deselected_tests_sees_them(suite: Suite, listener: str) -> None:
    """Where somebody listens, and where nobody but pytest's terminal does."""
    suite.write_text("pytest.ini", INI).write(
        test_it=TESTS,
        conftest=f"""
        LISTENED = []

        {listener}

        def pytest_terminal_summary(terminalreporter):
            kept = terminalreporter.stats["deselected"]
            with open("deselected.txt", "w") as file:
                print(len(kept), [item.nodeid for item in kept], len(LISTENED), file=file)
        """,
    )
    path = suite.folder / "deselected.txt"
    agents = suite.run("--agents=2", "-k", "prints")
    seen = path.read_text()
    serial = suite.run("-p", "no:agentorch", "-k", "prints")
    assert seen == path.read_text()
    assert agents.counts == serial.counts == {"passed": 2, "deselected": 34}
