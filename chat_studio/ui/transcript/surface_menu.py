"""The context menu of a text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu

from chat_studio.ui.transcript.actions import Action
from chat_studio.ui.transcript.clipboard import copy_markdown, copy_selection
from chat_studio.ui.transcript.notes import NOTE

if TYPE_CHECKING:
    from chat_studio.ui.transcript.surface import FlowSurface

LONGEST = 24
"""Characters of the selection that an entry repeats."""


def surface_menu(surface: FlowSurface, link: str, actions: Sequence[Action]) -> QMenu:
    """What can be done with the selection, with the message, with the link or the box under the pointer."""
    menu = QMenu(surface)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    selected = surface.selection is not None
    _add(menu, "Copy", lambda: copy_selection(surface), QKeySequence.StandardKey.Copy).setEnabled(selected)
    _add(menu, "Copy as Markdown", lambda: copy_markdown(surface)).setEnabled(selected)
    _add(menu, "Copy message", surface.copy_all_requested.emit)
    _add(menu, "Select all", surface.select_all, QKeySequence.StandardKey.SelectAll)
    if link and not link.startswith(NOTE):
        menu.addSeparator()
        _add(menu, "Open link", lambda: surface.link_activated.emit(link))
        _add(menu, "Copy link", lambda: QGuiApplication.clipboard().setText(link))
    if actions:
        menu.addSeparator()
    for action in actions:
        _add(menu, action.label, lambda action=action: action.run(surface))  # type: ignore[misc]
    menu.addSeparator()
    _add(menu, "Quote selection" if selected else "Quote message", surface.quote)
    if wanted := surface.selected_words():
        shown = wanted if len(wanted) <= LONGEST else f"{wanted[:LONGEST].rstrip()}…"
        label = f"Find “{shown.replace('&', '&&')}” in this conversation"
        _add(menu, label, lambda: surface.search_requested.emit(wanted))
    return menu


def _add(menu: QMenu, label: str, run: Callable[[], object], keys: QKeySequence.StandardKey | None = None) -> QAction:
    if keys is not None:
        label += "\t" + QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return menu.addAction(label, lambda: run())
