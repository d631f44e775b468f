"""Open WebUI writes reasoning and tool calls into an answer's text, as HTML `<details>`; here they are parts again."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from chat_studio.messages import Part, ReasoningPart, TextPart, ToolCallPart, ToolResultPart

_DETAILS = re.compile(
    r'<details type="(?P<kind>reasoning|tool_calls)"(?P<attributes>[^>]*)>\n?'
    r"(?:<summary>[^<]*</summary>\n?)?(?P<body>.*?)</details>\n*",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_QUOTE = re.compile(r"^> ?", re.MULTILINE)


def parts_of(text: str) -> Iterator[Part]:
    """The parts of an answer. Text that only looks like it stays text."""
    position = 0
    for found in _DETAILS.finditer(text):
        yield from _text(text[position : found.start()])
        attributes = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(found["attributes"])}
        if found["kind"] == "reasoning":
            yield ReasoningPart(text=_thoughts(found["body"]), seconds=_seconds(attributes.get("duration", "")))
        else:
            yield from _call(attributes, found["body"])
        position = found.end()
    yield from _text(text[position:])


def _text(text: str) -> Iterator[Part]:
    if text.strip():
        yield TextPart(text=text)


def _thoughts(body: str) -> str:
    return _QUOTE.sub("", html.unescape(body)).strip("\n")


def _seconds(duration: str) -> float | None:
    return float(duration) if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", duration) else None


def _call(attributes: dict[str, str], body: str) -> Iterator[Part]:
    call_id, name = attributes.get("id") or "call", attributes.get("name", "")
    yield ToolCallPart(id=call_id, name=name, arguments=attributes.get("arguments") or "{}")
    if result := attributes.get("result") or html.unescape(body).strip():
        yield ToolResultPart(call_id=call_id, name=name, content=result)
