"""Our JSON, which loses nothing: `docs/exchange.md` describes it. A conversation to text, and back.

What has its usual value (no error, no tags, state “done”) is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from chat_studio.history.branch import Branch
from chat_studio.history.check_tree import Place, mended_parents
from chat_studio.history.journal import mended
from chat_studio.history.records import (
    ConversationRecord,
    Desk,
    ErrorRecord,
    Folder,
    MessageRecord,
    MessageState,
    Timing,
    TitleBy,
)
from chat_studio.history.whole import Whole
from chat_studio.messages import FinishReason, Message, Part, Parts, Role, Usage
from chat_studio.parameters import NOTHING_SET, ConversationSettings

FORMAT = "chat-studio"
VERSION = 1

_Queue = TypeAdapter(tuple[tuple[Part, ...], ...])
_EPOCH = datetime.min.replace(tzinfo=UTC)


def _in_utc(time: datetime) -> datetime:
    try:
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return _EPOCH


def _known_reason(value: object) -> object:
    """A newer version may know more reasons."""
    return value if value in FinishReason.__members__.values() else None


Time = Annotated[datetime, AfterValidator(_in_utc)]
Id = Annotated[str, Field(min_length=1, max_length=200)]


class _Entry(BaseModel):
    """What a newer version adds is not understood, and no reason to refuse the rest."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class TimingEntry(_Entry):
    first_token: float | None = Field(None, allow_inf_nan=False)
    total: float = Field(allow_inf_nan=False)


class ErrorEntry(_Entry):
    kind: str
    message: str
    hint: str = ""
    detail: str = ""


class MessageEntry(_Entry):
    id: Id
    parent_id: Id | None = None
    role: Role
    parts: tuple[Part, ...] = ()
    created_at: Time
    deleted_at: Time | None = None
    state: MessageState = MessageState.DONE
    connection_id: str = ""
    connection_name: str = ""
    model: str = ""
    finish_reason: Annotated[FinishReason | None, BeforeValidator(_known_reason)] = None
    usage: Usage | None = None
    timing: TimingEntry | None = None
    error: ErrorEntry | None = None

    def record(self, conversation_id: str, parent_id: str | None) -> MessageRecord:
        state = MessageState.INTERRUPTED if self.state is MessageState.STREAMING else self.state
        return MessageRecord(
            id=self.id,
            conversation_id=conversation_id,
            parent_id=parent_id,
            message=Message(role=self.role, parts=self.parts),
            created_at=self.created_at,
            state=state,
            connection_id=self.connection_id,
            connection_name=self.connection_name,
            model=self.model,
            finish_reason=self.finish_reason,
            usage=self.usage,
            timing=Timing(self.timing.first_token, self.timing.total) if self.timing else None,
            error=ErrorRecord(**self.error.model_dump()) if self.error else None,
        )


class DeskEntry(_Entry):
    draft: tuple[Part, ...] = ()
    queue: tuple[tuple[Part, ...], ...] = ()
    place: str = ""


class ConversationEntry(_Entry):
    id: Id
    title: str = ""
    title_by: TitleBy = "question"
    created_at: Time
    updated_at: Time
    deleted_at: Time | None = None
    connection_id: str = ""
    model: str = ""
    leaf_id: Id | None = None
    settings: ConversationSettings = NOTHING_SET
    folder_id: str = ""
    pinned: bool = False
    archived: bool = False
    tags: tuple[str, ...] = ()
    source: str = ""
    desk: DeskEntry = DeskEntry()
    messages: tuple[MessageEntry, ...] = ()

    def whole(self) -> Whole:
        """The conversation; of messages with one id the first counts, and a ring of messages is opened."""
        entries = {entry.id: entry for entry in reversed(self.messages)}
        ordered = [entry for entry in self.messages if entries[entry.id] is entry]
        places = (Place(number, entry.id, entry.parent_id) for number, entry in enumerate(ordered))
        opened = {id_: above for id_, above in mended_parents(places).items() if entries[id_].parent_id in entries}
        fields = {name: getattr(self, name) for name in ConversationRecord.__dataclass_fields__}
        return Whole(
            ConversationRecord(**fields),
            Branch(entry.record(self.id, opened.get(entry.id, entry.parent_id)) for entry in ordered),
            {entry.id: entry.deleted_at for entry in ordered if entry.deleted_at is not None},
            Desk(self.desk.draft, self.desk.queue, self.desk.place),
            self.deleted_at,
        )


class FolderEntry(_Entry):
    id: Id
    name: str = Field(min_length=1)


class Header(_Entry):
    """The members before the conversations."""

    format: Literal["chat-studio"]
    version: int
    exported_at: Time | None = None
    program: str = ""
    folders: tuple[FolderEntry, ...] = ()


# -- writing -------------------------------------------------------------------------------------------------


class Document:
    """Writes the pieces of a file: everything there is, a message on each line."""

    def __init__(self, program: str, exported_at: datetime) -> None:
        self._about = {
            "format": FORMAT,
            "version": VERSION,
            "program": program,
            "exported_at": exported_at.isoformat(),
        }

    def beginning(self, title: str, folders: Sequence[Folder]) -> str:
        del title
        members = [f"{_json(name)}: {_json(value)}" for name, value in self._about.items()]
        listed = ",".join(f"\n  {_json(asdict(folder))}" for folder in folders)
        members.append(f'"folders": [{listed}\n ]' if listed else '"folders": []')
        return "{\n " + ",\n ".join(members) + ',\n "conversations": ['

    def opening(self, whole: Whole, *, first: bool) -> str:
        members = ",\n   ".join(f"{_json(name)}: {_json(value)}" for name, value in _conversation(whole).items())
        return ("" if first else ",") + "\n  {\n   " + members + ',\n   "messages": ['

    def message(self, record: MessageRecord, deleted_at: datetime | None, *, first: bool) -> str:
        """Images must have their bytes."""
        members = ", ".join(f"{_json(name)}: {_json(value)}" for name, value in _message(record, deleted_at).items())
        parts = Parts.dump_json(record.message.parts).decode()
        return ("" if first else ",") + f'\n    {{{members}, "parts": {parts}}}'

    def closing(self) -> str:
        return "\n   ]\n  }"

    def end(self) -> str:
        return "\n ]\n}\n"


def _conversation(whole: Whole) -> dict[str, object]:
    record = whole.conversation
    fields: dict[str, object] = {"id": record.id, "title": record.title, "title_by": record.title_by}
    fields |= {"created_at": record.created_at.isoformat(), "updated_at": record.updated_at.isoformat()}
    if whole.deleted_at is not None:
        fields["deleted_at"] = whole.deleted_at.isoformat()
    fields |= _set(record, "connection_id", "model", "leaf_id", "folder_id", "pinned", "archived", "tags", "source")
    if not record.settings.is_plain:
        fields["settings"] = json.loads(record.settings.model_dump_json(exclude_defaults=True))
    if whole.desk != Desk():
        fields["desk"] = {
            "draft": json.loads(Parts.dump_json(whole.desk.draft)),
            "queue": json.loads(_Queue.dump_json(whole.desk.queue)),
            "place": whole.desk.place,
        }
    return fields


def _message(record: MessageRecord, deleted_at: datetime | None) -> dict[str, object]:
    """All but the parts."""
    fields: dict[str, object] = {"id": record.id}
    if record.parent_id is not None:
        fields["parent_id"] = record.parent_id
    fields |= {"role": record.message.role, "created_at": record.created_at.isoformat()}
    if deleted_at is not None:
        fields["deleted_at"] = deleted_at.isoformat()
    if record.state is not MessageState.DONE:
        fields["state"] = record.state
    fields |= _set(record, "connection_id", "connection_name", "model", "finish_reason")
    if record.usage is not None:
        fields["usage"] = json.loads(record.usage.model_dump_json(exclude_none=True))
    fields |= {name: asdict(value) for name, value in (("timing", record.timing), ("error", record.error)) if value}
    return fields


def _set(record: ConversationRecord | MessageRecord, *names: str) -> Iterator[tuple[str, object]]:
    """The fields that have a value."""
    return ((name, value) for name in names if (value := getattr(record, name)))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# -- reading -------------------------------------------------------------------------------------------------


def fits(value: Mapping[str, object]) -> bool:
    return isinstance(value.get("messages"), list) and "created_at" in value and "id" in value


def read(value: Mapping[str, object]) -> Whole:
    """A conversation of the file. Raises pydantic's ValidationError."""
    return ConversationEntry.model_validate(value).whole()


def loads(text: str) -> object:
    """The value of a piece of any JSON; lone halves of characters become U+FFFD, and no number is none.

    Raises ValueError, or RecursionError.
    """
    value = json.loads(text, parse_constant=lambda _: None)
    return _mended(value) if "\\ud" in text or "\\uD" in text else value


def _mended(value: object) -> object:
    if isinstance(value, str):
        return mended(value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {mended(key): _mended(item) for key, item in value.items()}
    return value
