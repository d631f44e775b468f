"""A question: plain text in a quiet bubble to the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from chat_studio.history.records import MessageRecord
from chat_studio.messages import FilePart, ImagePart
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.widgets.buttons import Button

PADDING_X, PADDING_Y = 14, 9
RADIUS = 13
WIDEST = 0.82
"""Of the column."""
FOLD_LINES, FOLD_CHARACTERS = 30, 3000
"""A longer question is folded: laying out a pasted megabyte would hold up the window."""


class QuestionWidget(MessageWidget):
    """The user's words exactly as typed: no Markdown is read into them."""

    def __init__(self, record: MessageRecord, style: TextStyle, width: int, parent: QWidget) -> None:
        super().__init__(record, parent)
        self._style = style
        self._text = record.message.text
        self._bubble = QRectF()
        self._unfold_button: Button | None = None
        shown = _folded(self._text)
        self._surface = self._make_surface(shown, width)
        if shown != self._text:
            self._add_unfold_button()
        self._attachments = _attachments(record)
        self.setAccessibleName(f"You: {self._text[:FOLD_CHARACTERS]}")
        self.set_width(width)

    @property
    def surface(self) -> FlowSurface:
        return self._surface

    def set_width(self, width: int) -> None:
        inner = int(width * WIDEST) - 2 * PADDING_X
        self._surface.set_width(inner)
        used = min(inner, max(round(self._surface.flow.used_width()) + 1, 24))
        below = self._unfold_button.sizeHint().height() + 4 if self._unfold_button else 0
        caption = 22 if self._attachments else 0
        height = self._surface.height() + below + caption + 2 * PADDING_Y
        wide = max(used, self._caption_width() if caption else 0)
        self._bubble = QRectF(width - wide - 2 * PADDING_X, 0, wide + 2 * PADDING_X, height)
        self._surface.setGeometry(int(self._bubble.left()) + PADDING_X, PADDING_Y, used, self._surface.height())
        if self._unfold_button:
            self._unfold_button.adjustSize()
            self._unfold_button.move(self._surface.x() - 4, self._surface.geometry().bottom() + 4)
        self.resize(width, round(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._style.theme.user))
        painter.drawRoundedRect(self._bubble, RADIUS, RADIUS)
        if self._attachments:
            painter.setPen(QColor(self._style.theme.muted))
            painter.setFont(self._style.font)
            area = self._bubble.adjusted(PADDING_X, 0, -PADDING_X, -PADDING_Y)
            painter.drawText(area, Qt.AlignmentFlag.AlignBottom, self._attachments)

    def _make_surface(self, text: str, width: int) -> FlowSurface:
        flow = MarkdownFlow(self._style, width)
        flow.append_literal(text)
        surface = self._adopt(FlowSurface(flow, self))
        surface.show()
        return surface

    def _add_unfold_button(self) -> None:
        lines = self._text.count("\n") + 1
        label = f"Show all {lines:,} lines" if lines > 1 else f"Show all {len(self._text):,} characters"
        self._unfold_button = Button(label, "link", self)
        self._unfold_button.setObjectName("unfoldButton")
        self._unfold_button.clicked.connect(self._unfold)

    def show_whole(self) -> None:
        """Unfolds the text, since something in it is looked for."""
        if self._unfold_button:
            self._unfold()

    def _unfold(self) -> None:
        if self._unfold_button:
            self._unfold_button.deleteLater()
            self._unfold_button = None
        self._surface.deleteLater()
        self._surface = self._make_surface(self._text, self.width())
        self.set_width(self.width())
        self.grew.emit(self.height())

    def _caption_width(self) -> int:
        return self.fontMetrics().horizontalAdvance(self._attachments) + 8


def _folded(text: str) -> str:
    lines = text[: FOLD_CHARACTERS + 1].split("\n")
    if len(lines) <= FOLD_LINES and len(text) <= FOLD_CHARACTERS:
        return text
    return "\n".join(lines[:FOLD_LINES])[:FOLD_CHARACTERS] + " …"


def _attachments(record: MessageRecord) -> str:
    names = [part.name or "image" for part in record.message.parts if isinstance(part, ImagePart | FilePart)]
    return f"Attached: {', '.join(names)}" if names else ""
