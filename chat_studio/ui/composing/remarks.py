"""What is to be said about the question that is being written: one line each, where it is written."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import GRID, pixmap
from chat_studio.ui.notices import Action
from chat_studio.ui.widgets.buttons import Button, IconButton
from chat_studio.ui.widgets.labels import Label

MOST = 4
"""Remarks that are shown at once."""


class Remarks(QWidget):
    """The newest last; each stays until it is dismissed, or what it is about is over. The oldest wait when there are
    many."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("composerRemarks")
        self._appearance = appearance
        self._lines: dict[str, Remark] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 4)
        self._column.setSpacing(0)
        self._more = Label("", "faint")
        self._more.setObjectName("moreRemarks")
        self._column.addWidget(self._more)
        self.hide()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(line.text for line in self._lines.values())

    def tell(self, text: str, *, about: str = "", is_warning: bool = False, action: Action | None = None) -> None:
        """Says something, once; instead of what was said `about` the same thing before."""
        self.take_back(about or text)
        line = Remark(self._appearance, text, is_warning=is_warning, action=action)
        line.dismissed.connect(lambda: self.take_back(about or text))
        self._lines[about or text] = line
        self._column.addWidget(line)
        self._show_newest()

    def take_back(self, about: str) -> None:
        """Removes what was said about something."""
        line = self._lines.pop(about, None)
        if line is not None:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._show_newest()

    def clear(self) -> None:
        """Another question is written now."""
        for about in list(self._lines):
            self.take_back(about)

    def _show_newest(self) -> None:
        waiting = max(len(self._lines) - MOST, 0)
        for number, line in enumerate(self._lines.values()):
            line.setVisible(number >= waiting)
        self._more.setText(f"{waiting} more come when these are dismissed")
        self._more.setVisible(waiting > 0)
        self.setVisible(bool(self._lines))


class Remark(QWidget):
    """A sentence, what can be done about it, and a button to dismiss it.

    Signals:
        dismissed(): the user has read it, or has done something about it.
    """

    dismissed = Signal()

    def __init__(self, appearance: Appearance, text: str, *, is_warning: bool, action: Action | None) -> None:
        super().__init__()
        self.setAccessibleName(text)
        self.text = text
        self._appearance = appearance
        self._is_warning = is_warning
        self._mark = QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(Label(text, "small", wrap=True), 1)
        if action is not None:
            button = Button(action.label, "link")
            button.clicked.connect(action.react)
            button.clicked.connect(self.dismissed)
            layout.addWidget(button)
        close = IconButton(appearance, "cross", "Dismiss")
        close.clicked.connect(self.dismissed)
        layout.addWidget(close)
        appearance.changed.connect(self._paint_mark)
        self._paint_mark()

    def _paint_mark(self) -> None:
        theme = self._appearance.theme
        name, color = ("warning", theme.warn) if self._is_warning else ("info", theme.muted)
        self._mark.setPixmap(pixmap(name, color, GRID, self.devicePixelRatioF()))
