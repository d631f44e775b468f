"""The line above an answer: who speaks, through which connection, when."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Role
from chat_studio.ui.transcript.figures import moment_text
from chat_studio.ui.transcript.style import TextStyle

GAP = 8


class AnswerHeading(QWidget):
    """The model in bold, the rest small and faint. Painted: a label that lays rich text out costs a tenth of a page."""

    def __init__(self, style: TextStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("answerHeading")
        self._style = style
        self._bold = QFont(style.font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._small = QFont(style.font)
        self._small.setPixelSize(max(style.font.pixelSize() - 3, 9))
        self.speaker = ""
        self.meta = ""
        self.resize(self.width(), QFontMetrics(self._bold).height())

    def text(self) -> str:
        return f"{self.speaker} {self.meta}"

    def show_record(self, record: MessageRecord) -> None:
        name = "Result of a tool" if record.message.role is Role.TOOL else record.model or record.connection_name
        when = "now" if record.state is MessageState.STREAMING else moment_text(record.created_at)
        self.speaker = name.rpartition("/")[2] or name or "Answer"
        self.meta = " · ".join(part for part in (record.connection_name, when) if part)
        self.setToolTip(name if name != self.speaker else "")
        self.setAccessibleName(f"{self.speaker}, {self.meta}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setFont(self._bold)
        painter.setPen(self._style.color)
        metrics = painter.fontMetrics()
        speaker = metrics.elidedText(self.speaker, Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(0, metrics.ascent(), speaker)
        left, baseline = metrics.horizontalAdvance(speaker) + GAP, metrics.ascent()
        painter.setFont(self._small)
        painter.setPen(QColor(self._style.theme.faint))
        metrics = painter.fontMetrics()
        meta = metrics.elidedText(self.meta, Qt.TextElideMode.ElideRight, max(self.width() - left, 0))
        room = QRectF(left, baseline - metrics.ascent(), self.width() - left, metrics.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft, meta)
