"""The command palette: one field to go anywhere and do anything."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from chat_studio.ui.aio import spawn
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.conversation_model import Index
from chat_studio.ui.widgets.line_edit import LineEdit

WIDTH = 560
ROW = 34
MOST_ROWS = 10
MOST_FOUND = 50
_COMMAND = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Command:
    """Something to do; `group` says where it goes, "" for what is done here, `keys` the shortcut that does it too.

    Two commands with the same `target` go to the same place.
    """

    title: str
    group: str
    react: Callable[[], object]
    keys: str = ""
    target: str = ""


class Palette(QFrame):
    """Floats over its parent. What is typed filters `commands()`, which is asked anew each time it opens; what must be
    looked up first comes from `look_up(typed)` a moment later, in its own order."""

    def __init__(
        self,
        appearance: Appearance,
        commands: Callable[[], Sequence[Command]],
        look_up: Callable[[str], Awaitable[Sequence[Command]]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._area = parent
        self._source = commands
        self._look_up = look_up
        self._looking: asyncio.Task[None] | None = None
        self._commands: Sequence[Command] = ()
        self._came_from: QWidget | None = None
        self.setObjectName("popup")
        self.setAccessibleName("Command palette")
        self.field = LineEdit("Go to or do", "Go to a conversation, a connection, or do something…")
        self.field.setObjectName("paletteField")
        self.list = QListView()
        self.list.setAccessibleName("Commands")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_CommandDelegate(appearance, self.list))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._rows = QStandardItemModel(self)
        self.list.setModel(self._rows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.field.textChanged.connect(self._filter)
        self.field.escaped.connect(self.close_palette)
        self.field.stepped.connect(self._step)
        self.field.returnPressed.connect(self._choose)
        self.list.clicked.connect(self._choose)
        self.hide()

    def open(self) -> None:
        if self.isVisible():
            self.close_palette()
            return
        self._commands = self._source()
        self._came_from = self.window().focusWidget()
        self.field.clear()
        self._filter("")
        self._area.installEventFilter(self)
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_palette(self) -> None:
        if self.isVisible():
            self.hide()
            self._area.removeEventFilter(self)
            if self._came_from is not None:
                self._came_from.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        elif event.type() == QEvent.Type.MouseButtonPress:
            self.close_palette()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()  # nothing behind the palette shall react

    def _filter(self, text: str) -> None:
        scored = [(score(text, command.title), number) for number, command in enumerate(self._commands)]
        best = sorted((-points, number) for points, number in scored if points > 0)
        self._show([self._commands[number] for _, number in best[:MOST_FOUND]])
        if self._looking is not None:
            self._looking.cancel()
        self._looking = spawn(self._add_looked_up(text.strip()), self, "look up for the palette")

    async def _add_looked_up(self, text: str) -> None:
        found = await self._look_up(text)
        shown = {self._command(row).target for row in range(self._rows.rowCount())}
        for command in found:
            if command.target not in shown:
                self._add(command)
        self._select_first()

    def _show(self, commands: Sequence[Command]) -> None:
        self._rows.clear()
        for command in commands:
            self._add(command)
        self._select_first()

    def _add(self, command: Command) -> None:
        item = QStandardItem(command.title)
        item.setData(command, _COMMAND)
        self._rows.appendRow(item)

    def _command(self, row: int) -> Command:
        command: Command = self._rows.item(row).data(_COMMAND)
        return command

    def _select_first(self) -> None:
        """What the user stepped to stays chosen when more comes."""
        if not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self._rows.index(0, 0))
        self._place()

    def _step(self, by: int) -> None:
        row = self.list.currentIndex().row() + by
        self.list.setCurrentIndex(self._rows.index(row % max(1, self._rows.rowCount()), 0))

    def _choose(self) -> None:
        command = self.list.currentIndex().data(_COMMAND)
        if isinstance(command, Command):
            self.close_palette()
            command.react()

    def _place(self) -> None:
        area = self._area.rect()
        rows = max(1, min(MOST_ROWS, self._rows.rowCount()))
        self.list.setFixedHeight(rows * ROW)
        self.setFixedWidth(min(WIDTH, area.width() - 32))
        self.adjustSize()
        self.move((area.width() - self.width()) // 2, min(96, area.height() // 8))


class _CommandDelegate(QStyledItemDelegate):
    """The title on the left; what it is, and its keys, on the right."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index
        return QSize(0, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._appearance.theme
        command = index.data(_COMMAND)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selected))
            painter.drawRoundedRect(option.rect, 6, 6)
        line = QRect(option.rect).adjusted(10, 0, -10, 0)
        painter.setFont(self._appearance.small_font())
        painter.setPen(QColor(theme.faint))
        aside = command.keys or command.group
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, aside)
        line.setRight(line.right() - painter.fontMetrics().horizontalAdvance(aside) - 16)
        painter.setFont(self._appearance.control_font())
        painter.setPen(QColor(theme.text))
        title = painter.fontMetrics().elidedText(command.title, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        painter.restore()


def score(typed: str, title: str) -> float:
    """How well a title fits what was typed: 0 if its letters don't appear in this order. Beginnings of words, and
    letters side by side, count more; nothing typed fits everything."""
    wanted, text = typed.casefold().replace(" ", ""), title.casefold()
    if not wanted:
        return 1.0
    points, at, previous = 0.0, 0, -2
    for letter in wanted:
        found = text.find(letter, at)
        if found < 0:
            return 0.0
        starts_word = found == 0 or not text[found - 1].isalnum()
        points += 1 + 2 * starts_word + 2.5 * (found == previous + 1)
        at, previous = found + 1, found
    return points / (1 + 0.01 * len(text))
