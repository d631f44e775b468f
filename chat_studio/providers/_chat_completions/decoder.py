"""Decodes the answers of `/chat/completions`, streamed or whole, in all dialects that call themselves compatible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chat_studio.errors import BadResponse, ServerFailed, StreamInterrupted
from chat_studio.events import (
    Event,
    Finished,
    Progress,
    ReasoningDelta,
    RefusalDelta,
    Started,
    ToolCallReady,
    UsageReported,
)
from chat_studio.messages import FinishReason, Usage
from chat_studio.net.framing import SseDecoder, SseEvent, json_documents
from chat_studio.providers._chat_completions.reasoning_details import ReasoningDetails, text_of
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.decoder import Decoder
from chat_studio.providers._wire.failures import failure_in, is_error
from chat_studio.providers._wire.think_tags import ThinkTagSplitter
from chat_studio.providers._wire.tool_calls import ToolCallAccumulator

_FINISH = {
    "length": FinishReason.LENGTH,
    "max_tokens": FinishReason.LENGTH,
    "model_length": FinishReason.LENGTH,
    "content_filter": FinishReason.CONTENT_FILTER,
    "refusal": FinishReason.CONTENT_FILTER,
    "safety": FinishReason.CONTENT_FILTER,
}
_REASONING_KEYS = ("reasoning_content", "reasoning", "thinking")
_THOUGHT, _END_OF_THOUGHT = "<thought>", "</thought>"


class ChatDecoder(Decoder):
    """One answer. `model` is the name that was asked for, used in errors."""

    def __init__(self, model: str = "") -> None:
        self._model = model
        self._sse = SseDecoder()
        self._splitter = ThinkTagSplitter()
        self._calls = ToolCallAccumulator()
        self._usage: Usage | None = None
        self._timed: Usage | None = None
        self._choice: object = None
        self._finish = ""
        self._started = False
        self._understood = False
        self._refused = False
        self._details = ReasoningDetails()
        self._beside: dict[str, Any] = {}
        self._flagged = False

    def feed(self, data: bytes) -> Iterator[Event]:
        for event in self._sse.feed(data):
            if self.done:
                return
            yield from self._take(event)

    def close(self) -> Iterator[Event]:
        for event in self._sse.close():
            if not self.done:
                yield from self._take(event, cut=True)
        yield from self._splitter.close()
        if not self._finish and not self.done:
            if self._sse.stray and not self._understood:
                raise _not_a_completion(self._sse.stray)
            raise StreamInterrupted(
                "The answer ended before its end.",
                hint="The server or a gateway closed the stream. What arrived is kept; ask again to go on.",
            )
        yield from self._end()

    def whole(self, body: object) -> Iterator[Event]:
        if not isinstance(body, dict) or not isinstance(body.get("choices"), list):
            raise _not_a_completion(str(body)[:300])
        yield from self._payload(body)
        yield from self._splitter.close()
        yield from self._end()

    def _take(self, event: SseEvent, *, cut: bool = False) -> Iterator[Event]:
        data = event.data.strip()
        if not data or data.startswith(":"):
            return  # also a comment that a proxy took for data (mnfst/llm-gateway#2053)
        if data.startswith("[DONE]"):
            self.done = True
            return
        try:
            values = json_documents(data)
        except ValueError:
            if not (self._understood or cut):
                raise _not_a_completion(data[:300]) from None
            return  # a stray line of a gateway, or the last one, cut: its absence is noticed at the end
        for value in values:
            yield from self._payload(value, failed=event.event == "error")

    def _payload(self, value: object, *, failed: bool = False) -> Iterator[Event]:
        payload = value[0] if isinstance(value, list) and value else value
        if not isinstance(payload, dict):
            return
        choices = payload.get("choices")
        if failed or payload.get("error") or (choices is None and is_error(payload)):
            yield from self._splitter.close()
            raise failure_in(payload, model=self._model)
        self._understood = True
        usage = payload.get("usage")
        if usage:
            self._usage = _usage(usage) or self._usage
        if timings := payload.get("timings"):
            self._timed = _timed_usage(timings) or self._timed
        progress = payload.get("prompt_progress")
        if progress:
            yield from _progress(progress)
        if choices and isinstance(choices, list):
            model, answer_id = json_values.text(payload.get("model")), json_values.text(payload.get("id"))
            if not self._started and (model or answer_id or any(map(_says_something, choices))):
                self._started = True
                yield Started(model, answer_id)
            for choice in choices:
                if isinstance(choice, dict) and self._is_ours(choice):
                    yield from self._choose(choice)

    def _is_ours(self, choice: Mapping[str, Any]) -> bool:
        """Of several answers to one question (`n`) only the first is followed."""
        index = choice.get("index")
        if self._choice is None:
            self._choice = index
        return index is None or index == self._choice

    def _choose(self, choice: Mapping[str, Any]) -> Iterator[Event]:
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            yield from self._reasoning(delta)
            content = delta.get("content")
            if self._is_thought(delta) and isinstance(content, str):
                yield from self._thought(content)
            elif content:
                yield from self._content(content)
            yield from self._actions(delta)
        text = choice.get("text")
        if text and isinstance(text, str):
            yield from self._splitter.feed(text)
        finish = choice.get("finish_reason")
        if finish and not self._finish:
            self._finish = str(finish)
            self.finishing = True

    def _reasoning(self, delta: Mapping[str, Any]) -> Iterator[Event]:
        told = (text for key in _REASONING_KEYS if (text := json_values.text(delta.get(key))))
        thought = next(told, "")  # the same text may stand under two keys
        if details := json_values.items(delta.get("reasoning_details")):
            self._details.add(details)
            thought = thought or text_of(details)
        if thought:
            yield from self._splitter.settle()
            yield ReasoningDelta(thought)

    def _is_thought(self, delta: Mapping[str, Any]) -> bool:
        """Whether Gemini marks the text as a thought; it keeps what Gemini signs beside its calls."""
        if "extra_content" not in delta:
            return False
        beside = json_values.mapping(delta["extra_content"])
        marks = json_values.mapping(beside.get("google"))
        if marks.get("thought_signature"):
            self._beside = {"extra_content": dict(beside)}
        return marks.get("thought") is True

    def _thought(self, content: str) -> Iterator[Event]:
        self._flagged = True
        thought = content.removeprefix(_THOUGHT).removesuffix(_END_OF_THOUGHT)
        if thought:
            yield from self._splitter.settle()
            yield ReasoningDelta(thought)

    def _content(self, content: object) -> Iterator[Event]:
        if isinstance(content, str):
            text = content.removeprefix(_END_OF_THOUGHT) if self._flagged else content
            self._flagged = False
            if text:
                yield from self._splitter.feed(text)
            return
        for part in json_values.items(content):
            kind = part.get("type") if isinstance(part, dict) else None
            if kind == "text" and part.get("text"):
                yield from self._splitter.feed(json_values.text(part["text"]))
            elif kind == "thinking" and (thought := _joined(part.get("thinking"))):
                yield from self._splitter.settle()
                yield ReasoningDelta(thought)

    def _actions(self, delta: Mapping[str, Any]) -> Iterator[Event]:
        """Tool calls, in the present and the legacy form, and refusals."""
        for call in json_values.items(delta.get("tool_calls")):
            if isinstance(call, dict):
                yield self._calls.add(call)
        legacy = delta.get("function_call")
        if legacy and isinstance(legacy, dict):
            yield self._calls.add({"index": 0, "function": legacy})
        refusal = delta.get("refusal")
        if refusal and isinstance(refusal, str):
            self._refused = True
            yield RefusalDelta(refusal)

    def _end(self) -> Iterator[Event]:
        if self._details.blocks:
            yield ReasoningDelta("", replay={"reasoning_details": self._details.blocks})
        if usage := self._usage or self._timed:
            yield UsageReported(usage)
        if self._finish == "error":
            raise ServerFailed("The server broke the answer off with an error.", hint="Ask again.")
        if self._finish == "abort":
            raise StreamInterrupted("The server gave the answer up before its end.", hint="Ask again.")
        reason = _FINISH.get(self._finish.partition(":")[0], FinishReason.STOP)  # Gemini: “content_filter: SAFETY”
        self._calls.attach(self._beside)
        calls = self._calls.finish(cut_by_limit=reason is FinishReason.LENGTH)
        for call in calls:
            yield ToolCallReady(call)
        if calls:
            reason = FinishReason.TOOL_CALLS  # whatever the server calls it: “stop” is common
        elif self._refused:
            reason = FinishReason.CONTENT_FILTER
        yield Finished(reason, self._finish)


def _says_something(choice: object) -> bool:
    """Whether it is more than the notes of Azure's content filter, which may come first."""
    return isinstance(choice, dict) and any(choice.get(name) for name in ("delta", "message", "text", "finish_reason"))


def _not_a_completion(found: str) -> BadResponse:
    return BadResponse(
        "The server's answer is not a chat completion.",
        hint="Check the base URL: does an OpenAI-compatible server stand there?",
        detail=found,
    )


def _usage(value: object) -> Usage | None:
    """Usage with any count above zero: some servers report zeros before the real one (LocalAI#9927)."""
    if not isinstance(value, dict):
        return None
    read, written = json_values.count(value.get("prompt_tokens")), json_values.count(value.get("completion_tokens"))
    total = json_values.count(value.get("total_tokens"))
    if read and written is not None and total is not None:
        written = max(written, total - read)  # xAI and Gemini leave reasoning out of the answer's tokens
    prompt = json_values.mapping(value.get("prompt_tokens_details"))
    completion = json_values.mapping(value.get("completion_tokens_details"))
    usage = Usage(
        input_tokens=read,
        output_tokens=written,
        reasoning_tokens=json_values.count(completion.get("reasoning_tokens")),
        cached_tokens=json_values.count(prompt.get("cached_tokens", value.get("prompt_cache_hit_tokens"))),
        cache_write_tokens=json_values.count(prompt.get("cache_write_tokens")),
        cost=json_values.number(value.get("cost")),
    )
    return usage if usage.input_tokens or usage.output_tokens else None


def _timed_usage(timings: object) -> Usage | None:
    """llama.cpp's `timings`, which come unasked; `cache_n` is the part of the prompt that was not read anew."""
    told = json_values.mapping(timings)
    read, cached = json_values.count(told.get("prompt_n")), json_values.count(told.get("cache_n"))
    written = json_values.count(told.get("predicted_n"))
    if read is None or written is None:
        return None
    return Usage(input_tokens=read + (cached or 0), output_tokens=written, cached_tokens=cached)


def _progress(value: object) -> Iterator[Event]:
    """llama.cpp's `prompt_progress`, sent where `return_progress` was asked for."""
    if isinstance(value, dict):
        total, processed = json_values.count(value.get("total")), json_values.count(value.get("processed"))
        if total and processed is not None:
            yield Progress("Reading the prompt", min(1.0, processed / total))


def _joined(thinking: object) -> str:
    """Mistral's `thinking`: a string, or a list of text parts."""
    if isinstance(thinking, list):
        return "".join(json_values.text(part.get("text")) for part in thinking if isinstance(part, dict))
    return json_values.text(thinking)
