"""What the messages of a transcript know of the program around them, and what they ask of it."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from chat_studio.history.records import MessageRecord
from chat_studio.messages import ImagePart
from chat_studio.ui.appearance import Appearance
from chat_studio.usage.costs import Cost


@dataclass(frozen=True)
class Way:
    """Somebody who can be asked: a connection, and a model of it."""

    label: str
    connection_id: str
    model: str = ""


async def own_bytes(part: ImagePart) -> bytes:
    """What an image itself has of its bytes; nothing where the history keeps them, or a server."""
    return await asyncio.to_thread(_decoded, part.data)


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        return b""


class MessageHost(QObject):
    """Handed to every message widget. Whoever shows a conversation sets what is known, and calls `tell`.

    Signals:
        wanted(str, Deed): do that with the message of this id.
        answer_wanted(str, Way): answer again, there.
        edited(str, str): another version of the message is wanted, with this text.
        version_wanted(str): show the version of this id.
        edit_begun(str): the field of the message of this id has the keyboard.
        changed(): what is known changed; widgets that show it look again.
    """

    wanted = Signal(str, object)
    answer_wanted = Signal(str, object)
    edited = Signal(str, str)
    version_wanted = Signal(str)
    edit_begun = Signal(str)
    changed = Signal()

    def __init__(self, appearance: Appearance, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.appearance = appearance
        self.running = False
        """Whether an answer is on its way in the conversation."""
        self.temporary = False
        """Whether nothing of the conversation is stored."""
        self.opens_reasoning = False
        """Whether reasoning is shown while it comes."""
        self.can_speak = False
        self.speaking = ""
        """The id of the message that is read aloud."""
        self.edits: dict[str, str] = {}
        """Texts that are being edited, by the ids of their messages: they outlive the widgets."""
        self.versions: Callable[[str], Sequence[str]] = lambda message_id: (message_id,)
        """The ids of a message and of those that took its place, the oldest first."""
        self.cost: Callable[[MessageRecord], Cost | None] = lambda _: None
        self.ways: Callable[[MessageRecord], Sequence[Way]] = lambda _: ()
        """Who can be asked again, the one that answered first."""
        self.image: Callable[[ImagePart], Awaitable[bytes]] = own_bytes

    def begin_edit(self, record: MessageRecord) -> None:
        """Opens the field of a message that is shown, with the keyboard in it."""
        self.edits.setdefault(record.id, record.message.text)
        self.tell()
        self.edit_begun.emit(record.id)

    def tell(self) -> None:
        """Something of what is known changed."""
        self.changed.emit()
