import unittest

import pytest


@pytest.mark.parametrize("top", [1, 4])
def test_some_fail(subtests, top):
    for n in range(3):
        with subtests.test("a number", n=n):
            assert n < top


class TestCase(unittest.TestCase):
    def test_each(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertNotEqual(n, 1)
