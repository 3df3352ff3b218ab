import pytest


@pytest.mark.parametrize("n", range(3))
def test_in_process(pytester, n):
    pytester.makepyfile(f"def test_it(): assert {n} < 2")
    result = pytester.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(passed=int(n < 2), failed=int(n >= 2))


def test_in_a_process_of_its_own(pytester):
    pytester.makepyfile("def test_it(): pass")
    assert pytester.runpytest_subprocess("-p", "no:cacheprovider").ret == 0


def test_fails(pytester):
    pytester.makepyfile("def test_it(): pass")
    outcomes = pytester.runpytest("-p", "no:cacheprovider").parseoutcomes()
    assert outcomes["passed"] == 2
