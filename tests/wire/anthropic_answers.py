"""Answers of Anthropic's API as bytes, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from servers import named_events

from chat_studio import errors
from chat_studio.errors import EndpointError
from chat_studio.events import (
    Event,
    Finished,
    ReasoningDelta,
    RefusalDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    ToolCallReady,
    UsageReported,
)
from chat_studio.messages import FinishReason, ToolCallPart, Usage

START = {
    "type": "message_start",
    "message": {
        "id": "msg_1",
        "role": "assistant",
        "content": [],
        "model": "claude-opus-5",
        "stop_reason": None,
        "usage": {"input_tokens": 25, "output_tokens": 1},
    },
}
STARTED = Started("claude-opus-5", "msg_1")
PING = {"type": "ping"}
STOP = {"type": "message_stop"}


def block(index: int, **content: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": content}


def delta(index: int, **content: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": content}


def text(index: int, piece: str) -> dict[str, Any]:
    return delta(index, type="text_delta", text=piece)


def arguments(index: int, piece: str) -> dict[str, Any]:
    return delta(index, type="input_json_delta", partial_json=piece)


def block_stop(index: int) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


def end(reason: str, **usage: int) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": usage}


def sent(*payloads: dict[str, Any]) -> bytes:
    return b"".join(named_events(payloads))


def usage(output: int, input_tokens: int = 25) -> UsageReported:
    return UsageReported(Usage(input_tokens=input_tokens, output_tokens=output))


def call(identifier: str, name: str, text: str) -> ToolCallReady:
    return ToolCallReady(ToolCallPart(id=identifier, name=name, arguments=text))


@dataclass(frozen=True)
class Case:
    """Bytes of an answer, the events they mean (neighbours of one kind joined), and the error they end in."""

    id: str
    body: bytes
    events: Sequence[Event]
    error: type[EndpointError] | None = None


ANSWER = sent(
    START,
    block(0, type="text", text=""),
    PING,
    text(0, "Grüße,\u2028"),
    text(0, "😀 welt"),
    block_stop(0),
    end("end_turn", output_tokens=9),
    STOP,
)
ANSWERED = [STARTED, TextDelta("Grüße,\u2028😀 welt"), usage(9), Finished(FinishReason.STOP, "end_turn")]

THINKING_AND_TOOLS = sent(
    START,
    block(0, type="thinking", thinking="", signature=""),
    PING,
    delta(0, type="thinking_delta", thinking="Let me"),
    delta(0, type="thinking_delta", thinking=" see."),
    delta(0, type="signature_delta", signature="c2ln"),
    block_stop(0),
    block(1, type="redacted_thinking", data="b3BhcXVl"),
    block_stop(1),
    block(2, type="text", text=""),
    text(2, "Looking."),
    block_stop(2),
    block(3, type="tool_use", id="toolu_1", name="weather", input={}),
    arguments(3, ""),
    arguments(3, '{"city":'),
    arguments(3, '"Kraków"}'),
    block_stop(3),
    block(4, type="tool_use", id="toolu_2", name="now", input={}),
    block_stop(4),
    end("tool_use", output_tokens=89),
    STOP,
)
THOUGHT_AND_CALLED = [
    STARTED,
    ReasoningDelta("Let me see."),
    ReasoningDelta("", [{"type": "thinking", "signature": "c2ln"}]),
    ReasoningDelta("", [{"type": "redacted_thinking", "data": "b3BhcXVl"}]),
    TextDelta("Looking."),
    ToolCallDelta(0, "weather", '{"city":"Kraków"}'),
    ToolCallDelta(1, "now", ""),
    usage(89),
    call("toolu_1", "weather", '{"city":"Kraków"}'),
    call("toolu_2", "now", "{}"),
    Finished(FinishReason.TOOL_CALLS, "tool_use"),
]


def failing(kind: str, message: str = "It failed") -> bytes:
    return sent(START, block(0, type="text", text=""), text(0, "Half"), error_event(kind, message))


def error_event(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"details": None, "type": kind, "message": message}, "request_id": "req_1"}


HALF = [STARTED, TextDelta("Half")]

CASES = [
    Case("an answer", ANSWER, ANSWERED),
    Case("thinking, redacted thinking, text and two tools", THINKING_AND_TOOLS, THOUGHT_AND_CALLED),
    Case(
        "no event names, no space after the colon, a byte order mark",
        b"\xef\xbb\xbf"
        + b"\n".join(line.replace(b"data: ", b"data:") for line in ANSWER.split(b"\n") if b"event" not in line),
        ANSWERED,
    ),
    Case("names only, no type in the data", ANSWER.replace(b'{"type": "message_stop"}', b"{}"), ANSWERED),
    Case("CR LF, and comments to keep it alive", b": ping\r\n\r\n" + ANSWER.replace(b"\n", b"\r\n"), ANSWERED),
    Case("no blank line at the end", ANSWER.rstrip(b"\n"), ANSWERED),
    Case("no message_stop after the stop reason", ANSWER.removesuffix(sent(STOP)), ANSWERED),
    Case("[DONE] after the end, as some gateways add", ANSWER + b"data: [DONE]\n\n", ANSWERED),
    Case("nothing counts after message_stop", ANSWER + sent(START, text(0, "again")), ANSWERED),
    Case(
        "a tool without deltas",
        sent(
            START, block(0, type="tool_use", id="toolu_1", name="now", input={}), block_stop(0), end("tool_use"), STOP
        ),
        [
            STARTED,
            ToolCallDelta(0, "now", ""),
            usage(1),
            call("toolu_1", "now", "{}"),
            Finished(FinishReason.TOOL_CALLS, "tool_use"),
        ],
    ),
    Case(
        "the input of the start counts when no delta comes",
        sent(START, block(0, type="tool_use", id="t", name="f", input={"x": 1}), block_stop(0), end("tool_use"), STOP),
        [
            STARTED,
            ToolCallDelta(0, "f", '{"x": 1}'),
            usage(1),
            call("t", "f", '{"x": 1}'),
            Finished(FinishReason.TOOL_CALLS, "tool_use"),
        ],
    ),
    Case(
        "unknown blocks, deltas and events between the others",
        sent(
            START,
            block(0, type="server_tool_use", id="srv_1", name="web_search", input={}),
            arguments(0, '{"query": "x"}'),
            {"type": "something_new", "data": [1]},
            block_stop(0),
            block(1, type="web_search_tool_result", tool_use_id="srv_1", content=[]),
            block_stop(1),
            block(2, type="text", text=""),
            PING,
            delta(2, type="citations_delta", citation={"url": "x"}),
            text(2, "Found"),
            delta(2, type="newest_delta", text="?"),
            block_stop(2),
            block(3, type="tool_use", id="t", name="f", input={}),
            arguments(3, "{}"),
            block_stop(3),
            end("tool_use", output_tokens=3),
            STOP,
        ),
        [
            STARTED,
            TextDelta("Found"),
            ToolCallDelta(0, "f", "{}"),
            usage(3),
            call("t", "f", "{}"),
            Finished(FinishReason.TOOL_CALLS, "tool_use"),
        ],
    ),
    Case(
        "blocks that overlap (llama-server)",
        sent(
            START,
            block(0, type="thinking", thinking=""),
            delta(0, type="thinking_delta", thinking="Hm"),
            block(1, type="text", text=""),
            text(1, "42"),
            delta(0, type="signature_delta", signature=""),
            block_stop(0),
            block_stop(1),
            end("end_turn"),
            STOP,
        ),
        [STARTED, ReasoningDelta("Hm"), TextDelta("42"), usage(1), Finished(FinishReason.STOP, "end_turn")],
    ),
    Case(
        "cached tokens belong to the input; the counts of the end replace those of the start, zeros do not",
        sent(
            {**START, "message": {**START["message"], "usage": {"input_tokens": 5, "output_tokens": 1}}},
            {
                **end("max_tokens", output_tokens=7, input_tokens=0),
                "usage": {
                    "input_tokens": 0,
                    "output_tokens": 7,
                    "cache_read_input_tokens": 100,
                    "cache_creation_input_tokens": 20,
                },
            },
            STOP,
        ),
        [
            STARTED,
            UsageReported(Usage(input_tokens=125, output_tokens=7, cached_tokens=100, cache_write_tokens=20)),
            Finished(FinishReason.LENGTH, "max_tokens"),
        ],
    ),
    Case(
        "a refusal with its explanation",
        sent(
            START,
            {
                "type": "message_delta",
                "delta": {"stop_reason": "refusal", "stop_details": {"category": "bio", "explanation": "I must not."}},
            },
            STOP,
        ),
        [STARTED, RefusalDelta("I must not."), usage(1), Finished(FinishReason.CONTENT_FILTER, "refusal")],
    ),
    Case("overloaded in the middle", failing("overloaded_error", "Overloaded"), HALF, errors.Overloaded),
    Case(
        "an error after what may be the beginning of a tag",
        sent(
            {"type": "message_start", "message": {"id": "c", "model": "tiny", "usage": {}}},
            block(0, type="text", text=""),
            text(0, "a <"),
            error_event("overloaded_error", "Overloaded"),
        ),
        [Started("tiny", "c"), TextDelta("a <")],
        errors.Overloaded,
    ),
    Case("before anything", sent(error_event("overloaded_error", "Overloaded")), [], errors.Overloaded),
    Case("an error of the server in the middle", failing("api_error"), HALF, errors.ServerFailed),
    Case("a limit in the middle", failing("rate_limit_error"), HALF, errors.RateLimited),
    Case("a refused request in the middle", failing("invalid_request_error"), HALF, errors.InvalidRequest),
    Case(
        "the end of the money in the middle",
        failing("invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
        HALF,
        errors.BillingRequired,
    ),
    Case(
        "the end before the end",
        ANSWER[: ANSWER.index(b"event: content_block_stop")],
        ANSWERED[:2],
        errors.StreamInterrupted,
    ),
    Case(
        "the end in the middle of an event",
        sent(START) + b'data: {"type": "content_bl',
        [STARTED],
        errors.StreamInterrupted,
    ),
    Case("nothing at all", b"", [], errors.StreamInterrupted),
    Case(
        "a call that was cut, yet reported as whole",
        sent(
            START,
            block(0, type="tool_use", id="t", name="f", input={}),
            arguments(0, '{"path":"/a'),
            end("tool_use"),
            STOP,
        ),
        [STARTED, ToolCallDelta(0, "f", '{"path":"/a'), usage(1)],
        errors.StreamInterrupted,
    ),
    Case("an event that is no JSON", b"data: OK\n\n", [], errors.BadResponse),
    Case(
        "an event that is no JSON, after others", ANSWER.replace(b"event: ping", b"data: OK\n\nevent: ping"), ANSWERED
    ),
    Case(
        "think tags, as of a server without a reasoning parser",
        sent(
            {"type": "message_start", "message": {"id": "c", "model": "tiny", "usage": {}}},
            block(0, type="text", text=""),
            text(0, "<th"),
            text(0, "ink>a</thi"),
            text(0, "nk>b"),
            block_stop(0),
            end("end_turn"),
            STOP,
        ),
        [Started("tiny", "c"), ReasoningDelta("a"), TextDelta("b"), Finished(FinishReason.STOP, "end_turn")],
    ),
    Case(
        "a think tag of Claude's is text: it thinks in blocks of its own",
        sent(START, block(0, type="text", text="<think>a</think>"), block_stop(0), end("end_turn"), STOP),
        [STARTED, TextDelta("<think>a</think>"), usage(1), Finished(FinishReason.STOP, "end_turn")],
    ),
]

WHOLE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-opus-5",
    "content": [
        {"type": "thinking", "thinking": "Let me see.", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "b3BhcXVl"},
        {"type": "text", "text": "Looking."},
        {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Kraków"}},
        {"type": "tool_use", "id": "toolu_2", "name": "now", "input": {}},
    ],
    "stop_reason": "tool_use",
    "usage": {"input_tokens": 25, "output_tokens": 89},
}
