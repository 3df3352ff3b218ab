"""What the random suites of `tests/chaos` share: a diary, and fixtures, some of which misbehave."""

import os
import resource
import time

import pytest

import misdeeds

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
DIARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "diary.txt")


def note(what, item):
    """Write a line at once: whatever becomes of this process, it stays.

    What kills the process may tear it, so it has an end that can be seen, and begins on a new line.
    """
    descriptor = os.open(DIARY, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, f"\n{os.getpid()} {what} {item.nodeid} .\n".encode())
    os.close(descriptor)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    note("begins", item)
    result = yield
    note("ends", item)
    return result


@pytest.fixture(scope="session")
def of_session():
    owner = os.getpid()
    yield owner
    assert owner == os.getpid()


@pytest.fixture(scope="module")
def of_module():
    return os.getpid()


@pytest.fixture
def fails_in_setup():
    raise RuntimeError("no setup")


@pytest.fixture
def fails_in_teardown():
    yield
    raise RuntimeError("no teardown")


@pytest.fixture
def exits_in_setup():
    misdeeds.exits()


@pytest.fixture
def exits_in_teardown():
    yield
    misdeeds.exits()


@pytest.fixture
def leaves_in_setup():
    raise SystemExit(3)


@pytest.fixture
def hangs_in_setup():
    time.sleep(600)


@pytest.fixture
def hangs_in_teardown():
    yield
    time.sleep(600)


@pytest.fixture(scope="module")
def exits_after_module():
    yield
    misdeeds.exits()


@pytest.fixture(scope="session")
def exits_after_session():
    yield
    misdeeds.exits()
