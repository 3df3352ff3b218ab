"""What runs now, told when somebody asks for it: by SIGUSR1, or by a key on a terminal."""

from __future__ import annotations

import re
import signal
import sys

import pytest

from tests.functional import processes
from tests.functional.running import Running, Suite
from tests.functional.terminal import Terminal

WAITS = """
    import pathlib, time

    def note(name):
        with open("log.txt", "a") as file:
            file.write(f"{name}\\n")

    def wait():
        while not pathlib.Path("go.txt").exists():
            time.sleep(0.01)
"""
TWO = (
    WAITS
    + """
    def test_quick(): pass

    def test_slow():
        note("slow")
        wait()

    def test_other():
        note("other")
        wait()
"""
)
TOLD = r"-+ 1 of 3 tests done, [\d.]+s -+\n"
TOTALS = r"2 agents, 2 busy, 0 available, 0 lost; completed 33\.3 %, success 100 %\n"
ROW = r"gw{} +[\d.]+s +\d+ MiB  test_two\.py::test_(slow|other)\n"


def go_on(suite: Suite) -> None:
    """Let the waiting tests end."""
    (suite.folder / "go.txt").touch()


def ask_until_told(running: Running, pattern: str) -> None:
    """Ask until the answer is this: what has happened may be told a moment later."""

    def told() -> bool:
        before = running.printed.count("\n---")
        running.signal(signal.SIGUSR1)
        processes.wait_until(lambda: running.printed.count("\n---") > before, patience=2.0)
        return re.search(pattern, running.printed) is not None

    assert processes.wait_until(told), running.printed


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize("verbosity", ["-v", "--no-header"])
def test_a_signal_makes_a_run_tell_what_runs_now(suite: Suite, start: str, verbosity: str) -> None:
    """Each agent with its test, time and memory, on lines of their own; then the run goes on."""
    suite.write(test_two=TWO)
    with suite.start_agents(2, f"--agents-start={start}", verbosity) as running:
        running.wait_for_words("log.txt", 2)
        # It may be told a moment later than it has happened.
        ask_until_told(running, r"\n" + TOLD + ROW.format(0) + ROW.format(1) + TOTALS)
        go_on(suite)
        ran = running.finish()
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 3}
    assert not ran.left
    if verbosity == "--no-header":
        # The dot of the first test ended its line; those of the others begin one.
        assert any(re.fullmatch(r"\.\. +\[100%\]", line) for line in ran.lines), str(ran)


def test_an_agent_that_lets_no_thread_run_is_silent(suite: Suite) -> None:
    """It is told, and nothing is done about it."""
    suite.write(
        test_it="""
        import ctypes, pathlib

        def test_it():
            pathlib.Path("log.txt").write_text("here\\n")
            ctypes.PyDLL(None).sleep(8)
        """
    )
    with suite.start_agents(1) as running:
        running.wait_for_words("log.txt", 1)
        ask_until_told(running, r"test_it  \(silent for [5-9] s\)")
        ran = running.finish()
    assert ran.counts == {"passed": 1}, str(ran)
    assert ran.incidents == []


def test_a_signal_while_tests_are_collected_tells_the_file(suite: Suite) -> None:
    """There are no tests yet."""
    suite.write(test_import=WAITS + "\n    note('here')\n    wait()\n    def test_it(): pass\n")
    with suite.start_agents(2) as running:
        running.wait_for_words("log.txt", 1)
        row = r"gw0 +[\d.]+s +\d+ MiB  test_import\.py\n"
        ask_until_told(running, r"\n-+ collecting, [\d.]+s -+\n" + row)
        go_on(suite)
        ran = running.finish()
    assert ran.code == 0, str(ran)
    assert "collected 1 item" in ran.out


def test_signals_from_the_first_conftest_to_the_last_hook_end_nothing(suite: Suite) -> None:
    """The controller gets one wherever code of the suite runs in it."""
    suite.write(
        conftest="""
        import os, signal

        def ask():
            if "PYTEST_XDIST_WORKER" not in os.environ:
                os.kill(os.getpid(), signal.SIGUSR1)

        ask()

        def pytest_configure(config): ask()
        def pytest_sessionstart(session): ask()
        def pytest_collection_finish(session): ask()
        def pytest_runtest_logreport(report): ask()
        def pytest_sessionfinish(session): ask()
        def pytest_terminal_summary(terminalreporter): ask()
        def pytest_unconfigure(config): ask()
        """,
        test_it="def test_it(): pass",
    )
    ran = suite.agents(1, "--agents-start=spawn")
    assert ran.code == 0, str(ran)
    assert "collecting, " in ran.out


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_the_signal_means_to_tests_what_it_always_does(suite: Suite, start: str) -> None:
    """Nothing handles it in agents, so that it ends a process; and a test may handle it itself."""
    suite.write(
        test_it="""
        import os, signal, subprocess, sys

        def test_is_as_ever():
            assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL
            kill = "import os, signal; os.kill(os.getpid(), signal.SIGUSR1)"
            assert subprocess.run([sys.executable, "-c", kill]).returncode == -signal.SIGUSR1

        def test_is_mine():
            heard = []
            signal.signal(signal.SIGUSR1, lambda *_: heard.append(1))
            os.kill(os.getpid(), signal.SIGUSR1)
            assert heard
        """
    )
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.code == 0, str(ran)


def test_a_signal_that_a_project_handles_stays_its_own(suite: Suite) -> None:
    """It has come first, or later; either way nothing is told."""
    suite.write(
        conftest="""
        import os, signal

        def take(number, frame):
            print("taken")

        if "PYTEST_XDIST_WORKER" not in os.environ:
            signal.signal(signal.SIGUSR1, take)

        def pytest_runtest_logreport(report):
            if "PYTEST_XDIST_WORKER" not in os.environ:
                os.kill(os.getpid(), signal.SIGUSR1)
        """,
        test_it="def test_it(): pass",
    )
    ran = suite.agents(1, "--agents-start=spawn")
    assert ran.code == 0, str(ran)
    assert "tests done" not in ran.out


def test_tests_in_the_process_of_pytest_have_the_signal_to_themselves(suite: Suite) -> None:
    """Nobody heeds it where no agents are wanted after all."""
    suite.write(
        test_it="""
        import signal

        def test_is_as_ever():
            assert signal.getsignal(signal.SIGUSR1) is signal.SIG_DFL
        """
    )
    assert suite.agents(1, "--pdb").code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminals")
class TestKey:
    """The key `t`."""

    def test_it_asks_and_the_terminal_is_as_it_was(self, suite: Suite) -> None:
        """Without Enter; other keys do nothing; the user's modes come back."""
        suite.write(test_two=TWO)
        with Terminal(suite, "--agents=2") as terminal:
            terminal.running.wait_for_words("log.txt", 2)
            terminal.ask_until_told(TOLD + ROW.format(0) + ROW.format(1), b"xt")
            go_on(suite)
            assert terminal.finish() == 0
            assert terminal.modes == terminal.modes_before
            assert "3 passed" in terminal.printed

    def test_ctrl_c_gives_the_terminal_back(self, suite: Suite) -> None:
        """It interrupts the run, as ever."""
        suite.write(test_two=TWO)
        with Terminal(suite, "--agents=2") as terminal:
            terminal.running.wait_for_words("log.txt", 2)
            assert terminal.modes != terminal.modes_before
            terminal.press(b"\x03")
            assert terminal.finish() == 2
            assert terminal.modes == terminal.modes_before

    def test_a_run_that_breaks_gives_the_terminal_back(self, suite: Suite) -> None:
        """An internal error, and then what ends even pytest's cleanup."""
        suite.write(
            conftest="""
            import os, sys

            is_controller = "PYTEST_XDIST_WORKER" not in os.environ

            def pytest_runtest_logreport(report):
                if is_controller and "quick" not in report.nodeid:
                    raise RuntimeError("broken")

            def pytest_sessionfinish(session):
                if is_controller:
                    sys.exit(9)
            """,
            test_two=TWO,
        )
        with Terminal(suite, "--agents=2", "--agents-start=spawn") as terminal:
            terminal.running.wait_for_words("log.txt", 1)
            assert terminal.modes != terminal.modes_before
            go_on(suite)
            assert terminal.finish() == 9
            assert terminal.modes == terminal.modes_before

    def test_a_debugger_gets_what_is_typed(self, suite: Suite) -> None:
        """One that a hook has called in this process, from then on."""
        suite.write(
            conftest="""
            import os, pytest

            def pytest_collection_finish(session):
                if "PYTEST_XDIST_WORKER" not in os.environ:
                    pytest.set_trace()
            """,
            test_it="def test_it(): pass",
        )
        with Terminal(suite, "--agents=1", "--agents-start=spawn") as terminal:
            assert processes.wait_until(lambda: "(Pdb)" in terminal.printed)
            terminal.press(b"p 'ty' + 'ped'\nc\n")
            assert terminal.finish() == 0, terminal.printed
            assert "'typed'" in terminal.printed
            assert terminal.modes == terminal.modes_before

    @pytest.mark.parametrize("option", ["-s", "--pdb"])
    def test_input_is_left_to_whoever_may_want_it(self, suite: Suite, option: str) -> None:
        """The terminal is not touched."""
        suite.write(test_two=TWO)
        with Terminal(suite, "--agents=2", option) as terminal:
            terminal.running.wait_for_words("log.txt", 1)
            assert terminal.modes == terminal.modes_before
            go_on(suite)
            assert terminal.finish() == 0
