"""The drop-down list of connections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.widgets.combo import ComboBox, select_data
from chat_studio.ui.widgets.detail_delegate import DETAIL, IS_WARNING, DetailDelegate

_DOT = 8
NOT_VERIFIED = "certificate not verified"
"""The warning of a connection that takes any certificate for its server's."""
_TOOLTIP = "Connection (Ctrl+L)"


@dataclass(frozen=True)
class Choice:
    """A row of the list; one that is not `usable` says why in its tooltip. `warning` says what is unsafe about it."""

    connection_id: str
    name: str
    tooltip: str
    usable: bool = True
    warning: str = ""


class ConnectionSelector(ComboBox):
    """Chooses a connection. Entries that cannot be used are listed, greyed, with their reason as tooltip.

    Signals:
        connection_chosen(str): the user chose the connection with this id.
        warning_changed(str): what is unsafe about the connection that is shown now, "" for nothing.
    """

    connection_chosen = Signal(str)
    warning_changed = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(appearance, "Connection", parent, hug=True)
        self.setObjectName("connectionSelector")
        self.setToolTip(_TOOLTIP)
        self.setPlaceholderText("No connection")
        self.setIconSize(QSize(_DOT, _DOT))
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self._states: dict[str, str] = {}
        self.view().setItemDelegate(DetailDelegate(appearance, self))
        self.currentIndexChanged.connect(self._tell_warning)
        self.activated.connect(lambda row: self.connection_chosen.emit(self.itemData(row)))
        appearance.changed.connect(self._paint_dots)

    @property
    def connection_id(self) -> str:
        return self.currentData() or ""

    @property
    def warning(self) -> str:
        """What is unsafe about the chosen connection; "" for nothing."""
        return self.currentData(DETAIL) or ""

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Lists other connections; keeps the chosen one where it is still there."""
        chosen = self.connection_id
        self._rows.clear()
        for choice in choices:
            self._rows.appendRow(_row(choice))
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
        self._states[connection_id] = state
        self._paint_dots()

    def state_of(self, connection_id: str) -> str:
        return self._states.get(connection_id, "")

    def _tell_warning(self) -> None:
        self.setToolTip("\n".join(filter(None, (_TOOLTIP, self.warning))))
        self.setAccessibleDescription(self.warning)
        self.warning_changed.emit(self.warning)

    def _paint_dots(self) -> None:
        theme = self._appearance.theme
        colors = {"good": theme.accent, "bad": theme.danger}
        for row in range(self.count()):
            self.setItemIcon(row, _dot(colors.get(self.state_of(self.itemData(row)), theme.faint)))


def _row(choice: Choice) -> QStandardItem:
    item = QStandardItem(choice.name)
    item.setEditable(False)
    item.setToolTip("\n".join(filter(None, (choice.tooltip, choice.warning))))
    item.setEnabled(choice.usable)
    if choice.warning:
        item.setData(choice.warning, DETAIL)
        item.setData(True, IS_WARNING)
        item.setData(f"{choice.name}, {choice.warning}", Qt.ItemDataRole.AccessibleTextRole)
    if choice.usable:
        item.setData(choice.connection_id, Qt.ItemDataRole.UserRole)
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
