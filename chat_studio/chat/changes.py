"""What a session tells its listeners, in the order in which it happened."""

from __future__ import annotations

from dataclasses import dataclass

from chat_studio.errors import StorageError
from chat_studio.events import Event
from chat_studio.history.branch import Branch
from chat_studio.history.desks import Queue
from chat_studio.history.records import ConversationRecord, MessageRecord


@dataclass(frozen=True, slots=True)
class MessageAdded:
    """A question, or an answer that begins to stream (state STREAMING, no parts yet)."""

    record: MessageRecord


@dataclass(frozen=True, slots=True)
class AnswerRouted:
    """It is known who answers: the record has the connection's name and the model. The request is sent next."""

    record: MessageRecord


@dataclass(frozen=True, slots=True)
class AnswerGrew:
    """One event of the running answer."""

    message_id: str
    event: Event


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """A message has its final form: done, stopped, or failed with its error."""

    record: MessageRecord


@dataclass(frozen=True, slots=True)
class BranchChanged:
    """Another branch is shown: all its messages, root to leaf. The last may be an answer that begins to stream."""

    records: Branch


@dataclass(frozen=True, slots=True)
class RunningChanged:
    """A turn began or ended."""

    running: bool


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """Its title, route or time changed."""

    conversation: ConversationRecord


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """The questions that wait for the running answer to end, the next one first."""

    queue: Queue


@dataclass(frozen=True, slots=True)
class JournalFailed:
    """The running answer can't be stored at the moment; it goes on in memory, and is stored when the disk lets it."""

    error: StorageError


Change = (
    MessageAdded
    | AnswerRouted
    | AnswerGrew
    | MessageChanged
    | BranchChanged
    | RunningChanged
    | ConversationChanged
    | QueueChanged
    | JournalFailed
)
