"""What is pasted or dropped: files and pictures are attached, and so is text that is too long to be read in a field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QImage

from chat_studio.messages import FilePart
from chat_studio.ui.composing.attached import Attached
from chat_studio.ui.composing.composer import Composer
from chat_studio.ui.composing.intake import Intake
from chat_studio.ui.composing.parts import pasted

LONGEST = 4_000
"""Characters of a paste that stays in the text."""


class Pasting(QObject):
    """Long text goes between field and attachments in either direction; Ctrl+Z takes the last such step back, as long
    as nothing was typed since.

    Signals:
        put_inline(Attached): this is in the text now, and can be attached again by `undo`.
    """

    put_inline = Signal(object)

    def __init__(self, composer: Composer, intake: Intake) -> None:
        super().__init__(composer)
        self._edit = composer.edit
        self._attachments = composer.attachments
        self._intake = intake
        self._undo: Callable[[], None] | None = None
        self._revision = 0
        self._attachments.replaced.connect(self.forget)

    def take(self, data: QMimeData) -> bool:
        files = local_files(data)
        if files:
            self._intake.read(files)
            return True
        if data.hasImage() and not data.hasText():
            picture = data.imageData()
            if isinstance(picture, QImage) and not picture.isNull():
                self._intake.take_picture(picture)
                return True
        text = data.text()
        if len(text) <= LONGEST:
            return False
        self._attach(text)
        return True

    def inline(self, key: int) -> None:
        """Puts an attached text where the cursor is."""
        taken = self._attachments.take(key)
        if taken is None:
            return
        at, item = taken
        if isinstance(item.part, FilePart):
            self._edit.insert_text(item.part.text)
            self._remember(lambda: self._attach_again(at, item))
            self.put_inline.emit(item)
        self._edit.setFocus()

    @property
    def can_undo(self) -> bool:
        return self._undo is not None and self._revision == self._edit.document().revision()

    def undo(self) -> None:
        undo = self._undo
        if undo is not None and self.can_undo:
            self._undo = None
            undo()

    def forget(self) -> None:
        """Another question is written now."""
        self._undo = None

    def _attach(self, text: str) -> None:
        item = pasted(text.replace("\r\n", "\n").replace("\r", "\n"), self._attachments.items)
        self._attachments.add(item)
        self._remember(lambda: self.inline(item.key))

    def _attach_again(self, at: int, item: Attached) -> None:
        self._edit.undo()
        self._attachments.put_back(at, item)
        self._remember(lambda: self.inline(item.key))

    def _remember(self, undo: Callable[[], None]) -> None:
        self._undo = undo
        self._revision = self._edit.document().revision()


def local_files(data: QMimeData) -> list[Path]:
    """The files that are pasted or dropped; none if something else is among them, such as a web address."""
    if not data.hasUrls():
        return []
    urls = data.urls()
    return [Path(url.toLocalFile()) for url in urls] if all(url.isLocalFile() for url in urls) else []
