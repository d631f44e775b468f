"""One attachment as it stands above the text."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from chat_studio.attachments import size_text
from chat_studio.messages import FilePart
from chat_studio.ui.appearance import DEFAULT_FONT_SIZE, Appearance
from chat_studio.ui.composing.attached import Attached
from chat_studio.ui.composing.parts import first_line
from chat_studio.ui.icons import GRID, pixmap
from chat_studio.ui.widgets.buttons import Button, IconButton
from chat_studio.ui.widgets.labels import ElidedLabel

WIDTH, WIDE = 232, 264
"""Pixels with text of the usual size: of a file or an image, and of a paste, which has a button more."""
_PICTURE = 38
_RADIUS = 5


class Chip(QFrame):
    """Thumbnail, name, size, and a button to remove it. Enter or a click shows it, Delete removes it.

    Signals:
        opened(): the user wants to see it.
        removed(): it shall not be sent.
        inlined(): its text shall stand in the message.
    """

    opened = Signal()
    removed = Signal()
    inlined = Signal()

    def __init__(self, appearance: Appearance, item: Attached) -> None:
        super().__init__()
        self.setObjectName("attachmentChip")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._appearance = appearance
        self._width = WIDE if item.is_pasted else WIDTH
        self._picture = _Picture(appearance)
        self._name = ElidedLabel("", "control")
        self._facts = ElidedLabel("", "faint")
        self._inline: Button | None = None
        self._remove = remove = IconButton(appearance, "cross", f"Remove {item.part.name or 'the image'}")
        remove.setObjectName("removeAttachment")
        remove.setCursor(Qt.CursorShape.ArrowCursor)
        remove.clicked.connect(self.removed)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch()
        words.addWidget(self._name)
        words.addLayout(self._second_line(item))
        words.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 5, 4, 5)
        layout.setSpacing(8)
        layout.addWidget(self._picture)
        layout.addLayout(words, 1)
        layout.addWidget(remove)
        self.show_item(item)
        appearance.changed.connect(self._fit)
        self._fit()

    @property
    def stops(self) -> list[QWidget]:
        """Where the tabulator key stops, in order."""
        return [self, *([self._inline] if self._inline is not None else []), self._remove]

    def show_item(self, item: Attached) -> None:
        """Shows what is known of it now."""
        name = item.part.name or "Image"
        size = size_text(item.size) if item.size else ""
        hint = first_line(item.part.text) if isinstance(item.part, FilePart) and item.is_pasted else ""
        facts = " · ".join(filter(None, (size, item.note, hint)))
        self._name.setText(name)
        self._facts.setText(facts)
        self._picture.show_item(item)
        self.setAccessibleName(f"Attached: {name}, {facts}" if facts else f"Attached: {name}")
        self.setToolTip("\n".join(filter(None, (name, size, item.note, hint))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    def _fit(self) -> None:
        """As wide as its text is large."""
        self.setFixedWidth(round(self._width * self._appearance.font_size / DEFAULT_FONT_SIZE))

    def _second_line(self, item: Attached) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self._facts, 1)
        if item.is_pasted:
            self._inline = inline = Button("Put it inline", "link")
            inline.setObjectName("inlineAttachment")
            inline.setAccessibleName(f"Put {item.part.name} inline")
            inline.clicked.connect(self.inlined)
            line.addWidget(inline)
        return line


class _Picture(QWidget):
    """A thumbnail; for text its name's ending, for an image that is not read yet a blank."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._item: Attached | None = None
        self.setFixedSize(_PICTURE, _PICTURE)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(_PICTURE, _PICTURE)

    def show_item(self, item: Attached) -> None:
        self._item = item
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        painter.fillPath(shape, QColor(theme.user))
        if self._item is not None and self._item.thumbnail is not None:
            painter.setClipPath(shape)
            painter.drawImage(self.rect(), self._item.thumbnail)
        elif self._item is not None and isinstance(self._item.part, FilePart):
            side = (_PICTURE - GRID) // 2
            painter.drawPixmap(side, side, pixmap("file", theme.muted, GRID, self.devicePixelRatioF()))
