"""How the keyboard comes to the messages, and to what can be done with them."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from chat_studio.ui.transcript.canvas import MessageCanvas
from chat_studio.ui.transcript.inline_edit import InlineEdit
from chat_studio.ui.transcript.message import MessageWidget

AROUND = 24
"""Pixels that are kept visible around what has the keyboard."""
_BY = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class TabStops(QObject):
    """Tab goes from the transcript into the message that is visible last, through its text and its buttons, and on to
    the composer. Alt+Up and Alt+Down go from message to message.

    Nothing in a message takes part in the window's own order, which would be that in which widgets were made.
    """

    def __init__(self, area: QScrollArea, canvas: MessageCanvas, go_to: Callable[[str], None]) -> None:
        """`go_to` scrolls to the message of an id."""
        super().__init__(area)
        self._area = area
        self._canvas = canvas
        self._go_to = go_to
        self._entered: MessageWidget | None = None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def step(self, *, forward: bool) -> bool:
        """Tab or Shift+Tab was pressed in the transcript; returns whether the keyboard stays in it."""
        focused = self._area.window().focusWidget()
        message = self._message_of(focused)
        if message is None:
            return forward and focused is self._area and self._enter(self._last_visible())
        stops = _stops(message)
        at = stops.index(focused) if focused in stops else -1
        following = at + (1 if forward else -1)
        if 0 <= following < len(stops):
            self._focus(stops[following], forward=forward)
            return True
        self._area.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        return not forward

    def takes(self, event: QKeyEvent) -> bool:
        """Goes to the message before or after; returns whether the key says so."""
        by = _BY.get(Qt.Key(event.key()))
        if by is None or event.modifiers() != Qt.KeyboardModifier.AltModifier:
            return False
        message = self._message_of(self._area.window().focusWidget())
        at = self._canvas.records.index_of(message.record.id) if message is not None else None
        if at is None:
            self._enter(self._last_visible())
        elif 0 <= at + by < len(self._canvas.records):
            self._enter(at + by)
        return True

    def enter_edit(self, message_id: str) -> None:
        """Brings the keyboard into the field of a message that is edited, and the field into view."""
        index = self._canvas.records.index_of(message_id)
        if index is None:
            return
        if not self._canvas.has_widget(index):
            self._go_to(message_id)
        editor = self._canvas.widget_of(index).findChild(InlineEdit)
        if editor is not None:
            editor.field.setFocus()
            self._area.ensureWidgetVisible(editor, 0, AROUND)

    def _enter(self, index: int | None) -> bool:
        if index is None:
            return False
        top = self._canvas.top_of(index) - self._area.verticalScrollBar().value()
        if not 0 <= top < self._area.viewport().height() - AROUND:
            self._go_to(self._canvas.records.id(index))
        message = self._canvas.widget_of(index)
        message.show_actions(True)
        self._entered = message
        stops = _stops(message)
        if stops:
            self._focus(stops[0], forward=True)
        return bool(stops)

    def _last_visible(self) -> int | None:
        top = self._area.verticalScrollBar().value()
        visible = self._canvas.visible(top, top + self._area.viewport().height() - AROUND)
        return visible[-1] if visible else None

    def _focus(self, stop: QWidget, *, forward: bool) -> None:
        stop.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        if stop.height() < self._area.viewport().height():
            self._area.ensureWidgetVisible(stop, 0, AROUND)

    def _message_of(self, widget: QWidget | None) -> MessageWidget | None:
        while widget is not None and not isinstance(widget, MessageWidget):
            widget = widget.parentWidget()
        return widget

    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        """The buttons go with the keyboard; a menu of theirs takes it only for a while."""
        del old
        entered = self._entered
        if entered is None or new is None or self._message_of(new) is entered:
            return
        self._entered = None
        if shiboken6.isValid(entered) and not entered.underMouse():
            entered.show_actions(False)


def _stops(message: MessageWidget) -> list[QWidget]:
    """What can have the keyboard, as it is read: line by line."""
    found = [
        child
        for child in message.findChildren(QWidget)
        if child.focusPolicy() & Qt.FocusPolicy.ClickFocus
        and child.isEnabled()
        and not isinstance(child, QLabel)
        and child.isVisibleTo(message)
        and child.height()
    ]
    places = {child: child.mapTo(message, QPoint(0, child.height() // 2)) for child in found}
    return sorted(found, key=lambda child: (places[child].y(), places[child].x()))
