"""Which control starts which step of the editor."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from chat_studio.connections.edits import Removed
from chat_studio.connections.model import Connection
from chat_studio.ui.connections.adding.steps import AddingSteps
from chat_studio.ui.connections.desk import Desk
from chat_studio.ui.connections.flow import Flow
from chat_studio.ui.connections.list_steps import ListSteps
from chat_studio.ui.connections.notices import Notice
from chat_studio.ui.connections.pages import Pages
from chat_studio.ui.connections.rows import Row

Run = Callable[[Coroutine[Any, Any, object]], None]


@dataclass(frozen=True)
class Steps:
    """What can be done with the connection that is edited, with the list, and to add one."""

    flow: Flow
    list: ListSteps
    adding: AddingSteps


def connect_input(window: QWidget, pages: Pages, steps: Steps, desk: Desk, run: Run) -> None:
    """Connects the controls and the keys of `window` to the steps; `run` starts one in the background."""
    _connect_list(pages, steps, run)
    _connect_removal(pages, steps.list, run)
    _connect_form(pages, steps, desk, run)
    _connect_adding(window, pages, steps.adding, run)

    def leave() -> None:
        """Escape stops what is looked for first."""
        if not pages.adding.cancel():
            window.close()

    keys = {"Ctrl+S": lambda: run(steps.flow.save()), "Ctrl+N": pages.entries.add_wanted.emit, "Esc": leave}
    for sequence, act in keys.items():
        QShortcut(QKeySequence(sequence), window).activated.connect(act)


def _connect_list(pages: Pages, steps: Steps, run: Run) -> None:
    entries = pages.entries

    def open_row(row: Row) -> None:
        if row.entry is not None:
            run(steps.flow.open(row.entry))

    entries.list.wanted.connect(open_row)
    entries.list.reordered.connect(lambda ids: run(steps.list.reorder(ids)))
    entries.add_wanted.connect(lambda: run(steps.adding.begin()))
    entries.duplicate_wanted.connect(lambda connection: run(steps.list.duplicate(connection)))
    entries.removal_wanted.connect(lambda entry: run(steps.list.remove(entry)))
    entries.switch_wanted.connect(lambda connection, enabled: run(steps.list.switch(connection, enabled=enabled)))


def _connect_removal(pages: Pages, steps: ListSteps, run: Run) -> None:
    def offer_undo(removed: Removed) -> None:
        """The key of a removed connection is deleted when there is no way back any more."""
        notice = Notice(
            "removed",
            f"“{removed.name or 'The entry'}” was deleted.",
            action="Undo",
            act=lambda: run(steps.restore(removed)),
            dismissed=lambda: run(steps.forget(removed)),
        )
        pages.notices.show_notice(notice)

    steps.removed.connect(offer_undo)


def _connect_form(pages: Pages, steps: Steps, desk: Desk, run: Run) -> None:
    footer = pages.form.footer

    def duplicate() -> None:
        if isinstance(desk.entry, Connection):
            run(steps.list.duplicate(desk.entry))

    pages.form.edited.connect(steps.flow.edit)
    footer.save.clicked.connect(lambda: run(steps.flow.save()))
    footer.revert.clicked.connect(steps.flow.revert)
    footer.duplicate.clicked.connect(duplicate)
    footer.delete.clicked.connect(lambda: run(steps.list.remove(desk.entry)))
    pages.broken.removal_wanted.connect(lambda: run(steps.list.remove(desk.entry)))


def _connect_adding(window: QWidget, pages: Pages, steps: AddingSteps, run: Run) -> None:
    page = pages.adding
    page.save_wanted.connect(lambda fields, key: run(steps.save(fields, key)))
    page.edit_wanted.connect(lambda fields, key: run(steps.edit(fields, key)))
    page.chosen.connect(lambda choice: run(steps.fill(choice)))
    page.import_wanted.connect(lambda: run(steps.bring_in()))
    page.escaped.connect(window.close)
