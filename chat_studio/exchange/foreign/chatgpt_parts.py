"""The content of ChatGPT's messages, each kind of it as parts of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from chat_studio.exchange import loose
from chat_studio.exchange.assets import asset_id, image_of
from chat_studio.exchange.foreign.format import Reading
from chat_studio.messages import FilePart, Part, ReasoningPart, Role, TextPart, ToolCallPart, ToolResultPart

Value = Mapping[str, object]

_MISSING = "Images and files that the conversation names are not in the file: import the ZIP archive as it was sent."
_SOUND = "Recordings of voices were left out; what was said is there as text."
_PRIVATE = {"user_editable_context", "model_editable_context"}
"""The user's instructions and memories, which ChatGPT repeats in every conversation and shows in none."""
_TIME = re.compile(r"(?:(\d{1,6})m)?\s*(?:(\d{1,6})\s*s)", re.IGNORECASE)
_LARGEST_TEXT = 1024**2
"""Bytes of an attached file that is taken as text."""


def role_of(message: Value) -> Role | None:
    try:
        return Role(loose.text(loose.mapping(message.get("author")).get("role")))
    except ValueError:
        return None


def is_hidden(message: Value) -> bool:
    """Whether ChatGPT did not show a message: marked so, of a private kind, or without weight and without an image."""
    metadata = loose.mapping(message.get("metadata"))
    kind = loose.text(loose.mapping(message.get("content")).get("content_type"))
    if metadata.get("is_visually_hidden_from_conversation") is True or kind in _PRIVATE:
        return True
    return loose.number(message.get("weight")) == 0 and kind != "multimodal_text"


def parts_of(message: Value, call_id: str, reading: Reading) -> Iterator[Part]:
    """What a message says. `call_id` names the tool call above it, if there is one."""
    content = loose.mapping(message.get("content"))
    kind = loose.text(content.get("content_type"))
    recipient = loose.text(message.get("recipient"))
    found = list(_READERS.get(kind, _unknown)(content, reading))
    if role_of(message) is Role.TOOL:
        found = _as_result(message, found, kind, call_id)
    elif role_of(message) is Role.ASSISTANT and recipient not in ("", "all"):
        found = [_as_call(message, found, recipient)]
    yield from found
    yield from _attachments(message, content, reading)


def _as_result(message: Value, found: list[Part], kind: str, call_id: str) -> list[Part]:
    """What a tool gave, its texts as the answer to the call."""
    texts = [part.text for part in found if isinstance(part, TextPart)]
    others = [part for part in found if not isinstance(part, TextPart)]
    if not texts or others:
        return found
    name = loose.text(loose.mapping(message.get("author")).get("name"))
    content = "\n\n".join(texts)
    return [
        ToolResultPart(call_id=call_id or name or "call", name=name, content=content, is_error=kind == "system_error")
    ]


def _as_call(message: Value, found: list[Part], recipient: str) -> Part:
    """What the model wrote for a tool. Code is no JSON, which arguments are."""
    source = loose.text(loose.mapping(message.get("content")).get("text"))
    text = source or "\n\n".join(part.text for part in found if isinstance(part, TextPart))
    try:
        is_json = isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        is_json = False
    arguments = text if is_json else json.dumps({"input": text}, ensure_ascii=False)
    return ToolCallPart(id=loose.text(message.get("id")) or "call", name=recipient, arguments=arguments)


# -- kinds of content ----------------------------------------------------------------------------------------


def _text(content: Value, reading: Reading) -> Iterator[Part]:
    for part in loose.items(content.get("parts")):
        if isinstance(part, str):
            if part:
                yield TextPart(text=part)
        elif isinstance(part, dict):
            yield from _piece(part, reading)


def _piece(part: Value, reading: Reading) -> Iterator[Part]:
    kind, pointer = loose.text(part.get("content_type")), loose.text(part.get("asset_pointer"))
    if kind == "image_asset_pointer":
        data = reading.assets.find(pointer)
        image = image_of(data) if data is not None else None
        if image is not None:
            yield image
        elif data is None:
            reading.losses.add(_MISSING, pointer)
        else:
            reading.losses.add("Images of an unknown format were left out.", pointer)
    elif text := loose.text(part.get("text")):
        yield TextPart(text=text)
    elif "audio" in kind or "video" in kind:
        reading.losses.add(_SOUND)
    else:
        reading.losses.add(f"Content of the kind “{kind or 'none'}” is not known.")


def _code(content: Value, _: Reading) -> Iterator[Part]:
    if text := loose.text(content.get("text")):
        language = loose.text(content.get("language"))
        language = "" if language == "unknown" else re.sub(r"[^\w+#-]", "", language)
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", text)), 3)
        yield TextPart(text=f"{fence}{language}\n{text}\n{fence}")


def _output(content: Value, _: Reading) -> Iterator[Part]:
    named = (loose.text(content.get(key)) for key in ("title", "url", "name", "summary", "result", "text"))
    if text := "\n\n".join(dict.fromkeys(filter(None, named))):
        yield TextPart(text=text)


def _thoughts(content: Value, _: Reading) -> Iterator[Part]:
    for thought in loose.mappings(content.get("thoughts")):
        summary = loose.text(thought.get("summary"))
        told = (f"**{summary}**" if summary else "", loose.text(thought.get("content")))
        if text := "\n\n".join(filter(None, told)):
            yield ReasoningPart(text=text)


def _recap(content: Value, _: Reading) -> Iterator[Part]:
    found = _TIME.search(loose.text(content.get("content")))
    if found is not None:
        yield ReasoningPart(seconds=float(int(found[1] or 0) * 60 + int(found[2])))


def _unknown(content: Value, reading: Reading) -> Iterator[Part]:
    found = [*_text(content, reading), *_output(content, reading)]
    if not found and content:
        kind = loose.text(content.get("content_type"))
        reading.losses.add(f"Content of the kind “{kind or 'none'}” is not known.")
    yield from found


def _attachments(message: Value, content: Value, reading: Reading) -> Iterator[Part]:
    """Files that the user attached, as text if they are; images stand among the parts already."""
    shown = {
        asset_id(loose.text(part.get("asset_pointer")))
        for part in loose.mappings(content.get("parts"))
        if part.get("asset_pointer")
    }
    for attachment in loose.mappings(loose.mapping(message.get("metadata")).get("attachments")):
        pointer, name = loose.text(attachment.get("id")), loose.text(attachment.get("name")) or "attachment"
        if asset_id(pointer) in shown:
            continue
        data = reading.assets.find(pointer) if pointer else None
        if data is None:
            reading.losses.add(_MISSING, name)
        elif (image := image_of(data, name)) is not None:
            yield image
        elif (text := _decoded(data)) is not None:
            yield FilePart(name=name, text=text, media_type=loose.text(attachment.get("mime_type")) or "text/plain")
        else:
            reading.losses.add("Attached files that are no text and no image were left out.", name)


def _decoded(data: bytes) -> str | None:
    try:
        return data.decode("utf-8-sig") if len(data) <= _LARGEST_TEXT and b"\0" not in data else None
    except UnicodeDecodeError:
        return None


_READERS: Mapping[str, Callable[[Value, Reading], Iterator[Part]]] = {
    "text": _text,
    "multimodal_text": _text,
    "code": _code,
    "execution_output": _output,
    "tether_quote": _output,
    "tether_browsing_display": _output,
    "system_error": _output,
    "thoughts": _thoughts,
    "reasoning_recap": _recap,
}
