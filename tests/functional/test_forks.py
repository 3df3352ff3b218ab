"""Children that tests fork: they are no agents, whatever they do."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite

NEIGHBOURS = """
    import pytest, time

    @pytest.mark.parametrize("n", range(8))
    def test_neighbour(n): time.sleep(0.02)
"""

# How a child may come back from its test: the parent waits for it and looks at its end.
COMES_BACK = {
    "returns": ("return", 0),
    "fails": ("assert 0", 1),
    "skips": ("pytest.skip('in the child')", 0),
    "leaves": ("sys.exit(0)", 1),
    "ends-pytest": ("pytest.exit('in the child')", 1),
    "is-interrupted": ("raise KeyboardInterrupt", 1),
    "wants-pytest-to-stop": ("request.session.shouldstop = 'in the child'", 0),
    "logs": ("logging.warning('in the child')", 0),
}


def test_a_child_that_comes_back_from_its_test_is_not_heard(suite: Suite) -> None:
    """It ends with 0 or 1, as its test has ended, and the parent's verdict is the only one."""
    for name, (statement, status) in COMES_BACK.items():
        module = name.replace("-", "_")
        suite.write(
            **{
                f"test_{module}": f"""
    import logging, os, pytest, sys

    @pytest.mark.parametrize("n", range(2))
    def test_it(n, request):
        child = os.fork()
        if not child:
            {statement}
            return
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == {status}

    def test_after(): pass
    """
            }
        )
    suite.write(test_neighbours=NEIGHBOURS)
    ran = suite.agents(2, "--log-cli-level=INFO")
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 3 * len(COMES_BACK) + 8}
    assert ran.incidents == []
    assert "in the child" not in ran.out


@pytest.mark.parametrize("place", ["setup", "call", "session"])
def test_what_a_child_shares_with_its_agent_is_torn_down_once(suite: Suite, place: str) -> None:
    """By the agent. The fixtures of the test itself are the child's, too, as everywhere."""
    suite.write(
        conftest=f"""
        import os, pytest

        PLACE = {place!r}

        def note(word):
            with open("ended.txt", "a") as file:
                file.write(word + "\\n")

        def fork(here):
            if here == PLACE:
                child = os.fork()
                if child:
                    os.waitpid(child, 0)

        @pytest.fixture(scope="session")
        def shared_by_all():
            fork("session")
            yield
            note("session")

        @pytest.fixture(scope="module")
        def shared():
            yield
            note("module")

        @pytest.fixture
        def own(shared, shared_by_all):
            fork("setup")
            yield
            note("function")

        def pytest_sessionfinish(session):
            if hasattr(session.config, "workerinput"):
                note("sessionfinish")
        """,
        test_it="""
        from conftest import fork

        def test_it(own): fork("call")
        """,
    )
    ran = suite.agents(1)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 1}
    ended = ran.words("ended.txt")
    assert ended.count("function") == 2
    for word in ("module", "session", "sessionfinish"):
        assert ended.count(word) == 1, ended


def test_a_child_of_a_module_that_is_imported_does_not_go_on(suite: Suite) -> None:
    """It collects, and comes to its end where tests begin."""
    suite.write(
        test_it="""
        import os

        child = os.fork()
        if child:
            os.waitpid(child, 0)

        def test_it(): pass
        """
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 1}


def test_children_that_nobody_waits_for_harm_nobody(suite: Suite) -> None:
    """They come back while their parent is already with the next test."""
    suite.write(
        test_it="""
        import os, pytest, time

        @pytest.mark.parametrize("n", range(30))
        def test_it(n):
            if not os.fork():
                time.sleep(0.01)
        """,
        test_neighbours=NEIGHBOURS,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 38}
    assert ran.incidents == []


def test_multiprocessing_works_as_in_one_process(suite: Suite) -> None:
    """A pool, a queue, a failing child; they log, and live logs are on."""
    suite.write(
        test_it="""
        import logging, multiprocessing, pytest

        context = multiprocessing.get_context("fork")

        def double(n):
            logging.getLogger().warning("child %s", n)
            print("child", n)
            return 2 * n

        def fail():
            raise SystemExit(3)

        @pytest.mark.parametrize("n", range(3))
        def test_pool(n):
            with context.Pool(2) as pool:
                assert pool.map(double, range(20)) == [2 * i for i in range(20)]

        def test_queue():
            queue = context.Queue()
            child = context.Process(target=lambda: queue.put(double(4)))
            child.start()
            assert queue.get(timeout=60) == 8
            child.join()
            assert child.exitcode == 0

        def test_status():
            child = context.Process(target=fail)
            child.start()
            child.join()
            assert child.exitcode == 3
        """,
        test_neighbours=NEIGHBOURS,
    )
    for options in ((), ("--log-cli-level=INFO",), ("-s",)):
        ran = suite.agents(2, *options)
        assert ran.code == 0, str(ran)
        assert ran.counts == {"passed": 13}
        assert ran.incidents == []
