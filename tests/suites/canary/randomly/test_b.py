import random

import pytest


@pytest.fixture(scope="module")
def number():
    return random.random()


@pytest.mark.parametrize("n", range(4))
def test_it(n, number):
    random.random()


class TestClass:
    def test_one(self):
        pass

    def test_two(self):
        assert random.random() > 2

    @pytest.mark.skip(reason="not today")
    def test_three(self):
        pass
