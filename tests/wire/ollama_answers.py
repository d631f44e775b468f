"""Answers of Ollama's `/api/chat` and `/api/generate` as bytes, and what they mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.events import (
    Event,
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    ToolCallReady,
    UsageReported,
)
from chat_studio.messages import FinishReason, ToolCallPart, Usage

MODEL = "qwen3:8b"
STARTED = Started(MODEL)
STOPPED = Finished(FinishReason.STOP, "stop")
USAGE = UsageReported(Usage(input_tokens=26, output_tokens=12))


@dataclass(frozen=True)
class Case:
    """Bytes of an answer, the events they mean (neighbours of one kind joined), and the error they end in."""

    id: str
    body: bytes
    events: Sequence[Event]
    error: type[EndpointError] | None = None


def said(content: str = "", **message: Any) -> dict[str, Any]:
    return {
        "model": MODEL,
        "created_at": "2026-11-20T10:00:00.1Z",
        "message": {"role": "assistant", "content": content, **message},
        "done": False,
    }


def done(content: str = "", reason: str = "stop", **fields: Any) -> dict[str, Any]:
    counts = {"total_duration": 5_000_000, "prompt_eval_count": 26, "eval_count": 12, "eval_duration": 4_000_000}
    return {**said(content), "done": True, "done_reason": reason, **counts, **fields}


def continued(text: str, **fields: Any) -> dict[str, Any]:
    """A line of `/api/generate`."""
    return {"model": MODEL, "created_at": "2026-11-20T10:00:00.1Z", "response": text, "done": False, **fields}


def ended(text: str = "", reason: str = "stop") -> dict[str, Any]:
    """The last line of `/api/generate`."""
    counts = {"prompt_eval_count": 26, "eval_count": 12, "context": [1, 2]}
    return {**continued(text), "done": True, "done_reason": reason, **counts}


def without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: content for name, content in value.items() if name not in names}


def sent(*values: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in values)


def tool(name: str, arguments: object, **fields: Any) -> dict[str, Any]:
    return {"function": {"index": 0, "name": name, "arguments": arguments}, **fields}


def call(identifier: str, name: str, arguments: str) -> ToolCallReady:
    return ToolCallReady(ToolCallPart(id=identifier, name=name, arguments=arguments))


ANSWER = sent(said("Grüße,\u2028"), said("\x0b😀"), said(" welt"), done())
ANSWERED = [STARTED, TextDelta("Grüße,\u2028\x0b😀 welt"), USAGE, STOPPED]

THINKING_AND_TOOLS = sent(
    said(thinking="Okay"),
    said(thinking=", so"),
    said("Looking."),
    said(tool_calls=[tool("weather", {"city": "Kraków"}, id="call_1"), tool("now", {}, id="call_2")]),
    said(tool_calls=[tool("weather", {"city": "Łódź"}, id="call_3")]),
    done(),
)
THOUGHT_AND_CALLED = [
    STARTED,
    ReasoningDelta("Okay, so"),
    TextDelta("Looking."),
    ToolCallDelta(0, "weather", '{"city": "Kraków"}'),
    ToolCallDelta(1, "now", "{}"),
    ToolCallDelta(2, "weather", '{"city": "Łódź"}'),
    USAGE,
    call("call_1", "weather", '{"city": "Kraków"}'),
    call("call_2", "now", "{}"),
    call("call_3", "weather", '{"city": "Łódź"}'),
    Finished(FinishReason.TOOL_CALLS, "stop"),
]


def one_call(arguments: object, expected: str, piece: str | None = None) -> dict[str, Any]:
    """A case with one call; `piece` is what its delta shows, if not the whole of the arguments."""
    return {
        "body": sent(said(tool_calls=[tool("f", arguments, id="c")]), done()),
        "events": [
            STARTED,
            ToolCallDelta(0, "f", expected if piece is None else piece),
            USAGE,
            call("c", "f", expected),
            Finished(FinishReason.TOOL_CALLS, "stop"),
        ],
    }


CASES = [
    Case("an answer", ANSWER, ANSWERED),
    Case("thinking, text and three tools", THINKING_AND_TOOLS, THOUGHT_AND_CALLED),
    Case("a byte order mark, CR LF, and blank lines", b"\xef\xbb\xbf\n" + ANSWER.replace(b"\n", b"\r\n\r\n"), ANSWERED),
    Case("no line feed at the end", ANSWER.rstrip(b"\n"), ANSWERED),
    Case("two objects in one line", ANSWER.replace(b"\n", b""), ANSWERED),
    Case("nothing counts after done", ANSWER + sent(said("again")), ANSWERED),
    Case(
        "text in the last line",
        sent(said("a"), done("b", "length")),
        [STARTED, TextDelta("ab"), USAGE, Finished(FinishReason.LENGTH, "length")],
    ),
    Case(
        "null for nothing",
        sent({**said(), "message": {"role": "assistant", "content": None}}, done()),
        [STARTED, USAGE, STOPPED],
    ),
    Case(
        "old versions: no reason and no counts",
        sent(said("a"), without(done(), "done_reason", "prompt_eval_count", "eval_count")),
        [STARTED, TextDelta("a"), Finished(FinishReason.STOP)],
    ),
    Case(
        "a prompt from the cache is not counted",
        sent(said("a"), without(done(), "prompt_eval_count")),
        [STARTED, TextDelta("a"), UsageReported(Usage(output_tokens=12)), STOPPED],
    ),
    Case(
        "loaded without a question",
        sent({"model": MODEL, "done": True, "done_reason": "load"}),
        [STARTED, Finished(FinishReason.STOP, "load")],
    ),
    Case(
        "a text that goes on",
        sent(continued("a"), continued("b <"), ended("c")),
        [STARTED, TextDelta("ab <c"), USAGE, STOPPED],
    ),
    Case("a text that goes on, null", sent({**ended(), "response": None}), [STARTED, USAGE, STOPPED]),
    Case("arguments as an object", **one_call({"x": 1}, '{"x": 1}')),
    Case("arguments as text", **one_call('{"x": 1}', '{"x": 1}')),
    Case("arguments null", **one_call(None, "{}", "")),
    Case("arguments empty", **one_call("", "{}", "")),
    Case(
        "think tags in the text",
        sent(said("<th"), said("ink>a</thi"), said("nk>b"), done()),
        [STARTED, ReasoningDelta("a"), TextDelta("b"), USAGE, STOPPED],
    ),
    Case(
        "tags are text where thinking comes apart",
        sent(said(thinking="a"), said("<think>b</think>"), done()),
        [STARTED, ReasoningDelta("a"), TextDelta("<think>b</think>"), USAGE, STOPPED],
    ),
    Case(
        "an error in the middle",
        sent(said("Half"), {"error": "model runner has unexpectedly stopped"}),
        [STARTED, TextDelta("Half")],
        errors.ServerFailed,
    ),
    Case(
        "a full context in the middle",
        sent(said("Half"), {"error": "the input length exceeds the context length"}),
        [STARTED, TextDelta("Half")],
        errors.ContextLengthExceeded,
    ),
    Case(
        "an error after what may be the beginning of a tag",
        sent(said("a <"), {"error": "model runner has unexpectedly stopped"}),
        [STARTED, TextDelta("a <")],
        errors.ServerFailed,
    ),
    Case("an error at once", sent({"error": f"model '{MODEL}' not found"}), [], errors.ModelNotFound),
    Case("the end without done", sent(said("Half")), [STARTED, TextDelta("Half")], errors.StreamInterrupted),
    Case(
        "the end in the middle of a line",
        sent(said("Half")) + sent(done())[:40],
        [STARTED, TextDelta("Half")],
        errors.StreamInterrupted,
    ),
    Case("nothing but the beginning of a line", sent(done())[:40], [], errors.StreamInterrupted),
    Case("nothing at all", b"", [], errors.StreamInterrupted),
    Case("a line that is no JSON", b"hello\n", [], errors.BadResponse),
    Case("no JSON, and no line", b"hello", [], errors.BadResponse),
    Case("a line that is no JSON, after others", ANSWER.replace(b"\n", b"\nnoise\n", 1), ANSWERED),
]
