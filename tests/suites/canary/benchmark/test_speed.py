import pytest


def work(n):
    return sum(range(n))


@pytest.mark.parametrize("n", [10, 100])
def test_sum(benchmark, n):
    assert benchmark(work, n) == sum(range(n))


@pytest.mark.benchmark(group="pedantic", min_rounds=2)
def test_pedantic(benchmark):
    assert benchmark.pedantic(work, args=(5,), iterations=2, rounds=3) == 10


def test_fails(benchmark):
    assert benchmark(work, 3) == 4


def test_extra(benchmark):
    benchmark.extra_info["key"] = "value"
    benchmark(work, 1)
