"""A test that takes its agent down fails under its own name, and only that test."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite

NEIGHBOURS = """
    import pytest

    @pytest.mark.parametrize("n", range(6))
    def test_neighbour(n):
        pass
"""

DEATHS = {
    "exit_with_0": ("os._exit(0)", "exit code 0"),
    "exit_with_3": ("os._exit(3)", "exit code 3"),
    "abort": ("os.abort()", "SIGABRT"),
    "segfault": ("ctypes.string_at(0)", "SIGSEGV"),
    "kill": ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
}


def dying(name: str, statement: str) -> str:
    """Return a module whose second test dies after it has written something."""
    return f"""
    import ctypes, faulthandler, os, signal

    def test_before():
        pass

    def test_{name}():
        faulthandler.disable()
        print("last words of {name}")
        {statement}

    def test_after():
        pass
    """


def test_each_kind_of_death_is_blamed_on_its_test(suite: Suite) -> None:
    """All ways to die in one suite: every dying test fails with agent, end and last output."""
    suite.write(test_neighbours=NEIGHBOURS)
    for name, (statement, _end) in DEATHS.items():
        suite.write(**{f"test_{name}": dying(name, statement)})
    ran = suite.agents(2)
    assert ran.code == 1, str(ran)
    bad = {name for name, status in ran.statuses.items() if status != "passed"}
    assert bad == {f"test_{name}.py::test_{name}" for name in DEATHS}, str(ran)
    for name, (_statement, end) in DEATHS.items():
        test = ran.test(f"::test_{name}")
        assert test["rawStatus"] == "failed"
        assert end in test["message"]
        assert test["threadId"] in test["message"]
        assert f"last words of {name}" in test["trace"]
        case = next(parts for case, parts in ran.junit if case == f"test_{name}::test_{name}")
        failure = next(part for part in case if part.tag == "failure")
        assert end in failure.text
        assert f"last words of {name}" in failure.text
    assert ran.counts == {"failed": len(DEATHS), "passed": 6 + 2 * len(DEATHS)}
    assert ran.junit_counts["failures"] == len(DEATHS)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_what_had_finished_is_kept(suite: Suite, start: str) -> None:
    """200 instant tests with a death in the 150th: 199 verdicts, the right test blamed."""
    suite.write(
        test_many="""
        import os
        import pytest

        @pytest.mark.parametrize("n", range(200))
        def test_number(n):
            with open("ran.txt", "a") as file:
                file.write(f"{n}\\n")
            if n == 149:
                os._exit(3)
        """
    )
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.code == 1
    bad = {name for name, status in ran.statuses.items() if status != "passed"}
    assert bad == {"test_many.py::test_number[149]"}
    # Nothing that had finished was run again: only the dying test was, once.
    assert sorted(map(int, ran.words("ran.txt"))) == sorted([*range(200), 149])


def test_a_test_that_dies_once_passes_and_is_reported(suite: Suite) -> None:
    """The second attempt counts; that the first one died is an incident, and the test is flaky."""
    suite.write(
        test_neighbours=NEIGHBOURS,
        test_once="""
        import os, pathlib

        def test_once():
            seen = pathlib.Path("seen.txt")
            if not seen.exists():
                seen.touch()
                os._exit(7)
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 7}
    assert ran.incidents == ["agent-lost"]
    test = ran.test("::test_once")
    assert test["rawStatus"] == "passed"
    assert test["flaky"] is True
    assert test["retries"] == 1
    assert "exit code 7" in test["retryAttempts"][0]["message"]
    assert any(line.startswith("! ") and "[agent-lost]" in line for line in ran.lines)


def test_agents_crash_fail_gives_no_second_attempt(suite: Suite) -> None:
    """With `--agents-crash=fail` the first death is the verdict."""
    suite.write(
        test_neighbours=NEIGHBOURS,
        test_dies="""
        import os

        def test_dies():
            with open("ran.txt", "a") as file:
                file.write("once\\n")
            os._exit(0)
        """,
    )
    ran = suite.agents(2, "--agents-crash=fail")
    assert ran.code == 1
    assert ran.counts == {"failed": 1, "passed": 6}
    assert ran.words("ran.txt") == ["once"]


def test_a_crash_in_a_session_fixture_is_blamed_on_the_tests_that_use_it(suite: Suite) -> None:
    """Who does not use it passes; who does fails, and the run ends."""
    suite.write(
        test_neighbours=NEIGHBOURS,
        conftest="""
        import os, pytest

        @pytest.fixture(scope="session")
        def broken():
            os._exit(5)
        """,
        test_users="""
        def test_user_1(broken): pass
        def test_user_2(broken): pass
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 1, str(ran)
    bad = {name for name, status in ran.statuses.items() if status != "passed"}
    assert bad == {"test_users.py::test_user_1", "test_users.py::test_user_2"}
    assert ran.counts == {"failed": 2, "passed": 6}


def test_a_module_that_dies_at_import_is_named(suite: Suite) -> None:
    """The collection cannot end: the error names the file and the signal, exit code 2."""
    suite.write(
        test_neighbours=NEIGHBOURS,
        test_import="""
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
        def test_never(): pass
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 2, str(ran)
    said = ran.out + ran.err
    assert "test_import.py" in said
    assert "SIGKILL" in said
    assert "INTERNALERROR" not in said


def test_a_grandchild_that_keeps_the_pipes_open_hangs_nobody(suite: Suite) -> None:
    """The test forks, the child sleeps with every descriptor inherited, the test dies."""
    suite.write(
        test_neighbours=NEIGHBOURS,
        test_forks="""
        import os, time

        def test_forks():
            if os.fork() == 0:
                time.sleep(600)
                os._exit(0)
            os._exit(9)
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 1, str(ran)
    assert ran.counts == {"failed": 1, "passed": 6}
    assert "exit code 9" in ran.test("::test_forks")["message"]


def test_a_grandchild_in_a_session_of_its_own_ends_with_the_run(suite: Suite) -> None:
    """A daemon that called setsid before the test died keeps nobody waiting, and does not stay."""
    suite.write(
        test_neighbours=NEIGHBOURS,
        test_daemon="""
        import os, time

        def test_daemon():
            if os.fork() == 0:
                os.setsid()
                time.sleep(600)
                os._exit(0)
            os._exit(9)
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 1, str(ran)
    assert ran.counts == {"failed": 1, "passed": 6}


def test_a_test_that_closes_all_descriptors_ends_the_run_too(suite: Suite) -> None:
    """Its agent can say nothing any more: the test fails, the others pass."""
    suite.write(
        test_neighbours=NEIGHBOURS,
        test_closes="""
        import os

        def test_closes():
            os.closerange(0, 1024)
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 1, str(ran)
    assert ran.test("::test_closes")["rawStatus"] in ("failed", "error")
    neighbours = [s for name, s in ran.statuses.items() if "neighbour" in name]
    assert neighbours == ["passed"] * 6


def test_a_crash_while_others_wait_for_the_same_module_fixture(suite: Suite) -> None:
    """The tests queued behind a dying one run elsewhere, with a fixture of their own."""
    suite.write(
        test_shared="""
        import os, pytest

        @pytest.fixture(scope="module")
        def shared():
            with open("setups.txt", "a") as file:
                file.write(f"{os.getpid()}\\n")
            yield

        def test_1(shared): pass
        def test_2(shared): os._exit(1)
        def test_3(shared): pass
        def test_4(shared): pass
        """
    )
    ran = suite.agents(1)
    assert ran.counts == {"failed": 1, "passed": 3}
    # Once in each process: the first, the one that ran the suspect alone, the one after it.
    assert len(ran.words("setups.txt")) == len(set(ran.words("setups.txt"))) == 3


@pytest.mark.parametrize("option", ["-x", "--maxfail=1"])
def test_a_crash_counts_as_a_failure(suite: Suite, option: str) -> None:
    """The run stops after it."""
    suite.write(
        test_dies="""
        import os

        def test_dies(): os._exit(1)
        """,
        test_zlater="""
        import pytest

        @pytest.mark.parametrize("n", range(30))
        def test_later(n): pass
        """,
    )
    ran = suite.agents(1, option)
    assert ran.code == 1
    assert ran.counts["failed"] == 1
    assert "stopping after 1 failures" in ran.out


def test_a_console_that_lacks_a_letter(suite: Suite) -> None:
    """Only that letter is written otherwise: the page has its lines, live and looked at later."""
    suite.write(
        test_dies="""
        import os

        def test_stirbt():
            print("Größe →")
            os.abort()
        """
    )
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    ran = suite.agents(1, env=ascii_only)
    assert ran.counts == {"failed": 1}, str(ran)
    assert "    Gr\\xf6\\xdfe \\u2192" in ran.lines
    assert "To run it alone:" in ran.lines
    # Python's own words for where it was; who has called the test is not among them.
    assert any(line.endswith(" in test_stirbt") for line in ran.lines), str(ran)
    assert "zygote_process.py" not in ran.out
    shown = suite.run("--agents-show=last", env=ascii_only)
    assert "Gr\\xf6\\xdfe \\u2192" in shown.lines, str(shown)
    assert any("Größe →" in part.text for _, parts in ran.junit for part in parts)
