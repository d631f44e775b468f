"""The line above an answer: who speaks, through which connection, when."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from chat_studio.history.records import MessageRecord
from chat_studio.ui.transcript.figures import moment_text
from chat_studio.ui.transcript.style import TextStyle


class AnswerHeading(QLabel):
    """The model in bold, the rest small and faint."""

    def __init__(self, style: TextStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setFont(style.font)

    def show_record(self, record: MessageRecord) -> None:
        speaker = record.model or record.connection_name or "Answer"
        meta = " · ".join(part for part in (record.connection_name, moment_text(record.created_at)) if part)
        small = self._style.font.pixelSize() - 3
        self.setText(
            f"<span style='font-weight:600'>{escape(speaker)}</span>&nbsp;&nbsp;"
            f"<span style='color:{self._style.theme.faint};font-size:{small}px'>{escape(meta)}</span>"
        )
        self.adjustSize()
