"""A real HTTP/1.1 server on loopback that answers from scripts of bytes, gates and hang-ups.

    async with serve(sse({"choices": [...]}), {...}) as server:
        ...                                  # talk to server.url
        assert server.requests[0].json["model"] == "m"

An answer is a tuple of steps, made by `sse`, `ndjson`, `json_reply`, `html`, `raw`… and played to the client in order.
`serve` takes one answer for every request, or a mapping from "METHOD /path" (or "/path") to answers; a list of answers
is used up one by one, and its last one repeats. Nothing here needs pytest.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True)
class Pause:
    """Waits for so many seconds."""

    seconds: float


class Gate:
    """Holds an answer until the test opens it; `reached` says that everything before it has been written."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._opened = asyncio.Event()

    def open(self) -> None:
        self._opened.set()

    async def wait(self) -> None:
        self.reached.set()
        await self._opened.wait()


class HangUp:
    """Closes the connection."""


class Reset:
    """Breaks the connection with an RST."""


class HalfClose:
    """Ends the sending direction and keeps the connection open until the client closes it."""


class Stall:
    """Sends nothing more until the client closes the connection."""


HANG_UP, RESET, HALF_CLOSE, STALL = HangUp(), Reset(), HalfClose(), Stall()

Step = bytes | Pause | Gate | HangUp | Reset | HalfClose | Stall
Answer = tuple[Step, ...]
Script = Answer | Sequence[Answer] | Mapping[str, Answer | Sequence[Answer]]


# Answers -----------------------------------------------------------------------------------------------------------


def head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def reply(body: bytes | str, content_type: str, status: int = 200, **headers: str) -> Answer:
    """A whole body under its length. Keyword `retry_after="3"` becomes the header `retry-after: 3`."""
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (head(status, {"content-type": content_type, "content-length": str(len(data)), **named}) + data,)


def json_reply(value: object, status: int = 200, **headers: str) -> Answer:
    return reply(json.dumps(value), "application/json", status, **headers)


def html(body: str, status: int = 200, **headers: str) -> Answer:
    return reply(body, "text/html; charset=utf-8", status, **headers)


def redirect(location: str, status: int = 307) -> Answer:
    return reply("", "text/plain", status, location=location)


def chunked(
    *steps: Step, content_type: str = "text/event-stream; charset=utf-8", status: int = 200, **headers: str
) -> Answer:
    """A body in chunked framing: each bytes step is one chunk. It ends properly unless a step hangs up before."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    first = head(status, {"content-type": content_type, "transfer-encoding": "chunked", **named})
    framed = [b"%x\r\n%b\r\n" % (len(step), step) if isinstance(step, bytes) else step for step in steps]
    return (first, *framed, b"0\r\n\r\n")


def events(payloads: Iterable[object]) -> list[bytes]:
    """Each payload as one server-sent event: a dict as JSON, a str as it is."""
    texts = (payload if isinstance(payload, str) else json.dumps(payload) for payload in payloads)
    return [f"data: {text}\n\n".encode() for text in texts]


def named_events(payloads: Iterable[Mapping[str, object]]) -> list[bytes]:
    """Server-sent events named by their `type`, as Anthropic sends them."""
    return [f"event: {payload['type']}\ndata: {json.dumps(payload)}\n\n".encode() for payload in payloads]


def sse(*payloads: object, done: bool = True) -> Answer:
    """A stream of server-sent events, one chunk each, ended by `[DONE]`. Steps among the payloads are played."""
    steps: list[Any] = [payload if _is_step(payload) else events([payload])[0] for payload in payloads]
    return chunked(*steps, *([DONE] if done else []))


def ndjson(*values: object) -> Answer:
    """A stream of JSON lines, one chunk each. Steps among the values are played."""
    steps: list[Any] = [value if _is_step(value) else json.dumps(value).encode() + b"\n" for value in values]
    return chunked(*steps, content_type="application/x-ndjson")


def raw(*steps: Step) -> Answer:
    """Bytes as they are, with their own status line; then the connection is closed."""
    return (*steps, HANG_UP)


def recorded(path: Path) -> Answer:
    """A recorded response: status line, headers and body with its chunk framing."""
    return raw(path.read_bytes())


def _is_step(value: object) -> bool:
    return isinstance(value, bytes | Pause | Gate | HangUp | Reset | HalfClose | Stall)


_REASONS = {200: "OK", 307: "Temporary Redirect", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}


# The server --------------------------------------------------------------------------------------------------------


@dataclass
class Request:
    """What a client sent. `gone` is set when it closed the connection, or the server was told to."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    gone_at: float = 0.0
    """The loop's time at which the client was gone."""
    answered: bool = False
    """Whether the whole answer was written before that."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """A running server: its address, and what it was asked."""

    def __init__(self, script: Script, scheme: str) -> None:
        self._script = {"*": script} if not isinstance(script, Mapping) else script
        self._asked: dict[str, int] = {}
        self._arrived = asyncio.Condition()
        self._scheme = scheme
        self.requests: list[Request] = []
        self.connections = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    async def received(self, count: int = 1) -> Request:
        """Waits for the `count`-th request and returns it."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) >= count)
        return self.requests[count - 1]

    async def record(self, request: Request) -> Answer:
        """Notes a request and says what to answer."""
        async with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
        path = request.path.partition("?")[0]
        for pattern in (f"{request.method} {path}", path, "*"):
            if pattern in self._script:
                return self._next(pattern, self._script[pattern])
        return json_reply({"detail": "Not Found"}, 404)

    def _next(self, pattern: str, answers: Answer | Sequence[Answer]) -> Answer:
        if isinstance(answers, tuple):
            return answers
        position = self._asked.get(pattern, 0)
        self._asked[pattern] = position + 1
        return answers[min(position, len(answers) - 1)]


@contextlib.asynccontextmanager
async def serve(script: Script, *, tls: ssl.SSLContext | None = None, port: int = 0) -> AsyncIterator[Server]:
    """Runs a server on 127.0.0.1 for the block. Leaving it drops the connections that are still open."""
    loop = asyncio.get_running_loop()
    server = Server(script, "https" if tls else "http")
    open_ones: set[_Connection] = set()
    listener = await loop.create_server(lambda: _Connection(server, open_ones), "127.0.0.1", port, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        tasks = [connection.task for connection in open_ones if connection.task]
        for connection in tuple(open_ones):
            connection.drop()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Connection(asyncio.Protocol):
    """One client: reads its requests and plays the answers, one after the other."""

    def __init__(self, server: Server, open_ones: set[_Connection]) -> None:
        self._server = server
        self._open_ones = open_ones
        self._buffer = bytearray()
        self._changed = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._gone = asyncio.Event()
        self._request: Request | None = None
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections += 1
        self._open_ones.add(self)
        self.task = asyncio.create_task(self._run())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._changed.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def eof_received(self) -> None:
        self._leave()

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        self._open_ones.discard(self)

    def drop(self) -> None:
        self._transport.abort()
        if self.task:
            self.task.cancel()

    def _leave(self) -> None:
        self._gone.set()
        self._changed.set()
        self._writable.set()
        if self._request and not self._request.gone.is_set():
            self._request.gone_at = asyncio.get_running_loop().time()
            self._request.gone.set()

    async def _run(self) -> None:
        while request := await self._read_request():
            self._request = request
            answer = await self._server.record(request)
            for step in answer:
                await self._play(step)
                if self._gone.is_set() or self._transport.is_closing():
                    break
            else:
                request.answered = True
        self._transport.close()

    async def _play(self, step: Step) -> None:
        match step:
            case bytes():
                await self._writable.wait()
                if not self._gone.is_set():
                    self._transport.write(step)
            case Pause():
                await self._unless_gone(asyncio.sleep(step.seconds))
            case Gate():
                await self._unless_gone(step.wait())
            case Stall():
                await self._gone.wait()
            case HalfClose():
                self._transport.write_eof()
                await self._gone.wait()
            case Reset():
                sock = self._transport.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self._transport.abort()
            case HangUp():
                self._transport.close()

    async def _unless_gone(self, waiting: Any) -> None:
        tasks = {asyncio.ensure_future(waiting), asyncio.ensure_future(self._gone.wait())}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _read_request(self) -> Request | None:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if self._buffer.startswith(b"\x16"):  # a TLS handshake, which an HTTP server takes for a bad request
                self._transport.write(head(400, {"connection": "close"}))
                return None
            if self._gone.is_set():
                return None
            await self._more()
        first, *lines = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        method, path, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        while len(self._buffer) < length and not self._gone.is_set():
            await self._more()
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return Request(method, path, headers, body)

    async def _more(self) -> None:
        self._changed.clear()
        await self._changed.wait()


# Certificates ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Certificates:
    """A server's TLS context, and the file of the private authority that signed its certificate."""

    context: ssl.SSLContext
    ca_file: str


def certificates(folder: Path, host: str = "127.0.0.1") -> Certificates:
    """Makes a private authority in `folder`, and a certificate for `host` signed by it."""
    import trustme

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return Certificates(context, str(path))


@contextlib.contextmanager
def unanswered_port() -> Any:
    """A port where connection attempts are neither accepted nor refused: its queue is full."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    for client in waiting:
        client.setblocking(False)
        client.connect_ex(listener.getsockname())
    try:
        yield listener.getsockname()[1]
    finally:
        for client in (*waiting, listener):
            client.close()


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
