"""The line under an answer: its figures, its versions, and on hover what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from chat_studio.ui.transcript.message_actions import ActionBar, SmallButton
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.versions import VersionSwitcher

GAP = 8


class AnswerFooter(QWidget):
    """Paints the figures to the left; the switcher and the buttons, which are its children, stand to the right."""

    def __init__(self, style: TextStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("answerFigures")
        self._style = style
        self._small = QFont(style.font)
        self._small.setPixelSize(max(style.font.pixelSize() - 2, 9))
        self._figures = ""
        self._room = 0
        self.wanted_height = max(SmallButton.SIDE, QFontMetrics(self._small).height())

    def text(self) -> str:
        return self._figures

    def show_figures(self, text: str) -> None:
        self._figures = text
        self.setAccessibleName(text)
        self.arrange()

    def arrange(self) -> None:
        """Puts what is visible to the right, buttons last, as many as leave room for the figures."""
        right = self.width()
        top = (self.height() - SmallButton.SIDE) // 2
        bar = self.findChild(ActionBar)
        switcher = self.findChild(VersionSwitcher)
        if bar is not None and not bar.isHidden():
            beside = switcher.width() + GAP if switcher is not None and not switcher.isHidden() else 0
            right -= bar.wide_for(right - beside) - (SmallButton.SIDE - 16) // 2
            bar.move(right, top)
            right -= GAP // 2
        if switcher is not None and not switcher.isHidden():
            right -= switcher.width()
            switcher.move(right, top)
        self._room = right - GAP
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setFont(self._small)
        painter.setPen(QColor(self._style.theme.faint))
        shown = painter.fontMetrics().elidedText(self._figures, Qt.TextElideMode.ElideRight, self._room)
        painter.drawText(QRect(0, 0, self._room, self.height()), Qt.AlignmentFlag.AlignVCenter, shown)
