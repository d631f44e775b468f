"""A question: plain text in a quiet bubble to the right, with what is attached."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from chat_studio.history.records import MessageRecord
from chat_studio.messages import FilePart, ImagePart
from chat_studio.ui.transcript.attachments import Attachments
from chat_studio.ui.transcript.deeds import Deed
from chat_studio.ui.transcript.figures import moment_text
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.message_actions import SmallButton
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.widgets.buttons import Button

PADDING_X, PADDING_Y = 14, 9
RADIUS = 13
GAP = 8
WIDEST = 0.82
"""Of the column."""
FOLD_LINES, FOLD_CHARACTERS = 30, 3000
"""A longer question is folded: laying out a pasted megabyte would hold up the window."""


class QuestionWidget(MessageWidget):
    """The user's words exactly as typed: no Markdown is read into them. What can be done stands beside the bubble, so
    that it takes no room below it."""

    BAR = (Deed.COPY, Deed.EDIT)
    VERB = "Send"

    def __init__(self, record: MessageRecord, host: MessageHost, style: TextStyle, width: int, parent: QWidget) -> None:
        super().__init__(record, host, parent)
        self._style = style
        self._text = record.message.text
        self._bubble = QRectF()
        self._time = ""
        self._unfold_button: Button | None = None
        self._attachments: Attachments | None = None
        if any(isinstance(part, ImagePart | FilePart) for part in record.message.parts):
            self._attachments = Attachments(record.message.parts, host, style, self)
            self._attachments.grew.connect(self._fit)
            self._attachments.made.connect(self._adopt)
        shown = _folded(self._text)
        self._surface = self._make_surface(shown, width)
        if shown != self._text:
            self._add_unfold_button()
        self.setAccessibleName(f"You, {moment_text(record.created_at)}: {self._text[:FOLD_CHARACTERS]}")
        self.resize(width, 1)
        self.set_width(width)
        self._look()

    @property
    def surface(self) -> FlowSurface:
        return self._surface

    @property
    def time(self) -> str:
        """What is told of the time at the moment: it shows with the buttons."""
        return self._time

    def set_width(self, width: int) -> None:
        self._surface.set_width(self._inner(width))
        self.resize(width, self._lay_out(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._editor is not None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._time and self._bar is not None:
            font = QFont(self._style.font)
            font.setPixelSize(max(font.pixelSize() - 3, 9))
            painter.setFont(font)
            painter.setPen(QColor(self._style.theme.faint))
            room = self._bar.geometry().translated(-GAP, 0)
            room.setLeft(0)
            if painter.fontMetrics().horizontalAdvance(self._time) < self._bar.x() - GAP:
                flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(room.adjusted(0, 0, -self._bar.width(), 0), flags, self._time)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._style.theme.user))
        painter.drawRoundedRect(self._bubble, RADIUS, RADIUS)

    # -- parts -------------------------------------------------------------------------------------------

    def _make_surface(self, text: str, width: int) -> FlowSurface:
        flow = MarkdownFlow(self._style, self._inner(width))
        flow.append_literal(text)
        surface = self._adopt(FlowSurface(flow, self))
        surface.setVisible(bool(text))
        surface.grew.connect(self._fit)
        return surface

    def _add_unfold_button(self) -> None:
        lines = self._text.count("\n") + 1
        label = f"Show all {lines:,} lines" if lines > 1 else f"Show all {len(self._text):,} characters"
        self._unfold_button = Button(label, "link", self)
        self._unfold_button.setObjectName("unfoldButton")
        self._unfold_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._unfold_button.clicked.connect(self._unfold)

    def show_whole(self) -> None:
        """Unfolds the text, since something in it is looked for."""
        if self._unfold_button:
            self._unfold()

    def _unfold(self) -> None:
        if self._unfold_button:
            self._unfold_button.deleteLater()
            self._unfold_button = None
        self._surface.hide()
        self._surface.setParent(None)
        self._surface.deleteLater()
        self._surface = self._make_surface(self._text, self.width())
        self._fit()

    def _look(self) -> None:
        super()._look()
        for part in filter(None, (self._surface, self._attachments, self._unfold_button)):
            part.setVisible(self._editor is None and (part is not self._surface or bool(self._text)))
        self.update()

    def show_actions(self, shown: bool) -> None:
        self._time = moment_text(self.record.created_at) if shown and self._editor is None else ""
        super().show_actions(shown)
        self.update()

    # -- placing -----------------------------------------------------------------------------------------

    @staticmethod
    def _inner(width: int) -> int:
        """How wide the text may be in a column of this width."""
        return int(width * WIDEST) - 2 * PADDING_X

    def _fit(self) -> None:
        height = self._lay_out(self.width())
        if height != self.height():
            self.grew.emit(height)
        self.resize(self.width(), height)

    def _lay_out(self, width: int) -> int:
        """Places everything for a column of this width; returns the height."""
        if self._editor is not None:
            wide, height = int(width * WIDEST), self._editor.wanted_height
            self._editor.setGeometry(width - wide, 0, wide, height)
            return height
        inner = self._inner(width)
        used = min(inner, max(round(self._surface.flow.used_width()) + 1, 24)) if self._text else 0
        y = PADDING_Y
        parts: list[tuple[QWidget, int]] = []
        if self._text:
            parts.append((self._surface, self._surface.wanted_height))
            self._surface.resize(used, self._surface.wanted_height)
        if self._unfold_button:
            self._unfold_button.adjustSize()
            parts.append((self._unfold_button, self._unfold_button.height()))
        if self._attachments:
            height = self._attachments.place(inner)
            used = max(used, self._attachments.used_width)
            parts.append((self._attachments, height))
        left = width - used - PADDING_X
        for number, (part, height) in enumerate(parts):
            y += GAP if number else 0
            part.move(left - (4 if part is self._unfold_button else 0), y)
            y += height
        self._bubble = QRectF(left - PADDING_X, 0, used + 2 * PADDING_X, y + PADDING_Y)
        self.update()
        return round(self._bubble.height()) + self._below_bubble()

    def _below_bubble(self) -> int:
        """Where there is no room beside the bubble, the switcher stands below it."""
        if self._switcher is None or self._switcher.isHidden():
            return 0
        room = self._bubble.left() - GAP - SmallButton.SIDE
        return SmallButton.SIDE + 4 if room < self._switcher.width() else 0

    def _arrange_chrome(self) -> None:
        self._fit()
        below = self._below_bubble()
        bottom = self._bubble.bottom()
        y = round(bottom + 4 if below else bottom - (min(self._bubble.height(), 40) + SmallButton.SIDE) / 2)
        right = self.width() if below else round(self._bubble.left()) - GAP
        if self._switcher is not None and not self._switcher.isHidden():
            right -= self._switcher.width()
            self._switcher.move(right, y)
        if self._bar is not None and not self._bar.isHidden():
            right -= self._bar.wide_for(right)
            self._bar.move(max(right, 0), y)


def _folded(text: str) -> str:
    lines = text[: FOLD_CHARACTERS + 1].split("\n")
    if len(lines) <= FOLD_LINES and len(text) <= FOLD_CHARACTERS:
        return text
    return "\n".join(lines[:FOLD_LINES])[:FOLD_CHARACTERS] + " …"
