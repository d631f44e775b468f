"""The list of connections: painted rows that can be chosen, moved and asked for more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from chat_studio.connections.model import Connection, Entry
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.row_painter import ROW, RowPainter
from chat_studio.ui.connections.rows import Row


class EntryList(QListWidget):
    """Rows in the file's order. Connections can be dragged, or moved by Alt+Up and Alt+Down.

    Signals:
        wanted(Row): the user chose another row. Whoever listens may choose the old one again.
        reordered(list[str]): the ids of all connections in their new order.
        menu_wanted(Row, QPoint): a menu for a row, at a global position.
        removal_wanted(Row): Delete was pressed on a row.
    """

    wanted = Signal(object)
    reordered = Signal(object)
    menu_wanted = Signal(object, QPoint)
    removal_wanted = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("connectionList")
        self.setAccessibleName("Connections")
        self.setItemDelegate(RowPainter(appearance, self))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_for_menu)
        self.currentItemChanged.connect(lambda: self._with_current(self.wanted.emit))
        self.model().rowsMoved.connect(lambda: self.reordered.emit(self._ids()))
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            self._shortcut(keys).activated.connect(lambda step=step: self.move_current(step))
        self._shortcut("Del").activated.connect(lambda: self._with_current(self.removal_wanted.emit))
        appearance.changed.connect(self.viewport().update)

    def show_rows(self, rows: Sequence[Row], current: Entry | None, *, movable: bool) -> None:
        """Replaces the rows without emitting `wanted`; `current` is the entry whose row is chosen."""
        with QSignalBlocker(self):
            while self.count() > len(rows):
                self.takeItem(self.count() - 1)
            for at, row in enumerate(rows):
                if at == self.count():
                    self.addItem(QListWidgetItem())
                _fill(self.item(at), row, movable=movable)
        self.select(current)

    def select(self, entry: Entry | None) -> None:
        """Chooses the row of an entry, or that of a new connection, without emitting `wanted`."""
        found = [at for at in range(self.count()) if self.item(at).data(ROW).entry == entry]
        with QSignalBlocker(self):
            self.setCurrentRow(found[0] if found else -1, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def move_current(self, step: int) -> None:
        """Moves the chosen connection up (-1) or down (1)."""
        source = self.currentRow()
        target = source + step
        can_move = 0 <= target < self.count() and self._is_movable(source) and self._is_movable(target)
        if can_move:
            self.model().moveRow(QModelIndex(), source, QModelIndex(), target + (step > 0))

    def _is_movable(self, at: int) -> bool:
        return bool(self.item(at).flags() & Qt.ItemFlag.ItemIsDragEnabled)

    def _ids(self) -> list[str]:
        entries = [self.item(at).data(ROW).entry for at in range(self.count())]
        return [entry.id for entry in entries if isinstance(entry, Connection)]

    def _ask_for_menu(self, at: QPoint) -> None:
        item = self.itemAt(at)
        if item is not None:
            self.menu_wanted.emit(item.data(ROW), self.viewport().mapToGlobal(at))

    def _with_current(self, emit: Callable[[Row], None]) -> None:
        item = self.currentItem()
        if item is not None:
            emit(item.data(ROW))

    def _shortcut(self, keys: str) -> QShortcut:
        return QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetShortcut)


def _fill(item: QListWidgetItem, row: Row, *, movable: bool) -> None:
    item.setText(row.title)
    item.setData(ROW, row)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{row.title}, {row.subtitle}")
    item.setToolTip(f"{row.title}\n{row.subtitle}")
    flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    if movable and isinstance(row.entry, Connection):
        flags |= Qt.ItemFlag.ItemIsDragEnabled
    item.setFlags(flags)
