import asyncio
import sys

import pytest


@pytest.mark.asyncio
async def test_subprocess():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-c", "print(1)", stdout=asyncio.subprocess.PIPE
    )
    out, _err = await process.communicate()
    assert out == b"1\n"


@pytest.mark.asyncio
async def test_executor():
    loop = asyncio.get_running_loop()
    assert await loop.run_in_executor(None, lambda: 3) == 3


@pytest.mark.asyncio
async def test_server():
    async def answer(reader, writer):
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello\n")
        assert await reader.readline() == b"hello\n"
        writer.close()
        await writer.wait_closed()
