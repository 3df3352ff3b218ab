import unittest

import pytest


@pytest.fixture(scope="class")
def prepared(request):
    request.cls.value = 1
    yield
    request.cls.value = None


@pytest.mark.usefixtures("prepared")
class TestPlain:
    def setup_method(self):
        self.own = 2

    def test_one(self):
        assert (self.value, self.own) == (1, 2)

    def test_two(self):
        assert self.value == 2

    class TestNested:
        def setup_method(self):
            self.own = 3

        def test_inner(self):
            pass


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = []

    def setUp(self):
        self.shared.append(1)

    def test_passes(self):
        self.assertTrue(self.shared)

    def test_fails(self):
        self.assertEqual(self.shared, [])

    def test_raises(self):
        raise RuntimeError("from a TestCase")

    @unittest.skip("skipped by unittest")
    def test_skipped(self):
        pass

    @unittest.expectedFailure
    def test_expected_failure(self):
        self.fail("expected")

    @unittest.expectedFailure
    def test_unexpected_success(self):
        pass


class BrokenCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        raise RuntimeError("broken setUpClass")

    def test_one(self):
        pass

    def test_two(self):
        pass
