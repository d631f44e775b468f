"""ChatGPT's export: a list of conversations, each a `mapping` of nodes that name their parents.

Not every node is a message: the root has none, and system messages, memories and what has no weight are hidden. What
the model thinks stands in nodes of its own above its answer, and becomes a part of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from chat_studio.exchange import loose
from chat_studio.exchange.foreign import chatgpt_parts
from chat_studio.exchange.foreign import format as foreign
from chat_studio.exchange.foreign.format import ForeignFormat, Reading
from chat_studio.exchange.foreign.tree import Node, grow
from chat_studio.history.records import MessageState
from chat_studio.history.whole import Whole
from chat_studio.messages import FinishReason, ImagePart, Part, ReasoningPart, Role
from chat_studio.parameters import ConversationSettings

_FINISH = {"stop": FinishReason.STOP, "max_tokens": FinishReason.LENGTH}
_UNFINISHED = {"in_progress", "finished_partial_completion"}
_ALL = ("", "all")
"""To whom a message speaks when it is no call of a tool."""

Value = Mapping[str, object]


def _fits(value: Value) -> bool:
    return isinstance(value.get("mapping"), dict)


def _read(value: Value, reading: Reading) -> Whole | None:
    title = loose.text(value.get("title"))
    created_at = loose.time(value.get("create_time"))
    name = loose.text(value.get("conversation_id")) or loose.text(value.get("id")) or f"{created_at}/{title}"
    source = f"chatgpt:{name}"
    found = _Conversation(value, foreign.start_of(created_at), reading)
    nodes, leaf_id = foreign.chained(found.places(), loose.text(value.get("current_node")) or None)
    return foreign.whole(
        grow(nodes, leaf_id, source),
        source=source,
        title=title,
        created_at=created_at,
        updated_at=loose.time(value.get("update_time")),
        settings=ConversationSettings(system=found.system),
        pinned=value.get("is_starred") is True,
        archived=value.get("is_archived") is True,
    )


class _Conversation:
    """The nodes of one mapping, as they depend on each other."""

    def __init__(self, value: Value, start: datetime, reading: Reading) -> None:
        self._start = start
        self._reading = reading
        self._nodes = {id_: node for id_, node in loose.mapping(value.get("mapping")).items() if isinstance(node, dict)}
        self._parts = {id_: self._parts_of(node) for id_, node in self._nodes.items()}
        self.system = next(filter(None, map(self._system_of, self._nodes)), "")

    def places(self) -> Iterator[list[Node]]:
        absorbed = {id_ for id_ in self._nodes if self._is_absorbed(id_)}
        for id_, node in self._nodes.items():
            parent_id = loose.text(node.get("parent")) or None
            message = _message(node)
            role = chatgpt_parts.role_of(message)
            if id_ in absorbed or role is None or role is Role.SYSTEM:
                yield [Node(id_, parent_id)]
                continue
            parts = self._parts[id_]
            if role is Role.ASSISTANT:
                parts = [*self._thoughts_above(parent_id, absorbed), *parts]
            elif role is Role.TOOL and any(isinstance(part, ImagePart) for part in parts):
                role = Role.ASSISTANT  # a tool that draws
            time = loose.time(message.get("create_time")) or self._start
            fields = _answer(message) if role is Role.ASSISTANT else {}
            yield foreign.spoken(id_, parent_id, role, parts, time, **fields)

    def _parts_of(self, node: Value) -> list[Part]:
        message = _message(node)
        if chatgpt_parts.is_hidden(message):
            return []
        return list(chatgpt_parts.parts_of(message, self._call_above(node), self._reading))

    def _call_above(self, node: Value) -> str:
        """The id of the tool call that the node's message may answer: the node above, if it is one."""
        message = _message(loose.mapping(self._nodes.get(loose.text(node.get("parent")))))
        return loose.text(message.get("id")) if loose.text(message.get("recipient")) not in _ALL else ""

    def _system_of(self, id_: str) -> str:
        if chatgpt_parts.role_of(_message(self._nodes[id_])) is not Role.SYSTEM:
            return ""
        return "\n\n".join(getattr(part, "text", "") for part in self._parts[id_])

    def _is_absorbed(self, id_: str) -> bool:
        """Whether a node is nothing but thoughts that belong to the answers right below it."""
        parts = self._parts[id_]
        if not parts or not all(isinstance(part, ReasoningPart) for part in parts):
            return False
        below = [
            loose.mapping(self._nodes.get(loose.text(child))) for child in loose.items(self._nodes[id_].get("children"))
        ]
        return bool(below) and all(chatgpt_parts.role_of(_message(node)) is Role.ASSISTANT for node in below)

    def _thoughts_above(self, id_: str | None, absorbed: set[str]) -> list[Part]:
        """What was thought before an answer, as one part."""
        chain: dict[str, None] = {}
        while id_ in absorbed and id_ not in chain:
            chain[id_] = None
            id_ = loose.text(self._nodes[id_].get("parent"))
        thoughts = [part for node in reversed(chain) for part in self._parts[node] if isinstance(part, ReasoningPart)]
        text = "\n\n".join(part.text for part in thoughts if part.text)
        seconds = next((part.seconds for part in reversed(thoughts) if part.seconds is not None), None)
        return [ReasoningPart(text=text, seconds=seconds)] if text or seconds is not None else []


def _message(node: Value) -> Value:
    return loose.mapping(node.get("message"))


def _answer(message: Value) -> dict[str, object]:
    metadata = loose.mapping(message.get("metadata"))
    finish = loose.text(loose.mapping(metadata.get("finish_details")).get("type"))
    state = MessageState.DONE
    if finish == "interrupted":
        state = MessageState.STOPPED
    elif loose.text(message.get("status")) in _UNFINISHED:
        state = MessageState.INTERRUPTED
    return {
        "connection_name": "ChatGPT",
        "model": loose.text(metadata.get("model_slug")),
        "state": state,
        "finish_reason": _FINISH.get(finish),
    }


FORMAT = ForeignFormat("chatgpt", "ChatGPT", _fits, _read)
