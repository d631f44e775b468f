"""The measured client without a window: `python -m bench.core PORT TASK …`. It prints one line of JSON.

decode KIND TOKENS ROUNDS     CPU seconds of each round, of bare httpx and of the provider, in turn
many COUNT TOKENS RATE        streams at the same time: the longest block of the loop, and what arrived
requests COUNT                one after the other: memory and open sockets, early and at the end
cancel KIND ROUNDS            when each answer was given up, for comparison with when the server noticed
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import httpx

from chat_studio.events import TextDelta
from chat_studio.messages import Message, Role
from chat_studio.providers.base import Provider
from chat_studio.providers.registry import provider_class
from chat_studio.providers.values import ChatRequest, Endpoint

PATHS = {"custom": "/v1/chat/completions", "ollama": "/api/chat", "anthropic": "/v1/messages"}
BEAT = 0.005
WARM_UP = 1000
"""Requests until every pool and cache has its size."""


def question(tokens: int, rate: int) -> ChatRequest:
    return ChatRequest((Message.of(Role.USER, f"tokens={tokens} rate={rate} quiet=1"),))


def provider(kind: str, port: int) -> Provider:
    return provider_class(kind)(Endpoint("bench", f"http://127.0.0.1:{port}", model="bench"))


async def texts(of: Provider, request: ChatRequest) -> AsyncIterator[str]:
    async with aclosing(of.stream(request)) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                yield event.text


async def decode(port: int, kind: str, tokens: int, rounds: int) -> dict[str, list[float]]:
    """The same bytes, read by httpx alone and by the provider, in turn; the first round of each only warms up."""
    body = {"messages": [{"content": f"tokens={tokens} rate=0 quiet=1"}]}
    bare, ours = [], []
    studio = provider(kind, port)
    async with httpx.AsyncClient(headers={"accept-encoding": "identity"}) as client:
        for _ in range(rounds + 1):
            begun = time.process_time()
            async with client.stream("POST", f"http://127.0.0.1:{port}{PATHS[kind]}", json=body) as response:
                async for _ in response.aiter_bytes():
                    pass
            bare.append(time.process_time() - begun)
            begun = time.process_time()
            async for _ in texts(studio, question(tokens, 0)):
                pass
            ours.append(time.process_time() - begun)
    await studio.aclose()
    return {"bare": bare[1:], "ours": ours[1:]}


async def many(port: int, count: int, tokens: int, rate: int) -> dict[str, Any]:
    studio = provider("custom", port)
    blocks: list[float] = []
    beating = asyncio.create_task(heartbeat(blocks))
    began, cpu = time.monotonic(), time.process_time()

    async def one() -> int:
        return sum([1 async for _ in texts(studio, question(tokens, rate))])

    arrived = await asyncio.gather(*(one() for _ in range(count)))
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    beating.cancel()
    await studio.aclose()
    return {"longest": max(blocks), "arrived": arrived, "seconds": seconds, "cpu": cpu}


async def heartbeat(blocks: list[float]) -> None:
    """Notes by how much each beat comes late."""
    while True:
        due = time.monotonic() + BEAT
        await asyncio.sleep(BEAT)
        blocks.append(time.monotonic() - due)


async def requests(port: int, count: int) -> dict[str, Any]:
    studio = provider("custom", port)
    early = 0
    for number in range(count):
        async for _ in texts(studio, question(3, 0)):
            pass
        if number == WARM_UP:
            early = resident()
    late = resident()
    await studio.aclose()
    await asyncio.sleep(0)
    return {"early": early, "late": late, "sockets": sockets()}


def resident() -> int:
    """Bytes of memory in use, after a collection of garbage."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def sockets() -> int:
    """Open TCP sockets: the loop's own pair, by which threads wake it, is none."""
    inodes = {
        line.split()[9] for name in ("tcp", "tcp6") for line in Path(f"/proc/self/net/{name}").read_text().splitlines()
    }
    found = 0
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = str(link.readlink())
        except FileNotFoundError:
            continue
        found += target.startswith("socket:") and target[8:-1] in inodes
    return found


async def cancel(port: int, kind: str, rounds: int) -> list[float]:
    studio = provider(kind, port)
    given_up = []
    for _ in range(rounds):
        async with aclosing(texts(studio, question(100_000, 1000))) as answer:
            async for _ in answer:
                break
            given_up.append(time.time())
    await studio.aclose()
    return given_up


TASKS = {"decode": decode, "many": many, "requests": requests, "cancel": cancel}


def main(port: str, task: str, *arguments: str) -> None:
    values = [int(text) if text.isdigit() else text for text in arguments]
    print(json.dumps(asyncio.run(TASKS[task](int(port), *values))), flush=True)  # type: ignore[operator]


if __name__ == "__main__":
    main(*sys.argv[1:])
