"""The body of `POST /v1/messages`: the conversation in Anthropic's shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from chat_studio.messages import (
    FilePart,
    ImagePart,
    Message,
    NoticePart,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from chat_studio.parameters import Parameters
from chat_studio.providers._anthropic.models import ModelRule, length_and_thinking, rule_for
from chat_studio.providers._wire import json_values
from chat_studio.providers._wire.attachments import as_text
from chat_studio.providers.values import ChatRequest, Endpoint, ToolDefinition

Block = dict[str, Any]

_COUNTED = ("model", "messages", "system", "tools", "tool_choice", "thinking")
_THOUGHTS = ("thinking", "redacted_thinking")
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_-]")


def messages_body(request: ChatRequest, endpoint: Endpoint, model: str, foreign: Set[str] = frozenset()) -> Block:
    """The request as JSON. The request's extra parameters count most, then its own ones, then the
    connection's default parameters, then the connection's fields. `foreign` are signatures of thoughts that are
    not sent back."""
    body: Block = {
        "model": model,
        "messages": list(conversation(request.messages, foreign)),
        "stream": request.stream,
        **_settings(request.parameters, endpoint, rule_for(model)),
    }
    system = "\n\n".join(message.text for message in request.messages if message.role is Role.SYSTEM).strip()
    if system:
        body["system"] = system
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
    return {**endpoint.default_parameters, **body, **request.parameters.extra}


def count_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """The question how many tokens a request of this body would read."""
    return {name: body[name] for name in _COUNTED if name in body}


def withheld(request: ChatRequest, endpoint: Endpoint, model: str) -> tuple[str, ...]:
    """The fields that the user has set and that are not sent, because this model would refuse the request."""
    asked, rule = request.parameters, rule_for(model)
    temperature = endpoint.temperature if asked.temperature is None else asked.temperature
    wanted = {"temperature": temperature, "top_p": asked.top_p, "seed": asked.seed}
    sent = messages_body(ChatRequest((), parameters=asked), endpoint, model)
    fields = [name for name, value in wanted.items() if value is not None and name not in sent]
    if asked.reasoning_effort not in ("", "none") and "thinking" not in sent and rule.thinking == "none":
        fields.append("reasoning_effort")
    return tuple(fields)


def lowered(request: ChatRequest, endpoint: Endpoint, model: str) -> float | None:
    """The temperature that is sent because the model takes no higher one; None if the one that was set is sent."""
    wanted, limit = _temperature(request.parameters, endpoint), rule_for(model).max_temperature
    sent = messages_body(ChatRequest((), parameters=request.parameters), endpoint, model).get("temperature")
    return limit if wanted is not None and wanted > limit and sent == limit else None


def signatures(body: Mapping[str, Any]) -> frozenset[str]:
    """The signatures of the thoughts that a request sends back."""
    blocks = [_mapping(block) for message in body["messages"] for block in _mapping(message).get("content", ())]
    return frozenset(_signature(block) for block in blocks if block.get("type") in _THOUGHTS)


def conversation(messages: Sequence[Message], foreign: Set[str] = frozenset()) -> Iterator[Block]:
    """Alternating turns of blocks, beginning with the user, as the API demands.

    Empty texts are left out, and so are calls without a result and results without a call (a turn that was stopped):
    each of them would be refused. Results of tools stand first in the user's turn.
    """
    paired = _calls(messages) & _results(messages)
    turns: list[tuple[str, list[Block]]] = []
    for message in messages:
        if message.role is Role.SYSTEM:
            continue
        role = "assistant" if message.role is Role.ASSISTANT else "user"
        blocks = [block for part in message.parts for block in _blocks(part, paired)]
        blocks = [block for block in blocks if block["type"] not in _THOUGHTS or _signature(block) not in foreign]
        if not blocks:
            continue
        if turns and turns[-1][0] == role:
            turns[-1][1].extend(blocks)
        else:
            turns.append((role, blocks))
    if turns and turns[0][0] == "assistant":
        turns.insert(0, ("user", [_text("…")]))
    if turns and turns[-1][0] == "assistant":
        _strip_end(turns[-1][1])
    for role, blocks in turns:
        yield {"role": role, "content": sorted(blocks, key=lambda block: block["type"] != "tool_result")}


def _settings(parameters: Parameters, endpoint: Endpoint, rule: ModelRule) -> Block:
    free = endpoint.default_parameters  # sent as they are, if nothing of the request's stands over them
    limit = parameters.max_tokens or json_values.count(free.get("max_tokens")) or endpoint.max_tokens
    settings = length_and_thinking(rule, parameters.reasoning_effort, limit)
    thinking = {**free, **settings, **parameters.extra}.get("thinking")
    thinks = _mapping(thinking).get("type") in ("enabled", "adaptive")
    if rule.samples and not thinks:  # thinking excludes sampling parameters
        temperature = _temperature(parameters, endpoint)
        if temperature is not None:
            settings["temperature"] = min(temperature, rule.max_temperature)
        if parameters.top_p is not None and not (rule.one_sampler and "temperature" in {**free, **settings}):
            settings["top_p"] = parameters.top_p
    if parameters.stop:
        settings["stop_sequences"] = list(parameters.stop)
    if parameters.json_schema is not None:
        output = {"format": {"type": "json_schema", "schema": dict(parameters.json_schema)}}
        settings["output_config"] = {**_mapping(settings.get("output_config")), **output}
    return settings


def _temperature(parameters: Parameters, endpoint: Endpoint) -> float | None:
    """The one of the request, else of the connection's form, unless a free parameter stands over that."""
    if parameters.temperature is not None or "temperature" in endpoint.default_parameters:
        return parameters.temperature
    return endpoint.temperature


def _blocks(part: Part, paired: set[str]) -> list[Block]:
    """A part as content blocks; none for what cannot be sent."""
    match part:
        case TextPart(text=text):
            return [_text(text)] if text.strip() else []
        case FilePart():
            return [_text(as_text(part))]
        case ImagePart():
            return [_image(part)]
        case ReasoningPart():
            return _thinking(part)
        case ToolCallPart():
            return [_tool_use(part)] if part.id in paired else []
        case ToolResultPart():
            return [_tool_result(part)] if part.call_id in paired else []
        case NoticePart():
            return []


def _strip_end(blocks: list[Block]) -> None:
    """White space at the end of an answer that is to be continued is refused."""
    if blocks[-1]["type"] == "text":
        blocks[-1] = _text(str(blocks[-1]["text"]).rstrip())


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _image(part: ImagePart) -> Block:
    if part.url and not part.data:
        return {"type": "image", "source": {"type": "url", "url": part.url}}
    return {"type": "image", "source": {"type": "base64", "media_type": part.media_type, "data": part.data}}


def _thinking(part: ReasoningPart) -> list[Block]:
    """Thinking goes back only with its signature, unchanged; reasoning of another provider has none."""
    kept = part.replay if isinstance(part.replay, list) else []
    return [
        {**block, "thinking": part.text} if block["type"] == "thinking" else dict(block)
        for block in kept
        if isinstance(block, Mapping) and block.get("type") in _THOUGHTS
    ]


def _signature(block: Block) -> str:
    return str(block.get("signature") or block.get("data") or "")


def _tool_use(part: ToolCallPart) -> Block:
    try:
        arguments = json.loads(part.arguments)
    except ValueError:
        arguments = {}
    return {"type": "tool_use", "id": _safe_id(part.id), "name": part.name, "input": _mapping(arguments)}


def _tool_result(part: ToolResultPart) -> Block:
    result: Block = {"type": "tool_result", "tool_use_id": _safe_id(part.call_id), "content": part.content}
    if part.is_error:
        result["is_error"] = True
    return result


def _tool(tool: ToolDefinition) -> Block:
    return {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)}


def _calls(messages: Sequence[Message]) -> set[str]:
    return {part.id for message in messages for part in message.parts if isinstance(part, ToolCallPart)}


def _results(messages: Sequence[Message]) -> set[str]:
    return {part.call_id for message in messages for part in message.parts if isinstance(part, ToolResultPart)}


def _safe_id(identifier: str) -> str:
    """The API takes letters, digits, `_` and `-` only; other providers' ids may hold more."""
    return _NOT_IN_IDS.sub("_", identifier)


def _mapping(value: object) -> Block:
    return dict(value) if isinstance(value, Mapping) else {}
