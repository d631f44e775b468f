"""The filters of the search, offered in a menu: each is written into the search field, where it can be changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu

from chat_studio.errors import StorageError
from chat_studio.history.query import SearchQuery
from chat_studio.history.store import HistoryStore
from chat_studio.messages import Role
from chat_studio.ui.aio import spawn
from chat_studio.ui.window import MainWindow

MOST_MODELS = 20
TIMES = (("The last 7 days", 7), ("The last 30 days", 30), ("The last year", 365))


class Filters(QObject):
    """Opens the menu of the button in the search field."""

    def __init__(self, window: MainWindow, history: HistoryStore) -> None:
        super().__init__(window)
        self._window = window
        self._field = window.sidebar.search
        self._history = history
        window.sidebar.filter_requested.connect(lambda: spawn(self._open(), self, "filters"))

    async def _open(self) -> None:
        try:
            models = (await self._history.models())[:MOST_MODELS]
            folders = [folder.name for folder in await self._history.folders()]
            tags = [count.tag for count in await self._history.tag_counts()]
        except StorageError as error:
            self._window.notices.tell_error(error)
            return
        query = SearchQuery.typed(self._field.text())
        menu = QMenu(self._window)
        menu.setObjectName("filterMenu")
        self._add(menu, "In titles only", replace(query, in_title=not query.in_title), query.in_title)
        for name, role in (("In my questions", Role.USER), ("In answers", Role.ASSISTANT)):
            chosen = query.role is role
            self._add(menu, name, replace(query, role=None if chosen else role), chosen)
        self._add_choices(menu, "When", query, _times())
        self._add_choices(menu, "Model", query, {name: partial(_with, "model", name) for name in models})
        self._add_choices(menu, "Folder", query, {name: partial(_with, "folder", name) for name in folders})
        self._add_choices(menu, "Tag", query, {name: partial(_with, "tag", name) for name in tags})
        too = query.archived is None
        self._add(menu, "Archived ones too", replace(query, archived=False if too else None), too)
        menu.addSeparator()
        clear = menu.addAction("Without filters", lambda: self._write(SearchQuery(words=query.words)))
        clear.setEnabled(query != SearchQuery(words=query.words))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._field.mapToGlobal(QPoint(0, self._field.height() + 2)))

    def _add_choices(
        self, menu: QMenu, title: str, query: SearchQuery, choices: dict[str, Callable[[SearchQuery], SearchQuery]]
    ) -> None:
        """A menu of its own; what is chosen already is taken back by choosing it again."""
        if not choices:
            return
        below = menu.addMenu(title)
        for name, choose in choices.items():
            self._add(below, name, choose(query), choose(query) == query)

    def _add(self, menu: QMenu, name: str, wanted: SearchQuery, chosen: bool) -> None:
        action = menu.addAction(name.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(lambda: self._write(wanted))

    def _write(self, query: SearchQuery) -> None:
        """The words stay behind the filters, and the keyboard behind the words."""
        self._field.setText(f"{query} " if not query.words else str(query))
        self._field.setFocus()


def _times() -> dict[str, Callable[[SearchQuery], SearchQuery]]:
    today = date.today()  # noqa: DTZ011 - the days of a search are local
    return {name: partial(_since, today - timedelta(days=days)) for name, days in TIMES}


def _with(name: str, value: str, query: SearchQuery) -> SearchQuery:
    return replace(query, **{name: value})  # type: ignore[arg-type]


def _since(day: date, query: SearchQuery) -> SearchQuery:
    return replace(query, after=day, before=None)
