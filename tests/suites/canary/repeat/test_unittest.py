import unittest


class TestOld(unittest.TestCase):
    def test_it(self):
        pass
