"""The left side of the editor: filter, new connection, and the list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from chat_studio.connections.model import Connection, Entry
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.entry_list import EntryList
from chat_studio.ui.connections.rows import Row
from chat_studio.ui.widgets.buttons import IconButton

WIDTH = 248


class ListPane(QWidget):
    """Shows rows, those that match the filter, and asks for what can be done with each.

    Signals:
        add_wanted(): a new connection.
        duplicate_wanted(Connection), removal_wanted(Entry | None): asked of a row; None stands for the new one.
        switch_wanted(Connection, bool): a connection shall be enabled or disabled.
    """

    add_wanted = Signal()
    duplicate_wanted = Signal(object)
    removal_wanted = Signal(object)
    switch_wanted = Signal(object, bool)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._rows: Sequence[Row] = ()
        self._current: Entry | None = None
        self._filter = QLineEdit()
        self._filter.setObjectName("connectionFilter")
        self._filter.setPlaceholderText("Filter")
        self._filter.setAccessibleName("Filter connections")
        add = IconButton(appearance, "plus", "Add a connection (Ctrl+N)", framed=True)
        add.setObjectName("addConnectionButton")
        self.list = EntryList(appearance)
        self._lay_out(add)
        add.clicked.connect(self.add_wanted)
        self._filter.textChanged.connect(self._refresh)
        self.list.menu_wanted.connect(self._show_menu)
        self.list.removal_wanted.connect(lambda row: self.removal_wanted.emit(row.entry))

    def show_rows(self, rows: Sequence[Row], current: Entry | None) -> None:
        """`current` is the entry that is on the desk; its row is shown whatever the filter says."""
        self._rows, self._current = rows, current
        self._refresh()

    def _refresh(self) -> None:
        wanted = self._filter.text()
        shown = [row for row in self._rows if row.matches(wanted) or row.entry == self._current]
        self.list.show_rows(shown, self._current, movable=not wanted)

    def _lay_out(self, add: IconButton) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(12, 12, 12, 0)
        top.setSpacing(8)
        top.addWidget(self._filter, 1)
        top.addWidget(add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)

    def _show_menu(self, row: Row, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entry = row.entry
        if isinstance(entry, Connection):
            menu.addAction("Duplicate", lambda: self.duplicate_wanted.emit(entry))
            verb = "Disable" if entry.enabled else "Enable"
            menu.addAction(verb, lambda: self.switch_wanted.emit(entry, not entry.enabled))
            menu.addSeparator()
        if entry is not None:
            menu.addAction("Delete", lambda: self.removal_wanted.emit(entry))
            menu.popup(at)
