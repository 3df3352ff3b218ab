"""Spawned agents collect a file when they get its tests, and nobody notices any difference."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from tests.functional.running import Ran, Suite, assert_same_verdicts

# Which process has imported which file and run which test; no test ends before two are at work.
MEETING = """
    import os, pathlib, time, pytest

    def who():
        return os.environ.get("PYTEST_XDIST_WORKER", "serial")

    def note(name, what):
        with open(pathlib.Path(__file__).parent / name, "a") as file:
            file.write(f"{who()} {what}\\n")

    @pytest.fixture(autouse=True)
    def meeting(request):
        note("ran.txt", request.node.nodeid.partition("::")[0])
        folder = pathlib.Path(__file__).parent / "workers"
        folder.mkdir(exist_ok=True)
        if who() != "serial":
            (folder / who()).touch()
        for _ in range(3000):
            if len(list(folder.iterdir())) >= int(os.environ.get("WANTED", "0")):
                return
            time.sleep(0.01)
        raise AssertionError("the other agent never came")
"""
FILE = """
    from meeting import note

    note("imported.txt", __file__.rpartition("/")[2])

    def test_1(): pass
    def test_2(): pass
"""


@pytest.fixture
def meeting(suite: Suite) -> Suite:
    """A suite whose tests wait for two agents."""
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    return suite.write(meeting=MEETING, conftest="from meeting import meeting")


def two_agents(suite: Suite, *args: str) -> Ran:
    """Run on two spawned agents, each of which gets whole files."""
    return suite.agents(2, "--agents-start=spawn", "--agents-dist=file", *args, env={"WANTED": "2"})


def noted(ran: Ran, name: str) -> dict[str, set[str]]:
    """What each process has written into a file."""
    found = defaultdict(set)
    for who, _, what in (line.partition(" ") for line in ran.words(name)):
        found[who].add(what)
    return found


def advice_about_missing_tests(ran: Ran) -> list[dict[str, Any]]:
    """What the report says; on a busy machine there may be advice about time, too."""
    return [one for one in ran.ours["recommendations"] if one["slug"] == "tests-missing"]


def test_an_agent_imports_only_the_files_that_it_runs(meeting: Suite) -> None:
    """All but the one that has collected for all."""
    files = {f"test_{letter}": FILE for letter in "abcdef"}
    ran = two_agents(meeting.write(**files))
    assert ran.counts == {"passed": 12}, str(ran)
    assert noted(ran, "imported.txt")["gw0"] == {f"{name}.py" for name in files}
    assert noted(ran, "imported.txt")["gw1"] == noted(ran, "ran.txt")["gw1"]
    assert len(ran.words("imported.txt")) < 12


def test_it_is_the_same_where_a_fork_is_refused(meeting: Suite) -> None:
    """The process that has collected runs tests itself, the other agent is spawned."""
    meeting.write(
        conftest="from meeting import meeting\nSOURCE = open(__file__)",
        **{f"test_{letter}": FILE for letter in "abcdef"},
    )
    ran = meeting.agents(2, "--agents-dist=file", env={"WANTED": "2"})
    assert ran.counts == {"passed": 12}, str(ran)
    assert ran.ours["start"] == "spawn"
    assert noted(ran, "imported.txt")["gw1"] == noted(ran, "ran.txt")["gw1"]


def test_marks_that_a_conftest_adds_are_there(meeting: Suite) -> None:
    """Its hook is called with the items of each file; that it deselects some has no effect."""
    meeting.write(
        conftest="""
        import pytest
        from meeting import meeting

        def pytest_collection_modifyitems(config, items):
            dropped = [item for item in items if "dropped" in item.name]
            for item in items:
                if "slow" in item.keywords:
                    item.add_marker(pytest.mark.skip(reason="too slow"))
                if "broken" in item.name:
                    item.add_marker(pytest.mark.xfail(reason="known"))
            config.hook.pytest_deselected(items=dropped)
            items[:] = [item for item in items if item not in dropped]
        """,
        **{
            f"test_{letter}": """
            import pytest

            def test_plain(): pass
            def test_broken(): assert False
            def test_dropped(): assert False

            @pytest.mark.slow
            def test_slow(): assert False
            """
            for letter in "abcd"
        },
    )
    serial, agents = meeting.serial("-rsxX"), two_agents(meeting, "-rsxX")
    assert_same_verdicts(serial, agents)
    assert len(noted(agents, "ran.txt")["gw1"]) >= 1


def test_a_hook_that_looks_at_all_items_sees_all(meeting: Suite) -> None:
    """Then an agent collects everything first."""
    meeting.write(
        conftest="""
        import pytest
        from meeting import meeting, note

        def pytest_collection_modifyitems(items):
            note("seen.txt", len(items))
            if len(items) < 8:
                items[0].add_marker(pytest.mark.skip)
        """,
        **{f"test_{letter}": FILE for letter in "abcd"},
    )
    ran = two_agents(meeting)
    assert ran.counts == {"passed": 8}, str(ran)
    assert noted(ran, "seen.txt") == {"gw0": {"8"}, "gw1": {"8"}}


def test_a_file_that_one_agent_cannot_import_runs_on_another(meeting: Suite) -> None:
    """It is no error, also with -x, and it is told."""
    meeting.write(
        **{
            f"test_{letter}": f"""
            import os

            if os.environ.get("PYTEST_XDIST_WORKER") == "gw1" and "{letter}" in "bd":
                raise RuntimeError("nothing but trouble")

            def test_1(): pass
            def test_2(): pass
            """
            for letter in "abcd"
        }
    )
    serial, agents = meeting.serial(), two_agents(meeting, "-x")
    assert_same_verdicts(serial, agents)
    assert agents.incidents == []
    (advice,) = advice_about_missing_tests(agents)
    assert "RuntimeError: nothing but trouble" in advice["reason"]


def test_tests_that_one_agent_does_not_find_run_on_another(meeting: Suite) -> None:
    """Their names depend on the process; the rest of the file runs where it is."""
    meeting.write(
        **{
            f"test_{letter}": """
            import os, pytest

            WHO = os.environ.get("PYTEST_XDIST_WORKER", "gw0")

            @pytest.mark.parametrize("name", ["same", WHO])
            def test_it(name): pass
            """
            for letter in "abcd"
        }
    )
    serial, agents = meeting.serial(), two_agents(meeting)
    assert_same_verdicts(serial, agents)


@pytest.mark.parametrize(
    "args",
    [
        ("test_a.py", "test_b.py", "test_a.py"),
        ("--keep-duplicates", "test_a.py", "test_b.py", "test_a.py"),
        ("--keep-duplicates", ".", "test_a.py::test_1"),
        ("test_a.py::test_1", "test_b.py"),
        ("test_a.py::test_1", "test_b.py::test_2", "test_b.py::test_1"),
        ("--doctest-modules",),
        ("--pyargs", "test_a", "test_b"),
        ("--lf",),
        ("-k", "test_1"),
        ("--deselect=test_a.py::test_1",),
        ("--import-mode=importlib",),
        ("-p", "no:doctest", "-p", "no:unittest"),
    ],
    ids=" ".join,
)
def test_whatever_is_asked_for_is_run(meeting: Suite, args: tuple[str, ...]) -> None:
    """By each agent, once as often as in plain pytest."""
    text = f'''
    """
    >>> 1
    1
    """
    {FILE}
    '''
    meeting.write(test_a=text, test_b=text)
    serial, agents = meeting.serial(*args), two_agents(meeting, *args)
    assert_same_verdicts(serial, agents)
    assert set(noted(agents, "ran.txt")) == {"serial", "gw0", "gw1"} or args == ("--lf",)


def test_classes_parameters_and_packages_are_what_they_are(meeting: Suite) -> None:
    """With what is set up for each of them, once per agent that needs it."""
    test = """
    import unittest
    import pytest
    from meeting import note

    class TestPlain:
        @classmethod
        def setup_class(cls): cls.value = 1

        @pytest.mark.parametrize("n", [1, 2])
        def test_it(self, n, package): assert self.value == 1

    class Old(unittest.TestCase):
        @classmethod
        def setUpClass(cls): cls.value = 2

        def test_it(self): assert self.value == 2
        def test_bad(self): self.fail("no")

    def setup_module(): note("set_up.txt", __name__)

    @pytest.mark.parametrize("shared", ["x", "y"], indirect=True)
    def test_shared(shared): pass
    """
    meeting.write(
        conftest="""
        import pytest
        from meeting import meeting, note

        @pytest.fixture(scope="session", params=["x", "y"])
        def shared(request):
            return request.param
        """,
        pkg____init__="",
        pkg__conftest="""
        import pytest
        from meeting import note

        @pytest.fixture(scope="package", autouse=True)
        def package(request):
            note("set_up.txt", "package")
            yield
            note("set_up.txt", "package down")
        """,
        pkg__test_a=test,
        pkg__test_b=test,
        pkg__sub____init__="def setup_module(): pass",
        pkg__sub__test_c=test,
        pkg__sub__test_d=test,
    )
    serial, agents = meeting.serial(), two_agents(meeting)
    assert_same_verdicts(serial, agents)
    lines = agents.words("set_up.txt")
    # An agent that has had nothing to do for a while sets it up again.
    assert lines.count("gw1 package") == lines.count("gw1 package down") >= 1
    assert noted(agents, "set_up.txt")["gw1"] > {"package", "package down"}


def test_who_looks_at_the_items_of_the_session_sees_all(meeting: Suite) -> None:
    """In the selected order; and what a test has printed before stays its own."""
    meeting.write(
        **{
            f"test_{letter}": """
            import pytest

            @pytest.fixture(scope="session")
            def names(request):
                print("before")
                names = [item.nodeid for item in request.session.items]
                print("after")
                return names

            def test_it(names):
                print(*names)
                assert len(names) == 5
            """
            for letter in "abcd"
        }
    )
    serial, agents = meeting.serial(), two_agents(meeting)
    assert_same_verdicts(serial, agents)
    assert agents.counts == {"failed": 4}
    for test in agents.report["results"]["tests"]:
        names = [f"test_{letter}.py::test_it" for letter in "abcd"]
        assert test["stdout"][-1] == " ".join(names)
        assert "before" in test["stdout"] or len(test["stdout"]) == 1


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_lines_about_all_items_are_asked_for_once(meeting: Suite, start: str) -> None:
    """Where they are printed: an agent need not know all items."""
    meeting.write(
        conftest="""
        from meeting import meeting, note

        def pytest_report_collectionfinish(items):
            note("asked.txt", items[-1].nodeid)
            return f"from {items[0].nodeid}"
        """,
        **{f"test_{letter}": FILE for letter in "ab"},
    )
    ran = meeting.agents(2, f"--agents-start={start}", "--agents-dist=each", env={"WANTED": "2"})
    assert ran.counts == {"passed": 8}, str(ran)
    assert ran.words("asked.txt") == ["serial test_b.py::test_2"]
    assert "from test_a.py::test_1" in ran.lines


def test_files_are_imported_where_the_first_ones_were(meeting: Suite) -> None:
    """Whatever a fixture of the session has done meanwhile; what an import does lasts."""
    meeting.write_text("data.txt", "data")
    meeting.write(
        conftest="""
        import os
        import pytest
        from meeting import meeting

        @pytest.fixture(scope="session", autouse=True)
        def elsewhere(tmp_path_factory):
            folder = tmp_path_factory.mktemp("elsewhere")
            os.chdir(folder)
            os.environ["MODE"] = "testing"
            yield
            assert os.getcwd() == str(folder)
        """,
        **{
            f"test_{letter}": f"""
            import os, pathlib

            DATA = pathlib.Path("data.txt").read_text()
            MODE = os.environ.get("MODE")
            os.environ["IMPORTED_{letter}"] = "yes"

            def test_it():
                assert (DATA, MODE) == ("data", None)
                assert os.environ["MODE"] == "testing"
                assert os.environ["IMPORTED_{letter}"] == "yes"
                assert not os.path.exists("data.txt")
            """
            for letter in "abcd"
        },
    )
    ran = two_agents(meeting, "--agents-dist=each")
    assert ran.counts == {"passed": 8}, str(ran)
    assert len(noted(ran, "ran.txt")["gw1"]) == 4


def test_modules_beside_other_files_are_found(meeting: Suite) -> None:
    """They are in the path: pytest has put them there, if it is plain before the first test."""
    meeting.write(
        one__helper_one="ONE = 1",
        two__helper_two="TWO = 2",
        **{
            f"{folder}__test_{folder}_{number}": """
            def test_it():
                import helper_one, helper_two
                assert helper_one.ONE + helper_two.TWO == 3
            """
            for folder in ("one", "two")
            for number in range(2)
        },
    )
    ran = two_agents(meeting, "--agents-dist=each")
    assert ran.counts == {"passed": 8}, str(ran)


def test_a_file_that_brings_a_plugin_is_imported_by_all(meeting: Suite) -> None:
    """Its fixtures are for every file."""
    meeting.write(
        helper="""
        import pytest

        @pytest.fixture
        def helped(): return 1
        """,
        test_a="""
        pytest_plugins = ["helper"]

        def test_it(helped): assert helped
        """,
        **{f"test_{letter}": "def test_it(helped): assert helped" for letter in "bcd"},
    )
    serial, agents = meeting.serial(), two_agents(meeting)
    assert_same_verdicts(serial, agents)


@pytest.mark.lenient
def test_warnings_at_import_are_told_once(meeting: Suite) -> None:
    """By the agent that has collected; where they are errors they are errors there, too."""
    meeting.write(
        **{
            f"test_{letter}": """
            import warnings

            warnings.warn("look here")

            def test_it(): pass
            """
            for letter in "abcd"
        }
    )
    serial, agents = meeting.serial(), two_agents(meeting)
    assert_same_verdicts(serial, agents)
    assert agents.counts["warnings"] == serial.counts["warnings"]
