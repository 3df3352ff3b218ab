"""How tests are handed out: `--agents-dist`."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.functional.running import Ran, Suite

# Every test waits until two agents are at work, so that there is something to distribute between.
SPREAD = """
    import os, pathlib, time, pytest

    @pytest.fixture(autouse=True)
    def two_agents():
        folder = pathlib.Path("workers")
        folder.mkdir(exist_ok=True)
        (folder / os.environ["PYTEST_XDIST_WORKER"]).touch()
        for _ in range(3000):
            if len(list(folder.iterdir())) >= 2:
                return
            time.sleep(0.01)
        raise AssertionError("the other agent never came")
"""

TWO_CLASSES = """
    import pytest

    class TestOne:
        @pytest.mark.parametrize("n", range(4))
        def test_a(self, n): pass

    class TestTwo:
        @pytest.mark.parametrize("n", range(4))
        def test_b(self, n): pass

    @pytest.mark.parametrize("n", range(4))
    def test_c(n): pass
"""


def agents_of(ran: Ran, key: str) -> dict[str, set[str]]:
    """Who ran the tests, by a part of their node ids: `file`, `scope` or `test`."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for test in ran.report["results"]["tests"]:
        name = test["name"]
        part = {"file": name.partition("::")[0], "scope": name.rpartition("::")[0], "test": name}
        found[part[key]].add(test["threadId"])
    return dict(found)


@pytest.mark.parametrize(("mode", "key"), [("file", "file"), ("scope", "scope")])
def test_a_file_or_a_scope_stays_on_one_agent(suite: Suite, mode: str, key: str) -> None:
    """`file` keeps modules together, `scope` classes and the functions of a module."""
    suite.write(conftest=SPREAD, test_1=TWO_CLASSES, test_2=TWO_CLASSES)
    ran = suite.agents(2, f"--agents-dist={mode}")
    assert ran.code == 0, str(ran)
    where = agents_of(ran, key)
    assert all(len(agents) == 1 for agents in where.values()), where
    assert set().union(*where.values()) == {"gw0", "gw1"}
    assert ran.counts == {"passed": 24}


@pytest.mark.parametrize("mode", ["balanced", "group"])
def test_a_group_stays_on_one_agent_in_order(suite: Suite, mode: str) -> None:
    """`@pytest.mark.xdist_group`, over files."""
    test = """
    import os, pytest

    @pytest.mark.xdist_group("db")
    @pytest.mark.parametrize("n", range(4))
    def test_db(n, request):
        with open("order.txt", "a") as file:
            file.write(f"{request.node.nodeid.partition('@')[0]}\\n")

    @pytest.mark.parametrize("n", range(4))
    def test_free(n): pass
    """
    suite.write(conftest=SPREAD, test_1=test, test_2=test)
    ran = suite.agents(2, f"--agents-dist={mode}")
    assert ran.code == 0, str(ran)
    where = agents_of(ran, "test")
    group = set().union(*(agents for name, agents in where.items() if "test_db" in name))
    assert len(group) == 1
    expected = [f"test_{file}.py::test_db[{n}]" for file in (1, 2) for n in range(4)]
    assert ran.words("order.txt") == expected
    assert ran.counts == {"passed": 16}


def test_each_runs_every_test_on_every_agent(suite: Suite) -> None:
    """Twice as many verdicts, each test once per agent."""
    suite.write(
        conftest=SPREAD,
        test_it="""
        import os, pytest

        @pytest.mark.parametrize("n", range(3))
        def test_it(n):
            with open("ran.txt", "a") as file:
                file.write(f"{n} {os.environ['PYTEST_XDIST_WORKER']}\\n")
            assert n != 1 or os.environ["PYTEST_XDIST_WORKER"] == "gw0"
        """,
    )
    ran = suite.agents(2, "--agents-dist=each")
    assert ran.code == 1, str(ran)
    assert sorted(ran.words("ran.txt")) == sorted(f"{n} gw{g}" for n in range(3) for g in range(2))
    assert ran.counts == {"passed": 5, "failed": 1}


def test_the_distribution_comes_from_the_configuration_too(suite: Suite) -> None:
    """`dist` in `[tool.agentorch]`; the command line beats it."""
    suite.write(test_it="def test_it(): pass")
    suite.write_text("pyproject.toml", '[tool.agentorch]\ndist = "file"\n')
    assert suite.agents(2).ours["dist"] == "file"
    assert suite.agents(2, "--agents-dist=scope").ours["dist"] == "scope"


def test_a_long_test_holds_nobody_up(suite: Suite) -> None:
    """What waits behind it is taken by the other agent."""
    suite.write(
        test_it="""
        import pathlib, time, pytest

        def test_long():
            for _ in range(3000):
                if len(list(pathlib.Path().glob("done-*"))) == 12:
                    return
                time.sleep(0.01)
            raise AssertionError("the others wait for this test")

        @pytest.mark.parametrize("n", range(12))
        def test_short(n):
            pathlib.Path(f"done-{n}").touch()
        """
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)


def test_a_unit_that_shares_a_fixture_is_split_for_an_idle_agent(suite: Suite) -> None:
    """All tests of one module fixture: a second agent still helps."""
    suite.write(
        conftest=SPREAD,
        test_it="""
        import pytest

        @pytest.fixture(scope="module")
        def shared(): pass

        @pytest.mark.parametrize("n", range(10))
        def test_it(n, shared): pass
        """,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert set().union(*agents_of(ran, "test").values()) == {"gw0", "gw1"}


def test_a_file_that_stays_together_sets_its_fixture_up_once(suite: Suite) -> None:
    """Two modules with an expensive fixture each, two agents, `--agents-dist=file`."""
    module = """
    import pytest, time

    @pytest.fixture(scope="module")
    def shared(request):
        with open("setups.txt", "a") as file:
            file.write(f"{request.module.__name__}\\n")

    @pytest.mark.parametrize("n", range(4))
    def test_it(n, shared): time.sleep(0.05)
    """
    suite.write(conftest=SPREAD, test_1=module, test_2=module)
    ran = suite.agents(2, "--agents-dist=file")
    assert ran.code == 0, str(ran)
    assert sorted(ran.words("setups.txt")) == ["test_1", "test_2"]


def test_in_turn_each_agent_gets_every_third_test(suite: Suite) -> None:
    """Whatever they take: the same agent runs the same tests in each run."""
    suite.write(
        test_a="""
        import pytest, time

        @pytest.mark.parametrize("n", range(9))
        def test_it(n, worker_id):
            time.sleep(0.2 if n == 1 else 0)
            assert worker_id == f"gw{n % 3}"
        """
    )
    for _ in range(2):
        ran = suite.agents(3, "--agents-dist=round-robin")
        assert ran.counts == {"passed": 9}, str(ran)


def test_what_was_dealt_to_an_agent_that_cannot_be_had_runs_elsewhere(suite: Suite) -> None:
    """Its slot is given up, and none of its tests is lost."""
    suite.write(
        conftest="""
        import os, pytest

        def pytest_sessionstart(session):
            if os.environ.get("PYTEST_XDIST_WORKER") == "gw1":
                os._exit(3)
        """,
        test_a="""
        import pytest

        @pytest.mark.parametrize("n", range(6))
        def test_it(n): pass
        """,
    )
    ran = suite.agents(2, "--agents-dist=round-robin", "--agents-start=spawn")
    assert ran.counts == {"passed": 6}, str(ran)
    assert "slot-given-up" in ran.incidents


def test_by_priority_the_longest_begins_first(suite: Suite) -> None:
    """Also of what is short; the first run knows nothing."""
    suite.write(
        test_a="""
        import pytest, time

        @pytest.mark.parametrize("n", range(4))
        def test_it(n): time.sleep(0.2 * n)
        """
    )
    assert suite.agents(2, "--agents-dist=priority").code == 0
    plan = suite.agents(2, "--agents-dist=priority", "--agents-plan", "-v")
    rows = [line.split()[0] for line in plan.lines if line.startswith("  test_a")]
    assert rows == [f"test_a.py::test_it[{n}]" for n in (3, 2, 1, 0)]
    assert "distributed by: priority" in plan.lines


def test_a_policy_that_there_is_not_is_refused(suite: Suite) -> None:
    """In one line, with those that there are."""
    suite.write_text("pyproject.toml", '[tool.agentorch]\ndist = "robin"\n')
    ran = suite.write(test_a="def test_it(): pass").agents(2)
    assert ran.code == 4
    assert "dist = 'robin': it must be balanced or file or scope or group or round-robin" in (
        ran.err + ran.out
    )
