"""The protocols that kinds speak, from the server's side: what a scripted model says, in the bytes of each."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from servers import DONE, Answer, Step, chunked, events, named_events

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """A tool call of the model; `arguments` is JSON text."""

    id: str
    name: str
    arguments: str

    @property
    def pieces(self) -> list[str]:
        """The arguments as a model writes them, a few characters at a time."""
        borders = [*range(0, len(self.arguments), 3), len(self.arguments)]
        return [self.arguments[begin:end] for begin, end in pairwise(borders)]


@dataclass(frozen=True)
class Said:
    """What the model says. `in_fragments`: the arguments of its calls come in pieces, where the protocol has them."""

    text: Sequence[str] = ("Hel", "lo")
    thoughts: Sequence[str] = ()
    calls: Sequence[Call] = ()
    in_fragments: bool = False


INPUT, OUTPUT = 9, 4
"""The tokens that every answer reports."""


class Protocol(ABC):
    """How a server of one protocol answers, and where it finds what was asked."""

    content_type: ClassVar[str] = "text/event-stream; charset=utf-8"
    no_model: ClassVar[str] = "The model `m` does not exist."
    too_long: ClassVar[str] = "This model's maximum context length is 4096 tokens."

    @abstractmethod
    def opening(self, said: Said) -> list[bytes]:
        """The pieces of a streamed answer up to its last text or call."""

    @abstractmethod
    def closing(self, said: Said) -> list[bytes]:
        """The pieces that end it."""

    @abstractmethod
    def whole(self, said: Said) -> Json:
        """The answer to a request that does not stream."""

    @abstractmethod
    def error(self, message: str, code: str) -> Json:
        """The body of an error, and its payload within a stream."""

    @abstractmethod
    def models(self, *names: str) -> Json: ...

    @abstractmethod
    def image(self, body: Json) -> str:
        """The bytes of the only image in a request, as base64."""

    def tools(self, body: Json) -> list[str]:
        """The names of the tools in a request."""
        return [tool["function"]["name"] for tool in body["tools"]]

    def settings(self, body: Json) -> Json:
        """Where free parameters of a request stand."""
        return body

    def framed(self, payload: Json) -> bytes:
        return events([payload])[0]

    def stream(self, said: Said, *between: Step) -> Answer:
        """A streamed answer; `between` is played before its end."""
        return chunked(*self.opening(said), *between, *self.closing(said), content_type=self.content_type)

    def broken(self, said: Said, message: str) -> Answer:
        """A stream that an error ends."""
        error = self.framed(self.error(message, "server_error"))
        return chunked(*self.opening(said), error, content_type=self.content_type)


class ChatCompletions(Protocol):
    """`thoughts`: the field in which reasoning comes; “parts” is Mistral's list, a tag stands in the text."""

    def __init__(self, thoughts: str = "reasoning_content") -> None:
        self.thoughts = thoughts

    def opening(self, said: Said) -> list[bytes]:
        deltas: list[Json] = [{"role": "assistant", "content": ""}, *self._thought(said)]
        deltas += [{"content": piece} for piece in said.text]
        deltas += [{"tool_calls": [piece]} for piece in self._calls(said)]
        return events(self._chunk(delta) for delta in deltas)

    def closing(self, said: Said) -> list[bytes]:
        usage = {"id": "c", "model": "m", "choices": [], "usage": self._usage}
        return [*events([self._chunk({}, self._reason(said)), usage]), DONE]

    def whole(self, said: Said) -> Json:
        message: Json = {"role": "assistant", **self._message(said)}
        if said.calls:
            message["tool_calls"] = [self._call(call, call.arguments) for call in said.calls]
        choice = {"index": 0, "message": message, "finish_reason": self._reason(said)}
        return {"id": "c", "model": "m", "choices": [choice], "usage": self._usage}

    def error(self, message: str, code: str) -> Json:
        return {"error": {"message": message, "type": code, "code": code}}

    def models(self, *names: str) -> Json:
        return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "me"} for name in names]}

    def image(self, body: Json) -> str:
        (part,) = (part for part in body["messages"][-1]["content"] if part["type"] == "image_url")
        url = part["image_url"] if isinstance(part["image_url"], str) else part["image_url"]["url"]
        return str(url).removeprefix("data:image/png;base64,")

    @property
    def _usage(self) -> Json:
        return {"prompt_tokens": INPUT, "completion_tokens": OUTPUT, "total_tokens": INPUT + OUTPUT}

    def _thought(self, said: Said) -> Iterable[Json]:
        if self.thoughts.startswith("<") and said.thoughts:
            closer = self.thoughts.replace("<", "</")
            return [{"content": piece} for piece in (self.thoughts, *said.thoughts, closer)]
        if self.thoughts == "parts":
            parts = ([{"type": "thinking", "thinking": [{"type": "text", "text": text}]}] for text in said.thoughts)
            return [{"content": part} for part in parts]
        return [{self.thoughts: text} for text in said.thoughts]

    def _message(self, said: Said) -> Json:
        thought, text = "".join(said.thoughts), "".join(said.text)
        if not thought:
            return {"content": text}
        if self.thoughts == "parts":
            parts = [{"type": "thinking", "thinking": thought}, {"type": "text", "text": text}]
            return {"content": parts}
        if self.thoughts.startswith("<"):
            return {"content": f"{self.thoughts}{thought}{self.thoughts.replace('<', '</')}{text}"}
        return {"content": text, self.thoughts: thought}

    def _calls(self, said: Said) -> Iterable[Json]:
        for index, call in enumerate(said.calls):
            if not said.in_fragments:
                yield {"index": index, **self._call(call, call.arguments)}
                continue
            yield {"index": index, **self._call(call, "")}
            yield from ({"index": index, "function": {"arguments": piece}} for piece in call.pieces)

    def _call(self, call: Call, arguments: str) -> Json:
        return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}

    def _reason(self, said: Said) -> str:
        return "tool_calls" if said.calls else "stop"

    def _chunk(self, delta: Json, finish: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}


class OllamaApi(Protocol):
    content_type = "application/x-ndjson"
    no_model = "model 'm' not found"
    too_long = "the input length exceeds the context length"

    def opening(self, said: Said) -> list[bytes]:
        messages: list[Json] = [{"content": "", "thinking": piece} for piece in said.thoughts]
        messages += [{"content": piece} for piece in said.text]
        messages += [{"content": "", "tool_calls": [self._call(call)]} for call in said.calls]
        return [
            self.framed({"model": "m", "message": {"role": "assistant", **said}, "done": False}) for said in messages
        ]

    def closing(self, said: Said) -> list[bytes]:
        return [self.framed(self._end({"role": "assistant", "content": ""}))]

    def whole(self, said: Said) -> Json:
        message: Json = {"role": "assistant", "content": "".join(said.text)}
        if said.thoughts:
            message["thinking"] = "".join(said.thoughts)
        if said.calls:
            message["tool_calls"] = [self._call(call) for call in said.calls]
        return self._end(message)

    def error(self, message: str, code: str) -> Json:
        return {"error": message}

    def models(self, *names: str) -> Json:
        return {"models": [{"name": name, "model": name, "details": {}} for name in names]}

    def image(self, body: Json) -> str:
        (image,) = body["messages"][-1]["images"]
        return str(image)

    def settings(self, body: Json) -> Json:
        return {**body, **body.get("options", {})}

    def framed(self, payload: Json) -> bytes:
        return json.dumps(payload).encode() + b"\n"

    def _end(self, message: Json) -> Json:
        counts = {"prompt_eval_count": INPUT, "eval_count": OUTPUT}
        return {"model": "m", "message": message, "done": True, "done_reason": "stop", **counts}

    def _call(self, call: Call) -> Json:
        return {"id": call.id, "function": {"index": 0, "name": call.name, "arguments": json.loads(call.arguments)}}


class AnthropicMessages(Protocol):
    no_model = "model: m"
    too_long = "prompt is too long: 5000 tokens > 4096 maximum"

    def opening(self, said: Said) -> list[bytes]:
        usage = {"input_tokens": INPUT, "output_tokens": 1}
        start = {"type": "message_start", "message": {"id": "c", "model": "m", "content": [], "usage": usage}}
        blocks: list[tuple[Json, list[Json]]] = []
        if said.thoughts:
            deltas = [{"type": "thinking_delta", "thinking": piece} for piece in said.thoughts]
            blocks.append(({"type": "thinking", "thinking": ""}, deltas))
        if said.text:
            blocks.append(
                ({"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in said.text])
            )
        for call in said.calls:
            pieces = call.pieces if said.in_fragments else [call.arguments]
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
            blocks.append(({"type": "tool_use", "id": call.id, "name": call.name, "input": {}}, deltas))
        return [self.framed(start), *self._blocks(blocks)]

    def closing(self, said: Said) -> list[bytes]:
        delta = {"stop_reason": "tool_use" if said.calls else "end_turn", "stop_sequence": None}
        end = {"type": "message_delta", "delta": delta, "usage": {"output_tokens": OUTPUT}}
        return [self.framed(end), self.framed({"type": "message_stop"})]

    def whole(self, said: Said) -> Json:
        content: list[Json] = [{"type": "thinking", "thinking": "".join(said.thoughts)}] if said.thoughts else []
        content += [{"type": "text", "text": "".join(said.text)}] if said.text else []
        content += [
            {"type": "tool_use", "id": call.id, "name": call.name, "input": json.loads(call.arguments)}
            for call in said.calls
        ]
        usage = {"input_tokens": INPUT, "output_tokens": OUTPUT}
        reason = "tool_use" if said.calls else "end_turn"
        return {"id": "c", "type": "message", "model": "m", "content": content, "stop_reason": reason, "usage": usage}

    def error(self, message: str, code: str) -> Json:
        return {"type": "error", "error": {"type": code or "api_error", "message": message}}

    def models(self, *names: str) -> Json:
        return {"data": [{"type": "model", "id": name, "display_name": name} for name in names], "has_more": False}

    def image(self, body: Json) -> str:
        (block,) = (block for block in body["messages"][-1]["content"] if block["type"] == "image")
        return str(block["source"]["data"])

    def tools(self, body: Json) -> list[str]:
        return [tool["name"] for tool in body["tools"]]

    def framed(self, payload: Json) -> bytes:
        return named_events([payload])[0]

    def _blocks(self, blocks: Iterable[tuple[Json, list[Json]]]) -> Iterable[bytes]:
        for index, (block, deltas) in enumerate(blocks):
            yield self.framed({"type": "content_block_start", "index": index, "content_block": block})
            for delta in deltas:
                yield self.framed({"type": "content_block_delta", "index": index, "delta": delta})
            yield self.framed({"type": "content_block_stop", "index": index})
