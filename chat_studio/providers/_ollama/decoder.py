"""Answers of Ollama's `/api/chat` and `/api/generate`, lines of JSON or one document, as events. Free of I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chat_studio.errors import BadResponse, StreamInterrupted
from chat_studio.events import Event, Finished, ReasoningDelta, Started, ToolCallReady, UsageReported
from chat_studio.messages import FinishReason, Usage
from chat_studio.net.framing import NdjsonDecoder, json_documents
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.decoder import Decoder
from chat_studio.providers._wire.failures import failure_in, is_error
from chat_studio.providers._wire.think_tags import ThinkTagSplitter
from chat_studio.providers._wire.tool_calls import ToolCallAccumulator


class OllamaDecoder(Decoder):
    """One JSON object a line; the last has `done`. An answer that was not streamed is that last line alone.

    A stream that ends without `done` was interrupted: Ollama never leaves it out.
    """

    foreign = b"[<"

    def __init__(self, model: str = "") -> None:
        self._model = model
        self._lines = NdjsonDecoder()
        self._text = ThinkTagSplitter()
        self._calls = ToolCallAccumulator()
        self._started = False
        self._last: Mapping[str, Any] = {}

    def feed(self, data: bytes) -> Iterator[Event]:
        for line in self._lines.feed(data):
            yield from self._line(line)

    def close(self) -> Iterator[Event]:
        for line in self._lines.close():
            yield from self._line(line, cut=True)
        yield from self._text.close()
        if not self.done:
            raise StreamInterrupted(
                "Ollama's answer ended before its end.", hint="What arrived is kept. Ask again for the whole answer."
            )
        yield from self._end()

    def _line(self, line: str, *, cut: bool = False) -> Iterator[Event]:
        try:
            values = json_documents(line)
        except ValueError:
            if self._started or (cut and line.startswith("{")):
                return
            raise BadResponse("The server sent a line that is not JSON.", detail=line[:300]) from None
        for value in values:
            if isinstance(value, Mapping) and not self.done:
                yield from self._object(value)

    def _object(self, value: Mapping[str, Any]) -> Iterator[Event]:
        if is_error(value):
            yield from self._text.close()
            raise failure_in(value, model=self._model)
        if not self._started:
            self._started = True
            yield Started(model=json_values.text(value.get("model")))
        message = value.get("message")
        if isinstance(message, Mapping):
            yield from self._message(message)
        elif "response" in value:  # of /api/generate
            yield from self._message({"content": value["response"], "thinking": value.get("thinking")})
        if value.get("done"):
            self.done = True
            self._last = value

    def _message(self, message: Mapping[str, Any]) -> Iterator[Event]:
        if thinking := json_values.text(message.get("thinking")):
            yield from self._text.settle()
            yield ReasoningDelta(thinking)
        if content := json_values.text(message.get("content")):
            yield from self._text.feed(content)
        for call in json_values.items(message.get("tool_calls")):
            if isinstance(call, Mapping):
                yield from self._text.close()
                # each object is a whole call, and old versions number them all 0: no index, so that none merge
                yield self._calls.add({"id": call.get("id"), "function": call.get("function")})

    def _end(self) -> Iterator[Event]:
        """`done_reason` stays “stop” after tool calls, and is missing in old versions."""
        prompt, answer = (
            json_values.count(self._last.get("prompt_eval_count")),
            json_values.count(self._last.get("eval_count")),
        )
        if prompt is not None or answer is not None:
            yield UsageReported(Usage(input_tokens=prompt, output_tokens=answer))
        raw = json_values.text(self._last.get("done_reason"))
        reason = FinishReason.LENGTH if raw == "length" else FinishReason.STOP
        calls = self._calls.finish(cut_by_limit=reason is FinishReason.LENGTH)
        for call in calls:
            yield ToolCallReady(call)
        yield Finished(FinishReason.TOOL_CALLS if calls else reason, raw)
