"""Open WebUI's export: a list of chats, each with a tree of messages in `chat.history`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from chat_studio.exchange import loose
from chat_studio.exchange.assets import image_in
from chat_studio.exchange.foreign import format as foreign
from chat_studio.exchange.foreign.details import parts_of
from chat_studio.exchange.foreign.format import ForeignFormat, Reading
from chat_studio.exchange.foreign.tree import Node, grow
from chat_studio.exchange.losses import Losses
from chat_studio.history.records import ErrorRecord, MessageState, Timing
from chat_studio.history.whole import Whole
from chat_studio.messages import FilePart, Part, Role, TextPart, Usage
from chat_studio.parameters import ConversationSettings, Parameters

_NANO = 1e9
"""Ollama counts nanoseconds."""


def _fits(value: Mapping[str, object]) -> bool:
    chat = _chat(value)
    return isinstance(loose.mapping(chat.get("history")).get("messages"), dict) or (
        chat is not value and isinstance(chat.get("messages"), list)
    )


def _chat(value: Mapping[str, object]) -> Mapping[str, object]:
    """The chat, which an export of all wraps into the row of a database."""
    chat = value.get("chat")
    return chat if isinstance(chat, dict) else value


def _read(value: Mapping[str, object], reading: Reading) -> Whole | None:
    chat = _chat(value)
    title = loose.text(value.get("title")) or loose.text(chat.get("title"))
    created_at = loose.first(loose.time(value.get("created_at")), loose.time(chat.get("timestamp")))
    name = loose.text(value.get("id")) or loose.text(chat.get("id")) or f"{created_at}/{title}"
    source = f"open-webui:{name}"
    messages = _messages(chat)
    if value.get("folder_id"):
        reading.losses.add("Open WebUI’s export does not name its folders.", title)
    start = foreign.start_of(created_at)
    leaf = loose.text(loose.mapping(chat.get("history")).get("currentId"))
    places = (_node(id_, message, start, reading.losses) for id_, message in messages.items())
    nodes, leaf_id = foreign.chained(places, leaf or None)
    return foreign.whole(
        grow(nodes, leaf_id, source),
        source=source,
        title=title,
        created_at=created_at,
        updated_at=loose.time(value.get("updated_at")),
        settings=_settings(chat, messages),
        tags=_tags(value, chat),
        pinned=value.get("pinned") is True,
        archived=value.get("archived") is True,
    )


def _messages(chat: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """The messages by their ids; those of a chat without a tree are each below the one before."""
    history = loose.mapping(loose.mapping(chat.get("history")).get("messages"))
    if history:
        return {id_: message for id_, message in history.items() if isinstance(message, dict)}
    found: dict[str, Mapping[str, object]] = {}
    before: str | None = None
    for number, message in enumerate(loose.mappings(chat.get("messages"))):
        id_ = loose.text(message.get("id")) or f"#{number}"
        found[id_] = {"parentId": before, **message}
        before = id_
    return found


def _node(id_: str, message: Mapping[str, object], start: datetime, losses: Losses) -> list[Node]:
    parent = message.get("parentId")
    parent_id = parent if isinstance(parent, str) else None
    try:
        role = Role(loose.text(message.get("role")))
    except ValueError:
        losses.add("Messages of an unknown role were left out.", str(message.get("role")))
        return [Node(id_, parent_id)]
    if role is Role.SYSTEM:
        return [Node(id_, parent_id)]
    error = _error(message)
    parts: list[Part] = [*_content(message, role, losses), *_files(message, losses)]
    if error is not None and not parts:
        parts.append(TextPart(text=""))
    time = loose.time(message.get("timestamp")) or start
    fields = _answer(message, error) if role is Role.ASSISTANT else {}
    return foreign.spoken(id_, parent_id, role, parts, time, **fields)


def _content(message: Mapping[str, object], role: Role, losses: Losses) -> Iterator[Part]:
    content = message.get("content")
    if isinstance(content, str):
        yield from parts_of(content) if role is Role.ASSISTANT else [TextPart(text=content)] if content else []
        return
    for item in loose.mappings(content):
        if text := loose.text(item.get("text")):
            yield TextPart(text=text)
        elif url := loose.text(loose.mapping(item.get("image_url")).get("url")):
            yield from _image(url, "", losses)


def _files(message: Mapping[str, object], losses: Losses) -> Iterator[Part]:
    for file in loose.mappings(message.get("files")):
        name = loose.text(file.get("name")) or loose.text(loose.mapping(file.get("file")).get("filename"))
        if file.get("type") == "image":
            yield from _image(loose.text(file.get("url")), name, losses)
            continue
        data = loose.mapping(loose.mapping(file.get("file")).get("data"))
        text = loose.text(data.get("content")) or loose.text(file.get("content"))
        if text:
            yield FilePart(name=name or "file", text=text)
        else:
            losses.add("Attached files are on the server, the export has only their names.", name)


def _image(url: str, name: str, losses: Losses) -> Iterator[Part]:
    image = image_in(url, name)
    if image is not None:
        yield image
    else:
        losses.add("Images are on the server, the export has only their addresses.", name or url)


def _answer(message: Mapping[str, object], error: ErrorRecord | None) -> dict[str, object]:
    state = MessageState.DONE
    if error is not None:
        state = MessageState.FAILED
    elif message.get("done") is False:
        state = MessageState.INTERRUPTED
    return {
        "connection_name": "Open WebUI",
        "model": loose.text(message.get("model")),
        "state": state,
        "error": error,
        "usage": _usage(message),
        "timing": _timing(message),
    }


def _usage(message: Mapping[str, object]) -> Usage | None:
    told = loose.mapping(message.get("usage")) or loose.mapping(message.get("info"))
    prompt = loose.first(loose.count(told.get("prompt_tokens")), loose.count(told.get("prompt_eval_count")))
    completion = loose.first(loose.count(told.get("completion_tokens")), loose.count(told.get("eval_count")))
    return None if prompt is completion is None else Usage(input_tokens=prompt, output_tokens=completion)


def _timing(message: Mapping[str, object]) -> Timing | None:
    told = loose.mapping(message.get("usage")) or loose.mapping(message.get("info"))
    total = loose.number(told.get("total_duration"))
    if total is None or total < 0:
        return None
    before = (loose.number(told.get("load_duration")) or 0) + (loose.number(told.get("prompt_eval_duration")) or 0)
    return Timing(before / _NANO if 0 < before <= total else None, total / _NANO)


def _error(message: Mapping[str, object]) -> ErrorRecord | None:
    error = message.get("error")
    text = loose.text(error) or loose.text(loose.mapping(error).get("content"))
    return ErrorRecord("error", text) if text else None


def _settings(chat: Mapping[str, object], messages: Mapping[str, Mapping[str, object]]) -> ConversationSettings:
    params = loose.mapping(chat.get("params"))
    systems = (loose.text(one.get("content")) for one in messages.values() if one.get("role") == Role.SYSTEM)
    stop = params.get("stop")
    return ConversationSettings(
        system=loose.text(params.get("system")) or loose.text(chat.get("system")) or next(filter(None, systems), ""),
        parameters=Parameters(
            temperature=loose.number(params.get("temperature")),
            top_p=loose.number(params.get("top_p")),
            max_tokens=loose.count(params.get("max_tokens")),
            seed=loose.count(params.get("seed")),
            stop=tuple(filter(None, map(loose.text, [stop] if isinstance(stop, str) else loose.items(stop)))),
            reasoning_effort=loose.text(params.get("reasoning_effort")),
        ),
    )


def _tags(value: Mapping[str, object], chat: Mapping[str, object]) -> tuple[str, ...]:
    found = [*loose.items(loose.mapping(value.get("meta")).get("tags")), *loose.items(chat.get("tags"))]
    names = (loose.text(tag) or loose.text(loose.mapping(tag).get("name")) for tag in found)
    return tuple(dict.fromkeys(filter(None, names)))


FORMAT = ForeignFormat("open-webui", "Open WebUI", _fits, _read)
