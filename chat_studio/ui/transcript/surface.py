"""A widget that shows a flow: painting, selecting, copying, following links."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from chat_studio.ui.transcript.flow import MarkdownFlow, Place
from chat_studio.ui.transcript.pointer import BoxPointer

CARET_GAP, CARET_WIDTH = 2, 5
"""Pixels: the block behind the last character while text comes."""


class FlowSurface(QWidget):
    """Shows a flow at the widget's width; its height is the flow's.

    Signals:
        grew: `wanted_height` is another one. Whoever holds the surface scrolls first and resizes then: Qt moves what is
            painted only where nothing waits to be painted.
        link_activated(str): the user clicked a link.
        copy_all_requested: “copy the whole message” was chosen from the context menu.
    """

    grew = Signal()
    link_activated = Signal(str)
    copy_all_requested = Signal()

    def __init__(self, flow: MarkdownFlow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.flow = flow
        self.flow.changed = self._repaint_from
        self._pointer = BoxPointer(self)
        self.resize(round(flow.width), round(flow.height))
        self._grows = False
        self._anchor: Place | None = None
        self._selection: tuple[Place, Place] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @property
    def wanted_height(self) -> int:
        return round(self.flow.height)

    # -- content -----------------------------------------------------------------------------------------

    def append(self, text: str) -> None:
        self._grows = True
        self._repaint_from(self.flow.append(text))

    def finish(self) -> None:
        self._grows = False
        self._repaint_from(self.flow.finish())

    def set_width(self, width: int) -> None:
        self.flow.set_width(width)
        self.resize(width, self.wanted_height)

    def select(self, selection: tuple[Place, Place] | None) -> None:
        self._selection = selection
        self.update()

    def selected_text(self) -> str:
        return self.flow.text(self._selection) if self._selection else ""

    def _repaint_from(self, dirty: float) -> None:
        if self.wanted_height != self.height():
            self.grew.emit()
        top = max(int(dirty) - 1, 0)
        self.update(0, top, self.width(), max(self.height() - top, 0) + 1)

    # -- Qt ----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.flow.paint(painter, QRectF(event.rect()), self._selection)
        caret = self.flow.caret() if self._grows else None
        if caret is not None:
            painter.fillRect(caret.adjusted(CARET_GAP, 3, CARET_GAP + CARET_WIDTH, -3), self.palette().text())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and not self._pointer.press(event.position()):
            self._anchor = self.flow.place_at(event.position())
            self.select(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pointer.drag(event.position()):
            return
        if self._anchor is not None and event.buttons() & Qt.MouseButton.LeftButton:
            here = self.flow.place_at(event.position())
            self.select(_ordered(self._anchor, here) if here != self._anchor else None)
            return
        clickable = self._pointer.hover(event.position()) or self.flow.link_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.IBeamCursor)
        self.setToolTip(self._pointer.tip_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._anchor = None
        if event.button() is not Qt.MouseButton.LeftButton or self._pointer.release(event.position()):
            return
        if self._selection is not None or self._pointer.tell_note(event.position()):
            return
        if link := self.flow.link_at(event.position()):
            self.link_activated.emit(link)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Selects a word."""
        found = self.flow.box_at(event.position())
        if found is None:
            return
        place = self.flow.place_at(event.position())
        start, end = found[0].word_at(place.position)
        self.select((Place(place.box, start), Place(place.box, end)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._pointer.wheel(event):
            super().wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer.leave()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self._selection:
            self._copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select(self.flow.ends())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction("Copy", self._copy)
        copy.setEnabled(self._selection is not None)
        menu.addAction("Copy message", self.copy_all_requested.emit)
        menu.addAction("Select all", lambda: self.select(self.flow.ends()))
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        for number, action in enumerate(self._pointer.actions(event.pos() if by_mouse else None)):
            if not number:
                menu.addSeparator()
            menu.addAction(action.label, lambda action=action: action.run(self))
        menu.popup(event.globalPos())

    # -- helpers -----------------------------------------------------------------------------------------

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.selected_text())


def _ordered(one: Place, other: Place) -> tuple[Place, Place]:
    return (one, other) if (one.box, one.position) <= (other.box, other.position) else (other, one)
