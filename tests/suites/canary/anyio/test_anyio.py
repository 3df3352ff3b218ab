import anyio
import pytest

pytestmark = pytest.mark.anyio


@pytest.fixture
async def number():
    await anyio.sleep(0)
    yield 42


async def test_fixture(number, anyio_backend_name):
    assert number == 42


async def test_group():
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.sleep, 0)


async def test_fails(anyio_backend_name):
    assert anyio_backend_name == "nothing"


async def test_timeout():
    with pytest.raises(TimeoutError), anyio.fail_after(0.01):
        await anyio.sleep(60)


async def test_thread():
    assert await anyio.to_thread.run_sync(lambda: 1) == 1


def test_plain():
    pass
