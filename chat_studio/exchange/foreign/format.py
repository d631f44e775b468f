"""What every foreign format is: a way to tell its conversations, and to read one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from chat_studio.exchange.assets import Assets
from chat_studio.exchange.foreign.tree import Grown, Node
from chat_studio.exchange.losses import Losses
from chat_studio.history.branch import Branch
from chat_studio.history.records import ConversationRecord, MessageRecord
from chat_studio.history.rows import now
from chat_studio.history.whole import Whole
from chat_studio.messages import Message, Part, Role, ToolResultPart
from chat_studio.parameters import NOTHING_SET, ConversationSettings

TITLE = "Untitled"


@dataclass(frozen=True)
class Reading:
    """What a reader needs beside the conversation: the files that came with it, and where to tell what was left out."""

    assets: Assets
    losses: Losses


@dataclass(frozen=True)
class ForeignFormat:
    """`fits` tells a conversation by its shape; `read` makes it one of ours, None when nothing is in it."""

    name: str
    label: str
    fits: Callable[[Mapping[str, object]], bool]
    read: Callable[[Mapping[str, object], Reading], Whole | None]


def message(role: Role, parts: Iterable[Part], created_at: datetime, **fields: object) -> MessageRecord:
    """A message that has no place in a tree yet."""
    return MessageRecord("", "", None, Message(role=role, parts=tuple(parts)), created_at, **fields)  # type: ignore[arg-type]


def whole(
    grown: Grown,
    *,
    source: str,
    title: str,
    created_at: datetime | None,
    updated_at: datetime | None,
    settings: ConversationSettings = NOTHING_SET,
    tags: Sequence[str] = (),
    pinned: bool = False,
    archived: bool = False,
) -> Whole | None:
    """A new conversation with these messages; None when there are none. Its times are those of its messages where the
    file has none. It has no connection: the next question goes to the one that is chosen then."""
    if not grown.messages:
        return None
    times = [one.created_at for one in grown.messages]
    title = " ".join(title.split())
    record = ConversationRecord(
        id=grown.conversation_id,
        title=title or TITLE,
        created_at=created_at or min(times),
        updated_at=updated_at or max(times),
        leaf_id=grown.leaf_id,
        title_by="user" if title else "question",
        settings=settings,
        pinned=pinned,
        archived=archived,
        tags=tuple(tags),
        source=source,
    )
    return Whole(record, Branch(grown.messages))


def start_of(*times: datetime | None) -> datetime:
    """The first time that is known; now, when none is."""
    return next((one for one in times if one is not None), None) or now()


def spoken(
    name: str, parent_id: str | None, role: Role, parts: Iterable[Part], time: datetime, **fields: object
) -> list[Node]:
    """The places of one foreign message, each below the one before: results of tools stand in messages of their own, as
    they are sent to a server. `fields` are the answer's. A message without parts is there and not shown."""
    nodes: list[Node] = []
    for speaker, said in groupby(parts, lambda part: Role.TOOL if isinstance(part, ToolResultPart) else role):
        turn = f"{name}#{len(nodes)}" if nodes else name
        about = {} if speaker is Role.TOOL else fields
        nodes.append(Node(turn, nodes[-1].id if nodes else parent_id, message(speaker, said, time, **about)))
    return nodes or [Node(name, parent_id)]


def chained(spoken: Iterable[list[Node]], leaf: str | None) -> tuple[list[Node], str | None]:
    """The places of all messages, and the leaf's: what stood below a message stands below the last of its places."""
    places = list(spoken)
    ends = {nodes[0].id: nodes[-1].id for nodes in places}
    found: list[Node] = []
    for first, *others in places:
        above = ends.get(first.parent_id or "", first.parent_id)
        found.append(first if above == first.parent_id else replace(first, parent_id=above))
        found += others
    return found, ends.get(leaf or "", leaf)
