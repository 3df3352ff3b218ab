"""Workloads whose tests take time, memory or turns: what they cost is the schedule."""

from __future__ import annotations

import random

from benchmarks.workload import Files, module, scaled, settings

SKEWED_SECONDS, SKEWED_TAIL_SECONDS = 60.0, (5.0, 6.0, 7.0)
# Phase -> files, tests per file, seconds per test.
PHASES = {"unit": (10, 20, 0.02), "integration": (4, 5, 0.2), "e2e": (5, 1, 1.0)}
FIXTURE_CPU_SECONDS, FIXTURE_SLEEP_SECONDS, FIXTURE_END_SECONDS = 1.5, 1.5, 0.2
FIXTURE_TESTS, FIXTURE_TEST_SECONDS = 20, 0.01
MEMORY_TESTS, MEMORY_TEST_SECONDS = 5, 0.15

ALONE = '''
import pathlib
import tempfile

import pytest


@pytest.fixture
def alone():
    """Fail the test that runs beside another one of these."""
    mark = pathlib.Path(tempfile.gettempdir(), "integration-test-running")
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        pytest.fail("two integration tests at once")
    yield
    mark.unlink()
'''
BURN = """
def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
"""
USE = """
def use(mebibytes):
    block = bytearray(mebibytes << 20)
    for place in range(0, len(block), 4096):
        block[place] = 1
    time.sleep({seconds})
"""
SERVER = """
@pytest.fixture(scope="session")
def server():
    end = time.process_time() + {cpu:.4f}
    while time.process_time() < end:
        pass
    time.sleep({sleep:.4f})
    yield object()
    time.sleep({end:.4f})
"""


def skewed(scale: float) -> Files:
    """Sleeps; the longest tests are the last of the last file."""
    return _skewed("time.sleep({:.4f})", scale)


def skewed_sleep(scale: float) -> float:
    """All of it."""
    return SKEWED_SECONDS * scale


def skewed_cpu(scale: float) -> Files:
    """The same, half as long, and busy."""
    return _skewed("burn({:.4f})", scale / 2)


def phases(scale: float) -> Files:
    """Unit, integration and e2e tests; integration tests fail if they meet."""
    head = settings("markers =", *(f"    {phase}" for phase in PHASES))
    files = {
        **head,
        "pyproject.toml": "[tool.agentorch.phases.integration]\nmax_agents = 1\n",
        "conftest.py": module(ALONE),
    }
    for phase, (number, tests, seconds) in PHASES.items():
        argument = "alone" if phase == "integration" else ""
        text = module(
            f"import time\n\nimport pytest\n\npytestmark = pytest.mark.{phase}",
            *(
                f"def test_{test:02}({argument}):\n    time.sleep({seconds * scale:.4f})"
                for test in range(tests)
            ),
        )
        files |= {f"{phase}/test_{phase}_{file}.py": text for file in range(number)}
    return files


def phases_sleep(scale: float) -> float:
    """All of it, as if phases did not keep agents waiting."""
    return scale * sum(files * tests * seconds for files, tests, seconds in PHASES.values())


def memory(scale: float) -> Files:
    """Each test holds 300 to 500 MiB for a moment."""
    files: dict[str, str] = {**settings()}
    use = USE.format(seconds=MEMORY_TEST_SECONDS)
    for file in range(scaled(10, scale)):
        numbers = range(file * MEMORY_TESTS, (file + 1) * MEMORY_TESTS)
        sizes = (300 + number * 73 % 201 for number in numbers)
        tests = (f"def test_{test}():\n    use({size})" for test, size in enumerate(sizes))
        files[f"test_{file:02}.py"] = module("import time", use, *tests)
    return files


def memory_sleep(scale: float) -> float:
    """A part of it: the rest is the kernel handing out pages."""
    return scaled(10, scale) * MEMORY_TESTS * MEMORY_TEST_SECONDS


def session_fixture(scale: float) -> Files:
    """A session fixture of three seconds, half of them busy, that all tests use."""
    server = SERVER.format(
        cpu=FIXTURE_CPU_SECONDS * scale,
        sleep=FIXTURE_SLEEP_SECONDS * scale,
        end=FIXTURE_END_SECONDS * scale,
    )
    tests = (
        f"def test_{test:02}(server):\n    time.sleep({FIXTURE_TEST_SECONDS})"
        for test in range(FIXTURE_TESTS)
    )
    text = module("import time", *tests)
    names = (f"test_{file:02}.py" for file in range(scaled(20, scale)))
    conftest = module("import time\n\nimport pytest", server)
    return {**settings(), "conftest.py": conftest, **dict.fromkeys(names, text)}


def session_fixture_sleep(scale: float) -> float:
    """The tests' part, and the fixture's as if it were needed once."""
    tests = scaled(20, scale) * FIXTURE_TESTS * FIXTURE_TEST_SECONDS
    return tests + (FIXTURE_SLEEP_SECONDS + FIXTURE_END_SECONDS) * scale


def skewed_durations() -> list[float]:
    """Seconds of 200 tests: most are short, some are not, three long ones come last."""
    chance = random.Random(2026)  # noqa: S311 - it has to be the same each time
    drawn = [chance.lognormvariate(-2.2, 1.0) for _ in range(200 - len(SKEWED_TAIL_SECONDS))]
    factor = (SKEWED_SECONDS - sum(SKEWED_TAIL_SECONDS)) / sum(drawn)
    return [*(seconds * factor for seconds in drawn), *SKEWED_TAIL_SECONDS]


def _skewed(call: str, scale: float) -> Files:
    durations = [seconds * scale for seconds in skewed_durations()]
    files: dict[str, str] = {**settings()}
    for file in range(20):
        mine = durations[file * 10 : file * 10 + 10]
        tests = (f"def test_{test}():\n    {call.format(each)}" for test, each in enumerate(mine))
        files[f"test_{file:02}.py"] = module("import time", BURN, *tests)
    return files
