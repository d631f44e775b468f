"""A widget that shows a text: painting it, selecting in it, copying from it, following its links."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from chat_studio.ui.transcript import text_keys
from chat_studio.ui.transcript.clipboard import copy_selection
from chat_studio.ui.transcript.copying import Excerpt, quoted
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.found import Found
from chat_studio.ui.transcript.pointer import BoxPointer
from chat_studio.ui.transcript.selector import Selection, Selector
from chat_studio.ui.transcript.surface_menu import surface_menu
from chat_studio.ui.transcript.text_mouse import TextMouse

CARET_GAP, CARET_WIDTH = 2, 5
"""Pixels: the block behind the last character while text comes."""
_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class FlowSurface(QWidget):
    """Shows a flow at the widget's width; its height is the flow's.

    Signals:
        grew: `wanted_height` is another one. Whoever holds the surface scrolls first and resizes then: Qt moves what is
            painted only where nothing waits to be painted.
        link_activated(str): the user clicked a link.
        copy_all_requested: “copy the whole message” was chosen from the context menu.
        selection_changed(): `selection` is another one.
        dragged(QPoint), drag_ended(): a selection is being made, with the pointer there on the screen; and is made.
        caret_moved(QRectF): the selection's end was moved by a key, and should be seen.
        menu_opening(QMenu): the context menu is made; whoever has more to offer adds it.
        quote_requested(str): the selection, or the whole text, as a Markdown quote.
        search_requested(str): find these words in the conversation.
    """

    grew = Signal()
    link_activated = Signal(str)
    copy_all_requested = Signal()
    selection_changed = Signal()
    dragged = Signal(QPoint)
    drag_ended = Signal()
    caret_moved = Signal(QRectF)
    menu_opening = Signal(QMenu)
    quote_requested = Signal(str)
    search_requested = Signal(str)

    def __init__(self, flow: MarkdownFlow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.flow = flow
        self.flow.changed = self._repaint_from
        self.destroyed.connect(partial(_silence, flow))
        self._pointer = BoxPointer(self)
        self.resize(round(flow.width), round(flow.height))
        self._grows = False
        self.selector = Selector(flow)
        self._shown: Selection | None = None
        self._mouse = TextMouse(self)
        self._pieces: list[str] = []
        self._has_caret = False
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        self.setMouseTracking(True)
        self.setAccessibleName("Text of the message")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def wanted_height(self) -> int:
        return round(self.flow.height)

    # -- content -----------------------------------------------------------------------------------------

    def append(self, text: str) -> None:
        self._grows = True
        self._pieces.append(text)
        self._repaint_from(self.flow.append(text))

    def finish(self) -> None:
        self._grows = False
        self._repaint_from(self.flow.finish())

    def set_width(self, width: int) -> None:
        self.flow.set_width(width)
        self.resize(width, self.wanted_height)

    def look_at(self, top: float, bottom: float) -> bool:
        """Lays out what stands between two y, since it is seen; returns whether that changed any height."""
        changed = self.flow.realise(top, bottom)
        if changed:
            self._repaint_from(0)
        return changed

    def mark(self, found: Found | None) -> None:
        """Paints what is looked for."""
        if found != self.flow.found:
            self.flow.found = found
            self.update()

    # -- the selection -----------------------------------------------------------------------------------

    @property
    def selection(self) -> Selection | None:
        return self.selector.selection

    def select(self, selection: Selection | None) -> None:
        self.selector.select(selection)
        self.show_selection()

    def select_all(self) -> None:
        self.selector.select_all()
        self.show_selection()

    def show_selection(self) -> None:
        """Shows what the selector has come to."""
        if self._shown != self.selection:
            self._shown = self.selection
            self.update()
            self.selection_changed.emit()

    def selected_text(self) -> str:
        return self.excerpt(self.selection).plain() if self.selection else ""

    def selected_words(self) -> str:
        """The first line of what is selected."""
        return self.excerpt(self.selection).first_words() if self.selection else ""

    def quote(self) -> None:
        """Offers the selection, or all of the text, as a quote."""
        self.quote_requested.emit(quoted(self.excerpt(self.selection or self.selector.ends).markdown()))

    @property
    def length(self) -> int:
        """Characters of the Markdown that is shown, line ends being one each."""
        return sum(len(piece) - piece.count("\r\n") for piece in self._pieces)

    def excerpt(self, selection: Selection) -> Excerpt:
        """What a selection takes of the text."""
        return Excerpt.of(self.flow, selection, "".join(self._pieces))

    def _repaint_from(self, dirty: float) -> None:
        if self.wanted_height != self.height():
            self.grew.emit()
        top = max(int(dirty) - 1, 0)
        self.update(0, top, self.width(), max(self.height() - top, 0) + 1)

    # -- Qt ----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.flow.paint(painter, QRectF(event.rect()), self.selection)
        if self._has_caret and self.hasFocus():
            painter.fillRect(self.selector.caret().adjusted(-0.5, 2, 0.5, -2), self.palette().text())
        caret = self.flow.caret() if self._grows else None
        if caret is not None:
            painter.fillRect(caret.adjusted(CARET_GAP, 3, CARET_GAP + CARET_WIDTH, -3), self.palette().text())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and not self._pointer.press(event.position()):
            self._show_caret(wanted=False)
            self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pointer.drag(event.position()) or self._mouse.drag(event):
            return
        clickable = self._pointer.hover(event.position()) or self.flow.link_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.IBeamCursor)
        self.setToolTip(self._pointer.tip_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._pointer.release(event.position()):
            return
        if self._mouse.release() or self._pointer.tell_note(event.position()):
            return
        if link := self.flow.link_at(event.position()):
            self.link_activated.emit(link)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and not self._pointer.press(event.position()):
            self._mouse.double(event)

    def drag_to(self, position: QPoint) -> None:
        """The text was scrolled below a pointer that makes a selection, and stands there on the screen."""
        self._mouse.reach(self.mapFromGlobal(position).toPointF())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._pointer.wheel(event):
            super().wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer.leave()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.selection:
            copy_selection(self)
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif text_keys.move(self.selector, event, has_caret=self._has_caret):
            self._show_caret(wanted=True)
            self.show_selection()
            self.update()
            self.caret_moved.emit(self.selector.caret())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._show_caret(wanted=event.reason() in _KEYBOARD)
        super().focusInEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        link = self.flow.link_at(event.pos().toPointF()) if by_mouse else ""
        actions = self._pointer.actions(event.pos() if by_mouse else None)
        menu = surface_menu(self, link, actions)
        self.menu_opening.emit(menu)
        menu.popup(event.globalPos())

    def _show_caret(self, *, wanted: bool) -> None:
        if wanted != self._has_caret:
            self._has_caret = wanted
            self.update()


def _silence(flow: MarkdownFlow) -> None:
    """A formula may be drawn when the widget is gone."""
    flow.changed = None
