"""From bytes to server-sent events and JSON lines, free of I/O.

Lines end at LF, CR LF or CR and nowhere else: text decoders also split at U+2028 and its like, which stand raw inside
JSON strings (florimondmanca/httpx-sse#34). Bytes are decoded line by line, so a character may be cut anywhere between
two reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from chat_studio.errors import BadResponse

MAX_LINE = 16 * 1024 * 1024
"""Bytes of one line, or of the data of one event; more than any model sends, less than what hurts."""

MAX_DEPTH = 200
"""Objects and lists in one another; pydantic reads 255, and Python's own limit depends on who calls."""

_NOT_A_MODEL = "No model sends so much at once: check the base URL."
_BOM = b"\xef\xbb\xbf"
_ESCAPES = re.compile(r"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[dD][89a-fA-F]..")
_raw_decode = json.JSONDecoder().raw_decode


class SseEvent(NamedTuple):
    """One dispatched event. `event` is "" if the server did not name it; `data` lines are joined by a line feed."""

    event: str
    data: str


class LineDecoder:
    """Cuts bytes into lines without their ends. A byte order mark before the first line is dropped."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0
        self._after_cr = False
        self._at_start = True

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes. Raises BadResponse for a line longer than MAX_LINE."""
        if self._after_cr and data:
            self._after_cr = False
            if data.startswith(b"\n"):
                data = data[1:]
        if not data:
            return []
        lines = data.splitlines()  # on bytes: LF, CR LF and CR only
        ends = data[-1] in b"\r\n"
        self._after_cr = data[-1:] == b"\r"
        rest = b"" if ends else lines.pop()
        if lines and self._parts:
            lines[0] = b"".join((*self._parts, lines[0]))
            self._parts.clear()
            self._length = 0
        if rest:
            self._keep(rest)
        return self._without_mark(lines)

    def close(self) -> list[bytes]:
        """The line that the end of the stream cut off, if there is one."""
        line = b"".join(self._parts)
        self._parts.clear()
        self._length = 0
        return self._without_mark([line] if line else [])

    def _keep(self, rest: bytes) -> None:
        self._parts.append(rest)
        self._length += len(rest)
        if self._length > MAX_LINE:
            raise BadResponse(f"The server sent a line of more than {MAX_LINE // 1024**2} MB.", hint=_NOT_A_MODEL)

    def _without_mark(self, lines: list[bytes]) -> list[bytes]:
        if self._at_start and lines:
            self._at_start = False
            lines[0] = lines[0].removeprefix(_BOM)
        return lines


class SseDecoder:
    """Server-sent events (WHATWG HTML, section 9.2), with what real servers add to them.

    An event that is pending when the stream ends is dispatched; `data: data: …` loses its second prefix; a line
    `error: …` (old llama.cpp) is an event of that name.
    """

    def __init__(self) -> None:
        self._lines = LineDecoder()
        self._event = ""
        self._data: list[str] = []
        self._length = 0
        self.stray = ""
        """The beginning of the first line that is not part of any event."""

    def feed(self, data: bytes) -> list[SseEvent]:
        """The events that `data` completes. Raises BadResponse for one larger than MAX_LINE."""
        events: list[SseEvent] = []
        for line in self._lines.feed(data):
            self._take(line, events)
        return events

    def close(self) -> list[SseEvent]:
        """The event that was pending at the end of the stream, if there is one."""
        events: list[SseEvent] = []
        for line in self._lines.close():
            self._take(line, events)
        self._dispatch(events)
        return events

    def _take(self, line: bytes, events: list[SseEvent]) -> None:
        if not line:
            self._dispatch(events)
            return
        name, _, content = line.partition(b":")
        if name == b"data":
            self._add(content.removeprefix(b" "))
        elif name == b"event":
            self._event = content.removeprefix(b" ").decode("utf-8", "replace")
        elif name == b"error":
            events.append(SseEvent("error", content.strip().decode("utf-8", "replace")))
        elif not self.stray and name not in (b"", b"id", b"retry"):
            self.stray = line[:300].decode("utf-8", "replace")

    def _add(self, value: bytes) -> None:
        if value.startswith(b"data:"):
            value = value[5:].removeprefix(b" ")
        self._length += len(value)
        if self._length > MAX_LINE:
            raise BadResponse(f"The server sent an event of more than {MAX_LINE // 1024**2} MB.", hint=_NOT_A_MODEL)
        self._data.append(value.decode("utf-8", "replace"))

    def _dispatch(self, events: list[SseEvent]) -> None:
        if self._data:
            events.append(SseEvent(self._event, "\n".join(self._data)))
            self._data.clear()
            self._length = 0
        self._event = ""


class NdjsonDecoder:
    """Lines of JSON as text; blank ones are dropped."""

    def __init__(self) -> None:
        self._lines = LineDecoder()

    def feed(self, data: bytes) -> list[str]:
        """The lines that `data` completes. Raises BadResponse for one longer than MAX_LINE."""
        return [line.decode("utf-8", "replace") for line in self._lines.feed(data) if line.strip()]

    def close(self) -> list[str]:
        """The line that the end of the stream cut off, if there is one."""
        return [line.decode("utf-8", "replace") for line in self._lines.close() if line.strip()]


def json_documents(text: str) -> list[object]:
    """The JSON values in `text`: usually one, several where a gateway glued events together (`{…}{…}`).

    Half a surrogate pair becomes U+FFFD. Raises ValueError if it is not JSON, or nested deeper than MAX_DEPTH.
    """
    text = whole_characters(text)
    try:
        values = _documents(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if text.count("{") + text.count("[") > MAX_DEPTH and _is_too_deep(values):
        raise ValueError("nested too deeply")
    return values


def whole_characters(text: str) -> str:
    r"""JSON with `\ufffd` for half a surrogate pair, as cut tokens leave it: no database or window takes one."""
    if "\\ud" in text or "\\uD" in text:
        return _ESCAPES.sub(lambda found: "\\ufffd" if len(found[0]) == 6 else found[0], text)
    return text


def _documents(text: str) -> list[object]:
    try:
        return [json.loads(text)]
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
    values: list[object] = []
    text = text.strip()
    while text:
        value, end = _raw_decode(text)
        values.append(value)
        text = text[end:].lstrip()
    return values


def _is_too_deep(values: list[object]) -> bool:
    level = values
    for _ in range(MAX_DEPTH):
        level = [inner for value in level for inner in _contents(value)]
        if not level:
            return False
    return True


def _contents(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
