"""The messages of a conversation in the shape of chat completions."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chat_studio.errors import ImagesUnsupported, InvalidRequest
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
from chat_studio.providers._chat_completions.quirks import Quirks
from chat_studio.providers._wire.attachments import as_text

Json = dict[str, Any]

_ALPHABET = string.ascii_letters + string.digits
_NINE = 9
_ACKNOWLEDGED = "OK."


def conversation(messages: Sequence[Message], quirks: Quirks) -> list[Json]:
    """The messages in OpenAI's shape: each call followed by its result, as servers demand.

    Left out are reasoning that carries nothing to be sent back, calls without a result and results without a call (a
    turn that was stopped), and answers with nothing in them. Raises InvalidRequest for an image that cannot be sent.
    """
    sent = list(_each(messages, quirks))
    if quirks.system_role == "user":
        sent = _with_system_in_question(sent)
    if quirks.answer_after_tools:
        sent = list(_with_answers_after_tools(sent))
    return sent


def _each(messages: Sequence[Message], quirks: Quirks) -> Iterator[Json]:
    answered = set() if "tools" in quirks.refuses else _calls(messages) & _results(messages)
    for message in messages:
        match message.role:
            case Role.SYSTEM:
                role = "system" if quirks.system_role == "user" else quirks.system_role
                yield {"role": role, "content": message.text}
            case Role.USER:
                yield {"role": "user", "content": _user_content(message, quirks)}
            case Role.ASSISTANT:
                answer = _answer(message, answered, quirks)
                if answer["content"] or "tool_calls" in answer:
                    yield answer
            case Role.TOOL:
                for part in message.parts:
                    if isinstance(part, ToolResultPart) and part.call_id in answered:
                        yield {"role": "tool", "tool_call_id": _id(part.call_id, quirks), "content": part.content}


def _user_content(message: Message, quirks: Quirks) -> str | list[Json]:
    """A string where text is all there is, because not every server takes parts."""
    if any(isinstance(part, ImagePart) for part in message.parts):
        parts = [part for part in message.parts if isinstance(part, TextPart | FilePart | ImagePart)]
        return [_content_part(part, quirks) for part in parts]
    return "\n\n".join(as_text(part) for part in message.parts if isinstance(part, TextPart | FilePart))


def _content_part(part: TextPart | FilePart | ImagePart, quirks: Quirks) -> Json:
    if not isinstance(part, ImagePart):
        return {"type": "text", "text": as_text(part)}
    url = part.url or f"data:{part.media_type};base64,{part.data}"
    if quirks.images == "none":
        raise ImagesUnsupported("This server takes no images.", hint="Remove the image, or use another connection.")
    if quirks.images == "data" and not url.startswith("data:"):
        raise InvalidRequest(
            "This service takes images only as files, not as links.",
            hint="Save the image and attach it to the message.",
        )
    return {"type": "image_url", "image_url": url if quirks.images == "string" else {"url": url}}


def _answer(message: Message, answered: set[str], quirks: Quirks) -> Json:
    """An answer of the past. `content` is a string even beside calls: templates of local servers fail on null."""
    answer: Json = {"role": "assistant", "content": message.text}
    calls = [part for part in message.parts if isinstance(part, ToolCallPart) and part.id in answered]
    thoughts = [part for part in message.parts if isinstance(part, ReasoningPart)]
    if calls:
        own = any(_replayed(part.replay, quirks) for part in calls)
        answer["tool_calls"] = [_call(part, {} if own else quirks.call_default, quirks) for part in calls]
        thought = "".join(part.text for part in thoughts)
        if quirks.reasoning_field and (thought or quirks.empty_reasoning):
            answer[quirks.reasoning_field] = thought
    for part in thoughts:
        answer.update(_replayed(part.replay, quirks))
    return answer


def _call(part: ToolCallPart, default: Mapping[str, Any], quirks: Quirks) -> Json:
    """A call with what the provider wants back of it: Gemini signs the first one of an answer, and no other."""
    function = {"name": part.name, "arguments": part.arguments or "{}"}
    extra = _replayed(part.replay, quirks) or default
    return {**extra, "id": _id(part.id, quirks), "type": "function", "function": function}


def _replayed(replay: object, quirks: Quirks) -> Json:
    kept = replay.items() if isinstance(replay, Mapping) else ()
    return {name: value for name, value in kept if name in quirks.replays}


def _id(identifier: str, quirks: Quirks) -> str:
    """The id of a call as the server wants it; of equal ids equal ones are made."""
    fits = len(identifier) == _NINE and identifier.isascii() and identifier.isalnum()
    if quirks.tool_ids == "any" or fits:
        return identifier
    digest = hashlib.sha256(identifier.encode()).digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:_NINE])


def _calls(messages: Sequence[Message]) -> set[str]:
    return {part.id for message in messages for part in message.parts if isinstance(part, ToolCallPart)}


def _results(messages: Sequence[Message]) -> set[str]:
    return {part.call_id for message in messages for part in message.parts if isinstance(part, ToolResultPart)}


def _with_system_in_question(sent: list[Json]) -> list[Json]:
    """For templates without a system role: its text stands before that of the first question."""
    system = "\n\n".join(message["content"] for message in sent if message["role"] == "system")
    others = [message for message in sent if message["role"] != "system"]
    position = next((index for index, message in enumerate(others) if message["role"] == "user"), None)
    if not system or position is None:
        return [{"role": "user", "content": system}, *others] if system else others
    content = others[position]["content"]
    joined = f"{system}\n\n{content}" if isinstance(content, str) else [{"type": "text", "text": system}, *content]
    others[position] = {"role": "user", "content": joined}
    return others


def _with_answers_after_tools(sent: list[Json]) -> Iterator[Json]:
    before = ""
    for message in sent:
        if before == "tool" and message["role"] == "user":
            yield {"role": "assistant", "content": _ACKNOWLEDGED}
        before = message["role"]
        yield message
