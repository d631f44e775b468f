"""The body of `POST /chat/completions`: the conversation and its settings in OpenAI's shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chat_studio.messages import (
    FilePart,
    ImagePart,
    Message,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from chat_studio.providers._attachments import as_text
from chat_studio.providers.base import ChatRequest, Endpoint, Parameters, ToolDefinition

Json = dict[str, Any]

TOKEN_LIMITS = ("max_tokens", "max_completion_tokens")


@dataclass(frozen=True)
class Quirks:
    """Where a kind of server departs from the others in what it takes."""

    token_limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"  # noqa: S105 - a field's name
    stream_options: bool = True
    system_role: Literal["system", "developer"] = "system"


def chat_body(request: ChatRequest, endpoint: Endpoint, model: str, quirks: Quirks) -> Json:
    """The request as JSON.

    The request's extra parameters count most, then its own ones, then the connection's default parameters, then the
    connection's fields.
    """
    body: Json = {"model": model, "messages": list(conversation(request.messages, quirks)), "stream": request.stream}
    if request.stream and quirks.stream_options:
        body["stream_options"] = {"include_usage": True}
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    for layer in (
        _present(temperature=endpoint.temperature, **{quirks.token_limit_field: endpoint.max_tokens}),
        endpoint.default_parameters,
        _asked(request.parameters, quirks),
        request.parameters.extra,
    ):
        _lay_over(body, layer)
    return body


def conversation(messages: Sequence[Message], quirks: Quirks) -> Iterator[Json]:
    """The messages in OpenAI's shape: each call followed by its result, as servers demand.

    Left out are reasoning that carries nothing to be sent back, calls without a result and results without a call (a
    turn that was stopped), and answers with nothing in them.
    """
    answered = _calls(messages) & _results(messages)
    for message in messages:
        match message.role:
            case Role.SYSTEM:
                yield {"role": quirks.system_role, "content": message.text}
            case Role.USER:
                yield {"role": "user", "content": _user_content(message)}
            case Role.ASSISTANT:
                answer = _answer(message, answered)
                if answer["content"] or "tool_calls" in answer:
                    yield answer
            case Role.TOOL:
                for part in message.parts:
                    if isinstance(part, ToolResultPart) and part.call_id in answered:
                        yield {"role": "tool", "tool_call_id": part.call_id, "content": part.content}


def _user_content(message: Message) -> str | list[Json]:
    """A string where text is all there is, because not every server takes parts."""
    if any(isinstance(part, ImagePart) for part in message.parts):
        return [_content_part(part) for part in message.parts if isinstance(part, TextPart | FilePart | ImagePart)]
    return "\n\n".join(as_text(part) for part in message.parts if isinstance(part, TextPart | FilePart))


def _content_part(part: TextPart | FilePart | ImagePart) -> Json:
    if isinstance(part, ImagePart):
        url = part.url or f"data:{part.media_type};base64,{part.data}"
        return {"type": "image_url", "image_url": {"url": url}}
    return {"type": "text", "text": as_text(part)}


def _answer(message: Message, answered: set[str]) -> Json:
    """An answer of the past. `content` is a string even beside calls: templates of local servers fail on null."""
    answer: Json = {"role": "assistant", "content": message.text}
    calls = [part for part in message.parts if isinstance(part, ToolCallPart) and part.id in answered]
    if calls:
        answer["tool_calls"] = [_call(part) for part in calls]
    for part in message.parts:
        if isinstance(part, ReasoningPart) and isinstance(part.replay, dict):
            answer.update(part.replay)
    return answer


def _call(part: ToolCallPart) -> Json:
    """A call with what the provider wants back of it (Gemini's thought signature)."""
    extra = part.replay if isinstance(part.replay, dict) else {}
    function = {"name": part.name, "arguments": part.arguments or "{}"}
    return {**extra, "id": part.id, "type": "function", "function": function}


def _calls(messages: Sequence[Message]) -> set[str]:
    return {part.id for message in messages for part in message.parts if isinstance(part, ToolCallPart)}


def _results(messages: Sequence[Message]) -> set[str]:
    return {part.call_id for message in messages for part in message.parts if isinstance(part, ToolResultPart)}


def _tool(tool: ToolDefinition) -> Json:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}


def _asked(parameters: Parameters, quirks: Quirks) -> Json:
    asked = _present(
        temperature=parameters.temperature,
        top_p=parameters.top_p,
        seed=parameters.seed,
        stop=list(parameters.stop) or None,
        reasoning_effort=parameters.reasoning_effort or None,
        **{quirks.token_limit_field: parameters.max_tokens},
    )
    if parameters.json_schema is not None:
        schema = {"name": "answer", "schema": dict(parameters.json_schema), "strict": True}
        asked["response_format"] = {"type": "json_schema", "json_schema": schema}
    return asked


def _lay_over(body: Json, layer: Mapping[str, Any]) -> None:
    """A token limit replaces one of the other name: servers refuse both together."""
    if any(name in layer for name in TOKEN_LIMITS):
        for name in TOKEN_LIMITS:
            body.pop(name, None)
    body.update(layer)


def _present(**values: object) -> Json:
    return {name: value for name, value in values.items() if value is not None}
