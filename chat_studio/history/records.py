"""What history stores, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from chat_studio.errors import StudioError
from chat_studio.messages import FinishReason, Message, Part, Usage
from chat_studio.parameters import NOTHING_SET, ConversationSettings


class MessageState(StrEnum):
    DONE = "done"
    STREAMING = "streaming"
    STOPPED = "stopped"  # by the user
    INTERRUPTED = "interrupted"  # the program ended while the answer was coming
    FAILED = "failed"  # by the endpoint; what had arrived is kept


@dataclass(frozen=True)
class Timing:
    """Seconds since the request was sent: to the first visible token (None: none came), and to the end."""

    first_token: float | None
    total: float


@dataclass(frozen=True)
class ErrorRecord:
    """An error of the user's world as it is shown again later."""

    kind: str
    message: str
    hint: str = ""
    detail: str = ""

    @classmethod
    def of(cls, error: StudioError) -> ErrorRecord:
        return cls(error.kind, error.message, error.hint, error.detail)


@dataclass(frozen=True)
class MessageRecord:
    """One message in its place in the tree. Times are in UTC; the fields from `connection_id` on tell of answers."""

    id: str
    conversation_id: str
    parent_id: str | None
    message: Message
    created_at: datetime
    state: MessageState = MessageState.DONE
    connection_id: str = ""
    connection_name: str = ""
    model: str = ""
    finish_reason: FinishReason | None = None
    usage: Usage | None = None
    timing: Timing | None = None
    error: ErrorRecord | None = None


PieceKind = Literal["text", "reasoning", "replay", "reasoned", "reclassified", "tool_call", "notice"]


class JournalPiece(NamedTuple):
    """What a running answer gained, as the journal keeps it. `assemble` makes parts of a sequence of them.

    `text` is the text of "text", "reasoning" and "notice"; a `ToolCallPart` in JSON for "tool_call"; the opaque value
    in JSON for "replay"; the seconds that the reasoning so far took for "reasoned"; empty for "reclassified".
    """

    kind: PieceKind
    text: str


TitleBy = Literal["question", "model", "user"]
"""Who named a conversation. A model may rename what the first question named, nobody what the user did."""


@dataclass(frozen=True)
class ConversationRecord:
    """A conversation; `leaf_id` is the last message of the branch that is shown.

    `folder_id` is "" outside of folders. `source` tells where an imported one came from, such as “chatgpt:<its id>”.
    """

    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    connection_id: str = ""
    model: str = ""
    leaf_id: str | None = None
    title_by: TitleBy = "question"
    settings: ConversationSettings = NOTHING_SET
    folder_id: str = ""
    pinned: bool = False
    archived: bool = False
    tags: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Folder:
    """A place for conversations; folders are listed by `name`."""

    id: str
    name: str


@dataclass(frozen=True)
class Desk:
    """What lies ready in a conversation and is not sent: all of it survives a restart.

    `draft` is what stands in the composer, `queue` what is sent when the running answer has ended, the next one
    first; `place` is where the reader was, in the transcript's own words ("" for the end).
    """

    draft: tuple[Part, ...] = ()
    queue: tuple[tuple[Part, ...], ...] = ()
    place: str = ""


EMPTY_DESK = Desk()


@dataclass(frozen=True)
class SearchHit:
    """A message that matches; `snippet` marks the matches with U+0002 … U+0003.

    `message_id` is "" where a title matches, which is the snippet then. `number` grows with the time of writing: the
    last hit's is where the next ones are searched from.
    """

    conversation_id: str
    conversation_title: str
    message_id: str
    role: str
    created_at: datetime
    snippet: str
    number: int = 0
