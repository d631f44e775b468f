"""Files can be dropped anywhere on the conversation."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.composing.pasting import Pasting, local_files

_INSET = 8
_RADIUS = 12


class DropArea(QObject):
    """Watches a part of the window for files that are dragged over it, and covers it with a veil that says so."""

    def __init__(self, area: QWidget, appearance: Appearance, pasting: Pasting) -> None:
        super().__init__(area)
        self.veil = DropVeil(area, appearance, pasting)
        area.setAcceptDrops(True)
        area.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent) and can_drop(event.mimeData()):
            event.acceptProposedAction()
            self.veil.cover()
            return True
        if event.type() == QEvent.Type.DragLeave:
            # the veil that has come under the pointer takes over, unless the pointer has left at once
            QTimer.singleShot(0, self.veil, self.veil.hide_unless_entered)
        elif event.type() == QEvent.Type.Drop:
            self.veil.dropEvent(event)  # type: ignore[arg-type]
            return True
        return False


class DropVeil(QWidget):
    """Lies over the conversation while files are above it, and takes them."""

    def __init__(self, area: QWidget, appearance: Appearance, pasting: Pasting) -> None:
        super().__init__(area)
        self._area = area
        self.setObjectName("dropVeil")
        self.setAccessibleName("Drop images and text files here")
        self.setAcceptDrops(True)
        self._appearance = appearance
        self._pasting = pasting
        self._entered = False
        self.hide()

    def cover(self) -> None:
        self._entered = False
        self.setGeometry(self._area.rect())
        self.raise_()
        self.show()

    def hide_unless_entered(self) -> None:
        if not self._entered:
            self.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if can_drop(event.mimeData()):
            self._entered = True
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        del event
        self._entered = False
        self.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._entered = False
        self.hide()
        if self._pasting.take(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(theme.bg)
        veil.setAlphaF(0.86)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(theme.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET), _RADIUS, _RADIUS)
        painter.setPen(QColor(theme.text))
        painter.setFont(self._appearance.body_font())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.accessibleName())


def can_drop(data: QMimeData) -> bool:
    """Whether there are files or a picture to be attached."""
    return bool(local_files(data)) or (data.hasImage() and not data.hasText())
