"""The list of conversations in the sidebar."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimerEvent, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.conversation_delegate import ConversationDelegate, mark_box
from chat_studio.ui.conversation_model import ConversationModel, Roles
from chat_studio.ui.widgets.spinner import FRAME_MS, STEPS
from chat_studio.ui.widgets.typed import typed_text

BATCH = 400
"""Rows that are laid out in one go; asking each for its height takes some microseconds."""


class ConversationList(QListView):
    """Opens what becomes current; renames in place by F2 or a double click; turns spinners only while they are seen.

    Signals:
        opened(str, str): the user went to a conversation, and to a message in it ("" for its end).
        delete_requested(str): the user wants a conversation gone.
        menu_requested(str, QPoint): the user asks what can be done with a conversation; the place is the screen's.
    """

    opened = Signal(str, str)
    delete_requested = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(self, appearance: Appearance, model: ConversationModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._conversations = model
        self._current_id = ""
        self._selecting = False
        self._step = 0
        self._timer = 0
        self.setObjectName("conversationList")
        self.setAccessibleName("Conversations")
        self.setModel(model)
        self._delegate = ConversationDelegate(appearance, lambda: self._step, self)
        self._turned = QRegion()  # the spinners that are to be painted again
        self.setItemDelegate(self._delegate)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(BATCH)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_for_menu)
        self.selectionModel().currentChanged.connect(lambda row: None if self._selecting else self._open(row))
        self.clicked.connect(self._open)
        self.activated.connect(self._open)
        model.dataChanged.connect(lambda *_: self._animate())
        model.rowsInserted.connect(self._keep_selection)
        model.rowsMoved.connect(self._keep_selection)
        appearance.changed.connect(self.scheduleDelayedItemsLayout)

    def select(self, conversation_id: str) -> None:
        """Shows a conversation as the current one, without a signal; "" for none."""
        self._current_id = conversation_id
        self._keep_selection()

    def rename(self, conversation_id: str = "") -> None:
        """Opens the field for a conversation's title; "" for the one that is shown."""
        row = self._conversations.row_of(conversation_id)
        index = self._conversations.index(row) if conversation_id else self.currentIndex()
        if index.isValid():
            self.edit(index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.RightButton:  # whose menu is about a conversation, and opens none
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and index.isValid():
            self.delete_requested.emit(index.data(Roles.CONVERSATION_ID))
        elif typed_text(event).strip():
            event.ignore()  # Qt would go to the conversation of this letter; here it begins a message
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._selecting = True  # Qt makes the first row the current one; nobody has chosen it
        super().focusInEvent(event)
        self._selecting = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._animate()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._animate()

    def timerEvent(self, event: QTimerEvent) -> None:
        if event.timerId() != self._timer:
            super().timerEvent(event)
            return
        self._step = (self._step + 1) % STEPS
        self._turned = QRegion()
        for box, _ in self._delegate.turning.values():
            self._turned += mark_box(box).toAlignedRect().adjusted(-1, -1, 1, 1)
        self._turned &= self.viewport().rect()
        self.viewport().update(self._turned)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._turned.isEmpty() and event.region() == self._turned:
            painter = QPainter(self.viewport())  # whole rows for each turn of a spinner are dear
            for box, state in self._delegate.turning.values():
                self._delegate.paint_turning(painter, box, state)
            painter.end()
        else:
            if event.rect() == self.viewport().rect():
                self._delegate.turning.clear()
            super().paintEvent(event)
        self._turned = QRegion()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        moved = [(box.translated(0, dy), state) for box, state in self._delegate.turning.values()]
        self._delegate.turning = {box.top(): (box, state) for box, state in moved}

    def _keep_selection(self) -> None:
        self._selecting = True
        index = self._conversations.index(self._conversations.row_of(self._current_id))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect if index.isValid() else flags.Clear)
        self._selecting = False

    def _open(self, index: QModelIndex) -> None:
        """Once for a click, although the click makes the row current as well."""
        conversation_id, message_id = index.data(Roles.CONVERSATION_ID), index.data(Roles.MESSAGE_ID)
        if index.isValid() and (message_id or conversation_id != self._current_id):
            self._current_id = conversation_id
            self.opened.emit(conversation_id, message_id)

    def _animate(self) -> None:
        needed = bool(self._conversations.running) and self.isVisible()
        if needed and not self._timer:
            self._timer = self.startTimer(FRAME_MS)
        elif not needed and self._timer:
            self.killTimer(self._timer)
            self._timer = 0

    def _ask_for_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid():
            self.menu_requested.emit(index.data(Roles.CONVERSATION_ID), self.viewport().mapToGlobal(place))
