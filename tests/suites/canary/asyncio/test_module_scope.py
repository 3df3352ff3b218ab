import asyncio

import pytest
import pytest_asyncio

pytestmark = pytest.mark.asyncio(loop_scope="module")
loops = []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lock():
    lock = asyncio.Lock()
    async with lock:
        yield lock


@pytest.mark.parametrize("n", range(3))
async def test_shared(n, lock):
    assert lock.locked()
    loops.append(asyncio.get_running_loop())
    assert len(set(loops)) == 1


@pytest.mark.asyncio(loop_scope="class")
class TestClass:
    loop = None

    async def test_one(self):
        TestClass.loop = asyncio.get_running_loop()

    async def test_two(self):
        assert TestClass.loop in (None, asyncio.get_running_loop())


async def test_broken_teardown(broken):
    pass


@pytest_asyncio.fixture(loop_scope="module")
async def broken():
    yield
    raise RuntimeError("teardown")
