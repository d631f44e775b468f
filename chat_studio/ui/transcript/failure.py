"""An error where it arose: what happened, what to do next, and the server's own words on demand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chat_studio.history.records import ErrorRecord


class FailurePanel(QWidget):
    """Shows one error; the widget that holds it gives it a width by `fit`.

    Signals:
        retry_requested: ask the same question again.
        grew: the height wanted changed.
    """

    retry_requested = Signal()
    grew = Signal()

    def __init__(self, error: ErrorRecord, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("failurePanel")
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 0, 4)
        column.setSpacing(4)
        column.addWidget(_text(error.message, "failureMessage"))
        if error.hint:
            column.addWidget(_text(error.hint, "failureHint"))
        self._detail = _text(error.detail, "failureDetail")
        self._detail.hide()
        column.addWidget(self._detail)
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(8)
        retry = QPushButton("Try again")
        retry.setObjectName("retryButton")
        retry.clicked.connect(self.retry_requested)
        row.addWidget(retry)
        if error.detail:
            self._toggle = QPushButton("Server’s own words")
            self._toggle.setObjectName("failureDetailButton")
            self._toggle.setCheckable(True)
            self._toggle.toggled.connect(self._show_detail)
            row.addWidget(self._toggle)
        row.addStretch()
        column.addLayout(row)

    def fit(self, width: int) -> None:
        """Takes the width, and the height that its text needs there."""
        self.resize(width, self._column.totalHeightForWidth(width))

    def _show_detail(self, shown: bool) -> None:
        self._detail.setVisible(shown)
        self.grew.emit()


def _text(text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
