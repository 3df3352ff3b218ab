"""Health checks, for fixtures of functions, say, are those of hypothesis, not ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture
def number():
    return 1


@given(st.integers())
def test_function_scoped_fixture(number, n):
    """Fails: a health check of hypothesis."""


@given(st.integers().filter(lambda n: n == 12345))
def test_filters(n):
    """Passes where hypothesis draws the numbers that it finds in sources, too."""


@given(st.lists(st.integers(), min_size=1))
def test_healthy(numbers):
    assert min(numbers) <= max(numbers)
