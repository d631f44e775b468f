"""Where a file is dropped that is to be imported, and what else takes such files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.composing.pasting import local_files
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label

SUFFIXES = (".json", ".zip")
_RADIUS = 8


def dropped_file(data: QMimeData) -> Path | None:
    """The one file that is dropped, if it may be one of conversations."""
    files = local_files(data)
    return files[0] if len(files) == 1 and files[0].suffix.lower() in SUFFIXES else None


class Drops(QObject):
    """Takes such files for a part of the window, wherever in it they are dropped."""

    def __init__(self, area: QWidget, take: Callable[[Path], object]) -> None:
        super().__init__(area)
        self._take = take
        area.setAcceptDrops(True)
        area.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragMoveEvent) and dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()
            return True
        if event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            file = dropped_file(event.mimeData())
            if file is not None:
                event.setDropAction(Qt.DropAction.CopyAction)
                event.accept()
                self._take(file)
                return True
        return super().eventFilter(watched, event)


class DropField(QFrame):
    """A dashed frame that says what to drop, with a button that chooses a file instead.

    Signals:
        choose_requested(): the button.
    """

    choose_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.button = Button("Choose a file…")
        self.button.setObjectName("chooseImportButton")
        self.button.clicked.connect(self.choose_requested)
        words = Label("Drop a file here", "strong")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 32, 24, 32)
        layout.setSpacing(12)
        layout.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        appearance.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._appearance.theme.faint), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
