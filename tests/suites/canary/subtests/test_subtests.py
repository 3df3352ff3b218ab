import unittest

import pytest


def test_subtests(subtests):
    for n in range(4):
        with subtests.test(msg="number", n=n):
            assert n % 2 == 0


def test_all_pass(subtests):
    for n in range(3):
        with subtests.test(n=n):
            print(n)


def test_skips(subtests):
    with subtests.test(msg="skipped"):
        pytest.skip("not this one")
    with subtests.test(msg="xfailed"):
        pytest.xfail("known")


def test_fails_after(subtests):
    with subtests.test("fine"):
        pass
    assert 0


class TestOld(unittest.TestCase):
    def test_it(self):
        for n in range(3):
            with self.subTest("message", n=n):
                self.assertNotEqual(n, 1)

    @unittest.expectedFailure
    def test_expected(self):
        with self.subTest(n=1):
            self.fail("known")
