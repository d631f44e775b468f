"""The bodies of Ollama's `POST /api/chat` and `/api/generate`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from chat_studio.errors import InvalidRequest
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
from chat_studio.parameters import Parameters
from chat_studio.providers._chat_completions.body import prompt_of
from chat_studio.providers._wire.attachments import as_text
from chat_studio.providers.values import ChatRequest, Endpoint, ToolDefinition

Json = dict[str, Any]

TOP_LEVEL = frozenset(
    {"model", "messages", "stream", "tools", "format", "think", "keep_alive", "options"}
    | {"truncate", "shift", "logprobs", "top_logprobs"}
)
"""The fields of a request itself (ollama/ollama, api/types.go, 2026-08); every other parameter is an option."""

GENERATE_ONLY = frozenset({"prompt", "suffix", "system", "template", "context", "raw", "images"})
"""Those that only `/api/generate` has beside them."""

_CHAT_ONLY = ("messages", "tools")

_THINK = {"none": False, "minimal": "low", "xhigh": "max", "ultra": "max"}
"""Efforts that Ollama names otherwise; low, medium, high and max are its own."""


def chat_body(request: ChatRequest, endpoint: Endpoint, model: str) -> Json:
    """The request as JSON.

    Free parameters (a connection's default ones, a request's extra ones) may be fields of the request (`keep_alive`,
    `think`, `format`…) or, under their bare name, options of the model (`num_ctx`, `top_k`…). The request's extra
    parameters count most, then its own, then the connection's default parameters, then the connection's fields.
    """
    body: Json = {
        "model": model,
        "messages": list(conversation(request.messages)),
        "stream": request.stream,
    }
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    return {**body, **_settings(request, endpoint, TOP_LEVEL)}


def generate_body(request: ChatRequest, endpoint: Endpoint, model: str) -> Json:
    """The request for a base model, which goes on with a text. Free parameters are sorted as in `chat_body`."""
    images = [_image(part) for message in request.messages for part in message.parts if isinstance(part, ImagePart)]
    body: Json = {"model": model, "prompt": prompt_of(request.messages), "stream": request.stream}
    if images:
        body["images"] = images
    body.update(_settings(request, endpoint, TOP_LEVEL | GENERATE_ONLY))
    return {name: value for name, value in body.items() if name not in _CHAT_ONLY}


def conversation(messages: Sequence[Message]) -> Iterator[Json]:
    """The messages in Ollama's shape: text as one string, images beside it, each tool's result on its own.

    Raises InvalidRequest for an image that is only a link: Ollama does not fetch any.
    """
    names = {part.id: part.name for message in messages for part in message.parts if isinstance(part, ToolCallPart)}
    for message in messages:
        results = [part for part in message.parts if isinstance(part, ToolResultPart)]
        for result in results:
            yield {
                "role": "tool",
                "content": result.content,
                "tool_name": result.name or names.get(result.call_id, ""),
                "tool_call_id": result.call_id,
            }
        if message.role is not Role.TOOL and (spoken := _spoken(message)):
            yield {"role": message.role.value, **spoken}


def _spoken(message: Message) -> Json:
    """What a message says; {} if it says nothing."""
    texts = [as_text(part) for part in message.parts if isinstance(part, TextPart | FilePart)]
    separator = "\n\n" if message.role is Role.USER else ""
    images = [_image(part) for part in message.parts if isinstance(part, ImagePart)]
    calls = [_call(part) for part in message.parts if isinstance(part, ToolCallPart)]
    said: Json = {"content": separator.join(texts)}
    if images:
        said["images"] = images
    if calls:
        said["tool_calls"] = calls
        # models that think between their calls want their thoughts back; elsewhere they only fill the context
        said["thinking"] = "".join(part.text for part in message.parts if isinstance(part, ReasoningPart))
    return {name: value for name, value in said.items() if value or name == "content"} if any(said.values()) else {}


def _image(part: ImagePart) -> str:
    if part.data:
        return part.data
    prefix, comma, data = part.url.partition(",")
    if not comma or not prefix.startswith("data:"):
        raise InvalidRequest(
            "Ollama takes images only as files, not as links.", hint="Save the image and attach it to the message."
        )
    return data


def _call(part: ToolCallPart) -> Json:
    """Arguments go as an object; a string is refused."""
    try:
        arguments = json.loads(part.arguments)
    except ValueError:
        arguments = {}
    return {
        "id": part.id,
        "function": {"name": part.name, "arguments": arguments if isinstance(arguments, dict) else {}},
    }


def _tool(tool: ToolDefinition) -> Json:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}


def _settings(request: ChatRequest, endpoint: Endpoint, top_level: frozenset[str]) -> Json:
    """The fields of a request beside what is said, with `options` only if any are set."""
    layers = (
        _options(temperature=endpoint.temperature, num_predict=endpoint.max_tokens),
        _sorted(endpoint.default_parameters, top_level),
        _parameters(request.parameters),
        _sorted(request.parameters.extra, top_level),
    )
    settings: Json = {}
    options: Json = {}
    for layer in layers:
        options.update(layer["options"])
        settings.update(layer)
    del settings["options"]
    return {**settings, "options": options} if options else settings


def _parameters(parameters: Parameters) -> Json:
    chosen = _options(
        temperature=parameters.temperature,
        num_predict=parameters.max_tokens,
        top_p=parameters.top_p,
        seed=parameters.seed,
        stop=list(parameters.stop) or None,
    )
    if parameters.reasoning_effort:
        chosen["think"] = _THINK.get(parameters.reasoning_effort, parameters.reasoning_effort)
    if parameters.json_schema is not None:
        chosen["format"] = dict(parameters.json_schema)
    return chosen


def _options(**options: object) -> Json:
    return {"options": {name: value for name, value in options.items() if value is not None}}


def _sorted(free: Mapping[str, JsonValue], top_level: frozenset[str]) -> Json:
    """Free parameters, each where it belongs: in the request, or among the options."""
    given = free.get("options")
    options = {
        **(given if isinstance(given, Mapping) else {}),
        **{name: value for name, value in free.items() if name not in top_level},
    }
    return {**{name: value for name, value in free.items() if name in top_level}, "options": options}
