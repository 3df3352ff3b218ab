"""Fixtures above function scope: set up once per agent, torn down once, in the right place."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.functional.running import Suite, assert_same_verdicts

# Every test waits until two agents are at work.
SPREAD = """
    import os, pathlib, time, pytest

    def note(what):
        with open("log.txt", "a") as file:
            file.write(f"{os.environ.get('PYTEST_XDIST_WORKER', 'serial')} {what}\\n")

    @pytest.fixture(autouse=True)
    def enough_agents():
        folder = pathlib.Path("workers")
        folder.mkdir(exist_ok=True)
        (folder / os.environ.get("PYTEST_XDIST_WORKER", "serial")).touch()
        for _ in range(3000):
            if len(list(folder.iterdir())) >= int(os.environ.get("WANTED", "1")):
                return
            time.sleep(0.01)
        raise AssertionError("the other agent never came")
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_fixtures_of_conftests_are_found_and_set_up_once_per_agent(
    suite: Suite, start: str
) -> None:
    """Session fixture, package fixture, and one of a sub-folder that several files use."""
    suite.write(
        meeting=SPREAD,
        conftest="""
    import pytest
    from meeting import enough_agents, note

    @pytest.fixture(scope="session")
    def whole():
        note("whole up")
        yield
        note("whole down")
""",
        tests____init__="",
        tests__a____init__="",
        tests__a__conftest="""
        import pytest
        from meeting import note

        @pytest.fixture(scope="package")
        def package(whole):
            note("package up")
            yield
            note("package down")

        @pytest.fixture(scope="session")
        def below():
            note("below up")
            yield
            note("below down")
        """,
        **{
            f"tests__a__test_{n}": """
            import pytest

            @pytest.mark.parametrize("n", range(3))
            def test_it(n, whole, package, below): pass
            """
            for n in range(3)
        },
        tests__test_outside="""
        import pytest

        @pytest.mark.parametrize("n", range(3))
        def test_it(n, whole): pass
        """,
    )
    suite.write_text("pytest.ini", "[pytest]\npythonpath = .\n")
    args = (f"--agents-start={start}", "--agents-dist=file")
    ran = suite.agents(2, *args, env={"WANTED": "2"})
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 12}
    counted = Counter(ran.words("log.txt"))
    for agent in ("gw0", "gw1"):
        assert counted[f"{agent} whole up"] == counted[f"{agent} whole down"] == 1, counted
        assert counted[f"{agent} below up"] == counted[f"{agent} below down"] <= 1, counted
        # An agent that has had nothing to do for a while sets a package up again.
        assert counted[f"{agent} package up"] == counted[f"{agent} package down"], counted


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_session_fixture_that_fails_at_teardown_is_one_error(suite: Suite, start: str) -> None:
    """At teardown of the last test, as in plain pytest."""
    suite.write(
        test_it="""
        import pytest

        @pytest.fixture(scope="session")
        def resource():
            yield
            raise RuntimeError("cannot be closed")

        def test_1(resource): pass
        def test_2(resource): pass
        """
    )
    serial, agents = suite.serial(), suite.agents(1, f"--agents-start={start}")
    assert_same_verdicts(serial, agents)
    assert agents.counts == {"passed": 2, "errors": 1}
    assert agents.statuses == {"test_it.py::test_1": "passed", "test_it.py::test_2": "error"}
    assert "agent/teardown.py" not in agents.out


def test_plugins_may_look_for_fixtures_when_such_a_teardown_is_reported(suite: Suite) -> None:
    """As pytest-benchmark does; those of the test itself are gone by then."""
    suite.write(
        conftest="""
        import pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport(item, call):
            assert item.funcargs.get("benchmark") is None
            return (yield)
        """,
        test_it="""
        import pytest

        @pytest.fixture(scope="session")
        def resource():
            yield
            raise RuntimeError("cannot be closed")

        def test_it(resource): pass
        """,
    )
    assert_same_verdicts(suite.serial(), suite.agents(1))


def test_with_two_agents_each_has_its_own_error(suite: Suite) -> None:
    """The fixture lived twice, so it fails twice; the run fails and no test is lost."""
    suite.write(
        conftest=SPREAD,
        test_it="""
        import pytest

        @pytest.fixture(scope="session")
        def resource():
            yield
            raise RuntimeError("cannot be closed")

        @pytest.mark.parametrize("n", range(4))
        def test_it(n, resource): pass
        """,
    )
    ran = suite.agents(2, env={"WANTED": "2"})
    assert ran.code == 1, str(ran)
    assert ran.counts == {"passed": 4, "errors": 2}


def test_a_module_fixture_that_fails_at_teardown_is_one_error_per_module(suite: Suite) -> None:
    """It belongs to the last test of the module, and the next module is not touched."""
    module = """
    import pytest

    @pytest.fixture(scope="module", autouse=True)
    def resource():
        yield
        raise RuntimeError("cannot be closed")

    def test_1(): pass
    def test_2(): pass
    """
    suite.write(test_a=module, test_b=module)
    serial, agents = suite.serial(), suite.agents(1)
    assert_same_verdicts(serial, agents)
    assert agents.counts == {"passed": 4, "errors": 2}


def test_a_module_fixture_is_set_up_once_on_the_agent_that_has_the_module(suite: Suite) -> None:
    """However fast its tests are: an agent that waits for the next one keeps the module alive."""
    suite.write(
        test_it="""
        import pytest

        @pytest.fixture(scope="module")
        def expensive():
            with open("log.txt", "a") as file:
                file.write("up\\n")

        @pytest.mark.parametrize("n", range(40))
        def test_it(n, expensive): pass
        """
    )
    ran = suite.agents(1)
    assert ran.code == 0, str(ran)
    assert ran.words("log.txt") == ["up"]


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_parametrised_session_fixtures_are_not_set_up_for_each_test(
    suite: Suite, start: str
) -> None:
    """Two of them, two values each: one agent needs as many set-ups as plain pytest.

    Two agents take from each other what is left, so one may come back to a value that it had
    left; not for each of the 20 tests, though.
    """
    suite.write(
        conftest=SPREAD
        + """
    @pytest.fixture(scope="session", params=["a", "b"])
    def first(request):
        note(f"first {request.param}")

    @pytest.fixture(scope="session", params=["x", "y"])
    def second(request):
        note(f"second {request.param}")

    many = pytest.mark.parametrize("number", range(20))
""",
        test_it="""
        from conftest import many

        @many
        def test_1(first, number): pass
        @many
        def test_2(second, number): pass
        def test_3(first, second): pass
        """,
    )
    serial = suite.serial()
    expected = Counter(line.partition(" ")[2] for line in serial.words("log.txt"))
    (suite.folder / "log.txt").unlink()
    one = suite.agents(1, f"--agents-start={start}")
    assert Counter(line.partition(" ")[2] for line in one.words("log.txt")) == expected
    assert one.junit == serial.junit
    (suite.folder / "log.txt").unlink()
    (suite.folder / "workers/serial").unlink()
    two = suite.agents(2, f"--agents-start={start}", env={"WANTED": "2"})
    assert two.junit == serial.junit
    for agent in ("gw0", "gw1"):
        own = Counter(line for line in two.words("log.txt") if line.startswith(agent))
        assert max(own.values(), default=0) <= 10, own


def test_scopes_end_where_they_end_in_plain_pytest(suite: Suite) -> None:
    """With one agent the order of all set-ups, tests and teardowns is the same."""
    suite.write(
        conftest="""
        import pytest

        def note(what):
            with open("log.txt", "a") as file:
                file.write(f"{what}\\n")

        def make(scope):
            @pytest.fixture(scope=scope, autouse=True, name=f"auto_{scope}")
            def fixture(request):
                note(f"{scope} up {request.node.name}")
                yield
                note(f"{scope} down {request.node.name}")
            return fixture

        for scope in ("session", "package", "module", "class", "function"):
            globals()[f"auto_{scope}"] = make(scope)
        """,
        one____init__="",
        one__test_a="""
        class TestA:
            def test_1(self): pass
            def test_2(self): pass

        def test_3(): pass
        """,
        two____init__="",
        two__test_b="""
        def setup_module(): pass
        def teardown_module():
            with open("log.txt", "a") as file:
                file.write("teardown_module\\n")
        def test_4(): pass
        """,
    )
    serial = suite.serial()
    expected = serial.words("log.txt")
    (suite.folder / "log.txt").unlink()
    agents = suite.agents(1)
    assert agents.words("log.txt") == expected, str(agents)
