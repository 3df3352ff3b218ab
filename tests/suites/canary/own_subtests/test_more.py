import pytest


def test_skip(subtests):
    for n in range(3):
        with subtests.test(n=n):
            if n == 1:
                pytest.skip("not this one")


def test_fails_after(subtests):
    with subtests.test("fine"):
        pass
    raise AssertionError("at last")


def test_plain():
    pass
