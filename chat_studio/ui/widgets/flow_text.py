"""Text that is only read, selectable, and as high as it is; words of any length are broken rather than cut."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QTextCharFormat, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit

from chat_studio.ui.widgets.code_pieces import code_pieces
from chat_studio.ui.widgets.labels import TextRole

_USUAL_WIDTH = 240


class FlowText(QTextEdit):
    """Text in a role of the type scale. Beyond `most_lines`, 0 for any number, it scrolls."""

    def __init__(self, label: str, role: TextRole = "small", most_lines: int = 0) -> None:
        """`label` is its accessible name."""
        super().__init__()
        self._most_lines = most_lines
        self.setAccessibleName(label)
        self.setProperty("flow", role)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        bar = Qt.ScrollBarPolicy
        self.setHorizontalScrollBarPolicy(bar.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(bar.ScrollBarAsNeeded if most_lines else bar.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def text(self) -> str:
        return self.toPlainText()

    def set_text(self, text: str, code: QFont | None = None) -> None:
        """Shows `text`; what stands in it between backticks in the font `code`, if that is given."""
        pieces = list(code_pieces(text)) if code else [(text, False)]
        if "".join(piece for piece, _ in pieces) == self.toPlainText():
            return
        self.clear()
        cursor = self.textCursor()
        plain, fixed = QTextCharFormat(), QTextCharFormat()
        if code:
            fixed.setFontFamilies(code.families())
        for piece, is_code in pieces:
            cursor.insertText(piece, fixed if is_code else plain)
        self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        laid_out = self.document().clone()
        laid_out.setDefaultFont(self.font())
        laid_out.setTextWidth(width)
        height = round(laid_out.size().height())
        most = self._most_lines * self.fontMetrics().lineSpacing()
        return min(height, most) if most else height

    def sizeHint(self) -> QSize:
        return QSize(_USUAL_WIDTH, self.heightForWidth(_USUAL_WIDTH))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.fontMetrics().lineSpacing())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """What need not scroll leaves the wheel to what is around it."""
        if self.verticalScrollBar().maximum() > 0:
            super().wheelEvent(event)
        else:
            event.ignore()
