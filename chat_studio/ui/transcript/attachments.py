"""What goes with a question: images as thumbnails, files as chips that open."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from chat_studio.errors import StudioError
from chat_studio.messages import FilePart, ImagePart, Part
from chat_studio.ui.aio import loop_runs, spawn
from chat_studio.ui.icons import GRID, pixmap
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.picture_window import PictureWindow
from chat_studio.ui.transcript.pictures import BROKEN, Picture, decoded
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface

GAP = 8
THUMBNAIL = QSize(116, 84)
WIDEST_NAME = 240
RADIUS = 8


class Attachments(QWidget):
    """Places the attachments in lines; below them stands the text of the file that is open.

    Signals:
        grew(): another height is wanted.
        made(FlowSurface): text can be selected in there.
    """

    grew = Signal()
    made = Signal(object)

    def __init__(self, parts: Sequence[Part], host: MessageHost, style: TextStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._items: list[Thumbnail | FileChip] = []
        self._open: FileChip | None = None
        self._surface: FlowSurface | None = None
        self.used_width = 0
        for part in parts:
            if isinstance(part, ImagePart):
                self._items.append(Thumbnail(part, host, style, self))
            elif isinstance(part, FilePart):
                chip = FileChip(part, style, self)
                chip.clicked.connect(lambda _=False, chip=chip: self._turn(chip))
                self._items.append(chip)

    def place(self, width: int) -> int:
        """Lays everything out for a width; returns the height."""
        x = y = line = 0
        self.used_width = 0
        for item in self._items:
            if x and x + item.width() > width:
                x, y, line = 0, y + line + GAP, 0
            item.move(x, y)
            x += item.width() + GAP
            line = max(line, item.height())
            self.used_width = max(self.used_width, x - GAP)
        height = y + line
        if self._surface is not None:
            self.used_width = width
            self._surface.set_width(width)
            self._surface.move(0, height + GAP)
            height += GAP + self._surface.wanted_height
        self.resize(width, height)
        return height

    def _turn(self, chip: FileChip) -> None:
        """Opens the text of a file, or folds it."""
        was = self._open
        if self._surface is not None:
            self._surface.hide()
            self._surface.setParent(None)
            self._surface.deleteLater()
            self._surface = self._open = None
        if was is not None:
            was.show_open(False)
        if chip is not was:
            self._open = chip
            chip.show_open(True)
            flow = MarkdownFlow(self._style, self.width())
            flow.append_literal(chip.part.text)
            self._surface = FlowSurface(flow, self)
            self._surface.grew.connect(self.grew)
            self.made.emit(self._surface)
            self._surface.show()
        self.grew.emit()


class Thumbnail(QAbstractButton):
    """A small image; a click shows it large. It is read and decoded beside the loop."""

    def __init__(self, part: ImagePart, host: MessageHost, style: TextStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("thumbnail")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(f"Image {part.name}".strip())
        self.setToolTip(part.name or "Image")
        self.resize(THUMBNAIL)
        self._part = part
        self._host = host
        self._style = style
        self._picture: Picture | None = None
        self._words = "Loading…"
        if part.url and not (part.data or part.blob):
            self._words = "Image on a server"
        elif loop_runs():
            spawn(self._load(), self, "thumbnail")
        self.clicked.connect(self._show_large)

    @property
    def is_loaded(self) -> bool:
        return self._picture is not None

    async def _load(self) -> None:
        try:
            data = await self._host.image(self._part)
        except StudioError as error:
            self._words = error.message
        else:
            image = await asyncio.to_thread(decoded, data)
            self._picture = Picture(image, data) if image is not None else None
            self._words = BROKEN
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.update()

    def _show_large(self) -> None:
        if self._picture is not None:
            PictureWindow(self._picture, self._part.name or "Image", self.window()).show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        _click_by_enter(self, event) or super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        if self._picture is not None:
            self._picture.paint(painter, rect, radius=RADIUS)
        painter.setPen(QPen(QColor(self._style.theme.accent if self.hasFocus() else self._style.theme.line), 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        if self._picture is None:
            painter.setFont(_small(self._style))
            painter.setPen(QColor(self._style.theme.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(6, 4, -6, -4), flags, self._words)


class FileChip(QAbstractButton):
    """A file's name and size; a click shows its text."""

    def __init__(self, part: FilePart, style: TextStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("fileChip")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.part = part
        self._style = style
        self._size = size_text(len(part.text.encode(errors="replace")))
        metrics = QFontMetrics(_small(style))
        self._name = metrics.elidedText(part.name, Qt.TextElideMode.ElideMiddle, WIDEST_NAME)
        words = metrics.horizontalAdvance(self._name) + 6 + metrics.horizontalAdvance(self._size)
        self.resize(10 + GRID + 6 + words + 12, metrics.height() + 14)
        self.show_open(False)

    def show_open(self, is_open: bool) -> None:
        state = "shown" if is_open else "folded"
        self.setAccessibleName(f"File {self.part.name}, {self._size}, {state}")
        self.setToolTip(f"Hide the text of {self.part.name}" if is_open else f"Show the text of {self.part.name}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        _click_by_enter(self, event) or super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._style.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.accent if self.hasFocus() else theme.line), 1))
        painter.setBrush(QColor(theme.bg))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        image = pixmap("file", theme.muted, GRID, self.devicePixelRatioF())
        painter.drawPixmap(10, (self.height() - GRID) // 2, image)
        painter.setFont(_small(self._style))
        room = QRect(10 + GRID + 6, 0, self.width(), self.height())
        painter.setPen(QColor(theme.text))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._name)
        room.setLeft(room.left() + painter.fontMetrics().horizontalAdvance(self._name) + 6)
        painter.setPen(QColor(theme.faint))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._size)


def size_text(size: int) -> str:
    """Bytes as “812 B”, “12 kB”, “3.4 MB”."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.0f} kB" if size < 999_500 else f"{size / 1_000_000:.1f} MB"


def _click_by_enter(button: QAbstractButton, event: QKeyEvent) -> bool:
    if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        button.click()
        return True
    return False


def _small(style: TextStyle) -> QFont:
    font = QFont(style.font)
    font.setPixelSize(max(font.pixelSize() - 2, 9))
    return font
