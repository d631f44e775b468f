"""The field in which a question is written."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

_LONGEST_LINE = 4_000
_PIECE = 2_000
_SOFT_BREAK = "\u2063\n"


class Taker(Protocol):
    """Takes what is pasted or dropped and does not become text of the field."""

    def take(self, data: QMimeData) -> bool:
        """Whether it was taken."""

    @property
    def can_undo(self) -> bool:
        """Whether the last thing that happened to the field is one that `undo` undoes."""

    def undo(self) -> None: ...


class QuestionEdit(QPlainTextEdit):
    """Plain text that grows with its lines. Enter submits, Shift+Enter breaks the line. `taker` is asked first about
    what is pasted.

    Qt lays a paragraph out as a whole: a pasted line of a megabyte takes 20 s, and again after every key. Long lines
    are therefore held in pieces; `text` and the clipboard never see the seams (an invisible character and a break).

    Signals:
        submitted(): Enter was pressed, outside of an input method's composition.
        focus_changed(bool): the field got or lost the keyboard.
        recalled(): Up was pressed in an empty field.
    """

    submitted = Signal()
    focus_changed = Signal(bool)
    recalled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._composing = False
        self.taker: Taker | None = None
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

    def insert_text(self, text: str) -> None:
        """Puts a text of any length where the cursor is, as one step of undo."""
        self.insertPlainText(_in_pieces(text))

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or (self.taker is not None and (source.hasUrls() or source.hasImage()))

    def insertFromMimeData(self, source: QMimeData) -> None:
        if self.taker is None or not self.taker.take(source):
            self.insert_text(source.text())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if self.taker is not None and (data.hasUrls() or data.hasImage()):
            event.ignore()  # files are for the whole conversation's area
        else:
            super().dragEnterEvent(event)

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
            if undo and not self.document().isUndoAvailable() and not self._taker_can_undo:
                return False  # then Ctrl+Z is for whatever else can be undone
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not self._composing:
            self.submitted.emit()
        elif event.key() == Qt.Key.Key_Up and self.document().isEmpty() and not self._composing:
            self.recalled.emit()
        elif self.taker is not None and self._taker_can_undo and event.matches(QKeySequence.StandardKey.Undo):
            self.taker.undo()
        else:
            super().keyPressEvent(event)

    @property
    def _taker_can_undo(self) -> bool:
        return self.taker is not None and self.taker.can_undo

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
