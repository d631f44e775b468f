"""The buttons of a message, and its menu: made when somebody comes near, and gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from chat_studio.history.records import MessageRecord
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import icon
from chat_studio.ui.transcript.deeds import Deed, offer, offers
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.widgets.buttons import IconButton

Act = Callable[[Deed], None]
MORE = "More actions"


class SmallButton(IconButton):
    """An icon button that stands in a line of text."""

    SIDE = 26

    def __init__(self, appearance: Appearance, icon_name: str, label: str, parent: QWidget) -> None:
        super().__init__(appearance, icon_name, label, parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)


class ActionBar(QWidget):
    """A row of buttons for the deeds named, and one for the menu of all."""

    def __init__(
        self, record: MessageRecord, host: MessageHost, deeds: Sequence[Deed], act: Act, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._record = record
        self._host = host
        self._act = act
        self._buttons: dict[Deed, SmallButton] = {}
        for deed in deeds:
            self._add(deed)
        self._more = SmallButton(host.appearance, "dots", MORE, self)
        self._more.setObjectName("moreButton")
        self._more.clicked.connect(self._open_menu)
        host.changed.connect(self._look)
        self._look()

    def wide_for(self, room: int) -> int:
        """Shows as many buttons as there is room for, the menu's always; returns their width."""
        shown = max((room // SmallButton.SIDE) - 1, 0)
        x = 0
        for number, button in enumerate(self._buttons.values()):
            button.setVisible(number < shown)
            if number < shown:
                button.move(x, 0)
                x += SmallButton.SIDE
        self._more.move(x, 0)
        self.resize(x + SmallButton.SIDE, SmallButton.SIDE)
        return self.width()

    def _add(self, deed: Deed) -> None:
        offered = offer(deed, self._record, self._host)
        if offered is not None:
            button = SmallButton(self._host.appearance, deed.icon, offered.label, self)
            button.setObjectName(f"{deed.name.lower()}Button")
            button.clicked.connect(lambda: self._on_clicked(deed))
            self._buttons[deed] = button

    def _look(self) -> None:
        for deed, button in self._buttons.items():
            offered = offer(deed, self._record, self._host)
            button.setEnabled(offered is not None and not offered.reason)
            if offered is not None:
                button.setToolTip(f"{offered.label}. {offered.reason}" if offered.reason else offered.label)

    def _on_clicked(self, deed: Deed) -> None:
        if deed is not Deed.REGENERATE:
            self._act(deed)
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_ways(menu, self._record, self._host)
        _popup(menu, self._buttons[deed])

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        add_deeds(menu, self._record, self._host, self._act)
        _popup(menu, self._more)


def add_deeds(menu: QMenu, record: MessageRecord, host: MessageHost, act: Act, *, but: Sequence[Deed] = ()) -> None:
    """Adds everything that can be done with a message; what cannot be done now says why."""
    menu.setToolTipsVisible(True)
    for offered in offers(record, host):
        if offered.deed in but:
            continue
        if offered.deed is Deed.DELETE:
            menu.addSeparator()
        image = icon(offered.deed.icon, host.appearance.theme.muted)
        if offered.deed is Deed.REGENERATE:
            ways = menu.addMenu(image, offered.label)
            add_ways(ways, record, host)
            action = ways.menuAction()
        else:
            action = menu.addAction(image, offered.label)
            action.triggered.connect(lambda _=False, deed=offered.deed: act(deed))
        action.setEnabled(not offered.reason)
        action.setToolTip(offered.reason or offered.label)


def add_ways(menu: QMenu, record: MessageRecord, host: MessageHost) -> None:
    """Adds who can be asked again; the first answered the last time."""
    for number, way in enumerate(host.ways(record)):
        if number == 1:
            menu.addSeparator()
        action = menu.addAction(way.label.replace("&", "&&"))
        action.triggered.connect(lambda _=False, way=way: host.answer_wanted.emit(record.id, way))
    if menu.isEmpty():
        menu.addAction("No connection can be used").setEnabled(False)


def _popup(menu: QMenu, below: QWidget) -> None:
    menu.popup(below.mapToGlobal(QPoint(0, below.height() + 2)))
