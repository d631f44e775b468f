"""A model server for measuring: streams of real Markdown at a steady rate, in three protocols.

A process of its own, so that its work is not counted as the program's: `python -m bench.llm_server`. The question
says what to send: `tokens=N rate=R` (rate 0: as fast as it goes). It prints its port first, then one line of JSON for
each answer: when it wrote the last token, or when it saw that the client was gone; nothing for `quiet=1`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice

from bench.words import LAST, TOKENS


@dataclass(frozen=True)
class Protocol:
    """How one protocol writes the beginning of an answer, a token, and the end with `count` tokens."""

    content_type: str
    opening: bytes
    token: Callable[[str], bytes]
    ending: Callable[[int], bytes]


def sse(value: object, name: str = "") -> bytes:
    return (f"event: {name}\n" if name else "").encode() + b"data: " + json.dumps(value).encode() + b"\n\n"


def chat_chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return sse({"id": "bench", "object": "chat.completion.chunk", "created": 1, "model": "bench", "choices": [choice]})


def chat_ending(count: int) -> bytes:
    usage = {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": count}}
    return chat_chunk({}, "stop") + sse(usage) + b"data: [DONE]\n\n"


def named(kind: str, **fields: object) -> bytes:
    return sse({"type": kind, **fields}, kind)


def block(kind: str, **fields: object) -> bytes:
    return named(f"content_block_{kind}", index=0, **fields)


def ollama_line(content: str, **fields: object) -> bytes:
    message = {"role": "assistant", "content": content}
    return json.dumps({"model": "bench", "message": message, "done": False, **fields}).encode() + b"\n"


def ollama_ending(count: int) -> bytes:
    return ollama_line("", done=True, done_reason="stop", prompt_eval_count=10, eval_count=count)


def anthropic_ending(count: int) -> bytes:
    delta = named("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": count})
    return block("stop") + delta + named("message_stop")


PROTOCOLS = {
    b"/v1/chat/completions": Protocol(
        "text/event-stream", b"", lambda token: chat_chunk({"content": token}), chat_ending
    ),
    b"/api/chat": Protocol("application/x-ndjson", b"", ollama_line, ollama_ending),
    b"/v1/messages": Protocol(
        "text/event-stream",
        named("message_start", message={"id": "bench", "model": "bench", "usage": {"input_tokens": 10}})
        + block("start", content_block={"type": "text", "text": ""}),
        lambda token: block("delta", delta={"type": "text_delta", "text": token}),
        anthropic_ending,
    ),
}


def framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, protocol: Protocol, wanted: dict[bytes, bytes]
) -> bool:
    """Streams the tokens that are `wanted`, at their rate by the clock, then the last one and the usage.

    Returns whether the client stayed to the end; it looks after each token.
    """
    count, rate, quiet = (int(wanted.get(name, b"0")) for name in (b"tokens", b"rate", b"quiet"))
    begun = time.monotonic()
    if protocol.opening:
        writer.write(framed(protocol.opening))
    for number, token in enumerate(islice(cycle(TOKENS), count)):
        writer.write(framed(protocol.token(token)))
        if rate:
            await asyncio.sleep(begun + (number + 1) / rate - time.monotonic())
        elif number % 50 == 0:
            await writer.drain()
        if reader.at_eof() or writer.is_closing():
            print(json.dumps({"gone": time.time()}), flush=True)
            return False
    writer.write(framed(protocol.token(f"\n\n{LAST}")))
    await writer.drain()
    if not quiet:
        print(json.dumps({"last": time.time(), "tokens": count + 1}), flush=True)
    writer.write(framed(protocol.ending(count + 1)) + b"0\r\n\r\n")
    return True


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while head := await reader.readuntil(b"\r\n\r\n"):
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        body = await reader.readexactly(int(length[1])) if length else b""
        protocol = PROTOCOLS.get(head.split(b" ", 2)[1])
        if protocol is None:
            models = json.dumps({"object": "list", "data": [{"id": "bench", "object": "model"}]}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
            writer.write(b"content-length: %d\r\n\r\n%s" % (len(models), models))
            continue
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\n" % protocol.content_type.encode())
        writer.write(b"transfer-encoding: chunked\r\n\r\n")
        wanted = dict(re.findall(rb"(tokens|rate|quiet)=(\d+)", body))
        if not await answer(reader, writer, protocol, wanted):
            return


async def main() -> None:
    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(guarded, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
