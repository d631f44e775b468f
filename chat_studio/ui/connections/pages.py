"""What the editor's window is made of, and where everything stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from chat_studio.connections.model import BrokenConnection
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.adding.page import AddingPage
from chat_studio.ui.connections.broken_page import BrokenPage
from chat_studio.ui.connections.desk import Desk
from chat_studio.ui.connections.form import ConnectionForm
from chat_studio.ui.connections.head import Head, open_in_desktop
from chat_studio.ui.connections.keeper import Facts
from chat_studio.ui.connections.list_pane import ListPane
from chat_studio.ui.connections.notices import TopicNotices
from chat_studio.ui.connections.rows import rows_of
from chat_studio.ui.connections.trial_panel import TrialPanel
from chat_studio.ui.connections.wording import cannot_save
from chat_studio.ui.widgets.labels import Line

if TYPE_CHECKING:
    from chat_studio.connections.doctor import Step


class Pages(QWidget):
    """List, form or broken entry, and test; notices above the latter two. An empty desk has the page of adding."""

    def __init__(
        self, appearance: Appearance, path: Path, start_test: Callable[[], tuple[str, AsyncIterator[Step]]]
    ) -> None:
        super().__init__()
        self.entries = ListPane(appearance)
        self.notices = TopicNotices(appearance)
        self.form = ConnectionForm(appearance)
        self.broken = BrokenPage(str(path))
        self.trial = TrialPanel(appearance, start_test)
        self.adding = AddingPage(appearance)
        self._border = Line(Qt.Orientation.Vertical)
        self._stack = QStackedWidget()
        self._shown_turn = 0
        nothing_yet = QWidget()  # until the file is read: what is seen for a moment only looks broken
        for page in (nothing_yet, self.adding, self.form, self.broken):
            self._stack.addWidget(page)
        for beside in (self.trial, self._border):
            beside.hide()
        self.broken.open_wanted.connect(lambda: open_in_desktop(path))
        self._lay_out(Head(path))

    @property
    def shows_adding(self) -> bool:
        return self._stack.currentWidget() is self.adding

    def show_desk(self, desk: Desk) -> bool:
        """Shows what lies on the desk. Returns whether it is another connection than before."""
        is_another = desk.turn != self._shown_turn
        self._shown_turn = desk.turn
        self.entries.show_rows(rows_of(desk.file, desk.draft), desk.entry)
        page: QWidget = self.adding
        if desk.draft is not None:
            self.form.show_draft(desk.draft)
            page = self.form
        elif isinstance(desk.item, BrokenConnection):
            self.broken.show_entry(desk.item)
            page = self.broken
        self._stack.setCurrentWidget(page)
        for beside in (self.trial, self._border):
            beside.setVisible(desk.draft is not None)
        self.trial.set_blocked(cannot_save(desk.draft) if desk.draft else "")
        if page is not self.adding:
            self.adding.cancel()
        if is_another:
            self.trial.clear()
            self.form.start_at_top()
            (self.adding.focus_address if page is self.adding else self.entries.list.setFocus)()
        return is_another

    def tell_facts(self, facts: Facts) -> None:
        """What is shown besides the connections: where keys go, and which kinds there are."""
        self.form.main.tell_facts(facts)
        self.adding.key_place = facts.key_place

    def focus_field(self, name: str) -> None:
        """Leads the keys to a field of the form."""
        field = self.form.findChild(QWidget, f"field_{name}")
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self, head: Head) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.notices)
        middle.addWidget(self._stack, 1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.entries)
        body.addWidget(Line(Qt.Orientation.Vertical))
        body.addLayout(middle, 1)
        body.addWidget(self._border)
        body.addWidget(self.trial)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(Line())
        layout.addLayout(body, 1)
