"""Tests belong to phases, and a named phase waits for those before it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.functional.running import Ran, Suite

# Every test of these suites logs when it starts and ends, with its phase as it should be.
LOG = """
    import os, time, pytest

    @pytest.fixture
    def log(request):
        def write(what):
            line = f"{time.monotonic()} {what} {os.environ['PYTEST_XDIST_WORKER']}"
            with open("log.txt", "a") as file:
                file.write(f"{line} {request.node.nodeid}\\n")
        write("start")
        yield
        write("end")
"""


@dataclass(frozen=True)
class Logged:
    """A line of the log."""

    at: float
    what: str
    agent: str
    test: str


def logged(ran: Ran) -> list[Logged]:
    """The log in order of time."""
    rows = [line.split(" ", 3) for line in ran.words("log.txt")]
    return sorted((Logged(float(r[0]), r[1], r[2], r[3]) for r in rows), key=lambda row: row.at)


def phases(ran: Ran) -> dict[str, str]:
    """The phase of each test in the report, by its name without file."""
    tests = ran.report["results"]["tests"]
    return {test["name"].rpartition("::")[2]: test["type"] for test in tests}


def most_at_once(rows: list[Logged]) -> int:
    """How many of the logged tests ran at the same time."""
    running = most = 0
    for row in rows:
        running += 1 if row.what == "start" else -1
        most = max(most, running)
    return most


def test_markers_name_phases(suite: Suite) -> None:
    """`@pytest.mark.phase("name")`, a mark named like a phase, and nothing."""
    suite.write(
        test_it="""
        import pytest

        @pytest.mark.phase("e2e")
        def test_by_argument(): pass

        @pytest.mark.integration
        def test_by_name(): pass

        @pytest.mark.e2e
        class TestClass:
            def test_in_class(self): pass

            @pytest.mark.phase("unit")
            def test_nearest_wins(self): pass

        def test_plain(): pass
        """
    )
    suite.write_text("pytest.ini", "[pytest]\nmarkers =\n    integration: x\n    e2e: x\n")
    ran = suite.agents(2, "--strict-markers")
    assert ran.code == 0, str(ran)
    assert phases(ran) == {
        "test_by_argument": "e2e",
        "test_by_name": "integration",
        "test_in_class": "e2e",
        "test_nearest_wins": "unit",
        "test_plain": "unit",
    }


def test_paths_and_fixtures_say_where_a_test_belongs(suite: Suite) -> None:
    """The built-in rules, where nobody has named a phase."""
    suite.write(
        tests__unit__test_a="def test_unit(): pass",
        tests__integration__test_b="def test_integration(): pass",
        tests__functional__test_c="def test_functional(): pass",
        tests__e2e__test_d="def test_e2e(): pass",
        tests__test_f="def test_with_page(page): pass\ndef test_with_db(db): pass\n",
        conftest="""
        import pytest

        @pytest.fixture
        def page(): pass

        @pytest.fixture
        def db(): pass
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    found = phases(ran)
    assert found["test_unit"] == "unit"
    assert found["test_integration"] == "integration"
    assert found["test_e2e"] == "e2e"
    assert found["test_with_page"] == "e2e"
    assert found["test_with_db"] == "integration"
    assert found["test_functional"] in ("integration", "e2e")


def test_a_hook_in_a_conftest_names_phases_of_the_tests_below_it(suite: Suite) -> None:
    """`pytest_agentorch_phase` beats marks; a conftest speaks for its own folder only."""
    suite.write(
        inside__conftest="""
        def pytest_agentorch_phase(item):
            return "e2e" if "special" in item.name else None
        """,
        inside__test_a="""
        import pytest

        @pytest.mark.phase("integration")
        def test_special(): pass

        @pytest.mark.phase("integration")
        def test_other(): pass
        """,
        outside__test_b="def test_special_too(): pass",
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert phases(ran) == {
        "test_special": "e2e",
        "test_other": "integration",
        "test_special_too": "unit",
    }


def test_rules_of_the_configuration(suite: Suite) -> None:
    """By path, glob, mark, fixture and keyword; they beat the built-in rules."""
    suite.write(
        tests__unit__test_slow="def test_by_path(): pass",
        tests__test_glob_x="def test_by_glob(): pass",
        tests__test_rest="""
        import pytest

        @pytest.mark.network
        def test_by_mark(): pass

        @pytest.fixture
        def cluster(): pass

        def test_by_fixture(cluster): pass

        def test_smoke_by_keyword(): pass

        def test_rest(): pass
        """,
    )
    suite.write_text(
        "pyproject.toml",
        """
        [tool.pytest.ini_options]
        markers = ["network: x"]

        [tool.agentorch.phases.integration]
        paths = ["tests/unit/test_slow.py", "tests/*_x.py"]
        markers = ["network"]
        fixtures = ["cluster"]

        [tool.agentorch.phases.smoke]
        keywords = ["smoke"]
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert phases(ran) == {
        "test_by_path": "integration",
        "test_by_glob": "integration",
        "test_by_mark": "integration",
        "test_by_fixture": "integration",
        "test_smoke_by_keyword": "smoke",
        "test_rest": "unit",
    }


def test_a_named_phase_starts_when_those_before_it_have_ended(suite: Suite) -> None:
    """No test of a later phase starts before the last of the earlier one has ended."""
    suite.write(
        conftest=LOG,
        test_it="""
        import time, pytest

        @pytest.mark.phase("e2e")
        @pytest.mark.parametrize("n", range(3))
        def test_e2e(n, log): pass

        @pytest.mark.phase("integration")
        @pytest.mark.parametrize("n", range(6))
        def test_integration(n, log): time.sleep(0.02 * n)

        @pytest.mark.parametrize("n", range(12))
        def test_unit(n, log): time.sleep(0.02 * n)
        """,
    )
    ran = suite.agents(3)
    assert ran.code == 0, str(ran)
    order = [row.test.rpartition("::")[2].partition("[")[0] for row in logged(ran)]
    assert order == ["test_unit"] * 24 + ["test_integration"] * 12 + ["test_e2e"] * 6


def test_session_fixtures_live_from_phase_to_phase(suite: Suite) -> None:
    """A barrier ends modules and classes, not the session of an agent."""
    suite.write(
        conftest="""
        import os, pytest

        @pytest.fixture(scope="session", autouse=True)
        def resource():
            with open("setups.txt", "a") as file:
                file.write(f"{os.environ['PYTEST_XDIST_WORKER']}\\n")
            yield
            with open("teardowns.txt", "a") as file:
                file.write(f"{os.environ['PYTEST_XDIST_WORKER']}\\n")
        """,
        test_it="""
        import pytest

        def test_unit(): pass

        @pytest.mark.phase("integration")
        def test_integration(): pass

        @pytest.mark.phase("e2e")
        def test_e2e(): pass
        """,
    )
    ran = suite.agents(1)
    assert ran.code == 0, str(ran)
    assert ran.words("setups.txt") == ran.words("teardowns.txt") == ["gw0"]


def test_a_phase_that_is_only_inferred_holds_nobody_up(suite: Suite) -> None:
    """Folder names order the tests; an idle agent takes the next phase's tests at once."""
    suite.write(
        tests__unit__test_long="""
        import pathlib, time

        def test_waits_for_the_other_phase():
            for _ in range(3000):
                if pathlib.Path("e2e.txt").exists():
                    return
                time.sleep(0.01)
            raise AssertionError("there was a barrier")
        """,
        tests__e2e__test_other="""
        import pathlib

        def test_other(): pathlib.Path("e2e.txt").touch()
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 2}


@pytest.mark.parametrize("number", [2, 8])
def test_max_agents_is_kept(suite: Suite, number: int) -> None:
    """`max_agents = 1`: one test at a time, however many agents there are."""
    suite.write(
        conftest=LOG,
        test_it="""
        import time, pytest

        @pytest.mark.phase("alone")
        @pytest.mark.parametrize("n", range(8))
        def test_alone(n, log): time.sleep(0.05)

        @pytest.mark.parametrize("n", range(16))
        def test_unit(n): pass
        """,
    )
    suite.write_text("pyproject.toml", "[tool.agentorch.phases.alone]\nmax_agents = 1\n")
    ran = suite.agents(number)
    assert ran.code == 0, str(ran)
    assert len(logged(ran)) == 16
    assert most_at_once(logged(ran)) == 1


def test_a_sequential_phase_has_one_agent_and_the_order_of_collection(suite: Suite) -> None:
    """`parallelism = "sequential"`."""
    suite.write(
        conftest=LOG,
        test_it="""
        import pytest

        @pytest.mark.phase("chain")
        @pytest.mark.parametrize("n", range(8))
        def test_chain(n, log): pass

        @pytest.mark.parametrize("n", range(20))
        def test_unit(n): pass
        """,
    )
    suite.write_text(
        "pyproject.toml",
        '[tool.agentorch.phases.chain]\nafter = ["unit"]\nparallelism = "sequential"\n',
    )
    ran = suite.agents(3)
    assert ran.code == 0, str(ran)
    starts = [row for row in logged(ran) if row.what == "start"]
    assert [row.test for row in starts] == [f"test_it.py::test_chain[{n}]" for n in range(8)]
    assert len({row.agent for row in starts}) == 1


def test_phases_without_a_path_between_them_may_overlap(suite: Suite) -> None:
    """Two phases that wait for the same one run at the same time, each with its own cap."""
    suite.write(
        test_it="""
        import pathlib, time, pytest

        def meet(mine, other):
            pathlib.Path(mine).touch()
            for _ in range(3000):
                if pathlib.Path(other).exists():
                    return
                time.sleep(0.01)
            raise AssertionError("the phases did not overlap")

        @pytest.mark.phase("left")
        def test_left(): meet("left.txt", "right.txt")

        @pytest.mark.phase("right")
        def test_right(): meet("right.txt", "left.txt")

        def test_unit(): pass
        """
    )
    suite.write_text(
        "pyproject.toml",
        """
        [tool.agentorch.phases.left]
        after = ["unit"]
        max_agents = 1
        [tool.agentorch.phases.right]
        after = ["unit"]
        max_agents = 1
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 3}


def test_a_crash_before_a_barrier_does_not_open_it(suite: Suite) -> None:
    """The test that runs again alone still belongs before the barrier."""
    suite.write(
        conftest=LOG,
        test_it="""
        import os, pathlib, pytest

        @pytest.mark.phase("integration")
        @pytest.mark.parametrize("n", range(4))
        def test_integration(n, log): pass

        def test_dies_once(log):
            seen = pathlib.Path("seen.txt")
            if not seen.exists():
                seen.touch()
                os._exit(1)
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    rows = logged(ran)
    last_of_unit = max(n for n, row in enumerate(rows) if "dies_once" in row.test)
    first_after = min(n for n, row in enumerate(rows) if "integration" in row.test)
    assert last_of_unit < first_after
    assert ran.counts == {"passed": 5}


def test_the_summary_tells_each_phase(suite: Suite) -> None:
    """A table with a row per phase; the collection line tells the plan."""
    suite.write(
        test_it="""
        import pytest

        def test_unit(): pass

        @pytest.mark.phase("e2e")
        def test_fails(): assert 0

        @pytest.mark.phase("integration")
        def test_skips(): pytest.skip("no")
        """
    )
    ran = suite.agents(2)
    rows = {
        line.split()[0]: line.split()
        for line in ran.lines
        if line.startswith(("unit ", "integration ", "e2e "))
    }
    assert rows["unit"][1:5] == ["1", "1", "0", "0"], str(ran)
    assert rows["integration"][1:5] == ["1", "0", "0", "1"]
    assert rows["e2e"][1:5] == ["1", "0", "1", "0"]
    assert any(line.startswith("plan: unit 1 test on 1 agent") for line in ran.lines)
    assert [phase["name"] for phase in ran.ours["phases"]] == ["unit", "integration", "e2e"]


@pytest.mark.parametrize(
    ("strategy", "order"),
    [
        ("sequential", [["start a", "end a"], ["start b", "end b"], ["start c", "end c"]]),
        ("parallel", [["start a", "start b", "start c"], ["end a", "end b", "end c"]]),
    ],
)
def test_the_strategy_says_what_waits(suite: Suite, strategy: str, order: list[list[str]]) -> None:
    """One after the other also where nobody has named a phase; or all at once."""
    suite.write(
        conftest="""
        import pathlib, time, pytest

        @pytest.fixture
        def meet(request):
            def wait(what, count):
                while len(list(pathlib.Path(".").glob(f"{what}-*"))) < count:
                    time.sleep(0.01)
            name, count = request.node.name[-1], 3 if pathlib.Path("together").exists() else 1
            for what in ("start", "end"):
                with open("log.txt", "a") as log:
                    log.write(f"{what} {name}\\n")
                pathlib.Path(f"{what}-{name}").touch()
                wait(what, count)
        """,
        tests__unit__test_1="def test_a(meet): pass\n",
        tests__integration__test_2="def test_b(meet): pass\n",
        tests__e2e__test_3="def test_c(meet): pass\n",
    )
    if strategy == "parallel":
        suite.write_text("together", "")
    ran = suite.agents(3, f"--agents-strategy={strategy}")
    assert ran.code == 0, str(ran)
    words = ran.words("log.txt")
    for some in order:
        assert sorted(words[: len(some)]) == sorted(some), words
        del words[: len(some)]
