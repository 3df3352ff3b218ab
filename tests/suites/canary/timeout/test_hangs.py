import threading
import time

import pytest


@pytest.mark.timeout(1)
def test_hangs():
    print("about to hang")
    time.sleep(300)


@pytest.fixture
def slow():
    time.sleep(300)


@pytest.mark.timeout(1)
def test_setup_hangs(slow):
    pass


@pytest.fixture
def slow_end():
    yield
    time.sleep(300)


@pytest.mark.timeout(1)
def test_teardown_hangs(slow_end):
    pass


@pytest.mark.timeout(1)
def test_lock():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
