"""What can be done with a message, and what it is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import FinishReason, Role

if TYPE_CHECKING:
    from chat_studio.ui.transcript.host import MessageHost

RUNNING = "Not while an answer is on its way. Stop it first (Esc)."
NOT_STORED = "A temporary conversation is not stored, so nothing can branch off."


class Deed(Enum):
    """In the order of menus."""

    COPY = "copy"
    QUOTE = "quote"
    EDIT = "edit"
    REGENERATE = "refresh"
    GO_ON = "play"
    BRANCH = "branch"
    SPEAK = "speaker"
    DELETE = "trash"

    @property
    def icon(self) -> str:
        """The name of its icon."""
        return "pencil" if self is Deed.EDIT else self.value


@dataclass(frozen=True)
class Offer:
    """A deed as it is offered for one message; `reason` says why it cannot be done now, "" if it can."""

    deed: Deed
    label: str
    reason: str = ""


_LABELS = {
    Deed.COPY: ("Copy question", "Copy answer"),
    Deed.QUOTE: ("Quote", "Quote"),
    Deed.EDIT: ("Edit question", "Edit answer"),
    Deed.REGENERATE: ("Answer again", "Answer again"),
    Deed.GO_ON: ("Continue", "Continue"),
    Deed.BRANCH: ("Branch off here", "Branch off here"),
    Deed.SPEAK: ("Read aloud", "Read aloud"),
    Deed.DELETE: ("Delete question", "Delete answer"),
}
_CHANGING = (Deed.EDIT, Deed.REGENERATE, Deed.GO_ON, Deed.DELETE)
"""They change the branch, which a running answer belongs to."""
_UNFINISHED = (MessageState.STOPPED, MessageState.INTERRUPTED, MessageState.FAILED)


def offers(record: MessageRecord, host: MessageHost) -> Iterator[Offer]:
    """What is offered for a message, in the order of menus."""
    for deed in Deed:
        if not _is_for(deed, record, host):
            continue
        label = _LABELS[deed][record.message.role is not Role.USER]
        if deed is Deed.SPEAK and host.speaking == record.id:
            label = "Stop reading aloud"
        yield Offer(deed, label, _reason(deed, host))


def offer(deed: Deed, record: MessageRecord, host: MessageHost) -> Offer | None:
    """One of them, if it is offered."""
    return next((one for one in offers(record, host) if one.deed is deed), None)


def can_go_on(record: MessageRecord) -> bool:
    """Whether an answer was cut short, and something of it came."""
    if record.message.role is not Role.ASSISTANT or not record.message.text:
        return False
    return record.state in _UNFINISHED or record.finish_reason is FinishReason.LENGTH


def _is_for(deed: Deed, record: MessageRecord, host: MessageHost) -> bool:
    if record.state is MessageState.STREAMING:
        return deed is Deed.COPY
    if record.message.role is Role.TOOL:
        return deed in (Deed.COPY, Deed.DELETE)
    if deed is Deed.SPEAK:
        return host.can_speak and bool(record.message.text)
    if deed is Deed.GO_ON:
        return can_go_on(record)
    return bool(record.message.text) or deed not in (Deed.QUOTE,)


def _reason(deed: Deed, host: MessageHost) -> str:
    if host.running and deed in _CHANGING:
        return RUNNING
    return NOT_STORED if deed is Deed.BRANCH and host.temporary else ""
