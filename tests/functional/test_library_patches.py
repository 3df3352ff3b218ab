"""What tests do to the standard library and to their process does not reach the run."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite

NEIGHBOURS = """
    import pytest, time

    sleep = time.sleep

    @pytest.mark.parametrize("n", range(8))
    def test_neighbour(n): sleep(0.02)
"""

# Each is done by a test that does not undo it: all tests after it live with that.
LEFT_BEHIND = {
    "json-says-nothing": """
        json.dumps = lambda *args, **kwargs: ""
        json.loads = lambda *args, **kwargs: None
    """,
    "json-mocked": "replace(json, 'dumps loads JSONEncoder JSONDecoder')",
    "json-methods": """
        replace(json.JSONEncoder, "encode iterencode default")
        replace(json.JSONDecoder, "decode raw_decode")
    """,
    "struct": "replace(struct, 'pack unpack')",
    "base64": "replace(base64, 'b64encode b64decode')",
    "dataclasses": """
        replace(dataclasses, "fields is_dataclass")
        replace(contextlib, "ExitStack suppress")
        replace(typing, "get_type_hints")
    """,
    "threads": """
        replace(threading, "Event Condition Timer")
        replace(threading.Event, "wait set is_set")
    """,
    "clocks-mocked": "replace(time, 'time perf_counter monotonic sleep')",
    "clocks-of-text": "time.time = time.perf_counter = time.monotonic = lambda: 'now'",
    "system": "replace(os, 'getpid getppid kill killpg getpgid _exit fork')",
    "files": """
        replace(builtins, "open print")
        sys.stdout = sys.stderr = sys.stdin = sys.__stdout__ = None
    """,
    "surroundings": """
        os.environ.clear()
        folder = tempfile.mkdtemp()
        os.chdir(folder)
        os.rmdir(folder)
        sys.path.clear()
        logging.disable(logging.CRITICAL)
        logging.shutdown()
        gc.disable()
        threading.settrace(lambda *args: 1 / 0)
    """,
    "modules": """
        for name in list(sys.modules):
            if name.partition(".")[0] in ("json", "threading", "queue", "time", "os", "typing",
                                          "execnet", "pytest_agentorch"):
                del sys.modules[name]
    """,
    "recursion": "sys.setrecursionlimit(90)",
    "signals": """
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    """,
}

TESTS = """
    import base64, builtins, contextlib, dataclasses, gc, json, logging, os, pytest, queue, signal
    import struct, sys, tempfile, threading, time, typing
    from unittest import mock

    def replace(where, names):
        for name in names.split():
            setattr(where, name, mock.MagicMock())

    @pytest.mark.parametrize("n", range(3))
    def test_before(n): pass

    def test_leaves_it():
{statements}

    @pytest.mark.parametrize("n", range(6))
    def test_after(n): pass
"""


@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_what_a_test_leaves_behind_costs_nothing(suite: Suite, name: str) -> None:
    """Every test passes, as in plain pytest, and no agent is lost."""
    lines = LEFT_BEHIND[name].strip("\n").splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    statements = "\n".join(f"        {line[indent:]}" for line in lines)
    suite.write(test_a=TESTS.format(statements=statements), test_b=NEIGHBOURS)
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 18}
    assert ran.incidents == []


def test_what_is_replaced_while_a_test_runs_costs_nothing(suite: Suite) -> None:
    """Tests are handed out and taken back meanwhile."""
    suite.write(
        test_a="""
        import pytest, time
        from unittest import mock

        sleep = time.sleep
        NAMES = '''
            json.loads json.dumps json.JSONDecoder json.JSONEncoder struct.pack struct.unpack
            threading.Condition threading.Lock threading.RLock threading.Thread threading.Event
            threading.Condition.wait threading.Condition.notify threading.get_ident
            _thread.allocate_lock queue.Queue queue.SimpleQueue
            time.time time.perf_counter time.monotonic time.sleep
            os.getpid os.getppid os.write os.read os.kill os._exit builtins.open builtins.print
            sys.stdout sys.modules sys.path os.environ logging.Logger logging.getLogger
            dataclasses.fields typing.get_type_hints collections.deque io.BytesIO
        '''.split()

        @pytest.mark.parametrize("name", NAMES)
        def test_mocked(name):
            with mock.patch(name):
                sleep(0.05)

        @pytest.mark.parametrize("name", [name for name in NAMES if name[:3] not in ("sys", "os.")])
        def test_mocked_with_its_signature(name):
            with mock.patch(name, autospec=True):
                sleep(0.05)
        """,
        test_b=NEIGHBOURS,
    )
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert set(ran.statuses.values()) == {"passed"}
    assert ran.incidents == []


def test_an_alarm_that_rings_between_tests_disturbs_nobody(suite: Suite) -> None:
    """An agent waits at a barrier; the test that has set the alarm has passed."""
    suite.write(
        test_a="""
        import pathlib, signal, time

        def ring(*args): raise TimeoutError("the alarm")

        def test_sets_it():
            while not pathlib.Path("long.txt").exists():
                time.sleep(0.01)
            signal.signal(signal.SIGALRM, ring)
            signal.setitimer(signal.ITIMER_REAL, 0.3)

        def test_long():
            pathlib.Path("long.txt").touch()
            time.sleep(1.5)
        """,
        late__test_b="""
        import pytest

        @pytest.mark.parametrize("n", range(4))
        def test_late(n): pass
        """,
    )
    suite.write_text(
        "pyproject.toml",
        """
        [tool.agentorch.phases.unit]
        tests_per_agent = 1

        [tool.agentorch.phases.late]
        after = ["unit"]
        paths = ["late"]
        tests_per_agent = 1
        """,
    )
    ran = suite.agents(2)
    assert ran.counts == {"passed": 6}, str(ran)
    assert ran.incidents == []
