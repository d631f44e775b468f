"""The window of the connections: list, form and test side by side, or the page of adding."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from chat_studio.connections.secrets import Secrets
from chat_studio.connections.store import ConnectionStore
from chat_studio.ui import aio
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.adding.steps import AddingSteps
from chat_studio.ui.connections.desk import Desk
from chat_studio.ui.connections.file_watch import FileWatch
from chat_studio.ui.connections.flow import Flow
from chat_studio.ui.connections.keeper import Keeper
from chat_studio.ui.connections.list_steps import ListSteps
from chat_studio.ui.connections.model_fetch import ModelFetch
from chat_studio.ui.connections.pages import Pages
from chat_studio.ui.connections.trial import Trial
from chat_studio.ui.connections.unsaved import UnsavedDialog
from chat_studio.ui.connections.wiring import Steps, connect_input


class ConnectionEditor(QWidget):
    """Edits the file of connections. Make it inside the running event loop.

    Signals:
        changed(): an edit was stored.
        added(str): a new connection was stored, under this id.
        use_wanted(str): the user wants to talk to the connection of this id.
    """

    changed = Signal()
    added = Signal(str)
    use_wanted = Signal(str)

    def __init__(
        self,
        store: ConnectionStore,
        secrets: Secrets,
        path: Path,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        """`path` is the file that `store` keeps: it is shown, and watched while the window is open."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("connectionEditor")
        self.setWindowTitle("Chat Studio – Connections")
        self.resize(1120, 760)
        self._desk = Desk()
        self._keeper = Keeper(store, secrets, self)
        self._flow = Flow(self._desk, self._keeper, lambda draft: aio.ask(UnsavedDialog(draft, self)), self)
        trial = Trial(lambda: self._desk.draft, secrets)
        self._pages = Pages(appearance, path, trial.start)
        self._models = ModelFetch(self._pages.form.main.models, trial.models, self)
        self._list = ListSteps(self._desk, self._keeper, self._flow)
        self._adding = AddingSteps(self._desk, self._keeper, self._flow, self._pages, appearance)
        self._watch = FileWatch(path, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self._show_what_happens()
        steps = Steps(self._flow, self._list, self._adding)
        connect_input(self, self._pages, steps, self._desk, self._run)

    def open_on(self, connection_id: str | None) -> None:
        """Shows the window with this connection, or with what it showed last."""
        self._run(self._present(lambda: self._flow.open(connection_id)))

    def add(self, *, at_services: bool = False) -> None:
        """Shows the window with the page of adding; the keys are in its address field, or in its search."""
        if self._pages.shows_adding:  # at once: what is done on it meanwhile counts
            self._adding.greet(at_services=at_services)
            self._run(self._present())
        else:
            self._run(self._present(lambda: self._adding.begin(at_services=at_services)))

    def add_new(self, kind: str = "", base_url: str = "") -> None:
        """Shows the window with the form of a new connection, filled in as far as known."""
        self._run(self._present(lambda: self._adding.blank({"provider": kind, "base_url": base_url})))

    async def leave(self) -> bool:
        """Asks about unsaved edits, also before the program ends; False if the user wants to stay."""
        return await self._flow.leave()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._desk.is_dirty:
            event.ignore()
            self._run(self._close_after_asking())
            return
        self._pages.trial.clear()
        self._pages.adding.reset()
        self._models.cancel()
        self._pages.notices.dismiss_all()
        event.accept()

    def _show_what_happens(self) -> None:
        notices = self._pages.notices
        self._flow.shown.connect(self._show_desk)
        self._flow.told.connect(notices.tell)
        self._keeper.failed.connect(notices.tell_failure)
        self._keeper.stored.connect(lambda: notices.dismiss("failure"))
        self._keeper.stored.connect(self.changed)
        self._flow.added.connect(self.added)
        self._adding.use_wanted.connect(self.use_wanted)
        self._watch.stirred.connect(lambda: self._run(self._flow.refresh()))

    def _show_desk(self) -> None:
        if self._pages.show_desk(self._desk):
            self._models.cancel()

    async def _present(self, step: Callable[[], Awaitable[None]] | None = None) -> None:
        """Brings the window to the front, with the file as it is now, then takes the step."""
        self.show()
        self.raise_()
        self.activateWindow()
        facts = await self._keeper.facts()
        if facts is not None:
            self._pages.tell_facts(facts)
        await self._flow.refresh()
        if step is not None:
            await step()

    async def _close_after_asking(self) -> None:
        if await self._flow.leave():
            self.close()

    def _run(self, step: Coroutine[Any, Any, object]) -> None:
        aio.spawn(step, self)
