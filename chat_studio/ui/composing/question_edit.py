"""The field in which a question is written."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

_LONGEST_LINE = 4_000
_PIECE = 2_000
_SOFT_BREAK = "\u2063\n"


class QuestionEdit(QPlainTextEdit):
    """Plain text that grows with its lines. Enter submits, Shift+Enter breaks the line.

    Qt lays a paragraph out as a whole: a pasted line of a megabyte takes 20 s, and again after every key. Long lines
    are therefore held in pieces; `text` and the clipboard never see the seams (an invisible character and a break).

    Signals:
        submitted(): Enter was pressed, outside of an input method's composition.
        focus_changed(bool): the field got or lost the keyboard.
    """

    submitted = Signal()
    focus_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._composing = False
        self.setObjectName("composer")
        self.setAccessibleName("Message")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)

    @property
    def text(self) -> str:
        return self.toPlainText().replace(_SOFT_BREAK, "")

    def set_text(self, text: str) -> None:
        """Replaces everything; the cursor goes to the end. Undo goes back no further than this."""
        self.setPlainText(_in_pieces(text))
        self.moveCursor(self.textCursor().MoveOperation.End)

    def wanted_height(self) -> int:
        """Pixels for all lines (QPlainTextEdit counts its document's height in lines)."""
        lines = max(1, round(self.document().size().height()))
        return lines * self.fontMetrics().lineSpacing() + 4

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(_in_pieces(source.text()))

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(self.textCursor().selection().toPlainText().replace(_SOFT_BREAK, ""))
        return data

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            undo = event.matches(QKeySequence.StandardKey.Undo)
            if undo and not self.document().isUndoAvailable():
                return False  # then Ctrl+Z is for whatever else can be undone
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not self._composing:
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)


def _in_pieces(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) <= _LONGEST_LINE:
        return text
    return "\n".join(_SOFT_BREAK.join(_pieces(line)) for line in text.split("\n"))


def _pieces(line: str) -> list[str]:
    if len(line) <= _LONGEST_LINE:
        return [line]
    return [line[start : start + _PIECE] for start in range(0, len(line), _PIECE)]
