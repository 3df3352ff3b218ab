import random

import pytest
from hypothesis import assume, event, example, given, note, settings, target
from hypothesis import strategies as st


@given(st.integers(), st.integers())
def test_commutes(a, b):
    assert a + b == b + a


@given(st.lists(st.integers()))
def test_statistics(numbers):
    event("empty" if not numbers else "some")
    target(float(len(numbers)))
    assert sorted(sorted(numbers)) == sorted(numbers)


@given(st.integers())
def test_fails(n):
    note(f"it is {n}")
    assert n > 100  # The first example is 0.


@given(st.text("abc ß"))
@example("given")
def test_explicit(text):
    assume(text != "x")
    assert text.encode().decode() == text


@settings(max_examples=7)
@given(st.randoms(use_true_random=False), st.data())
def test_random(rng, data):
    assert 0 <= rng.random() < 1
    assert data.draw(st.booleans()) in (True, False)


@given(st.floats(0, 1))
def test_global_random(x):
    assert 0 <= random.random() < 1


@pytest.mark.parametrize("n", range(3))
@given(m=st.integers(0, 9))
def test_parametrised(n, m):
    assert n <= n + m


@pytest.mark.xfail(strict=True)
@given(st.booleans())
def test_xfail(b):
    assert b


@pytest.mark.skip(reason="not today")
@given(st.booleans())
def test_skipped(b):
    raise AssertionError


class TestClass:
    @given(st.dates())
    def test_method(self, date):
        assert date.year
