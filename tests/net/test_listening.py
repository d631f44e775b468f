from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from chat_studio.net.listening import is_listening


async def test_tells_whether_a_port_takes_connections() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        assert await is_listening(f"http://127.0.0.1:{port}/v1")
        assert await is_listening(f"127.0.0.1:{port}")
    assert not await is_listening(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("url", ["http://nowhere.invalid", "http://", ""])
async def test_an_address_without_a_server_is_silent(url: str) -> None:
    assert not await is_listening(url)


def test_the_command_line_of_httpx_is_not_imported() -> None:
    code = "import chat_studio.net.client, sys; print(sorted({'rich', 'click', 'pygments'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
