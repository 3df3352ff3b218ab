"""How far a run is: on a terminal, in a log, and in `progress.json`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.functional import processes
from tests.functional.running import Running, Suite
from tests.functional.screen import Screen
from tests.functional.terminal import Terminal
from tests.functional.test_status import WAITS, go_on

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such terminals")

UNIT = (
    WAITS
    + """
    import pytest

    @pytest.mark.parametrize("n", range(4))
    def test_quick(n):
        assert n != 2

    def test_slow():
        note("slow")
        wait()
"""
)
E2E = "def test_all(): pass"
PHASES = """
    [tool.agentorch.phases.unit]
    [tool.agentorch.phases.e2e]
    after = ["unit"]
"""


def two_phases(suite: Suite, more: str = "") -> Suite:
    """A phase with a test that waits for a word, and one behind it."""
    suite.write_text("pyproject.toml", f"[tool.agentorch]\n{more}\n" + PHASES.replace("    ", ""))
    return suite.write(unit__test_one=UNIT, e2e__test_all=E2E)


def the_file(suite: Suite) -> Path:
    """The newest `progress.json`."""
    found = (suite.folder / ".pytest_cache/d/agentorch/runs").glob("*/progress.json")
    return max(found, key=lambda path: path.stat().st_mtime_ns)


def progress(suite: Suite) -> dict[str, Any]:
    """What it says; it is whole at any moment."""
    data: dict[str, Any] = json.loads(the_file(suite).read_text("utf-8"))
    return data


def wait_for_file(suite: Suite, running: Running) -> dict[str, Any]:
    """Wait until it tells of the test that waits and of all others of its phase."""

    def there() -> bool:
        data = progress(suite)
        busy = [agent["test"] for agent in data["agents"] if agent["test"]]
        return data["tests"]["finished"] == 4 and busy == ["unit/test_one.py::test_slow"]

    assert processes.wait_until(there), running.printed
    return progress(suite)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_file_tells_how_far_the_run_is(suite: Suite, start: str) -> None:
    """By phase and overall, what each agent runs and since when; the end is in it, too."""
    two_phases(suite)
    with suite.start_agents(2, f"--agents-start={start}") as running:
        running.wait_for_words("log.txt", 1)
        data = wait_for_file(suite, running)
        before = data["updated"]
        assert processes.wait_until(lambda: progress(suite)["updated"] > before)
        go_on(suite)
        ran = running.finish()
    assert ran.code == 1, str(ran)
    tests = data["tests"]
    assert (tests["total"], tests["pending"], tests["assigned"], tests["started"]) == (6, 1, 0, 1)
    assert (tests["finished"], tests["passed"], tests["failed"]) == (4, 3, 1)
    assert (data["status"], tests["percent"]) == ("active", 66.6)
    unit, e2e = data["phases"]
    assert (unit["name"], unit["status"], unit["tests"]["finished"]) == ("unit", "active", 4)
    assert (e2e["name"], e2e["status"], e2e["waits_for"]) == ("e2e", "waiting", ["unit"])
    (busy,) = [agent for agent in data["agents"] if agent["test"]]
    assert (busy["status"], busy["seconds"] >= 0.0) == ("active", True)
    assert busy["since"] <= data["updated"]
    end = progress(suite)
    assert (end["run"], end["status"]) == (ran.ours["run"], "completed")
    assert (end["tests"]["percent"], end["tests"]["failed"]) == (100.0, 1)
    assert [phase["status"] for phase in end["phases"]] == ["finished", "finished"]


def test_a_run_without_tests_has_a_file_too(suite: Suite) -> None:
    """It says that the run is over: pytest, too, calls that interrupted."""
    suite.write(test_broken="import nothing_like_this")
    assert suite.agents(1).code == 2
    assert progress(suite)["status"] == "interrupted"


class TestLive:
    """Lines on a terminal."""

    def see(
        self, suite: Suite, *args: str, columns: int = 80, rows: int = 24
    ) -> tuple[Screen, Screen]:
        """Return what is to be seen while the test waits, and at the end."""
        with Terminal(suite, *args, size=(columns, rows)) as terminal:
            terminal.running.wait_for_words("log.txt", 1)
            processes.wait_until(lambda: "test_slow 1." in terminal.shown, patience=20.0)
            live = Screen(columns, rows)
            live.write(terminal.shown)
            go_on(suite)
            assert terminal.finish() == 1, terminal.printed
            end = Screen(columns, rows)
            end.write(terminal.shown)
            return live, end

    def test_phases_and_agents_are_below_the_dots_and_gone_at_the_end(self, suite: Suite) -> None:
        """What pytest writes is the same as ever."""
        live, end = self.see(two_phases(suite), "--agents=2")
        dots, phase, other, agents = live.lines[-4:]
        assert re.fullmatch(r"unit [.F]{4}", dots), live.lines
        assert re.fullmatch(r"unit  4/5  █+.? +80 %  1 agent  1 failed", phase)
        assert other == "e2e   waits for unit"
        assert re.fullmatch(
            r"4/6 · about \d+s left · gw\d test_one\.py::test_slow 1\.\d\ds", agents
        )
        assert live.gone == []
        assert not any("waits for" in line or "left" in line for line in end.all_lines)
        assert any(re.fullmatch(r"unit [.F]{5} +\[ 83%\]", line) for line in end.all_lines)
        assert any(re.fullmatch(r"e2e \. +\[100%\]", line) for line in end.all_lines)

    def test_on_a_small_screen_nothing_of_it_scrolls_away(self, suite: Suite) -> None:
        """Few lines, narrow ones; then none."""
        live, end = self.see(two_phases(suite), "--agents=2", columns=40, rows=6)
        assert live.lines[-3:-1] == ["unit  4/5   80 %  1 agent  1 failed", "e2e   waits for unit"]
        assert not any("waits for" in line or "about" in line for line in end.all_lines)

    def test_with_v_lines_of_tests_come_above(self, suite: Suite) -> None:
        """Each test has its line once."""
        live, end = self.see(two_phases(suite), "--agents=2", "-v")
        assert live.lines[-2] == "e2e   waits for unit"
        shown = [line for line in end.all_lines if re.match(r"\[gw\d\] \[ *\d+%\]", line)]
        assert len(shown) == 6

    def test_what_a_hook_prints_is_not_mixed_with_them(self, suite: Suite) -> None:
        """A conftest that tells of a test in its own words, in more than one line."""
        suite.write(
            conftest="""
                def pytest_runtest_logreport(report):
                    if report.when == "call" and "slow" in report.nodeid:
                        print("\\nthe slow one\\nis over")
            """
        )
        live, end = self.see(two_phases(suite), "--agents=2")
        assert live.lines[-2] == "e2e   waits for unit"
        first = end.all_lines.index("the slow one")
        assert end.all_lines[first + 1] == "is over"

    def test_ctrl_c_leaves_none_of_it(self, suite: Suite) -> None:
        """Nor does what is told then come behind it."""
        with Terminal(two_phases(suite), "--agents=2", size=(80, 24)) as terminal:
            terminal.running.wait_for_words("log.txt", 1)
            assert processes.wait_until(lambda: "\x1b7" in terminal.shown)
            terminal.press(b"\x03")
            assert terminal.finish() == 2
            end = Screen(80, 24)
            end.write(terminal.shown)
        assert any("KeyboardInterrupt" in line for line in end.all_lines)
        assert not any("waits for" in line or "left ·" in line for line in end.all_lines)
        assert progress(suite)["status"] == "interrupted"
        assert [phase["status"] for phase in progress(suite)["phases"]] == ["stopped", "stopped"]

    @pytest.mark.parametrize(
        "how",
        ["-q", "-s", "-oconsole_output_style=classic", "CI=1", "TERM=dumb", "COLUMNS=81"],
    )
    def test_there_are_none_where_nobody_wants_them(self, suite: Suite, how: str) -> None:
        """Quiet, without capturing, in CI, or where the cursor cannot move or come back.

        It cannot where the terminal breaks lines of dots itself.
        """
        name, _, value = how.partition("=")
        args, env = ([how], {}) if how.startswith("-") else ([], {name: value})
        suite = two_phases(suite)
        with Terminal(suite, "--agents=2", *args, size=(80, 24), env=env) as terminal:
            terminal.running.wait_for_words("log.txt", 1)
            wait_for_file(suite, terminal.running)
            before = progress(suite)["updated"]
            assert processes.wait_until(lambda: progress(suite)["updated"] > before)
            go_on(suite)
            assert terminal.finish() == 1
            assert "\x1b7" not in terminal.shown


class TestLog:
    """Lines where the cursor cannot move."""

    def test_a_log_without_news_is_told_what_runs(self, suite: Suite) -> None:
        """Whoever reads it knows that the run goes on."""
        two_phases(suite, 'still_running = "1s"')
        line = r"\[00:00:\d\d\] still running: gw\d unit/test_one\.py::test_slow \(\d+ s\)"
        with suite.start_agents(2) as running:
            assert processes.wait_until(lambda: len(re.findall(line, running.printed)) >= 2)
            go_on(suite)
            ran = running.finish()
        assert ran.counts == {"passed": 5, "failed": 1}
        assert any(re.fullmatch(line, text) for text in ran.lines), str(ran)

    @pytest.mark.parametrize("how", ["-q", "never"])
    def test_it_is_told_nothing_if_nobody_wants_that(self, suite: Suite, how: str) -> None:
        """With `-q`, or `still_running = 0`."""
        two_phases(suite, "still_running = 0" if how == "never" else "still_running = 0.1")
        with suite.start_agents(2, *([how] if how == "-q" else [])) as running:
            running.wait_for_words("log.txt", 1)
            wait_for_file(suite, running)
            before = progress(suite)["updated"]
            assert processes.wait_until(lambda: progress(suite)["updated"] > before)
            go_on(suite)
            ran = running.finish()
        assert "still running" not in ran.out


def test_vv_names_the_phase_of_each_test(suite: Suite) -> None:
    """Behind its name."""
    two_phases(suite)
    go_on(suite)
    lines = [line.rstrip() for line in suite.agents(2, "-vv").lines]
    shown = [line for line in lines if line.startswith("[gw")]
    assert sum(line.endswith("(unit)") for line in shown) == 5
    (last,) = [line for line in shown if line.endswith("e2e/test_all.py::test_all (e2e)")]
    assert "PASSED" in last
    assert not any("(unit)" in line for line in suite.agents(2, "-v").lines)
