"""`--agents-plan` says what would happen and why, and does nothing."""

from __future__ import annotations

from tests.functional.running import Suite

SUITE = """
    import pytest

    def test_unit(): open("ran.txt", "w").close()

    @pytest.mark.phase("e2e")
    def test_marked(): open("ran.txt", "w").close()
"""


def test_the_plan_is_printed_and_nothing_runs(suite: Suite) -> None:
    """Phases in order with their tests and agents, and by which rule tests were classified."""
    suite.write(test_it=SUITE, integration__test_by_path="def test_path(): pass")
    ran = suite.run("--agents=4", "--agents-plan")
    assert ran.code == 0, str(ran)
    assert not (suite.folder / "ran.txt").exists()
    assert "passed" not in ran.out
    rows = [line for line in ran.lines if line[:2] in ("1 ", "2 ", "3 ")]
    assert [row.split()[1:4] for row in rows] == [
        ["unit", "1", "test"],
        ["integration", "1", "test"],
        ["e2e", "1", "test"],
    ]
    assert any(line.startswith("plan for 3 tests") for line in ran.lines)
    assert any(line.startswith("classified by: ") and "-v" in line for line in ran.lines)


def test_v_lists_each_test_with_its_reason(suite: Suite) -> None:
    """The rule and what in it matched."""
    suite.write(test_it=SUITE, integration__test_by_path="def test_path(): pass")
    ran = suite.run("--agents=4", "--agents-plan", "-v")
    assert ran.code == 0, str(ran)
    reasons = {line.split()[0]: line for line in ran.lines if line.startswith("  ")}
    assert "default" in reasons["test_it.py::test_unit"]
    assert "@pytest.mark.phase" in reasons["test_it.py::test_marked"]
    assert "integration/" in reasons["integration/test_by_path.py::test_path"]


def test_the_plan_says_what_tests_need(suite: Suite) -> None:
    """By marks on functions, classes and modules, and by the rules of the project."""
    suite.write(
        test_it="""
        import pytest

        pytestmark = pytest.mark.needs("postgres", read="schema")

        @pytest.mark.needs(postgres=2, write="schema")
        class TestCart:
            @pytest.mark.serial
            @pytest.mark.needs(cpus=2)
            def test_all(self): pass

        @pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.exclusive)])
        def test_some(n): pass
        """,
        test_other="def test_other(): pass",
    ).write_text(
        "pyproject.toml",
        """
        [tool.agentorch.resources]
        postgres = 2

        [[tool.agentorch.needs]]
        paths = ["test_other.py"]
        memory = "1KiB"
        """,
    )
    ran = suite.run("--agents=2", "--agents-plan", "-v", env={"PYTHON_CPU_COUNT": "2"})
    assert ran.code == 0, str(ran)
    row = next(number for number, line in enumerate(ran.lines) if line.startswith("1 unit"))
    needs_of_all = "    needs postgres (2), lock schema, 2 CPUs, 1 KiB  1 exclusive, 1 serial"
    assert ran.lines[row + 1] == needs_of_all
    needs = {line.split()[0]: line.partition("  needs ")[2] for line in ran.lines if "::" in line}
    assert needs == {
        "test_it.py::TestCart::test_all": "2 postgres, writes schema, 2 CPUs, serial",
        "test_it.py::test_some[1]": "1 postgres, reads schema",
        "test_it.py::test_some[2]": "1 postgres, reads schema, exclusive",
        "test_other.py::test_other": "1 KiB",
    }


def test_the_plan_needs_no_number_of_agents(suite: Suite) -> None:
    """`--agents-plan` alone shows the plan for `auto`."""
    suite.write(test_it=SUITE)
    ran = suite.run("--agents-plan")
    assert ran.code == 0, str(ran)
    assert "plan for 2 tests" in ran.out
    assert not (suite.folder / "ran.txt").exists()


def test_the_plan_of_a_suite_without_tests(suite: Suite) -> None:
    """Exit code 5, as ever."""
    suite.write(test_it="")
    ran = suite.run("--agents=2", "--agents-plan")
    assert ran.code == 5, str(ran)
    assert "INTERNALERROR" not in ran.out + ran.err
