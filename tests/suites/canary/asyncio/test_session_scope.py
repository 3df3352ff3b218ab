import asyncio

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")
loops = []


@pytest.mark.parametrize("n", range(3))
async def test_one_loop(n, service):
    queue, heard = service
    await queue.put(n)
    await queue.join()
    assert n in heard
    loops.append(asyncio.get_running_loop())
    assert len(set(loops)) == 1


class TestAlso:
    async def test_in_a_class(self, service):
        queue, _heard = service
        await queue.put("class")
        await queue.join()
