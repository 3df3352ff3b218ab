"""Exit codes and counts: what scripts and CI look at."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite

GREEN = "def test_green(): pass\n"
RED = "def test_red(): assert 0\n"


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"test_a": GREEN}, 0),
        ({"test_a": GREEN + RED}, 1),
        ({"test_a": GREEN, "test_b": "import no_such_module_at_all\n"}, 2),
        ({"test_a": ""}, 5),
        ({"other": GREEN}, 5),
    ],
    ids=["passed", "failed", "collection-error", "no-test", "no-file"],
)
def test_the_exit_code_is_that_of_plain_pytest(
    suite: Suite, files: dict[str, str], code: int
) -> None:
    """0, 1, 2 and 5; 3 and 4 have tests of their own."""
    suite.write(**files)
    serial, agents = suite.serial(), suite.agents(2)
    assert agents.code == serial.code == code, str(agents)
    assert agents.counts == serial.counts
    assert agents.ours["exit_code"] == code


def test_a_collection_error_is_reported_once_and_nothing_runs(suite: Suite) -> None:
    """Exit code 2, the text is that of plain pytest."""
    suite.write(
        test_good="def test_good(): open('ran.txt', 'w').close()\n",
        test_bad="import no_such_module_at_all\n",
        test_worse="def test_worse(:\n    pass\n",
    )
    serial, agents = suite.serial(), suite.agents(2)
    assert agents.code == serial.code == 2, str(agents)
    assert not (suite.folder / "ran.txt").exists()
    assert agents.counts == serial.counts == {"errors": 2}
    assert agents.summary_lines == serial.summary_lines
    assert agents.junit == serial.junit
    assert "!!! Interrupted: 2 errors during collection !!!" in agents.out

    def errors(lines: list[str]) -> list[str]:
        start = next(n for n, line in enumerate(lines) if "= ERRORS =" in line)
        end = next(n for n, line in enumerate(lines) if "short test summary" in line)
        return [line for line in lines[start:end] if "generated xml" not in line]

    assert errors(agents.lines) == errors(serial.lines)


def test_continue_on_collection_errors(suite: Suite) -> None:
    """What could be collected runs; the errors still count."""
    suite.write(test_good=GREEN, test_bad="import no_such_module_at_all\n")
    args = ["--continue-on-collection-errors"]
    serial, agents = suite.serial(*args), suite.agents(2, *args)
    assert agents.code == serial.code == 1, str(agents)
    assert agents.counts == serial.counts == {"passed": 1, "errors": 1}
    assert agents.junit == serial.junit


def test_collection_errors_and_maxfail(suite: Suite) -> None:
    """`-x` stops the collection at the first error, as plain pytest does."""
    suite.write(
        test_a="import no_such_module_at_all\n",
        test_b="import no_such_module_at_all\n",
        test_c=GREEN,
    )
    serial, agents = suite.serial("-x"), suite.agents(2, "-x")
    assert agents.counts == serial.counts == {"errors": 1}
    assert agents.code == serial.code, str(agents)
    assert "stopping after 1 failures" in serial.out
    assert "stopping after 1 failures" in agents.out


@pytest.mark.parametrize(
    "args",
    [
        ["-k", "one"],
        ["-k", "nothing_is_named_so"],
        ["-m", "not slow"],
        ["test_it.py::test_param[b]"],
        ["-k", "one", "--deselect=test_it.py::test_one"],
    ],
    ids=" ".join,
)
def test_selections_choose_and_count_as_in_plain_pytest(suite: Suite, args: list[str]) -> None:
    """The line `collected N items / M deselected / K selected` and the verdicts."""
    suite.write(
        test_it="""
        import pytest

        def test_one(): pass

        @pytest.mark.slow
        def test_slow(): pass

        class TestClass:
            def test_one(self): pass

        @pytest.mark.parametrize("x", ["a", "b"])
        def test_param(x): pass
        """
    )
    suite.write_text("pytest.ini", "[pytest]\nmarkers =\n    slow: x\n")
    serial, agents = suite.serial(*args), suite.agents(2, *args)
    assert agents.code == serial.code, str(agents)
    assert agents.counts == serial.counts
    assert agents.junit == serial.junit

    def collected(lines: list[str]) -> str:
        return next(line.strip() for line in lines if line.startswith("collected "))

    assert collected(agents.lines) == collected(serial.lines)


def test_a_conftest_may_filter_and_reorder(suite: Suite) -> None:
    """`pytest_collection_modifyitems` counts, also where tests run."""
    suite.write(
        conftest="""
        def pytest_collection_modifyitems(config, items):
            gone = [item for item in items if "drop" in item.name]
            items[:] = sorted((i for i in items if i not in gone), key=lambda i: i.name)
            config.hook.pytest_deselected(items=gone)
        """,
        test_it="""
        def write(name):
            with open("order.txt", "a") as file:
                file.write(f"{name}\\n")

        def test_c(): write("c")
        def test_drop(): write("drop")
        def test_a(): write("a")
        def test_b(): write("b")
        """,
    )
    ran = suite.agents(1)
    assert ran.code == 0, str(ran)
    assert ran.words("order.txt") == ["a", "b", "c"]
    assert "collected 4 items / 1 deselected / 3 selected" in ran.out


def test_an_exit_code_of_a_plugin_wins(suite: Suite) -> None:
    """`session.exitstatus` set in the controller's `pytest_sessionfinish`."""
    suite.write(
        test_it=GREEN,
        conftest="""
        def pytest_sessionfinish(session):
            if not hasattr(session.config, "workerinput"):
                session.exitstatus = 42
        """,
    )
    serial, agents = suite.serial(), suite.agents(2)
    assert agents.code == serial.code == 42


def test_a_pyargs_package_and_a_folder_given_from_elsewhere(suite: Suite) -> None:
    """Arguments mean in the agents what they mean in the controller."""
    suite.write(pkg____init__="", pkg__test_in="def test_in(): pass\n")
    for args in (["--pyargs", "pkg"], ["--rootdir=.", "pkg/../pkg"]):
        agents = suite.agents(2, *args)
        assert agents.code == 0, str(agents)
        assert agents.counts == {"passed": 1}
