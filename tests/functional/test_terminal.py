"""What is printed: pytest's own words, each test once, with its agent where that helps."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.functional.running import Ran, Suite

MIXED = """
    import logging, os, sys, time, pytest

    def test_passes(): pass

    def test_fails():
        print("printed before the failure")
        value = 41
        assert value == 42

    def test_skips(): pytest.skip("not today")

    @pytest.mark.xfail
    def test_xfails(): assert 0

    def test_slow(): time.sleep(0.3)

    @pytest.fixture
    def broken(): raise RuntimeError("no setup")

    def test_error(broken): pass
"""


def between(ran: Ran, first: str, last: str) -> list[str]:
    """The lines between two titles, without the line that names the agent."""
    lines = ran.lines
    start = next(n for n, line in enumerate(lines) if f" {first} " in line)
    end = next(n for n, line in enumerate(lines) if n > start and f" {last} " in line)
    kept = (line for line in lines[start + 1 : end] if not line.startswith("[gw"))
    return [line for line in kept if not line.startswith("agents: ")]


def test_v_shows_each_test_once_with_its_agent(suite: Suite) -> None:
    """A line per test: agent, percentage, verdict and node id."""
    suite.write(test_it=MIXED)
    ran = suite.agents(2, "-v")
    shown: Counter[str] = Counter()
    for line in ran.lines:
        match = re.match(r"\[gw\d+\] \[ *\d+%\] (\w+) (test_it\.py::\w+)", line)
        if match:
            shown[f"{match[2]} {match[1]}"] += 1
    assert shown == {
        "test_it.py::test_passes PASSED": 1,
        "test_it.py::test_fails FAILED": 1,
        "test_it.py::test_skips SKIPPED": 1,
        "test_it.py::test_xfails XFAIL": 1,
        "test_it.py::test_slow PASSED": 1,
        "test_it.py::test_error ERROR": 1,
    }, str(ran)
    assert sum("[100%]" in line for line in ran.lines) == 1


def test_q_has_no_line_of_ours(suite: Suite) -> None:
    """Of a green run with `-q` two lines are printed: dots and the end."""
    suite.write(test_it="def test_1(): pass\ndef test_2(): pass\n")
    serial, agents = suite.run("-q"), suite.run("-q", "--agents=2")
    assert serial.lines[0] == agents.lines[0], str(agents)
    assert len(agents.lines) == len(serial.lines) == 2
    quiet = suite.run("-qq", "--agents=2")
    assert quiet.lines[0] == serial.lines[0]


def test_the_default_output_has_a_dot_per_test(suite: Suite) -> None:
    """No file names between dots of several files, and one line about the agents."""
    suite.write(
        test_1="def test_1(): pass\ndef test_2(): pass\n", test_2="def test_1(): assert 0\n"
    )
    ran = suite.agents(2)
    progress = [line for line in ran.lines if line.endswith("[100%]")]
    assert len(progress) == 1, str(ran)
    assert Counter(progress[0].partition(" ")[0]) == {".": 2, "F": 1}
    assert sum(line.startswith("agents: ") for line in ran.lines) == 2


@pytest.mark.parametrize("style", ["short", "line", "no"])
def test_failures_are_shown_as_asked_for(suite: Suite, style: str) -> None:
    """`--tb` as in plain pytest; only the line with the agent is added."""
    suite.write(test_it=MIXED)
    if style == "no":
        assert " FAILURES " not in suite.agents(2, "--tb=no", "-k", "fails").out
        return
    serial = suite.run(f"--tb={style}", "-k", "fails")
    agents = suite.run(f"--tb={style}", "-k", "fails", "--agents=2")
    expected = between(serial, "FAILURES", "short test summary info")
    assert between(agents, "FAILURES", "short test summary info") == expected


def test_durations_are_those_of_the_tests(suite: Suite) -> None:
    """`--durations=3`: the slowest first."""
    suite.write(test_it=MIXED)
    ran = suite.agents(2, "--durations=3", "-k", "slow or passes")
    lines = between(ran, "slowest 3 durations", "2 passed,")
    slowest = re.match(r"([\d.]+)s call +test_it\.py::test_slow", lines[0])
    assert slowest, str(ran)
    assert float(slowest[1]) >= 0.3


def test_plugins_get_all_reports_and_sum_up_once(suite: Suite) -> None:
    """Also those that show nothing; agents have nothing to sum up."""
    suite.write(
        conftest="""
        SEEN = []

        def pytest_runtest_logreport(report):
            SEEN.append(report.when)

        def pytest_terminal_summary(terminalreporter):
            kept = [report.when for report in terminalreporter.stats[""]]
            with open("summed_up.txt", "a") as file:
                print(len(SEEN), *kept, file=file)
        """,
        test_it="def test_one(): pass\n\ndef test_two(): pass\n",
    )
    ran = suite.agents(2)
    assert ran.counts == {"passed": 2}, str(ran)
    words = (ran.suite / "summed_up.txt").read_text().split()
    assert words == ["6", "setup", "teardown", "setup", "teardown"]


def test_plugins_that_show_every_report_are_asked_for_each(suite: Suite) -> None:
    """A setup can have a letter of its own."""
    suite.write(
        conftest="""
        def pytest_report_teststatus(report):
            if report.when != "call":
                return report.when, report.when[0].upper(), report.when.upper()
        """,
        test_it="def test_one(): pass\n\ndef test_two(): pass\n",
    )
    assert "S.TS.T" in suite.agents(2).out


def test_rp_shows_what_passing_tests_wrote(suite: Suite) -> None:
    """`-rP` and `-rx` sections, as in plain pytest."""
    suite.write(test_it="def test_it():\n    print('from a passing test')\n")
    ran = suite.agents(2, "-rP")
    assert " PASSES " in ran.out
    assert "from a passing test" in ran.out


def test_without_the_terminal_plugin_nothing_is_printed(suite: Suite) -> None:
    """`-p no:terminal`: the exit code and the reports are all there is."""
    suite.write(test_it=MIXED)
    ran = suite.agents(2, "-p", "no:terminal")
    assert ran.code == 1, str(ran)
    assert ran.out == ""
    assert Counter(ran.statuses.values()) == {
        "passed": 2,
        "failed": 1,
        "skipped": 1,
        "xfailed": 1,
        "error": 1,
    }


def test_s_shows_what_tests_write_each_line_with_its_agent(suite: Suite) -> None:
    """`-s`: complete lines, from Python, from the operating system and from child processes."""
    suite.write(
        test_it="""
        import os, subprocess, sys

        def test_it():
            print("from python")
            print("to stderr", file=sys.stderr)
            sys.stdout.flush()
            os.write(1, b"from the system\\n")
            subprocess.run([sys.executable, "-c", "print('from a child')"])
            print("without an end", end="")
        """
    )
    ran = suite.agents(1, "-s")
    assert ran.code == 0, str(ran)
    for words in ("from python", "to stderr", "from the system", "from a child", "without an end"):
        assert [line for line in ran.lines if words in line] == [f"[gw0] {words}"], str(ran)


def test_live_logs_are_shown_with_their_agent(suite: Suite) -> None:
    """`log_cli`: every record once."""
    suite.write(
        test_it="""
        import logging, pytest

        @pytest.mark.parametrize("n", range(3))
        def test_it(n):
            logging.getLogger("suite").info("record %d", n)
        """
    )
    ran = suite.agents(2, "--log-cli-level=INFO")
    assert ran.code == 0, str(ran)
    for n in range(3):
        lines = [line for line in ran.lines if f"record {n}" in line]
        assert len(lines) == 1
        assert re.match(r"\[gw\d+\] .*INFO", lines[0])


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_the_log_file_has_all_records_of_all_agents(suite: Suite, start: str) -> None:
    """`--log-file`: one file, nothing overwritten, also of the controller; emptied at the start."""
    suite.write(
        conftest="""
        import logging

        def pytest_sessionfinish(session):
            if not hasattr(session.config, "workerinput"):
                logging.getLogger("suite").warning("record of the controller")
        """,
        test_it="""
        import logging, pytest

        @pytest.mark.parametrize("n", range(20))
        def test_it(n):
            logging.getLogger("suite").warning("record %d.", n)
        """,
    )
    suite.write_text("all.log", "from the run before\n")
    ran = suite.agents(2, "--log-file=all.log", f"--agents-start={start}")
    assert ran.code == 0, str(ran)
    assert ran.ours["start"] == start
    text = ran.text("all.log")
    for n in range(20):
        assert text.count(f"record {n}.") == 1, text
    assert text.count("record of the controller") == 1
    assert "from the run before" not in text


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_handler_on_stdout_made_at_import_writes_into_the_right_test(
    suite: Suite, start: str
) -> None:
    """Its lines are in the captured section of the test that logged them."""
    suite.write(
        conftest="""
        import logging, sys

        handler = logging.StreamHandler(sys.stdout)
        logging.getLogger("suite").addHandler(handler)
        """,
        test_it="""
        import logging, pytest

        @pytest.mark.parametrize("n", range(4))
        def test_it(n):
            logging.getLogger("suite").warning("handled %d", n)
            assert 0
        """,
    )
    serial, agents = (
        suite.serial("-o", "junit_logging=all"),
        suite.agents(2, "-o", "junit_logging=all", f"--agents-start={start}"),
    )
    assert agents.ours["start"] == start
    assert agents.junit == serial.junit
    for n in range(4):
        mine = f"handled {n}"
        parts = next(parts for name, parts in agents.junit if name == f"test_it::test_it[{n}]")
        output = next(part.text for part in parts if part.tag == "system-out")
        assert mine in output
        assert not any(f"handled {other}" in output for other in range(4) if other != n)


def test_a_reporter_plugin_sees_each_test_in_one_piece(suite: Suite) -> None:
    """`logstart`, three reports, `logfinish`, never mixed with those of another test."""
    suite.write(
        conftest="""
        class Recorder:
            def __init__(self): self.lines = []

            def pytest_runtest_logstart(self, nodeid, location):
                self.lines.append(f"start {nodeid} {location[0]} {location[2]}")

            def pytest_runtest_logreport(self, report):
                self.lines.append(f"{report.when} {report.nodeid}")

            def pytest_runtest_logfinish(self, nodeid, location):
                self.lines.append(f"finish {nodeid}")

            def pytest_sessionfinish(self):
                with open("hooks.txt", "w") as file:
                    file.write("\\n".join(self.lines) + "\\n")

        def pytest_configure(config):
            if not hasattr(config, "workerinput"):
                config.pluginmanager.register(Recorder())
        """,
        test_it="""
        import pytest

        @pytest.mark.parametrize("n", range(10))
        def test_it(n): pass
        """,
    )
    suite.serial()
    expected = sorted((suite.folder / "hooks.txt").read_text("utf-8").splitlines())
    ran = suite.agents(2)
    lines = ran.words("hooks.txt")
    assert sorted(lines) == expected
    for n in range(0, len(lines), 5):
        names = {line.split()[1] for line in lines[n : n + 5]}
        assert len(names) == 1, lines[n : n + 5]
        words = [line.split()[0] for line in lines[n : n + 5]]
        assert words == ["start", "setup", "call", "teardown", "finish"]


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_plugins_are_asked_once_for_what_they_have_to_say_at_the_end(
    suite: Suite, start: str
) -> None:
    """Not in agents: nobody would read it."""
    suite.write(
        conftest="""
            import os

            def pytest_terminal_summary():
                with open("asked.txt", "a") as file:
                    file.write(os.environ.get("PYTEST_XDIST_WORKER", "controller") + "\\n")
        """,
        test_two="def test_one(): pass\ndef test_two(): pass\n",
    )
    run = suite.agents(2, f"--agents-start={start}")
    assert run.counts == {"passed": 2}
    assert run.words("asked.txt") == ["controller"]
