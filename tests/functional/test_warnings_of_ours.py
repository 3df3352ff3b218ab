"""The strictest settings find nothing to complain about in a run with agents."""

from __future__ import annotations

import sys

import pytest

from tests.functional import strict
from tests.functional.running import Ran, Suite

SUITE = """
    import logging
    import subprocess
    import sys
    import threading
    import pytest

    @pytest.fixture(scope="session")
    def shared(tmp_path_factory):
        with (tmp_path_factory.mktemp("shared") / "file").open("w") as file:
            yield file

    @pytest.mark.parametrize("n", range(4))
    def test_it(n, tmp_path, shared):
        print(n, file=shared)

    def test_fails(): assert 0

    @pytest.mark.xfail(strict=True)
    def test_xfails():
        logging.getLogger().warning("in the log")
        assert 0

    @pytest.mark.skip(reason="not today")
    def test_skipped(): pass

    def test_threads_and_processes():
        thread = threading.Thread(target=print)
        thread.start()
        thread.join()
        subprocess.run([sys.executable, "-S", "-c", ""], check=True)

    @pytest.mark.phase("e2e")
    def test_late(): pass
"""
COUNTS = {"passed": 6, "failed": 1, "xfailed": 1, "skipped": 1}
STRICT = {**strict.STRICT, "PYTHONFAULTHANDLER": "1"}
HAS_SUBTESTS = hasattr(pytest, "Subtests")

FORKS = """
    import multiprocessing
    import os
    import sys
    import threading
    import warnings
    import pytest

    def fork():
        pid = os.fork()
        if not pid:
            os._exit(0)
        os.waitpid(pid, 0)

    def test_fork(): fork()

    @pytest.mark.filterwarnings("always")
    def test_mark(): fork()

    @pytest.fixture
    def forks():
        fork()
        yield
        fork()

    def test_fixture(forks): pass

    def test_pool():
        with multiprocessing.get_context("fork").Pool(1) as pool:
            assert pool.map(abs, [-1]) == [1]

    def test_with_a_thread_of_its_own():
        over = threading.Event()
        thread = threading.Thread(target=over.wait)
        thread.start()
        try:
            with pytest.warns(DeprecationWarning, match="multi-threaded"):
                fork()
        finally:
            over.set()
            thread.join()
"""


def assert_nothing_was_said(ran: Ran) -> None:
    """Neither the controller nor an agent has written a word to stderr."""
    assert ran.err == ""
    for log in (ran.run_directories[-1] / "logs").iterdir():
        assert log.read_text("utf-8") == "", log.name


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize(
    "more", [[], ["--log-file=log.txt", "--log-file-level=INFO"], ["-v", "-rA"]], ids=" ".join
)
def test_a_run_in_development_mode_has_no_warning_of_ours(
    suite: Suite, more: list[str], start: str
) -> None:
    """`-W error`, `PYTHONDEVMODE=1`: no unclosed file, no deprecated call, a clean stderr."""
    suite.write(test_it=SUITE)
    args = ["-W", "error", "--strict-markers", "--strict-config", *more]
    ran = suite.agents(2, *args, f"--agents-start={start}", env=STRICT)
    assert ran.code == 1, str(ran)
    assert ran.counts == COUNTS, str(ran)
    assert ran.junit_counts == {"tests": 9, "failures": 1, "errors": 0, "skipped": 2}
    assert_nothing_was_said(ran)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_stopped_run_in_development_mode_has_no_warning_of_ours(suite: Suite, start: str) -> None:
    """`-x`: tests are taken back."""
    suite.write(test_it=SUITE)
    ran = suite.agents(2, "-x", "-W", "error", f"--agents-start={start}", env=STRICT)
    assert ran.code == 1, str(ran)
    assert ran.counts["failed"] == 1
    assert_nothing_was_said(ran)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_crash_in_development_mode_has_no_warning_of_ours(suite: Suite, start: str) -> None:
    """Replacing an agent leaves nothing unclosed either."""
    suite.write(test_it="import os\ndef test_1(): pass\ndef test_2(): os._exit(1)\n")
    ran = suite.agents(2, "-W", "error", f"--agents-start={start}", env=STRICT)
    assert ran.code == 1, str(ran)
    assert ran.counts == {"passed": 1, "failed": 1}
    assert_nothing_was_said(ran)


@pytest.mark.skipif(not HAS_SUBTESTS, reason="this pytest has none of its own")
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_subtests_in_development_mode_have_no_warning_of_ours(suite: Suite, start: str) -> None:
    """They are serialized in another way than tests."""
    suite.write(
        test_it="""
        import pytest, unittest

        def test_it(subtests):
            for n in range(3):
                with subtests.test(n=n):
                    assert n != 1

        class TestOld(unittest.TestCase):
            def test_it(self):
                with self.subTest(n=1):
                    self.fail()
        """
    )
    serial = suite.serial("-W", "error", env=STRICT)
    ran = suite.agents(2, "-W", "error", f"--agents-start={start}", env=STRICT)
    assert ran.code == 1, str(ran)
    assert ran.counts == serial.counts
    assert_nothing_was_said(ran)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python does not warn of it before 3.12")
@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize("filters", ["default", "error"])
def test_a_test_that_forks_is_not_warned_of_threads_of_ours(
    suite: Suite, filters: str, start: str
) -> None:
    """It is warned of those that it has started itself."""
    suite.write(test_it=FORKS)
    suite.write_text("pytest.ini", f"[pytest]\nfilterwarnings = {filters}\n")
    serial = suite.serial()
    assert serial.counts == {"passed": 5}, str(serial)
    ran = suite.agents(2, f"--agents-start={start}")
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 5}, str(ran)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_warnings_as_errors_beside_hypothesis(suite: Suite, start: str) -> None:
    """`filterwarnings = error` with the hypothesis plugin: no warning of ours, its tests pass."""
    suite.write(
        test_it="""
        from hypothesis import given, strategies as st

        @given(st.integers())
        def test_it(n): assert n == n
        """
    )
    suite.write_text("pytest.ini", "[pytest]\nfilterwarnings = error\n")
    ran = suite.agents(2, f"--agents-start={start}", env={"PYTEST_ADDOPTS": ""})
    assert ran.code == 0, str(ran)
    assert ran.ours["start"] == start
    assert ran.counts == {"passed": 1}
    assert ran.err == ""


def test_asserts_are_ours_to_keep(suite: Suite) -> None:
    """`python -O`: the run works without `assert` statements of the package."""
    suite.write(test_it="def test_it(): pass")
    with suite.start("--agents=1", python=["-O"]) as running:
        ran = running.finish()
    assert ran.code == 0, str(ran)
    assert ran.counts["passed"] == 1
