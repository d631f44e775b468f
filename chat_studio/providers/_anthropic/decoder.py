"""Answers of `/v1/messages`, streamed or whole, as events. Free of I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chat_studio.errors import BadResponse, StreamInterrupted
from chat_studio.events import Event, Finished, ReasoningDelta, RefusalDelta, Started, ToolCallReady, UsageReported
from chat_studio.messages import FinishReason, Usage
from chat_studio.net.framing import SseDecoder, SseEvent, json_documents
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.decoder import NOT_THIS_KIND, Decoder
from chat_studio.providers._wire.failures import failure_in, is_error
from chat_studio.providers._wire.think_tags import ThinkTagSplitter
from chat_studio.providers._wire.tool_calls import ToolCallAccumulator

_REASONS = {
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "refusal": FinishReason.CONTENT_FILTER,
}
"""All others (end_turn, stop_sequence, pause_turn) are an ordinary stop."""

_INPUT_COUNTS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_COUNTS = (*_INPUT_COUNTS, "output_tokens")


class AnthropicDecoder(Decoder):
    """Events are told apart by the `type` in their data, or by their name; unknown ones, blocks and deltas are skipped.

    An answer is whole when its stop reason came, even if the connection ends before `message_stop`.
    """

    def __init__(self, model: str = "") -> None:
        self._model = model
        self._sse = SseDecoder()
        self._text = ThinkTagSplitter()
        self._calls = ToolCallAccumulator()
        self._inputs: dict[int, json_values.Object] = {}
        """The blocks that are tool calls, with the input given at their start; it counts only if no delta comes."""
        self._counts: dict[str, int] = {}
        self._stop_reason = ""
        self._understood = False
        self._handlers = {
            "message_start": self._message_start,
            "content_block_start": self._block_start,
            "content_block_delta": self._block_delta,
            "content_block_stop": self._block_stop,
            "message_delta": self._message_delta,
            "message_stop": self._message_stop,
        }

    def feed(self, data: bytes) -> Iterator[Event]:
        for event in self._sse.feed(data):
            yield from self._take(event)

    def close(self) -> Iterator[Event]:
        for event in self._sse.close():
            yield from self._take(event, cut=True)
        yield from self._text.close()
        if not self.done and not self._stop_reason:
            raise StreamInterrupted(
                "The answer ended before its end.", hint="What arrived is kept. Ask again for the whole answer."
            )
        yield from self._end()

    def whole(self, body: object) -> Iterator[Event]:
        """A message that was not streamed: the same events, with each block in one piece."""
        if not isinstance(body, Mapping) or not isinstance(body.get("content"), list):
            yield from super().whole(body)
            return
        yield from self._message_start({"message": body})
        for index, block in enumerate(body["content"]):
            yield from self._block_start({"index": index, "content_block": block})
            yield from self._block_stop({"index": index})
        yield from self._message_delta({"delta": body})
        self.done = True
        yield from self.close()

    def _take(self, event: SseEvent, *, cut: bool = False) -> Iterator[Event]:
        try:
            values = json_documents(event.data)
        except ValueError:
            if self._understood or cut:
                return
            raise BadResponse(
                "The server sent an event that is not JSON.", hint=NOT_THIS_KIND, detail=event.data[:300]
            ) from None
        for value in values:
            if isinstance(value, Mapping):
                yield from self._payload({"type": event.event, **value})

    def _payload(self, payload: json_values.Object) -> Iterator[Event]:
        if is_error(payload):
            yield from self._text.close()
            raise failure_in(payload, model=self._model)
        self._understood = True
        handler = self._handlers.get(str(payload["type"]))
        if handler and not self.done:
            yield from handler(payload)

    def _message_start(self, payload: json_values.Object) -> Iterator[Event]:
        message = json_values.mapping(payload.get("message"))
        model = str(message.get("model") or "")
        self._count(message)
        yield Started(model=model, response_id=str(message.get("id") or ""))
        if model.startswith("claude"):
            yield from self._text.settle()  # thinks in blocks of its own; a tag in its text is only text

    def _block_start(self, payload: json_values.Object) -> Iterator[Event]:
        block = json_values.mapping(payload.get("content_block"))
        match block.get("type"):
            case "text":
                yield from self._delta("text", block.get("text"))
            case "thinking":
                yield from self._delta("thinking", block.get("thinking"))
                yield from self._delta("signature", block.get("signature"))
            case "redacted_thinking":
                yield from self._text.settle()
                yield ReasoningDelta("", [{"type": "redacted_thinking", "data": block.get("data")}])
            case "tool_use":
                index = _index(payload)
                self._inputs[index] = json_values.mapping(block.get("input"))
                yield from self._text.close()
                yield self._calls.add({"index": index, "id": block.get("id"), "function": {"name": block.get("name")}})

    def _block_delta(self, payload: json_values.Object) -> Iterator[Event]:
        delta = json_values.mapping(payload.get("delta"))
        match delta.get("type"):
            case "text_delta":
                yield from self._delta("text", delta.get("text"))
            case "thinking_delta":
                yield from self._delta("thinking", delta.get("thinking"))
            case "signature_delta":
                yield from self._delta("signature", delta.get("signature"))
            case "input_json_delta" if _index(payload) in self._inputs and delta.get("partial_json"):
                self._inputs[_index(payload)] = {}
                yield self._calls.add({"index": _index(payload), "function": {"arguments": delta["partial_json"]}})

    def _delta(self, kind: str, piece: object) -> Iterator[Event]:
        if not isinstance(piece, str) or not piece:
            return
        if kind == "text":
            yield from self._text.feed(piece)
            return
        yield from self._text.settle()
        if kind == "thinking":
            yield ReasoningDelta(piece)
        else:
            yield ReasoningDelta("", [{"type": "thinking", "signature": piece}])

    def _block_stop(self, payload: json_values.Object) -> Iterator[Event]:
        given = self._inputs.pop(_index(payload), {})
        if given:
            yield self._calls.add({"index": _index(payload), "function": {"arguments": dict(given)}})

    def _message_delta(self, payload: json_values.Object) -> Iterator[Event]:
        delta = json_values.mapping(payload.get("delta"))
        self._count(payload)
        self._stop_reason = str(delta.get("stop_reason") or self._stop_reason)
        self.finishing = bool(self._stop_reason)
        explanation = json_values.mapping(delta.get("stop_details")).get("explanation")
        if explanation:
            yield RefusalDelta(str(explanation))

    def _message_stop(self, payload: json_values.Object) -> Iterator[Event]:
        del payload
        self.done = True
        yield from ()

    def _count(self, holder: json_values.Object) -> None:
        """Counts are cumulative: later ones replace earlier ones, but for zeros that some gateways fill in."""
        usage = json_values.mapping(holder.get("usage"))
        for name in _COUNTS:
            value = usage.get(name)
            if isinstance(value, int) and (value or name not in self._counts):
                self._counts[name] = value

    def _end(self) -> Iterator[Event]:
        if self._counts:
            yield UsageReported(self._usage())
        reason = _REASONS.get(self._stop_reason, FinishReason.STOP)
        calls = self._calls.finish(cut_by_limit=reason is FinishReason.LENGTH)
        for call in calls:
            yield ToolCallReady(call)
        yield Finished(FinishReason.TOOL_CALLS if calls else reason, self._stop_reason)

    def _usage(self) -> Usage:
        """`input_tokens` of the API leaves out what was read from or written to the cache; ours is the whole prompt."""
        prompt = [self._counts[name] for name in _INPUT_COUNTS if name in self._counts]
        return Usage(
            input_tokens=sum(prompt) if prompt else None,
            output_tokens=self._counts.get("output_tokens"),
            cached_tokens=self._counts.get("cache_read_input_tokens"),
            cache_write_tokens=self._counts.get("cache_creation_input_tokens"),
        )


def _index(payload: json_values.Object) -> int:
    index = payload.get("index")
    return index if isinstance(index, int) else 0
