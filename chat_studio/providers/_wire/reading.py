"""Reading the body of an answer: to its end, but not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from chat_studio.errors import BadResponse, EndpointError
from chat_studio.net.client import StreamedReply
from chat_studio.providers._wire.decoder import NOT_THIS_KIND, Decoder

LINGER = 5.0
"""Seconds that are waited after the finish reason for usage and terminator."""

EPILOGUE = 0.1
"""Seconds that are waited after the terminator for the end of the body; without it the connection is closed."""

MAX_BLANKS = 64 * 1024
"""Bytes; DeepSeek keeps a connection alive with one line feed a second or so, for minutes at most."""

BLANK = b"\xef\xbb\xbf \t\r\n"


class Reading:
    """The bytes of one answer; reading ends quietly where the decoder needs no more."""

    def __init__(self, reply: StreamedReply, decoder: Decoder) -> None:
        self._chunks = reply.chunks()
        self._decoder = decoder
        self._deadline: float | None = None
        self.broken: EndpointError | None = None
        """What broke the connection, if anything did."""

    async def opening(self) -> bytes:
        """The bytes up to the first chunk that is not blank. Raises BadResponse when blanks are all that comes."""
        opening = b""
        async for chunk in self._chunks:
            opening += chunk
            if opening.lstrip(BLANK):
                break
            if len(opening) > MAX_BLANKS:
                raise BadResponse("The server sent nothing but blanks.", hint=NOT_THIS_KIND)
        return opening

    async def chunks(self, opening: bytes) -> AsyncIterator[bytes]:
        chunk = opening
        while chunk:
            yield chunk
            try:
                chunk = await self._next()
            except EndpointError as error:
                self.broken = error
                return

    async def drain(self) -> None:
        """Reads the end of the body after the terminator, so that the connection can be used again."""
        with suppress(TimeoutError, EndpointError):
            async with asyncio.timeout(EPILOGUE):
                async for _ in self._chunks:
                    pass

    async def _next(self) -> bytes:
        """The next chunk, b"" at the end."""
        if self._decoder.done:
            return b""
        if not self._decoder.finishing:
            return await anext(self._chunks, b"")
        self._deadline = self._deadline or asyncio.get_running_loop().time() + LINGER
        try:
            async with asyncio.timeout_at(self._deadline):
                return await anext(self._chunks, b"")
        except TimeoutError:
            return b""
