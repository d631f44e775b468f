"""Reading answers with the HTTP client alone."""

from __future__ import annotations

import pytest

from chat_studio.errors import EndpointError
from chat_studio.net.client import HttpClient, HttpOptions


async def body_of(client: HttpClient, url: str) -> bytes:
    async with client.stream("POST", url, json={}) as answer:
        return await answer.read()


async def failing(url: str, **options: object) -> EndpointError:
    """The error of reading an answer from `url`."""
    client = HttpClient(HttpOptions(**{"timeout": 30, **options}))  # type: ignore[arg-type]
    try:
        with pytest.raises(EndpointError) as caught:
            await body_of(client, url)
    finally:
        await client.aclose()
    return caught.value
