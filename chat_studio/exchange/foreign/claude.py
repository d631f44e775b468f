"""Claude's export: a list of conversations with `chat_messages`, whose content is a list of blocks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from chat_studio.exchange import loose
from chat_studio.exchange.foreign import format as foreign
from chat_studio.exchange.foreign.format import ForeignFormat, Reading
from chat_studio.exchange.foreign.tree import Node, grow
from chat_studio.exchange.losses import Losses
from chat_studio.history.records import MessageState
from chat_studio.history.whole import Whole
from chat_studio.messages import FilePart, Part, ReasoningPart, Role, TextPart, ToolCallPart, ToolResultPart

_ROLES = {"human": Role.USER, "user": Role.USER, "assistant": Role.ASSISTANT}
_SILENT = {"token_budget", "flag"}
"""Blocks that say nothing to a reader."""


def _fits(value: Mapping[str, object]) -> bool:
    return isinstance(value.get("chat_messages"), list)


def _read(value: Mapping[str, object], reading: Reading) -> Whole | None:
    title = loose.text(value.get("name"))
    created_at, updated_at = loose.time(value.get("created_at")), loose.time(value.get("updated_at"))
    source = f"claude:{loose.text(value.get('uuid')) or f'{created_at}/{title}'}"
    leaf = loose.text(value.get("current_leaf_message_uuid"))
    nodes, leaf_id = foreign.chained(_nodes(value, foreign.start_of(created_at), reading.losses), leaf or None)
    return foreign.whole(
        grow(nodes, leaf_id, source),
        source=source,
        title=title,
        created_at=created_at,
        updated_at=updated_at,
        pinned=value.get("is_starred") is True,
    )


def _nodes(value: Mapping[str, object], start: datetime, losses: Losses) -> Iterator[list[Node]]:
    """The messages, each below the one that it names, or below the one before it in older exports."""
    before: str | None = None
    for number, message in enumerate(loose.mappings(value.get("chat_messages"))):
        name = loose.text(message.get("uuid")) or f"#{number}"
        parent = message.get("parent_message_uuid")
        parent_id = parent if isinstance(parent, str) else before
        yield _node(name, parent_id, message, loose.time(message.get("created_at")) or start, losses)
        before = name


def _node(
    name: str, parent_id: str | None, message: Mapping[str, object], time: datetime, losses: Losses
) -> list[Node]:
    role = _ROLES.get(loose.text(message.get("sender")))
    if role is None:
        losses.add("Messages of an unknown sender were left out.", str(message.get("sender")))
        return [Node(name, parent_id)]
    fields: dict[str, object] = {}
    if role is Role.ASSISTANT:
        stopped = message.get("stop_reason") == "user_canceled"
        fields = {"connection_name": "Claude", "state": MessageState.STOPPED if stopped else MessageState.DONE}
    return foreign.spoken(name, parent_id, role, _parts(message, losses), time, **fields)


def _parts(message: Mapping[str, object], losses: Losses) -> Iterator[Part]:
    for attachment in loose.mappings(message.get("attachments")):
        name = loose.text(attachment.get("file_name")) or "attachment"
        content = loose.text(attachment.get("extracted_content"))
        if content:
            yield FilePart(name=name, text=content)
        else:
            losses.add("Attached files are not in Claude’s export, only their names.", name)
    for file in loose.mappings(message.get("files")):
        losses.add("Attached files are not in Claude’s export, only their names.", loose.text(file.get("file_name")))
    found = [part for block in loose.mappings(message.get("content")) for part in _block(block, losses)]
    if found:
        yield from found
    elif text := loose.text(message.get("text")):
        yield TextPart(text=text)


def _block(block: Mapping[str, object], losses: Losses) -> Iterator[Part]:
    kind = loose.text(block.get("type"))
    match kind:
        case "text":
            if text := loose.text(block.get("text")):
                yield TextPart(text=text)
        case "thinking":
            if text := loose.text(block.get("thinking")):
                yield ReasoningPart(text=text, seconds=_seconds(block))
        case "tool_use":
            arguments = json.dumps(block.get("input") or {}, ensure_ascii=False)
            yield ToolCallPart(id=_call_id(block, "id"), name=loose.text(block.get("name")), arguments=arguments)
        case "tool_result":
            yield ToolResultPart(
                call_id=_call_id(block, "tool_use_id"),
                name=loose.text(block.get("name")),
                content=_content(block.get("content")),
                is_error=block.get("is_error") is True,
            )
        case _ if kind not in _SILENT:
            losses.add(f"Content of the kind “{kind or 'none'}” is not known.")


def _call_id(block: Mapping[str, object], key: str) -> str:
    return loose.text(block.get(key)) or loose.text(block.get("name")) or "call"


def _content(value: object) -> str:
    if isinstance(value, str):
        return value
    return "\n\n".join(filter(None, (loose.text(item.get("text")) for item in loose.mappings(value))))


def _seconds(block: Mapping[str, object]) -> float | None:
    start, stop = loose.time(block.get("start_timestamp")), loose.time(block.get("stop_timestamp"))
    return max(0.0, (stop - start).total_seconds()) if start and stop else None


FORMAT = ForeignFormat("claude", "Claude", _fits, _read)
