"""The bodies of `POST /chat/completions` and `/completions`: the conversation and its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from chat_studio.messages import FilePart, Message, Role, TextPart
from chat_studio.parameters import Parameters
from chat_studio.providers._chat_completions.conversation import Json, conversation
from chat_studio.providers._chat_completions.quirks import TOKEN_LIMITS, Quirks
from chat_studio.providers._wire.attachments import as_text
from chat_studio.providers.values import ChatRequest, Endpoint, ToolDefinition

_ONLY_CHAT = ("messages", "tools", "tool_choice", "parallel_tool_calls", "response_format", "reasoning_effort")


def chat_body(request: ChatRequest, endpoint: Endpoint, model: str, quirks: Quirks) -> Json:
    """The request as JSON.

    The request's extra parameters count most, then its own ones, then the connection's default parameters, then the
    connection's fields. Raises InvalidRequest for an image that this kind does not take.
    """
    body: Json = {"model": model, "messages": conversation(request.messages, quirks), "stream": request.stream}
    if request.stream and quirks.stream_options:
        body["stream_options"] = {"include_usage": True}
    if request.tools and "tools" not in quirks.refuses:
        body["tools"] = [_tool(tool, quirks) for tool in request.tools]
    refused = _refused(request.parameters, model, quirks)
    for layer in (
        _without(_of_connection(endpoint, quirks), refused),
        endpoint.default_parameters,
        _shaped(_without(_asked(request.parameters, quirks), refused), quirks),
        request.parameters.extra,
    ):
        _lay_over(body, layer)
    return body


def completion_body(request: ChatRequest, endpoint: Endpoint, model: str, quirks: Quirks) -> Json:
    """The request for a base model, which goes on with a text instead of answering a question."""
    body = chat_body(request, endpoint, model, quirks)
    for name in _ONLY_CHAT:
        body.pop(name, None)
    if "max_completion_tokens" in body:
        body["max_tokens"] = body.pop("max_completion_tokens")
    return {**body, "prompt": prompt_of(request.messages)}


def prompt_of(messages: Sequence[Message]) -> str:
    """The text of a conversation, to be gone on with: one message as it is, several as paragraphs."""
    texts = [
        "".join(as_text(part) for part in message.parts if isinstance(part, TextPart | FilePart))
        for message in messages
        if message.role is not Role.TOOL
    ]
    return "\n\n".join(text for text in texts if text)


def withheld(request: ChatRequest, endpoint: Endpoint, model: str, quirks: Quirks) -> tuple[str, ...]:
    """The fields that the user has set and that are not sent, because this model would refuse the request."""
    wanted = {**_of_connection(endpoint, quirks), **_asked(request.parameters, quirks)}
    wanted |= {"tools": True} if request.tools else {}
    sent = {**endpoint.default_parameters, **request.parameters.extra}
    return tuple(name for name in wanted if name in _refused(request.parameters, model, quirks) and name not in sent)


def _refused(parameters: Parameters, model: str, quirks: Quirks) -> frozenset[str]:
    return quirks.refuses | quirks.rule_for(model).withheld(parameters.reasoning_effort)


def _of_connection(endpoint: Endpoint, quirks: Quirks) -> Json:
    return _present(temperature=endpoint.temperature, **{quirks.token_limit_field: endpoint.max_tokens})


def _asked(parameters: Parameters, quirks: Quirks) -> Json:
    asked = _present(
        temperature=parameters.temperature,
        top_p=parameters.top_p,
        stop=list(parameters.stop) or None,
        reasoning_effort=parameters.reasoning_effort or None,
        **{quirks.seed_field: parameters.seed, quirks.token_limit_field: parameters.max_tokens},
    )
    if parameters.json_schema is not None:
        asked["response_format"] = _response_format(parameters.json_schema, quirks)
    return asked


def _shaped(asked: Json, quirks: Quirks) -> Json:
    """With the reasoning effort in the form that the server wants."""
    if quirks.reasoning == "reasoning.effort" and "reasoning_effort" in asked:
        asked["reasoning"] = {"effort": asked.pop("reasoning_effort")}
    return asked


def _response_format(schema: Mapping[str, JsonValue], quirks: Quirks) -> Json:
    if quirks.structured == "json_object":
        return {"type": "json_object"}
    named = {"name": "answer", "schema": _pruned(dict(schema), quirks.schema_drops), "strict": True}
    return {"type": "json_schema", "json_schema": named}


def _tool(tool: ToolDefinition, quirks: Quirks) -> Json:
    parameters = _pruned(dict(tool.parameters), quirks.schema_drops)
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": parameters},
    }


def _pruned(schema: Any, drops: frozenset[str], *, names: bool = False) -> Any:
    """A schema without some keywords. Under `properties` the keys are `names` of the user's, not keywords."""
    if isinstance(schema, Mapping):
        return {
            name: _pruned(value, drops, names=name == "properties" and not names)
            for name, value in schema.items()
            if names or name not in drops
        }
    if isinstance(schema, list):
        return [_pruned(item, drops) for item in schema]
    return schema


def _lay_over(body: Json, layer: Mapping[str, Any]) -> None:
    """A token limit replaces one of the other name: servers refuse both together."""
    if any(name in layer for name in TOKEN_LIMITS):
        for name in TOKEN_LIMITS:
            body.pop(name, None)
    body.update(layer)


def _without(settings: Json, refused: frozenset[str]) -> Json:
    return {name: value for name, value in settings.items() if name not in refused}


def _present(**values: object) -> Json:
    return {name: value for name, value in values.items() if value is not None}
