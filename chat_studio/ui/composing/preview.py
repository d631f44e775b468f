"""An attachment, large."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from chat_studio.attachments import size_text
from chat_studio.messages import FilePart
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.composing.attached import Attached
from chat_studio.ui.composing.question_edit import QuestionEdit
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import ElidedLabel

_SIZE = QSize(720, 560)


class Preview(QDialog):
    """Shows text as it is sent, or an image as large as fits. `image` is None for one that cannot be read."""

    def __init__(self, appearance: Appearance, item: Attached, image: QImage | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("attachmentPreview")
        self.setWindowTitle(item.part.name or "Image")
        self.resize(_SIZE)
        close = Button("Close", "primary")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(ElidedLabel(_facts(item, image), "small"), 1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(_content(appearance, item, image), 1)
        layout.addLayout(foot)
        close.setFocus()


def _content(appearance: Appearance, item: Attached, image: QImage | None) -> QWidget:
    if not isinstance(item.part, FilePart):
        return Picture(image, item.part.name)
    text = QuestionEdit()
    text.setObjectName("previewText")
    text.setAccessibleName(f"The text of {item.part.name}")
    text.setFont(appearance.mono_font())
    text.setReadOnly(True)
    text.setFrameShape(QFrame.Shape.NoFrame)
    text.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    text.set_text(item.part.text)
    text.moveCursor(text.textCursor().MoveOperation.Start)
    return text


def _facts(item: Attached, image: QImage | None) -> str:
    size = size_text(item.size) if item.size else ""
    if isinstance(item.part, FilePart):
        lines = item.part.text.count("\n") + 1
        return f"{size} · {lines:,} line{'' if lines == 1 else 's'}"
    pixels = f"{image.width():,} × {image.height():,}" if image is not None else "This image cannot be read."
    return " · ".join(filter(None, (size, pixels, item.note)))


class Picture(QWidget):
    """An image in the middle, never enlarged."""

    def __init__(self, image: QImage | None, name: str) -> None:
        super().__init__()
        self._image = image
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._image is None:
            return
        ratio = self.devicePixelRatioF()
        room = self.size() * ratio
        own = self._image.size()
        fitted = own if own.width() <= room.width() and own.height() <= room.height() else _within(own, room)
        shown = self._image.scaled(
            fitted, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        shown.setDevicePixelRatio(ratio)
        left, top = (self.width() - fitted.width() / ratio) / 2, (self.height() - fitted.height() / ratio) / 2
        QPainter(self).drawImage(round(left), round(top), shown)


def _within(size: QSize, room: QSize) -> QSize:
    return size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
