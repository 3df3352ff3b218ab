"""Every test ends as it does in plain pytest, and whoever reads about it reads the same."""

from __future__ import annotations

import runpy
import shutil
from pathlib import Path

import pytest

from tests.functional.running import Suite, assert_same_verdicts

SUITES = Path(__file__).parent.parent / "suites"


def copied(suite: Suite, name: str) -> dict[str, str]:
    """Copy a suite of `tests/suites` and return what must come out of it."""
    shutil.copytree(SUITES / name, suite.folder, dirs_exist_ok=True)
    expected: dict[str, str] = runpy.run_path(str(suite.folder / "expected.py"))["EXPECTED"]
    (suite.folder / "expected.py").unlink()
    return expected


@pytest.mark.lenient
@pytest.mark.parametrize("number", [1, 2])
def test_every_kind_of_verdict_is_that_of_plain_pytest(suite: Suite, number: int) -> None:
    """Names, messages, texts, captured sections, properties and counts: all are the same."""
    expected = copied(suite, "outcomes")
    serial = suite.serial("-rA", "plain", "pkg")
    agents = suite.agents(number, "-rA", "plain", "pkg")
    assert agents.statuses == expected
    assert_same_verdicts(serial, agents)
    assert agents.code == 1


@pytest.mark.lenient
def test_warnings_are_told_once_each(suite: Suite) -> None:
    """The summary of warnings has the same entries as in plain pytest."""
    copied(suite, "outcomes")
    suite.write(test_import="import warnings\nwarnings.warn('at import')\ndef test_it(): pass\n")
    serial = suite.serial("-k", "warns or test_it", "plain", "test_import.py")
    agents = suite.agents(2, "-k", "warns or test_it", "plain", "test_import.py")
    assert (
        agents.counts
        == serial.counts
        == {
            "passed": 3,
            "warnings": 3,
            "deselected": 29,
            "skipped": 1,
        }
    )

    def told(lines: list[str]) -> list[str]:
        start = next(n for n, line in enumerate(lines) if "warnings summary" in line)
        end = next(n for n, line in enumerate(lines) if "Docs: https://docs.pytest.org" in line)
        return sorted(line for line in lines[start:end] if line.strip())

    assert told(agents.lines) == told(serial.lines)


def test_teardown_of_a_class_fails_with_the_last_test_of_the_class(suite: Suite) -> None:
    """`tearDownClass` raises: one error, at the test that ended last."""
    suite.write(
        test_end="""
        import unittest

        class BrokenEnd(unittest.TestCase):
            @classmethod
            def tearDownClass(cls):
                raise RuntimeError("broken tearDownClass")

            def test_1(self): pass
            def test_2(self): pass
        """
    )
    serial = suite.serial()
    agents = suite.agents(2)
    assert_same_verdicts(serial, agents)
    assert agents.counts == {"passed": 2, "errors": 1}


def test_a_class_that_is_set_up_once_is_never_divided(suite: Suite) -> None:
    """Its failures tell what went before: texts are the same though an agent is idle meanwhile."""
    suite.write(
        test_class="""
        import time, unittest, pytest

        class Base:
            def test_1(self): self.goes_on()
            def test_2(self): self.goes_on()
            def test_3(self): self.goes_on()
            def test_4(self): self.goes_on()

            def goes_on(self):
                self.seen.append(1)
                # Time for the idle agent to take what waits, if it may.
                time.sleep(0.1)
                assert not self.seen

        class Case(Base, unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.seen = []

        @pytest.fixture(scope="class")
        def prepared(request):
            request.cls.seen = []

        @pytest.mark.usefixtures("prepared")
        class TestWithFixture(Base):
            pass
        """,
        test_other="def test_other(): pass",
    )
    serial = suite.serial()
    agents = suite.agents(3)
    assert_same_verdicts(serial, agents)
    assert agents.counts == {"passed": 1, "failed": 8}


@pytest.mark.skipif(pytest.version_tuple < (9, 0), reason="subtests came with pytest 9")
def test_subtests_pass_and_fail_as_in_plain_pytest(suite: Suite) -> None:
    """Each failed subtest is told, passed ones are counted."""
    suite.write(
        test_sub="""
        import unittest

        def test_some_fail(subtests):
            for n in range(4):
                with subtests.test("case", n=n):
                    assert n % 2 == 0

        def test_all_pass(subtests):
            for n in range(3):
                with subtests.test(n=n):
                    pass

        def test_fails_after_its_subtests(subtests):
            with subtests.test("good"):
                pass
            with subtests.test("bad"):
                assert 0
            raise ValueError("the test itself")

        def test_skips_inside(subtests):
            import pytest
            with subtests.test("skips"):
                pytest.skip("not this one")

        class Case(unittest.TestCase):
            def test_unittest(self):
                for n in range(3):
                    with self.subTest(n=n):
                        self.assertNotEqual(n, 1)
        """
    )
    serial = suite.serial("-rA")
    agents = suite.agents(2, "-rA")
    assert_same_verdicts(serial, agents)
    verdicts = {name.partition("::")[2]: status for name, status in agents.statuses.items()}
    assert verdicts == {
        "test_some_fail": "failed",
        "test_all_pass": "passed",
        "test_fails_after_its_subtests": "failed",
        "test_skips_inside": "passed",
        "Case::test_unittest": "failed",
    }


def test_doctests_end_as_in_plain_pytest(suite: Suite) -> None:
    """Of modules and of text files."""
    copied(suite, "outcomes")
    suite.write_text("docs/text.txt", ">>> 2 * 2\n5\n\n>>> 1\n1\n")
    args = ["--doctest-modules", "--doctest-glob=*.txt", "pkg/documented.py", "docs"]
    serial = suite.serial("-rA", *args)
    agents = suite.agents(2, "-rA", *args)
    assert_same_verdicts(serial, agents)
    assert agents.counts == {"passed": 2, "failed": 2}


def test_the_same_node_id_twice_is_two_tests(suite: Suite) -> None:
    """A file given twice with `--keep-duplicates`, and parameters with the same id."""
    suite.write(
        test_twice="""
        import pytest

        def test_it():
            with open("ran.txt", "a") as file:
                file.write("it\\n")

        @pytest.mark.parametrize("a", [1, 2])
        def test_fails(a):
            assert a == 1
        """
    )
    args = ["--keep-duplicates", "test_twice.py", "test_twice.py"]
    serial = suite.serial("-rA", *args)
    (suite.folder / "ran.txt").unlink()
    agents = suite.agents(2, "-rA", *args)
    assert_same_verdicts(serial, agents)
    assert agents.counts == {"passed": 4, "failed": 2}
    assert agents.words("ran.txt") == ["it", "it"]


def test_the_same_base_name_in_two_folders(suite: Suite) -> None:
    """With `--import-mode=importlib` two modules of one name live side by side."""
    suite.write(
        one__test_same="def test_it(): assert __file__.split('/')[-2] == 'one'",
        two__test_same="def test_it(): assert __file__.split('/')[-2] == 'two'",
    )
    agents = suite.agents(2, "--import-mode=importlib")
    assert agents.counts == {"passed": 2}


def test_each_agent_has_a_tmp_path_of_its_own_below_one_folder(suite: Suite) -> None:
    """The layout that suites know from xdist: `<basetemp>/popen-gwN/`."""
    suite.write(
        test_tmp="""
        import os, pathlib, time, pytest

        @pytest.mark.parametrize("n", range(2))
        def test_place(n, tmp_path, tmp_path_factory):
            worker = os.environ["PYTEST_XDIST_WORKER"]
            assert tmp_path.parent == tmp_path_factory.getbasetemp()
            assert tmp_path_factory.getbasetemp().name == f"popen-{worker}"
            pathlib.Path(f"seen-{n}.txt").write_text(str(tmp_path_factory.getbasetemp().parent))
            for _ in range(3000):
                if pathlib.Path(f"seen-{1 - n}.txt").exists():
                    return
                time.sleep(0.01)
            raise AssertionError("the other agent never came")
        """
    )
    base = suite.folder / "base"
    ran = suite.agents(2, f"--basetemp={base}")
    assert ran.counts == {"passed": 2}, str(ran)
    assert {ran.text("seen-0.txt"), ran.text("seen-1.txt")} == {str(base)}


def test_the_temporary_folder_is_shared_and_numbered_as_ever(suite: Suite) -> None:
    """Without `--basetemp` all agents are below one `pytest-of-user/pytest-N`."""
    suite.write(
        test_tmp="""
        def test_place(tmp_path):
            with open("place.txt", "a") as file:
                file.write(f"{tmp_path.parent.parent}\\n")
        """
    )
    first = suite.agents(1)
    suite.agents(1)
    one, two = map(Path, first.words("place.txt"))
    assert one.parent == two.parent
    assert (one.name, two.name) == ("pytest-0", "pytest-1")
