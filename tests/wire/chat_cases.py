"""Streams of `/chat/completions` as servers really send them, each with what must come out.

The names say where a case was seen. Bytes are written as they are sent; `⏎` in a case stands for a line feed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from chat_studio.errors import (
    BadResponse,
    ContextLengthExceeded,
    EndpointError,
    InvalidRequest,
    ServerFailed,
    StreamInterrupted,
)

DONE = "data: [DONE]⏎⏎"


@dataclass(frozen=True)
class Case:
    """A stream, the story it tells, and the error that ends it, if one does."""

    name: str
    stream: str
    story: tuple[tuple[Any, ...], ...]
    error: type[EndpointError] | None = None

    @property
    def body(self) -> bytes:
        return self.stream.replace("⏎", "\n").encode()


def delta(content: object = None, finish: str | None = None, **rest: object) -> str:
    """One chunk with a delta."""
    fields = {"content": content, **rest} if content is not None else rest
    return event({"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]})


def event(payload: object) -> str:
    return f"data: {json.dumps(payload, ensure_ascii=False)}⏎⏎"


def call(arguments: object = None, **rest: object) -> dict[str, object]:
    """An entry of `tool_calls`; `name` goes into its function."""
    function = {key: value for key, value in (("name", rest.pop("name", None)), ("arguments", arguments))
                if value is not None}  # fmt: skip
    return {**rest, "function": function}


def calls(*entries: dict[str, object], finish: str | None = None) -> str:
    return delta(tool_calls=list(entries), finish=finish)


def usage(prompt: int, completion: int, **rest: object) -> str:
    return event({"choices": [], "usage": {"prompt_tokens": prompt, "completion_tokens": completion, **rest}})


STOP = delta(finish="stop")
STOPPED = ("finished", "stop", "stop")
CALLED = ("finished", "tool_calls", "tool_calls")

CASES = (
    Case("1 comments between events (OpenRouter, llama.cpp, DeepSeek)",
         ": OPENROUTER PROCESSING⏎⏎:⏎" + delta("Hi") + ":ping⏎⏎" + STOP + DONE, (("text", "Hi"), STOPPED)),
    Case("2 U+2028 inside the JSON (httpx-sse#34)", delta("a\u2028b\u0085c") + STOP + DONE,
         (("text", "a\u2028b\u0085c"), STOPPED)),
    Case("3 characters of four bytes", delta("😀") + delta("é") + STOP + DONE, (("text", "😀é"), STOPPED)),
    Case("4 byte order mark, no space after the colon",
         "\ufeff" + (delta("x") + STOP + DONE).replace("data: ", "data:"), (("text", "x"), STOPPED)),
    Case("4 the terminator alone is an end", delta("x") + DONE, (("text", "x"), ("finished", "stop", ""))),
    Case("5 no blank line at the end", delta("x") + STOP.removesuffix("⏎⏎"), (("text", "x"), STOPPED)),
    Case("5 the last line cut", delta("x") + STOP[:-12], (("text", "x"),), StreamInterrupted),
    Case("6 finish reason without [DONE]", delta("x") + STOP, (("text", "x"), STOPPED)),
    Case("7 neither (Ollama's /v1 after a failure, a killed proxy)",
         delta("partial") + event({"id": "c", "model": "", "choices": [{"index": 0, "delta": {"content": ""},
                                                                        "finish_reason": None}]}),
         (("text", "partial"),), StreamInterrupted),
    Case("7 nothing at all", "⏎", (), StreamInterrupted),
    Case("7 cut inside what may be a tag", delta("a <"), (("text", "a <"),), StreamInterrupted),
    Case("8 Azure's first chunk",
         event({"choices": [], "created": 0, "id": "", "model": "", "object": "", "prompt_filter_results": [{}]})
         + delta("x") + STOP + DONE, (("text", "x"), STOPPED)),
    Case("9 Azure's choices without delta",
         delta("x") + event({"choices": [{"index": 0, "finish_reason": None, "content_filter_offsets": {"a": 1}}]})
         + event({"choices": [{"index": 0, "delta": None, "finish_reason": None}]}) + STOP + DONE,
         (("text", "x"), STOPPED)),
    Case("9 choices null or missing", event({"choices": None}) + event({"id": "x"}) + delta("x") + STOP + DONE,
         (("text", "x"), STOPPED)),
    Case("10 usage after the finish reason", delta("x") + STOP + usage(9, 12) + DONE,
         (("text", "x"), ("usage", 9, 12), STOPPED)),
    Case("10 usage without [DONE]", delta("x") + STOP + usage(9, 12), (("text", "x"), ("usage", 9, 12), STOPPED)),
    Case("11 usage on every chunk, cumulative (Gemini, vLLM)", delta("x") + usage(5, 1) + usage(5, 2) + usage(5, 3)
         + STOP + DONE, (("text", "x"), ("usage", 5, 3), STOPPED)),
    Case("11 zeros after the real usage (LocalAI#9927)", delta("x") + usage(0, 0) + usage(5, 3) + usage(0, 0) + STOP
         + DONE, (("text", "x"), ("usage", 5, 3), STOPPED)),
    Case("12 the last text in the finish chunk (vLLM)", delta("Hi") + delta("!", finish="length") + DONE,
         (("text", "Hi!"), ("finished", "length", "length"))),
    Case("13 Gemini: no index, finished by stop",
         calls(call('{"x":1}', id="a", type="function", name="f", extra_content={"google": {"s": "S"}}), finish="stop")
         + DONE, (("call", "f", '{"x":1}'), ("finished", "tool_calls", "stop"))),
    Case("14 Gemini: arguments split, no index",
         calls(call('{"x"', id="a", name="f")) + calls(call(":1}")) + STOP + DONE,
         (("call", "f", '{"x":1}'), ("finished", "tool_calls", "stop"))),
    Case("15 name and id on each fragment (vllm#44098)",
         "".join(calls(call(part, index=0, id="c1", name="f")) for part in ('{"a"', ":1", "}"))
         + delta(finish="tool_calls") + DONE, (("call", "f", '{"a":1}'), CALLED)),
    Case("16 arguments as an object", calls(call({"x": 1}, index=0, id="a", name="f"), finish="tool_calls") + DONE,
         (("call", "f", '{"x": 1}'), CALLED)),
    Case("16 arguments empty, null and missing",
         calls(call("", index=0, id="a", name="f"), {"index": 1, "id": "b", "function": {"name": "g",
               "arguments": None}}, call(index=2, id="c", name="h"), finish="tool_calls") + DONE,
         (("call", "f", "{}"), ("call", "g", "{}"), ("call", "h", "{}"), CALLED)),
    Case("17 cut arguments called complete (vllm#53269)",
         delta("Well") + calls(call('{"path":"/a', index=0, id="a", name="f"), finish="tool_calls") + DONE,
         (("text", "Well"),), StreamInterrupted),
    Case("17 one of two calls is cut: none runs",
         calls(call("{}", index=0, id="a", name="f"), call('{"p":', index=1, id="b", name="g"), finish="length") + DONE,
         (), StreamInterrupted),
    Case("17 arguments that never were JSON",
         calls(call("{'x': 1}", index=0, id="a", name="f"), finish="tool_calls") + DONE, (), BadResponse),
    Case("18 a whole call and the finish in one chunk (Mistral)",
         calls(call('{"x": 1}', id="a", name="f"), finish="tool_calls") + DONE, (("call", "f", '{"x": 1}'), CALLED)),
    Case("19 content as a list (Mistral)",
         delta([{"type": "thinking", "thinking": [{"type": "text", "text": "Ok"}]}])
         + delta([{"type": "text", "text": "4"}, {"type": "reference", "reference_ids": [1]}]) + delta(" ok")
         + STOP + DONE, (("reasoning", "Ok"), ("text", "4 ok"), STOPPED)),
    Case("20 think tags in pieces", delta("<th") + delta("ink>a</thi") + delta("nk>b") + STOP + DONE,
         (("reasoning", "a"), ("text", "b"), STOPPED)),
    Case("20 only the closing tag", delta("a</th") + delta("ink>b") + STOP + DONE,
         (("text", "a"), ("all that was reasoning",), ("text", "b"), STOPPED)),
    Case("20 a field of its own makes tags text",
         delta(reasoning="hm") + delta("use </think> to end") + STOP + DONE,
         (("reasoning", "hm"), ("text", "use </think> to end"), STOPPED)),
    Case("21 an error in the stream", delta("par") + event({"error": {"message": "Context size has been exceeded."}})
         + DONE, (("text", "par"),), ContextLengthExceeded),
    Case("21 an error after what may be the beginning of a tag",
         delta("a <") + event({"error": {"message": "boom", "code": 500}}), (("text", "a <"),), ServerFailed),
    Case("21 an error and a finish reason (OpenRouter)",
         event({"error": {"code": 502, "message": "Provider returned error"},
                "choices": [{"delta": {"content": ""}, "finish_reason": "error"}]}) + DONE, (), ServerFailed),
    Case("21 the finish reason “error” alone", delta("x", finish="error") + DONE, (("text", "x"),), ServerFailed),
    Case("21 a line `error:` (old llama.cpp)",
         delta("x") + 'error: {"code":500,"message":"boom","type":"server_error"}⏎⏎', (("text", "x"),), ServerFailed),
    Case("21 an error named by its event", 'event: error⏎data: {"message": "Unknown name x: cannot find field",'
         ' "type": "invalid_request_error"}⏎⏎', (), InvalidRequest),
    Case("29 role chunk with null content (llama.cpp)",
         event({"choices": [{"delta": {"role": "assistant", "content": None}}]}) + delta("x") + STOP + DONE,
         (("text", "x"), STOPPED)),
    Case("30 progress (llama.cpp)",
         event({"choices": [{"delta": {}}], "prompt_progress": {"total": 1000, "cache": 0, "processed": 256}})
         + delta("x") + STOP + DONE, (("progress", 0.256), ("text", "x"), STOPPED)),
    Case("32 a refusal", delta(refusal="I ") + delta(refusal="can't") + STOP + DONE,
         (("refusal", "I can't"), ("finished", "content_filter", "stop"))),
    Case("33 text after the finish reason", delta("a", finish="stop") + delta("b", finish="length") + DONE,
         (("text", "ab"), STOPPED)),
    Case("33 nothing counts after [DONE]", delta("a") + STOP + DONE + delta("b"), (("text", "a"), STOPPED)),
    Case("reasoning_content (DeepSeek, llama.cpp)", delta(reasoning_content="a") + delta("b") + STOP + DONE,
         (("reasoning", "a"), ("text", "b"), STOPPED)),
    Case("reasoning under two keys at once (vLLM)", delta(reasoning="a", reasoning_content="a") + delta("b") + STOP
         + DONE, (("reasoning", "a"), ("text", "b"), STOPPED)),
    Case("a blank before the reasoning field", delta("\n") + delta(reasoning="a") + delta("b") + STOP + DONE,
         (("reasoning", "a"), ("text", "b"), STOPPED)),
    Case("opaque reasoning is kept (OpenRouter)",
         delta(reasoning="a", reasoning_details=[{"type": "x", "data": "1"}])
         + delta(reasoning_details=[{"type": "x", "data": "2"}]) + delta("b") + STOP + DONE,
         (("reasoning", "a"), ("text", "b"),
          ("reasoning", "", {"reasoning_details": [{"type": "x", "data": "1"}, {"type": "x", "data": "2"}]}), STOPPED)),
    Case("pieces of reasoning become blocks (OpenRouter)",
         delta(reasoning="a", reasoning_details=[{"type": "reasoning.text", "index": 0, "text": "a"}])
         + delta(reasoning="b", reasoning_details=[{"type": "reasoning.text", "index": 0, "text": "b"},
                                                   {"type": "reasoning.encrypted", "index": 0, "data": "Q"}])
         + delta(reasoning_details=[{"type": "reasoning.text", "index": 0, "signature": "S"}]) + delta("c") + STOP
         + DONE, (("reasoning", "ab"), ("text", "c"),
          ("reasoning", "", {"reasoning_details": [
              {"type": "reasoning.text", "index": 0, "text": "ab", "signature": "S"},
              {"type": "reasoning.encrypted", "index": 0, "data": "Q"}]}), STOPPED)),
    Case("a comment that a proxy took for data (mnfst/llm-gateway#2053)",
         "data: : OPENROUTER PROCESSING⏎⏎" + delta("a") + STOP + DONE, (("text", "a"), STOPPED)),
    Case("thoughts that are marked (Gemini)",
         delta("<thought>a", extra_content={"google": {"thought": True}})
         + delta("b", extra_content={"google": {"thought": True}}) + delta("</thought>c") + STOP + DONE,
         (("reasoning", "ab"), ("text", "c"), STOPPED)),
    Case("a filter's name in the finish reason (Gemini)", delta("a", finish="content_filter: SAFETY") + DONE,
         (("text", "a"), ("finished", "content_filter", "content_filter: SAFETY"))),
    Case("index 0 for every call (Ollama, vercel/ai#14277)",
         calls(call('{"a":1}', index=0, id="1", name="f")) + calls(call('{"a":2}', index=0, id="2", name="g"))
         + delta(finish="stop") + DONE,
         (("call", "f", '{"a":1}'), ("call", "g", '{"a":2}'), ("finished", "tool_calls", "stop"))),
    Case("a new id for each fragment",
         calls(call('{"a"', index=0, id="1", name="f")) + calls(call(":1}", index=0, id="2"))
         + delta(finish="tool_calls") + DONE, (("call", "f", '{"a":1}'), CALLED)),
    Case("arguments sent twice (vllm#51697)",
         calls(call('{"a": 1}', index=0, id="1", name="f")) + calls(call('{"a":1}', index=0)) + delta(finish="stop")
         + DONE, (("call", "f", '{"a": 1}'), ("finished", "tool_calls", "stop"))),
    Case("arguments sent cumulatively",
         calls(call('{"a"', index=0, id="1", name="f")) + calls(call('{"a":1}', index=0)) + delta(finish="stop")
         + DONE, (("call", "f", '{"a":1}'), ("finished", "tool_calls", "stop"))),
    Case("interleaved calls",
         calls(call('{"a"', index=0, id="1", name="f"), call('{"b"', index=1, id="2", name="g"))
         + calls(call(":1}", index=0), call(":2}", index=1)) + delta(finish="tool_calls") + DONE,
         (("call", "f", '{"a":1}'), ("call", "g", '{"b":2}'), CALLED)),
    Case("null ids and empty names after the first (LM Studio)",
         calls({"index": 0, "id": "9", "function": {"name": "f", "arguments": ""}})
         + calls({"index": 0, "id": None, "function": {"name": "", "arguments": "{}"}}) + delta(finish="stop") + DONE,
         (("call", "f", "{}"), ("finished", "tool_calls", "stop"))),
    Case("the legacy function_call", delta(function_call={"name": "f", "arguments": '{"a":'})
         + delta(function_call={"arguments": "1}"}) + delta(finish="function_call") + DONE,
         (("call", "f", '{"a":1}'), ("finished", "tool_calls", "function_call"))),
    Case("legacy completions", event({"choices": [{"text": "a"}]}) + event({"choices": [{"text": "b",
         "finish_reason": "stop"}]}) + DONE, (("text", "ab"), STOPPED)),
    Case("message instead of delta", event({"choices": [{"message": {"content": "a"}, "finish_reason": "stop"}]})
         + DONE, (("text", "a"), STOPPED)),
    Case("several answers to one question",
         event({"choices": [{"index": 0, "delta": {"content": "a"}}, {"index": 1, "delta": {"content": "X"}}]})
         + event({"choices": [{"index": 1, "delta": {"content": "Y"}, "finish_reason": "length"}]})
         + STOP + DONE, (("text", "a"), STOPPED)),
    Case("two events on one line",
         "data: " + delta("a").strip("⏎").removeprefix("data: ") + delta("b").strip("⏎").removeprefix("data: ")
         + "⏎⏎" + STOP + DONE, (("text", "ab"), STOPPED)),
    Case("a payload in a list", event([{"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]}]) + DONE,
         (("text", "a"), STOPPED)),
    Case("a stray line after the first event", delta("a") + "data: OK⏎⏎" + STOP + DONE, (("text", "a"), STOPPED)),
    Case("nothing but a stray line", "data: OK⏎⏎", (), BadResponse),
    Case("given up by the server (vLLM)", delta("a", finish="abort") + DONE, (("text", "a"),), StreamInterrupted),
    Case("an engine that died (vLLM)",
         delta("a") + event({"error": {"message": "EngineCore died", "type": "InternalServerError", "code": 500}})
         + DONE, (("text", "a"),), ServerFailed),
)  # fmt: skip
