"""The gallery: every service, server and model that a connection can be made from, and a search over them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListView, QVBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.adding.choice_painter import PAD, ChoicePainter
from chat_studio.ui.connections.adding.choices import Choice, matching
from chat_studio.ui.connections.adding.gallery_model import CHOICE, GalleryModel
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label
from chat_studio.ui.widgets.line_edit import LineEdit

SCROLL_BAR = 12
"""Its width in the style sheet."""
LEAST_HEIGHT = 72
UNIT = "Prices in US dollars for a million tokens, in / out"


class Gallery(QWidget):
    """A list that is empty until it is told what there is. Rows reach beyond its texts, by PAD on both sides.

    Signals:
        chosen(Choice): a form shall be filled with it.
        address_wanted(str): what is at this address shall be found out.
        import_wanted(): the environment shall be looked at instead.
        escaped(): Escape was pressed while nothing was searched for.
    """

    chosen = Signal(object)
    address_wanted = Signal(str)
    import_wanted = Signal()
    escaped = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._choices: Sequence[Choice] = ()
        self._nearby: Sequence[Choice] = ()
        self._model = GalleryModel()
        self.search = LineEdit("Search services and models", "Search services and models")
        self.search.setObjectName("templateSearch")
        self.list = ChoiceList(appearance, self._model)
        self._note = Label("Looking up what there is…", "muted", wrap=True)
        self._note.setObjectName("galleryNote")
        self._unit = Label(UNIT, "faint")
        self._unit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._lay_out()
        self.search.textChanged.connect(self._refresh)
        self.search.stepped.connect(self._step)
        self.search.returnPressed.connect(self._choose_current)
        self.search.escaped.connect(self._leave_search)
        self.list.taken.connect(self._take)

    def show_choices(self, choices: Sequence[Choice]) -> None:
        self._choices = choices
        self._refresh()

    def show_nearby(self, choices: Sequence[Choice]) -> None:
        """What runs on this computer stands above all services and models."""
        if choices != self._nearby:
            self._nearby = choices
            self._refresh()

    def show_problem(self, message: str) -> None:
        self._note.setText(message)

    def look_for(self, query: str) -> bool:
        """Searches for what was typed elsewhere, if it finds anything; the keys go to the list then."""
        found = bool(query.strip()) and bool(matching(self._all, query))
        if found:
            self.search.setText(query)
            self.list.setCurrentIndex(self._model.index(0, 0))
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        return found

    @property
    def _all(self) -> list[Choice]:
        ungrouped = sum(not choice.group for choice in self._choices)  # the blank form, at the top
        return [*self._choices[:ungrouped], *self._nearby, *self._choices[ungrouped:]]

    def _refresh(self) -> None:
        query = self.search.text()
        shown = matching(self._all, query)
        self._model.show_choices(shown)
        self.list.setCurrentIndex(self._model.index(0, 0) if query.strip() else QModelIndex())
        self.list.scrollToTop()
        if self._choices:
            self._note.setText(f"Nothing is found by “{query.strip()}”.")
            self._note.setVisible(not shown)

    def _step(self, by: int) -> None:
        row = self.list.currentIndex().row() + by
        self.list.setCurrentIndex(self._model.index(max(0, min(row, self._model.rowCount() - 1)), 0))
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_current(self) -> None:
        self.list.take(self.list.currentIndex())

    def _take(self, choice: Choice) -> None:
        if choice.address:
            self.address_wanted.emit(choice.address)
        else:
            self.chosen.emit(choice)

    def _leave_search(self) -> None:
        if self.search.text():
            self.search.clear()
        else:
            self.escaped.emit()

    def _lay_out(self) -> None:
        environment = Button("Import from environment…")
        environment.setObjectName("importEnvironmentButton")
        environment.clicked.connect(self.import_wanted)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(environment)
        top.setContentsMargins(PAD, 0, PAD + SCROLL_BAR, 0)
        self._note.setContentsMargins(PAD, 8, PAD, 0)
        self._unit.setContentsMargins(PAD, 0, PAD + SCROLL_BAR, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addWidget(self._unit)
        layout.addWidget(self._note)
        layout.addWidget(self.list, 1)


class ChoiceList(QListView):
    """One click, or Enter, takes a row.

    Signals:
        taken(Choice): this row.
    """

    taken = Signal(object)

    def __init__(self, appearance: Appearance, model: GalleryModel) -> None:
        super().__init__()
        self.setObjectName("templateList")
        self.setAccessibleName("Services and models")
        self.setModel(model)
        self.setItemDelegate(ChoicePainter(appearance, self))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setMinimumHeight(LEAST_HEIGHT)
        self.clicked.connect(self.take)
        self.verticalScrollBar().rangeChanged.connect(self._make_room_for_bar)
        self._make_room_for_bar(0, 0)
        appearance.changed.connect(self.scheduleDelayedItemsLayout)

    def take(self, index: QModelIndex) -> None:
        if index.isValid():
            self.taken.emit(index.data(CHOICE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _make_room_for_bar(self, least: int, most: int) -> None:
        """Rows are as wide with the bar as without."""
        self.setViewportMargins(0, 0, 0 if most > least else SCROLL_BAR, 0)
