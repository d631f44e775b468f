"""What a server says about an error, found in the many shapes of error bodies."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chat_studio.net.framing import json_documents, whole_characters
from chat_studio.providers._wire import json_values

MAX_TEXT = 2000
"""Characters kept of a server's words."""

_PLAIN_TEXT = 300
_DEEPEST = 8


@dataclass(frozen=True)
class ServerWords:
    """An error in the server's own words; "" for what it did not tell. `retry_after` is in seconds."""

    message: str = ""
    type: str = ""
    code: str = ""
    param: str = ""
    retry_after: float | None = None
    is_html: bool = False

    @property
    def codes(self) -> str:
        """Type and code, for looking up known ones."""
        return f"{self.type} {self.code}"

    @property
    def detail(self) -> str:
        """The message, with the name of the rejected parameter if the message does not hold it."""
        extra = f" (parameter: {self.param})" if self.param and self.param not in self.message else ""
        return f"{self.message}{extra}"


def read_body(body: bytes) -> ServerWords:
    """The words of an error body: JSON of any known shape, HTML (its title), or plain text."""
    text = body.decode("utf-8", "replace").strip().removeprefix("\ufeff")
    if text[:1] in ("{", "["):
        try:
            return read_value(json_documents(text)[0])
        except ValueError:
            pass
    if text.startswith("<"):
        return ServerWords(_html_text(text), is_html=True)
    return ServerWords(text[:_PLAIN_TEXT])


def read_value(value: object, depth: int = 0) -> ServerWords:
    """The words of a decoded error body or error event."""
    match value:
        case str():
            return _unnested(ServerWords(value.strip()[:MAX_TEXT]), depth)
        case [first, *_] if depth == 0:
            return read_value(first, depth + 1)
        case list() | tuple():
            return ServerWords("; ".join(filter(None, (_problem(item) for item in value)))[:MAX_TEXT])
        case Mapping() if depth < _DEEPEST:
            return _read_mapping(value, depth + 1)
    return ServerWords()


def is_error(value: object) -> bool:
    """Whether a decoded body, or a payload in a stream, reports an error although its status was 200."""
    if isinstance(value, list):
        return bool(value) and is_error(value[0])
    if not isinstance(value, Mapping):
        return False
    if value.get("error") or value.get("type") == "error" or value.get("object") == "error":
        return True
    status = value.get("base_resp")  # MiniMax
    if isinstance(status, Mapping) and status.get("status_code"):
        return True
    answered = any(value.get(name) is not None for name in ("choices", "data", "usage", "models"))
    return not answered and (
        value.get("success") is False or ("code" in value and ("msg" in value or "message" in value))
    )


def _read_mapping(value: Mapping[str, object], depth: int) -> ServerWords:
    error = value.get("error")
    if isinstance(error, Mapping | list):
        return read_value(error, depth)
    status = value.get("base_resp")
    if isinstance(status, Mapping):
        return ServerWords(_text(status.get("status_msg")), code=_text(status.get("status_code")))
    words = ServerWords(
        type=_text(value.get("type")) or _text(value.get("error_type")) or _text(value.get("status")),
        code=_text(value.get("code")) or _inner_code(value),
        param=_text(value.get("param")),
        retry_after=_retry_delay(value.get("details")) or json_values.number(value.get("estimated_time")),
    )
    for name in ("error", "message", "detail", "msg", "errors", "error_description"):
        inner = read_value(value.get(name), depth)
        if inner.message:
            return _unnested_raw(_merged(words, inner), value.get("metadata"), depth)
    return words


def _merged(outer: ServerWords, inner: ServerWords) -> ServerWords:
    """The inner words, completed by the outer ones."""
    return ServerWords(
        inner.message,
        inner.type or outer.type,
        inner.code or outer.code,
        inner.param or outer.param,
        inner.retry_after or outer.retry_after,
    )


def _unnested(words: ServerWords, depth: int) -> ServerWords:
    """Follows JSON that a gateway put into the message: `vLLM returned HTTP 400: {"error": …}`."""
    start = words.message.find("{")
    status = re.match(r"vLLM returned HTTP ([45][0-9]{2})\b", words.message)
    if status and not words.code:
        words = replace(words, code=status[1])  # of RunPod's worker, which answers with status 200
    if start < 0 or depth >= _DEEPEST:
        return words
    try:
        value, _ = json.JSONDecoder().raw_decode(whole_characters(words.message), start)
    except (ValueError, RecursionError):
        return words
    inner = read_value(value, depth + 1)
    return _merged(words, inner) if inner.message else words


def _unnested_raw(words: ServerWords, metadata: object, depth: int) -> ServerWords:
    """Follows OpenRouter's `metadata.raw`, the words of the provider behind it."""
    raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
    inner = read_value(raw, depth)
    if not inner.message:
        return words
    merged = _merged(words, inner)
    return replace(merged, code=words.code or inner.code)


def _problem(item: object) -> str:
    """One problem of a validation list (FastAPI, pydantic): `body.temperature: Input should be …`."""
    if not isinstance(item, Mapping):
        return _text(item)
    where = item.get("loc")
    path = ".".join(str(step) for step in where) if isinstance(where, Sequence) and not isinstance(where, str) else ""
    text = _text(item.get("msg")) or _text(item.get("message"))
    return f"{path}: {text}" if path else text


def _inner_code(value: Mapping[str, object]) -> str:
    """Azure's `innererror.code`, Anthropic's `details.error_code`."""
    for name, key in (("innererror", "code"), ("details", "error_code")):
        inner = value.get(name)
        if isinstance(inner, Mapping) and inner.get(key):
            return _text(inner.get(key))
    return ""


def _retry_delay(details: object) -> float | None:
    """Gemini's `details: [{"retryDelay": "34s"}]`, in seconds."""
    for item in details if isinstance(details, list) else ():
        delay = item.get("retryDelay") if isinstance(item, Mapping) else None
        if isinstance(delay, str) and (found := re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)s", delay)):
            return float(found[1])
    return None


def _html_text(text: str) -> str:
    title = re.search(r"<title[^>]*>(.*?)</title>", text, re.IGNORECASE | re.DOTALL)
    plain = title[1] if title and title[1].strip() else re.sub(r"(?is)<(script|style).*?</\1>|<[^>]*>", " ", text)
    return " ".join(html.unescape(plain).split())[:_PLAIN_TEXT]


def _text(value: object) -> str:
    return str(value)[:MAX_TEXT] if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
