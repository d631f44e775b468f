"""What the composer shows beside text and buttons, put together after the window's first painting."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QObject
from PySide6.QtWidgets import QFileDialog

from chat_studio.errors import StorageError, StudioError
from chat_studio.messages import FilePart, ImagePart
from chat_studio.ui.aio import ask, spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.composing.attached import Attached
from chat_studio.ui.composing.counting import Counting
from chat_studio.ui.composing.drop_area import DropArea
from chat_studio.ui.composing.gauge import TokenGauge
from chat_studio.ui.composing.intake import Intake
from chat_studio.ui.composing.pasting import Pasting
from chat_studio.ui.composing.queue_list import QueueList
from chat_studio.ui.composing.recipient import Recipient
from chat_studio.ui.composing.remarks import Remarks
from chat_studio.ui.composing.strip import AttachmentStrip
from chat_studio.ui.composing.waiting import Waiting
from chat_studio.ui.notices import Action
from chat_studio.ui.window import MainWindow

if TYPE_CHECKING:
    from chat_studio.history.store import HistoryStore
    from chat_studio.ui.chat import Chat

_BLIND, _INLINE = "images", "inline"


class Writing(QObject):
    """Attachments, what is to be said about them, the queue, and how much the model has to read."""

    def __init__(
        self, window: MainWindow, appearance: Appearance, chat: Chat, recipient: Recipient, history: HistoryStore
    ) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._composer = window.composer
        self._recipient = recipient
        self._history = history
        self._asked_for: set[int] = set()
        self._blind_about: tuple[str, frozenset[int]] | None = None
        drafts = chat.asking.drafts
        self._intake = Intake(self._composer, drafts)
        self._pasting = Pasting(self._composer, self._intake)
        self._composer.edit.taker = self._pasting
        self.drop_area = DropArea(window.page, appearance, self._pasting)
        self.remarks = Remarks(appearance)
        gauge = TokenGauge()
        self._counting = Counting(self._composer, gauge, lambda: recipient.window)
        self._lay_out(
            QueueList(appearance),
            AttachmentStrip(appearance, self._composer.attachments, self._composer.edit),
            gauge,
            chat,
        )
        self._composer.attach_requested.connect(lambda: spawn(self._pick(), self, "choose files"))
        self._composer.attachments.changed.connect(self._on_attachments)
        self._composer.attachments.replaced.connect(self._forget)
        self._composer.text_changed.connect(self._on_typed)
        self._composer.running_changed.connect(self._counting.note_change)
        recipient.changed.connect(self._on_recipient)
        self._intake.refused.connect(self._tell_refusal)
        self._pasting.put_inline.connect(self._tell_inline)
        drafts.failed.connect(window.notices.tell_error)
        chat.shown.connect(lambda _: self._counting.show(chat.session))
        chat.settings_changed.connect(self._counting.note_change)

    def _lay_out(self, queue: QueueList, strip: AttachmentStrip, gauge: TokenGauge, chat: Chat) -> None:
        composer = self._composer
        composer.above.insertWidget(0, queue)
        composer.inside.insertWidget(0, self.remarks)
        composer.inside.insertWidget(1, strip)
        composer.foot.insertWidget(composer.foot.count() - 2, gauge)
        self._waiting = Waiting(chat, composer, queue, self._window.notices)
        strip.opened.connect(lambda item: spawn(self._preview(item), self, "preview"))
        strip.inlined.connect(self._pasting.inline)
        strip.left.connect(composer.setFocus)

    # -- attaching ---------------------------------------------------------------------------------------

    async def _pick(self) -> None:
        dialog = QFileDialog(self._window, "Attach images or text files", QDir.homePath())
        dialog.setObjectName("attachFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self._intake.read([Path(name) for name in names]))
        await ask(dialog)
        self._composer.setFocus()

    def _tell_refusal(self, error: StudioError) -> None:
        self.remarks.tell(f"{error.message} {error.hint}".strip(), is_warning=True)

    def _tell_inline(self, item: Attached) -> None:
        again = Action("Attach it again", self._pasting.undo)
        self.remarks.tell(f"“{item.part.name}” stands in the message now.", about=_INLINE, action=again)

    def _forget(self) -> None:
        """Another question is written now."""
        self.remarks.clear()
        self._blind_about = None

    def _on_typed(self) -> None:
        if not self._pasting.can_undo:
            self.remarks.take_back(_INLINE)

    def _on_attachments(self) -> None:
        self._look_for_blindness()
        for item in self._composer.attachments.items:
            if isinstance(item.part, ImagePart) and item.thumbnail is None and item.key not in self._asked_for:
                self._asked_for.add(item.key)
                spawn(self._find_thumbnail(item), self, "thumbnail")

    async def _find_thumbnail(self, item: Attached) -> None:
        from chat_studio.ui.composing.images import thumbnail_of

        data = await self._bytes_of(item)
        self._composer.attachments.know(item.key, len(data), await asyncio.to_thread(thumbnail_of, data))

    async def _preview(self, item: Attached) -> None:
        from chat_studio.ui.composing.preview import Preview
        from chat_studio.ui.transcript.pictures import decoded

        image = None
        if not isinstance(item.part, FilePart):
            image = await asyncio.to_thread(decoded, await self._bytes_of(item))
        await ask(Preview(self._appearance, item, image, self._window))

    async def _bytes_of(self, item: Attached) -> bytes:
        """An image's bytes; empty for one that is gone."""
        if isinstance(item.part, FilePart):
            return b""
        if not item.part.blob:
            return await asyncio.to_thread(base64.b64decode, item.part.data)
        try:
            return await self._history.image(item.part.blob)
        except StorageError as error:
            self._window.notices.tell_error(error)
            return b""

    # -- the model ---------------------------------------------------------------------------------------

    def _on_recipient(self) -> None:
        self._look_for_blindness()
        self._counting.note_change()

    def _look_for_blindness(self) -> None:
        """Tells at once that the model takes no images: once for each model and set of images."""
        items = self._composer.attachments.items
        images = frozenset(item.key for item in items if isinstance(item.part, ImagePart))
        about = (self._recipient.name, images) if images and self._recipient.is_blind else None
        if about == self._blind_about:
            return
        self._blind_about = about
        if about is None:
            self.remarks.take_back(_BLIND)
            return
        choose = Action("Choose a model…", self._window.header.models.showPopup)
        what = "the image" if len(images) == 1 else "the images"
        text = f"“{about[0]}” takes no images, as its server says: choose another model, or remove {what}."
        self.remarks.tell(text, about=_BLIND, is_warning=True, action=choose)
