import anyio
import pytest


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module")
async def event(anyio_backend):
    event = anyio.Event()
    yield event
    assert event.is_set()


@pytest.mark.anyio
@pytest.mark.parametrize("n", range(3))
async def test_shared(n, event):
    event.set()
    await event.wait()
