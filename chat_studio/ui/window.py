"""The main window: where everything stands. What happens in it is up to those who hold its parts."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.composing.composer import Composer
from chat_studio.ui.conversation_model import ConversationModel
from chat_studio.ui.empty_state import EmptyState
from chat_studio.ui.find_bar import FindBar
from chat_studio.ui.header import Header
from chat_studio.ui.notices import Notices, Toast
from chat_studio.ui.sidebar import WIDTH as SIDEBAR
from chat_studio.ui.sidebar import Sidebar
from chat_studio.ui.temporary_note import TemporaryNote
from chat_studio.ui.widgets.labels import Line
from chat_studio.ui.widgets.typed import typed_text

TITLE = "Chat Studio"
SIZE = (1280, 800)
_TOAST_ABOVE = 132
_COMMANDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class MainWindow(QMainWindow):
    """Sidebar, header, conversation, composer. The conversation's view comes after the first painting.

    Signals:
        close_requested(): the user closes the window; whoever holds it shuts the program down.
        restart_requested(list[str]): what is stored is another than was read; whoever holds the window closes it, and
            opens another one that tells these sentences.
    """

    close_requested = Signal()
    restart_requested = Signal(object)

    def __init__(self, appearance: Appearance, conversations: ConversationModel) -> None:
        super().__init__()
        self.sidebar = Sidebar(appearance, conversations)
        self.header = Header(appearance)
        self.notices = Notices(appearance)
        self.find_bar = FindBar(appearance)
        self.temporary = TemporaryNote()
        self.empty = EmptyState()
        self.composer = Composer(appearance)
        self._pages = QStackedWidget()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._middle = QWidget()
        self._lay_out()
        self.toast = Toast(self._middle, above=_TOAST_ABOVE)
        for selector in (self.header.connections, self.header.models):
            selector.picked.connect(self.composer.setFocus)
        self.set_conversation_title("")
        self.resize(*SIZE)
        self.setMinimumSize(640, 400)
        self.composer.setFocus()

    @property
    def page(self) -> QWidget:
        """All but the sidebar."""
        return self._middle

    def set_conversation_title(self, title: str) -> None:
        self.setWindowTitle(f"{TITLE} – {title}" if title else TITLE)

    def add_conversation_view(self, view: QWidget) -> None:
        """Where a conversation is shown; the empty state takes its place when there is none."""
        self._pages.addWidget(view)

    def show_conversation(self, *, empty: bool) -> None:
        """Shows the conversation's view, or the empty state."""
        self._pages.setCurrentIndex(0 if empty else 1)
        if empty:
            self.find_bar.close_bar()

    def restore_place(self, geometry: str, layout: str) -> None:
        """Puts the window where it was; both as `place` gave them, "" for the first start."""
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if layout:
            self._splitter.restoreState(QByteArray.fromBase64(layout.encode()))

    def place(self) -> tuple[str, str]:
        """Where the window is, and where the splitter stands, in base64."""
        return _base64(self.saveGeometry()), _base64(self._splitter.saveState())

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.close_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What is typed where nothing takes it goes into the composer."""
        if text := typed_text(event):
            self.composer.setFocus()
            self.composer.edit.insert_text(text)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self._pages.addWidget(self.empty)
        self._middle.setObjectName("page")
        layout = QVBoxLayout(self._middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.header, Line(), self.temporary, self.notices, self.find_bar):
            layout.addWidget(widget)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.composer)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.sidebar)
        self._splitter.addWidget(self._middle)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([SIDEBAR - 1, SIZE[0] - SIDEBAR])
        self.sidebar.setMinimumWidth(180)
        self.setCentralWidget(self._splitter)


def _base64(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode()
