"""The questions that wait for the running answer to end."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from chat_studio.history.desks import Queue
from chat_studio.messages import FilePart, ImagePart, Part, TextPart
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.composing.parts import first_line
from chat_studio.ui.widgets.buttons import Button, IconButton
from chat_studio.ui.widgets.labels import ElidedLabel

_SHOWN = 4
"""Questions that are seen at once; more scroll."""
_ROW = IconButton.SIDE


class QueueList(QFrame):
    """Above the composer, the next one first. What waits after a stop or a failure says so, and can be sent.

    Signals:
        edit_requested(int): the question at this place shall go back into the composer.
        remove_requested(int): it shall not be sent.
        move_requested(int, int): it shall be sent at another place.
        send_requested(): the first one shall be sent now.
    """

    edit_requested = Signal(int)
    remove_requested = Signal(int)
    move_requested = Signal(int, int)
    send_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("queueList")
        self._appearance = appearance
        self._rows: list[QueueRow] = []
        self._head = ElidedLabel("", "small")
        self._send = Button("Send now", "link")
        self._send.setObjectName("sendQueueButton")
        self._send.clicked.connect(self.send_requested)
        head = QHBoxLayout()
        head.addWidget(self._head, 1)
        head.addWidget(self._send)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._scroll.setWidget(inside)
        inside.setAutoFillBackground(False)  # which `setWidget` has switched on
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 6, 6, 6)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self._scroll)
        self.hide()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(row.text for row in self._rows)

    @property
    def state(self) -> str:
        """What it says of the questions."""
        return self._head.text()

    def show_queue(self, queue: Queue, *, running: bool) -> None:
        """Shows what waits, and for what."""
        place = self._place_of_focus()
        self._head.setText(_state(len(queue), running=running))
        self._send.setVisible(not running)
        self.setAccessibleName(self._head.text())
        if [row.question for row in self._rows] != list(queue):
            self._make_rows(queue)
            if place is not None and queue:
                self._rows[min(place, len(queue) - 1)].setFocus()
        self.setVisible(bool(queue))

    def _make_rows(self, queue: Queue) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(place, question, len(queue)) for place, question in enumerate(queue)]
        for row in self._rows:
            self._column.addWidget(row)
        self._scroll.setFixedHeight(min(len(queue), _SHOWN) * _ROW)

    def _row(self, place: int, question: tuple[Part, ...], count: int) -> QueueRow:
        row = QueueRow(self._appearance, question, place, count)
        row.edit.clicked.connect(lambda: self.edit_requested.emit(place))
        row.remove.clicked.connect(lambda: self.remove_requested.emit(place))
        row.up.clicked.connect(lambda: self.move_requested.emit(place, place - 1))
        row.down.clicked.connect(lambda: self.move_requested.emit(place, place + 1))
        return row

    def _place_of_focus(self) -> int | None:
        focus = self.window().focusWidget()
        return next((place for place, row in enumerate(self._rows) if focus and row.isAncestorOf(focus)), None)


class QueueRow(QWidget):
    """One question: its first line, how much is attached, and what can be done with it."""

    def __init__(self, appearance: Appearance, question: tuple[Part, ...], place: int, count: int) -> None:
        super().__init__()
        self.question = question
        self.text = question_line(question)
        self.setAccessibleName(f"Question {place + 1} of {count}: {self.text}")
        self.up = IconButton(appearance, "chevron-up", "Send earlier")
        self.down = IconButton(appearance, "chevron-down", "Send later")
        self.edit = IconButton(appearance, "pencil", "Edit")
        self.remove = IconButton(appearance, "cross", "Remove from the queue")
        self.up.setEnabled(place > 0)
        self.down.setEnabled(place < count - 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(ElidedLabel(self.text), 1)
        for button, name in (
            (self.up, "queueUp"),
            (self.down, "queueDown"),
            (self.edit, "queueEdit"),
            (self.remove, "queueRemove"),
        ):
            button.setObjectName(name)
            button.setVisible(count > 1 or button not in (self.up, self.down))
            layout.addWidget(button)
        self.setFocusProxy(self.edit)


def question_line(question: tuple[Part, ...]) -> str:
    """“First line · 2 attachments”."""
    text = "\n".join(part.text for part in question if isinstance(part, TextPart))
    files = [part for part in question if isinstance(part, ImagePart | FilePart)]
    counted = f"{len(files)} attachment{'' if len(files) == 1 else 's'}" if files else ""
    return " · ".join(filter(None, (first_line(text), counted)))


def _state(count: int, *, running: bool) -> str:
    if running:
        return "Sent when the answer has ended:" if count == 1 else "Sent one by one when the answer has ended:"
    subject = "This question waits" if count == 1 else f"These {count} questions wait"
    return f"{subject}: after a stop or a failure nothing is sent by itself."
