import time

import pytest


@pytest.mark.parametrize("n", range(4))
def test_quick(n):
    pass


@pytest.mark.timeout(30)
def test_long_enough():
    time.sleep(0.2)


@pytest.fixture
def slow():
    time.sleep(1.5)


@pytest.mark.timeout(1, func_only=True)
def test_function_only(slow):
    pass


@pytest.mark.timeout(0)
def test_without():
    time.sleep(0.2)
