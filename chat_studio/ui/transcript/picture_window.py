"""One picture, as large as there is room for it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QWidget

from chat_studio.ui.transcript.pictures import Picture

MARGIN = 16
SMALLEST = QSize(240, 180)


class PictureWindow(QDialog):
    """Shows a picture until it is closed; Escape closes it. It is painted in its own size, or smaller to fit."""

    def __init__(self, picture: Picture, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pictureWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(name)
        self.setAccessibleName(f"Image {name}")
        self._picture = picture
        self.setMinimumSize(SMALLEST)
        most = self.screen().availableSize() * 0.8
        wanted = picture.fitted(most.width() - 2 * MARGIN, most.height() - 2 * MARGIN).toSize()
        self.resize((wanted + QSize(2 * MARGIN, 2 * MARGIN)).expandedTo(SMALLEST))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        size = self._picture.fitted(self.width() - 2 * MARGIN, self.height() - 2 * MARGIN)
        corner = QPointF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._picture.paint(painter, QRectF(corner, size), radius=0)
