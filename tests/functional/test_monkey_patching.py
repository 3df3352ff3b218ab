"""gevent and the like replace threads, queues and processes under everybody's feet."""

from __future__ import annotations

from importlib.util import find_spec
from textwrap import dedent

import pytest

from tests.functional.running import Suite, assert_same_verdicts

# Nothing that a project could put there could be more different from the real things.
BREAK = """
    import _thread, queue, select, socket, subprocess, threading, time

    def broken(*args, **kwargs):
        raise RuntimeError("this is not what it was")

    class Broken:
        def __init__(self, *args, **kwargs):
            broken()

    for module, names in {
        _thread: ["start_new_thread"],
        threading: ["Thread", "Timer", "Event", "Condition"],
        queue: ["Queue", "SimpleQueue"],
        subprocess: ["Popen"],
        socket: ["socket"],
        select: ["poll", "select"],
        time: ["sleep"],
    }.items():
        for name in names:
            is_class = isinstance(getattr(module, name), type)
            setattr(module, name, Broken if is_class else broken)
"""

TESTS = """
    import pytest

    @pytest.mark.parametrize("n", range(8))
    def test_passes(n): pass

    def test_fails(): assert 0

    @pytest.fixture(scope="module")
    def ends_badly():
        yield
        raise RuntimeError("at the end")

    def test_with_fixture(ends_badly): pass
"""

# What only works with what has been put there.
GREEN_TESTS = """
    import queue, subprocess, sys, threading, time

    def test_sleep():
        time.sleep(0.01)

    def test_thread():
        passed = queue.Queue()
        thread = threading.Thread(target=passed.put, args=(1,))
        thread.start()
        assert passed.get(timeout=60) == 1
        thread.join()

    def test_process():
        assert subprocess.run([sys.executable, "-c", "raise SystemExit(7)"]).returncode == 7
"""


def write(suite: Suite, where: str, patch: str, tests: str) -> None:
    """Write tests, and what patches: in a conftest, a plugin, a test module or a fixture."""
    files = {"test_a": tests, "test_b": TESTS}
    match where:
        case "conftest":
            files["conftest"] = patch
        case "plugin":
            files["patching"] = patch
            suite.write_text("pytest.ini", "[pytest]\naddopts = -p patching\n")
        case "test module":
            files["test_a"] = dedent(patch) + dedent(tests)
        case "fixture":
            files["patching"] = patch
            files["conftest"] = """
                import pytest

                @pytest.fixture(scope="session", autouse=True)
                def patched():
                    import patching
            """
    suite.write(**files)


PLACES = ["conftest", "plugin", "test module", "fixture"]


@pytest.mark.parametrize("where", PLACES)
def test_the_run_needs_nothing_that_can_be_replaced(suite: Suite, where: str) -> None:
    """Threads, queues and processes of a run are not those that are there for tests."""
    write(suite, where, BREAK, "def test_first(): pass\n")
    serial, agents = suite.serial(), suite.agents(2)
    assert serial.counts == {"passed": 10, "failed": 1, "errors": 1}, str(serial)
    assert_same_verdicts(serial, agents)
    assert agents.incidents == []


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize(
    "patch",
    [
        "import gevent.monkey; gevent.monkey.patch_all()",
        "import gevent.monkey; gevent.monkey.patch_all(thread=False)",
        "import eventlet; eventlet.monkey_patch()",
    ],
    ids=["gevent", "gevent-without-threads", "eventlet"],
)
def test_green_threads_are_for_tests_alone(suite: Suite, where: str, patch: str) -> None:
    """The verdicts are those of plain pytest, and every agent ends by itself."""
    library = patch.split()[1].partition(".")[0].rstrip(";")
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    write(suite, where, f"{patch}\n", GREEN_TESTS)
    env = {"PYTHONWARNINGS": "ignore"}
    serial, agents = suite.serial(env=env), suite.agents(2, env=env)
    assert serial.counts == {"passed": 12, "failed": 1, "errors": 1}, str(serial)
    assert_same_verdicts(serial, agents)
    assert agents.incidents == []


@pytest.mark.parametrize("agents", [0, 1])
def test_what_a_run_needs_is_there_before_the_first_conftest(suite: Suite, agents: int) -> None:
    """The controller's modules are imported early if they are wanted, and never if not."""
    suite.write(
        conftest="""
        import sys

        with open("loaded.txt", "a") as file:
            file.write(f"{'pytest_agentorch.controller.controller' in sys.modules}\\n")
        """,
        test_it="def test_it(): pass",
    )
    ran = suite.agents(agents)
    assert ran.words("loaded.txt")[0] == str(agents > 0)
