"""Tests run when all that they need is free, and hold it for as long as they run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.functional.running import Ran, Suite

STARTS = pytest.mark.parametrize("start", ["fork", "spawn"])

TOOLS = """
    import contextlib, os, time

    def note(word):
        # One line in one call: they stand in the order in which things happened.
        file = os.open("order.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(file, f"{word}\\n".encode())
        os.close(file)

    def words():
        try:
            with open("order.txt") as file:
                return file.read().split()
        except FileNotFoundError:
            return []

    @contextlib.contextmanager
    def running(name, seconds=0.03):
        note(f"+{name}")
        time.sleep(seconds)
        try:
            yield
        finally:
            note(f"-{name}")

    def meet(*names):
        # Whoever comes first waits for the others, who can only come while it runs.
        for _ in range(3000):
            if all(f"+{name}" in words() for name in names):
                return
            time.sleep(0.01)
        raise AssertionError("they never came")
"""
HEAD = """
    import os, pytest
    from tools import meet, note, running
"""


def at_once(ran: Ran) -> Iterator[set[str]]:
    """The tests that ran at the same time, each time that one has begun or ended."""
    running: set[str] = set()
    for word in ran.words("order.txt"):
        if word[0] == "+":
            running.add(word[1:])
        else:
            running.remove(word[1:])
        yield set(running)


def of_kind(names: set[str], kind: str) -> int:
    """How many have a name that begins so."""
    return sum(name.startswith(kind) for name in names)


def write(suite: Suite, tests: str, configuration: str = "") -> Suite:
    """Write a file of tests with what they use."""
    suite.write(tools=TOOLS, test_it=HEAD + tests)
    return suite.write_text("pyproject.toml", configuration)


@STARTS
def test_never_more_of_a_resource_than_there_is(suite: Suite, start: str) -> None:
    """Two databases, three agents; both are used, and the third agent has something else to do."""
    write(
        suite,
        """
    @pytest.mark.needs("postgres")
    @pytest.mark.parametrize("n", range(8))
    def test_database(n):
        with running(f"database{n}"):
            if n < 2:
                meet("database0", "database1")

    @pytest.mark.needs(postgres=2)
    @pytest.mark.parametrize("n", range(2))
    def test_both(n):
        with running(f"both{n}"):
            pass

    @pytest.mark.parametrize("n", range(8))
    def test_plain(n):
        with running(f"plain{n}"):
            pass
    """,
        "[tool.agentorch.resources]\npostgres = 2\n",
    )
    ran = suite.agents(3, f"--agents-start={start}", env={"PYTHON_CPU_COUNT": "4"})
    assert ran.counts == {"passed": 18}, str(ran)
    for names in at_once(ran):
        assert of_kind(names, "database") + 2 * of_kind(names, "both") <= 2, names


@STARTS
def test_an_exclusive_test_is_alone(suite: Suite, start: str) -> None:
    """In the whole run, also across files, and whatever else it needs."""
    write(
        suite,
        """
    @pytest.mark.parametrize("n", range(6))
    def test_plain(n):
        with running(f"plain{n}"):
            if n in (0, 1):
                meet("plain0", "plain1")

    @pytest.mark.exclusive
    def test_exclusive():
        with running("alone1", 0.2):
            pass
    """,
    ).write(
        test_other=HEAD
        + """
    pytestmark = pytest.mark.exclusive

    def test_other():
        with running("alone2", 0.2):
            pass
    """
    )
    ran = suite.agents(2, f"--agents-start={start}")
    assert ran.counts == {"passed": 8}, str(ran)
    for names in at_once(ran):
        assert len(names) == 1 or not of_kind(names, "alone"), names


def test_serial_tests_run_beside_others_but_not_beside_each_other(suite: Suite) -> None:
    """Also of several files."""
    serial = """
    @pytest.mark.serial
    @pytest.mark.parametrize("n", range(4))
    def test_serial(n):
        with running(f"serial{n}.{__name__}"):
            if (n, __name__) == (0, "test_it"):
                meet("plain", "serial0.test_it")
    """
    write(
        suite,
        serial
        + """
    def test_plain():
        with running("plain"):
            meet("plain", "serial0.test_it")
    """,
    ).write(test_other=HEAD + serial)
    ran = suite.agents(2)
    assert ran.counts == {"passed": 9}, str(ran)
    for names in at_once(ran):
        assert of_kind(names, "serial") <= 1, names


@STARTS
def test_readers_run_together_and_writers_alone(suite: Suite, start: str) -> None:
    """Those of one lock; another lock is another matter."""
    write(
        suite,
        """
    @pytest.mark.needs(read="schema")
    @pytest.mark.parametrize("n", range(6))
    def test_read(n):
        with running(f"read{n}"):
            if n < 2:
                meet("read0", "read1")

    @pytest.mark.needs(write="schema")
    @pytest.mark.parametrize("n", range(3))
    def test_write(n):
        with running(f"write{n}"):
            pass

    @pytest.mark.needs(write="files", read="schema")
    @pytest.mark.parametrize("n", range(3))
    def test_files(n):
        with running(f"files{n}"):
            pass
    """,
    )
    ran = suite.agents(3, f"--agents-start={start}", env={"PYTHON_CPU_COUNT": "4"})
    assert ran.counts == {"passed": 12}, str(ran)
    for names in at_once(ran):
        assert len(names) == 1 or not of_kind(names, "write"), names
        assert of_kind(names, "files") <= 1, names


def test_a_test_that_needs_all_cpus_is_alone(suite: Suite) -> None:
    """Two CPUs, two agents; half a CPU for each is enough for two tests at once."""
    write(
        suite,
        """
    @pytest.mark.needs(cpus=2)
    @pytest.mark.parametrize("n", range(3))
    def test_wide(n):
        with running(f"wide{n}"):
            pass

    @pytest.mark.needs(cpus=0.5)
    @pytest.mark.parametrize("n", range(6))
    def test_narrow(n):
        with running(f"narrow{n}"):
            if n < 2:
                meet("narrow0", "narrow1")
    """,
    )
    ran = suite.agents(2, env={"PYTHON_CPU_COUNT": "2"})
    assert ran.counts == {"passed": 9}, str(ran)
    for names in at_once(ran):
        assert len(names) == 1 or not of_kind(names, "wide"), names


def test_memory_is_divided(suite: Suite) -> None:
    """What two tests need together must be there."""
    write(
        suite,
        """
    @pytest.mark.needs(memory="600MiB")
    @pytest.mark.parametrize("n", range(4))
    def test_large(n):
        with running(f"large{n}"):
            pass

    @pytest.mark.needs(memory="100MiB")
    @pytest.mark.parametrize("n", range(4))
    def test_small(n):
        with running(f"small{n}"):
            if n < 2:
                meet("small0", "small1")
    """,
    )
    ran = suite.agents(2, "--agents-memory=1GiB")
    assert ran.counts == {"passed": 8}, str(ran)
    for names in at_once(ran):
        assert of_kind(names, "large") <= 1, names


LICENSE = """
    pytestmark = pytest.mark.needs("license")

    @pytest.mark.parametrize("n", range(4))
    def test_licensed(n):
        with running(f"license{n}"):
            assert n != 1 or "FAILS" not in os.environ
            # The first time, and when it runs again.
            if n == 1 and "CRASHES" in os.environ:
                note(f"-license{n}")
                os._exit(3)
"""
ONE_LICENSE = "[tool.agentorch.resources]\nlicense = 1\n"


@STARTS
def test_what_a_lost_agent_had_is_free_again(suite: Suite, start: str) -> None:
    """The test that runs again needs it, and those after it do."""
    write(suite, LICENSE, ONE_LICENSE)
    ran = suite.agents(2, f"--agents-start={start}", env={"CRASHES": "1"})
    assert ran.counts == {"passed": 3, "failed": 1}, str(ran)
    assert ran.words("order.txt").count("+license1") == 2
    for names in at_once(ran):
        assert of_kind(names, "license") <= 1, names


def test_the_first_failure_ends_the_run(suite: Suite) -> None:
    """What waits for the license of the test that failed does not run any more."""
    write(suite, LICENSE, ONE_LICENSE)
    ran = suite.agents(2, "-x", env={"FAILS": "1"})
    assert ran.counts["failed"] == 1, str(ran)
    assert ran.words("order.txt")[-2:] == ["+license1", "-license1"]


@pytest.mark.parametrize("way", ["soon", "fresh", "at-end"])
def test_a_test_that_runs_again_needs_it_again(suite: Suite, way: str) -> None:
    """Wherever it does."""
    write(suite, LICENSE, ONE_LICENSE)
    options = ("--agents-retries=2", f"--agents-retry={way}")
    ran = suite.agents(2, *options, env={"FAILS": "1"})
    assert ran.counts == {"passed": 3, "failed": 1}, str(ran)
    assert ran.words("order.txt").count("+license1") == 3
    for names in at_once(ran):
        assert of_kind(names, "license") <= 1, names


@pytest.mark.parametrize(
    "option",
    [
        "--agents-isolate=test",
        "--agents-isolate=file",
        "--agents-dist=file",
        "--agents-dist=scope",
    ],
)
def test_whatever_else_decides_where_tests_run(suite: Suite, option: str) -> None:
    """Their needs are met."""
    write(suite, LICENSE, ONE_LICENSE).write(
        test_other=HEAD + LICENSE.replace("license{n}", "license_other{n}")
    )
    ran = suite.agents(2, option)
    assert ran.counts == {"passed": 8}, str(ran)
    for names in at_once(ran):
        assert of_kind(names, "license") <= 1, names


def test_a_rule_is_as_good_as_a_mark(suite: Suite) -> None:
    """For the tests of a folder."""
    write(
        suite,
        "",
        """
        [tool.agentorch.resources]
        license = 1

        [[tool.agentorch.needs]]
        paths = ["licensed"]
        license = 1
        """,
    )
    for number in range(4):
        name = f"licensed__test_{number}"
        suite.write(
            **{
                name: HEAD
                + f"""
    def test_it():
        with running("license{number}"):
            pass
    """
            }
        )
    ran = suite.agents(2, env={"PYTHONPATH": "."})
    assert ran.counts == {"passed": 4}, str(ran)
    for names in at_once(ran):
        assert len(names) <= 1, names


@STARTS
def test_a_mark_of_the_suite_that_is_called_the_same_means_nothing(
    suite: Suite, start: str
) -> None:
    """It has declared it: what it says there is its own business."""
    suite.write_text(
        "pytest.ini", "[pytest]\naddopts = --strict-markers\nmarkers =\n    needs(what): other\n"
    )
    ran = suite.write(
        test_a="""
        import pytest

        @pytest.mark.needs("a network", cpus="many")
        def test_it(): pass
        """
    ).agents(2, f"--agents-start={start}")
    assert ran.counts == {"passed": 1}, str(ran)
