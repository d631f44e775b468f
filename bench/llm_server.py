"""A model server for measuring: an OpenAI-compatible stream of real Markdown at a steady rate.

A process of its own, so that its work is not counted as the program's: `python -m bench.llm_server`. The question
says what to send: `tokens=N rate=R` (rate 0: as fast as it goes). It prints its port first, then one line of JSON for
each answer with the time at which it wrote the last token.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from itertools import cycle, islice

from bench.words import LAST, TOKENS


def chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": "bench", "object": "chat.completion.chunk", "created": 1, "model": "bench", "choices": [choice]}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


async def answer(writer: asyncio.StreamWriter, count: int, rate: float) -> None:
    """Streams `count` tokens, `rate` a second by the clock, then the last one and the usage."""
    begun = time.monotonic()
    for number, token in enumerate(islice(cycle(TOKENS), count)):
        writer.write(chunk({"content": token}))
        if rate:
            await asyncio.sleep(begun + (number + 1) / rate - time.monotonic())
        elif number % 50 == 0:
            await writer.drain()
    writer.write(chunk({"content": f"\n\n{LAST}"}))
    await writer.drain()
    print(json.dumps({"last": time.time(), "tokens": count + 1}), flush=True)
    usage = {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": count + 1}}
    writer.write(chunk({}, "stop") + b"data: " + json.dumps(usage).encode() + b"\n\ndata: [DONE]\n\n")


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := await reader.readuntil(b"\r\n\r\n"):
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        body = await reader.readexactly(int(length[1])) if length else b""
        if not body:
            models = json.dumps({"object": "list", "data": [{"id": "bench", "object": "model"}]}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
            writer.write(b"content-length: %d\r\n\r\n%s" % (len(models), models))
            continue
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        wanted = dict(re.findall(r"(tokens|rate)=(\d+)", body.decode()))
        await answer(writer, int(wanted.get("tokens", 1)), float(wanted.get("rate", 0)))
        writer.close()
        return


async def main() -> None:
    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(guarded, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
