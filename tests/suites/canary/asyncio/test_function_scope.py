import asyncio

import pytest

LOOPS = set()


@pytest.mark.asyncio
@pytest.mark.parametrize("n", range(3))
async def test_own_loop(n, number):
    assert number == 42
    loop = asyncio.get_running_loop()
    assert loop not in LOOPS
    LOOPS.add(loop)
    await asyncio.sleep(0.001)


@pytest.mark.asyncio
async def test_fails():
    await asyncio.sleep(0)
    assert 1 == 2


@pytest.mark.asyncio
async def test_times_out():
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)


@pytest.mark.asyncio
@pytest.mark.xfail(strict=True)
async def test_xfail():
    raise ValueError


@pytest.mark.asyncio
@pytest.mark.skip(reason="not today")
async def test_skipped():
    raise AssertionError


async def test_without_mark():
    raise AssertionError


def test_plain():
    pass
