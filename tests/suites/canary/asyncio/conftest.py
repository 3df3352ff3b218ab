import asyncio

import pytest_asyncio


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def service():
    """A task in the loop of the session, and what it heard."""
    queue, heard = asyncio.Queue(), []

    async def listen():
        while True:
            heard.append(await queue.get())
            queue.task_done()

    task = asyncio.create_task(listen())
    yield queue, heard
    task.cancel()
    with open("service.txt", "a") as file:
        file.write("closed\n")


@pytest_asyncio.fixture
async def number():
    await asyncio.sleep(0)
    yield 42
    await asyncio.sleep(0)
