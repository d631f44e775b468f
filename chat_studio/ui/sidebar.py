"""The left side: search, new conversation, the list, and the ways to connections and settings."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.conversation_list import ConversationList
from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.widgets.buttons import IconButton
from chat_studio.ui.widgets.labels import Label, Line
from chat_studio.ui.widgets.line_edit import LineEdit
from chat_studio.ui.widgets.scope_button import ScopeButton

WIDTH = 256


class Sidebar(QWidget):
    """Holds no conversations itself: the list shows `model`.

    Signals:
        search_changed(str): what the search field says.
        filter_requested(): the button within the search field.
        new_requested(), connections_requested(), settings_requested(): the buttons.
    """

    search_changed = Signal(str)
    filter_requested = Signal()
    new_requested = Signal()
    connections_requested = Signal()
    settings_requested = Signal()

    def __init__(self, appearance: Appearance, model: ConversationModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._model = model
        self.search = LineEdit("Search conversations", "Search  Ctrl+Shift+F")
        self.search.setObjectName("searchField")
        self.search.setClearButtonEnabled(False)
        self.filter = IconButton(appearance, "filter", "Search filters", self.search)
        self.filter.setObjectName("filterButton")
        self.filter.setCursor(Qt.CursorShape.ArrowCursor)
        self.search.setTextMargins(0, 0, IconButton.SIDE - 4, 0)
        inside = QHBoxLayout(self.search)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addStretch()
        inside.addWidget(self.filter)
        self.new = IconButton(appearance, "plus", "New conversation (Ctrl+N)", framed=True)
        self.new.setObjectName("newConversationButton")
        self.scope = ScopeButton(appearance, "Shown")
        self.scope.setObjectName("scopeButton")
        self.scope.show_name("All conversations", narrowed=False)
        self.list = ConversationList(appearance, model)
        self.connections = IconButton(appearance, "plug", "Connections")
        self.settings = IconButton(appearance, "gear", "Settings (Ctrl+,)")
        self._remark = Label("", "muted")
        self._lay_out()
        self.search.textChanged.connect(self._on_search)
        self.search.escaped.connect(self.search.clear)
        self.filter.clicked.connect(self.filter_requested)
        self.new.clicked.connect(self.new_requested)
        self.connections.clicked.connect(self.connections_requested)
        self.settings.clicked.connect(self.settings_requested)
        model.rowsInserted.connect(self.show_remark)
        model.rowsRemoved.connect(self.show_remark)

    def show_remark(self) -> None:
        """Says why the list is empty, when it is."""
        empty = self._model.rowCount() == 0
        self._remark.setText("Nothing found" if self.search.text() else "No conversations here yet")
        self._remark.setVisible(empty)
        self.list.setVisible(not empty)

    def _on_search(self, text: str) -> None:
        self.search_changed.emit(text.strip())
        self.show_remark()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(12, 12, 12, 0)
        top.setSpacing(8)
        top.addWidget(self.search)
        top.addWidget(self.new)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 12, 12)
        foot.setSpacing(4)
        foot.addWidget(self.connections)
        foot.addStretch()
        foot.addWidget(self.settings)
        line = QHBoxLayout()
        line.setContentsMargins(8, 0, 8, 0)
        line.addWidget(Line())
        self._remark.setContentsMargins(16, 18, 16, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        scope = QHBoxLayout()
        scope.setContentsMargins(8, 6, 8, 0)
        scope.addWidget(self.scope)
        layout.addLayout(scope)
        layout.addWidget(self._remark, 0)
        layout.addWidget(self.list, 1)
        layout.addStretch(0)
        layout.addLayout(line)
        layout.addLayout(foot)
        self._remark.hide()
