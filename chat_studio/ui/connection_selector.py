"""The drop-down list of connections."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QWidget

from chat_studio.connections.model import BrokenConnection, Connection, Entry
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.widgets.combo import ComboBox, select_data

_DOT = 8


class ConnectionSelector(ComboBox):
    """Chooses a connection. Entries that cannot be used are listed, greyed, with their reason as tooltip.

    Signals:
        connection_chosen(str): the user chose the connection with this id.
    """

    connection_chosen = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(appearance, "Connection", parent, hug=True)
        self.setObjectName("connectionSelector")
        self.setToolTip("Connection (Ctrl+L)")
        self.setPlaceholderText("No connection")
        self.setIconSize(QSize(_DOT, _DOT))
        self._colors: dict[str, str] = {}
        self.activated.connect(lambda row: self.connection_chosen.emit(self.itemData(row)))
        appearance.changed.connect(self._paint_dots)

    @property
    def connection_id(self) -> str:
        return self.currentData() or ""

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Lists what is enabled; keeps the choice where it is still there."""
        chosen = self.connection_id
        model = QStandardItemModel(self)
        for entry in entries:
            if isinstance(entry, BrokenConnection) or entry.enabled:
                model.appendRow(_row(entry))
        self.setModel(model)
        self.choose(chosen)
        self._paint_dots()

    def choose(self, connection_id: str) -> bool:
        """Shows a connection as chosen, without a signal; none when there is no such connection."""
        if not connection_id or not select_data(self, connection_id):
            self.setCurrentIndex(-1)
            return False
        return True

    def set_state(self, connection_id: str, state: str) -> None:
        """The dot before a connection: "good" when its server answered, "bad" when it failed, "" before either."""
        self._colors[connection_id] = state
        self._paint_dots()

    def _paint_dots(self) -> None:
        theme = self._appearance.theme
        colors = {"good": theme.accent, "bad": theme.danger}
        for row in range(self.count()):
            self.setItemIcon(row, _dot(colors.get(self._colors.get(self.itemData(row), ""), theme.faint)))


def _row(entry: Entry) -> QStandardItem:
    item = QStandardItem(entry.name or entry.id)
    item.setEditable(False)
    if isinstance(entry, Connection):
        item.setData(entry.id, Qt.ItemDataRole.UserRole)
        item.setToolTip(entry.base_url or "Works without a server")
        return item
    place = f"Line {entry.line}: " if entry.line else ""
    item.setText(f"{entry.name or entry.id or 'Unnamed entry'} (cannot be used)")
    item.setToolTip(f"{place}{entry.reason}")
    item.setEnabled(False)
    return item


def _dot(color: str) -> QIcon:
    ratio = 3
    image = QPixmap(_DOT * ratio, _DOT * ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(QRect(0, 0, 7 * ratio, 7 * ratio))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return QIcon(image)
