"""Which control starts which step of the editor."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from chat_studio.connections.model import Connection
from chat_studio.ui.connections.desk import Desk
from chat_studio.ui.connections.flow import Flow
from chat_studio.ui.connections.pages import Pages
from chat_studio.ui.connections.rows import Row

Run = Callable[[Coroutine[Any, Any, None]], None]


def connect_input(window: QWidget, pages: Pages, flow: Flow, desk: Desk, run: Run) -> None:
    """Connects the controls and the keys of `window` to the steps; `run` starts one in the background."""
    _connect_list(pages, flow, run)
    _connect_form(pages, flow, desk, run)
    keys = {"Ctrl+S": lambda: run(flow.save()), "Ctrl+N": pages.entries.add_wanted.emit, "Esc": window.close}
    for sequence, act in keys.items():
        QShortcut(QKeySequence(sequence), window).activated.connect(act)


def _connect_list(pages: Pages, flow: Flow, run: Run) -> None:
    entries = pages.entries

    def open_row(row: Row) -> None:
        if row.entry is not None:
            run(flow.open(row.entry))

    async def start_new() -> None:
        await flow.start({})
        pages.form.main.focus_name()

    entries.list.wanted.connect(open_row)
    entries.list.reordered.connect(lambda ids: run(flow.reorder(ids)))
    entries.add_wanted.connect(lambda: run(start_new()))
    entries.duplicate_wanted.connect(lambda connection: run(flow.duplicate(connection)))
    entries.removal_wanted.connect(lambda entry: run(flow.remove(entry)))
    entries.switch_wanted.connect(lambda connection, enabled: run(flow.switch(connection, enabled=enabled)))


def _connect_form(pages: Pages, flow: Flow, desk: Desk, run: Run) -> None:
    footer = pages.form.footer

    def duplicate() -> None:
        if isinstance(desk.entry, Connection):
            run(flow.duplicate(desk.entry))

    pages.form.edited.connect(flow.edit)
    footer.save.clicked.connect(lambda: run(flow.save()))
    footer.revert.clicked.connect(flow.revert)
    footer.duplicate.clicked.connect(duplicate)
    footer.delete.clicked.connect(lambda: run(flow.remove(desk.entry)))
    pages.broken.removal_wanted.connect(lambda: run(flow.remove(desk.entry)))
