"""What the program has to say: banners that stay until they are read, and a toast that goes by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from chat_studio.errors import StudioError
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import GRID, pixmap
from chat_studio.ui.widgets.buttons import Button, IconButton
from chat_studio.ui.widgets.labels import Label

NoticeKind = Literal["info", "warning", "error"]
MOST_BANNERS = 3
TOAST_SECONDS = 8


@dataclass(frozen=True)
class Action:
    """A button in a notice."""

    label: str
    react: Callable[[], object]


class Notices(QWidget):
    """Banners below the header, the newest last. The same words are never shown twice at a time."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._banners: list[Banner] = []
        self._remedies: dict[type[StudioError], Action] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.hide()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(banner.text for banner in self._banners)

    def tell(self, text: str, kind: NoticeKind = "info", *, hint: str = "", action: Action | None = None) -> None:
        self.dismiss(text)
        banner = Banner(self._appearance, text, kind, hint, action)
        banner.dismissed.connect(lambda: self.dismiss(text))
        self._banners.append(banner)
        self._layout.addWidget(banner)
        while len(self._banners) > MOST_BANNERS:
            self.dismiss(self._banners[0].text)
        self.show()

    def tell_error(self, error: StudioError) -> None:
        self.tell(error.message, "error", hint=error.hint, action=self._remedies.get(type(error)))

    def offer_remedy(self, kind: type[StudioError], action: Action) -> None:
        """What helps against errors of a kind stands in their banners from now on."""
        self._remedies[kind] = action

    def dismiss(self, text: str) -> None:
        """Takes the banner with this text away, if there is one."""
        for banner in [banner for banner in self._banners if banner.text == text]:
            self._banners.remove(banner)
            self._layout.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self._banners))


class Banner(QFrame):
    """One sentence, what to do about it, and a button to dismiss it.

    Signals:
        dismissed(): the user has read it.
    """

    dismissed = Signal()

    def __init__(
        self, appearance: Appearance, text: str, kind: NoticeKind, hint: str = "", action: Action | None = None
    ) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.setAccessibleName(f"{text} {hint}".strip())
        self.text = text
        self._appearance = appearance
        self._kind = kind
        self._mark = QLabel()
        sentence = Label(text, wrap=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 12, 6)
        layout.setSpacing(10)
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(sentence)
        if hint:
            words.addWidget(Label(hint, "small", wrap=True))
        layout.addLayout(words, 1)
        if action is not None:
            button = Button(action.label)
            button.clicked.connect(action.react)
            button.clicked.connect(self.dismissed)
            layout.addWidget(button)
        close = IconButton(appearance, "cross", "Dismiss")
        close.clicked.connect(self.dismissed)
        layout.addWidget(close)
        appearance.changed.connect(self._paint_mark)
        self._paint_mark()

    def _paint_mark(self) -> None:
        theme = self._appearance.theme
        color = {"info": theme.muted, "warning": theme.warn, "error": theme.danger}[self._kind]
        self._mark.setPixmap(
            pixmap("info" if self._kind == "info" else "warning", color, GRID, self.devicePixelRatioF())
        )


class Toast(QFrame):
    """A sentence with one action, above the foot of its parent, for some seconds. Ctrl+Z is the same as “Undo”."""

    def __init__(self, parent: QWidget, *, above: int) -> None:
        """`above` is the distance from the parent's lower edge in pixels."""
        super().__init__(parent)
        self.setObjectName("popup")
        self._area = parent
        self._above = above
        self._react: Callable[[], object] | None = None
        self._text = Label()
        self.button = Button("Undo", "link")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 6, 8, 6)
        layout.setSpacing(10)
        layout.addWidget(self._text)
        layout.addWidget(self.button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TOAST_SECONDS * 1000)
        self._timer.timeout.connect(self.hide)
        self._shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), parent, self.act)
        self._shortcut.setEnabled(False)
        self.button.clicked.connect(self.act)
        parent.installEventFilter(self)
        self.hide()

    def offer(self, text: str, action: Action, *, undoes: bool = True) -> None:
        """Takes the place of what was offered before. `undoes`: Ctrl+Z does it as well."""
        self._text.setText(text)
        self._react = action.react
        self.button.setText(action.label)
        self.button.setAccessibleName(action.label)
        self._shortcut.setEnabled(undoes)
        self._timer.start()
        self._place()
        self.show()
        self.raise_()

    def act(self) -> None:
        react, self._react = self._react, None
        self.hide()
        if react is not None:
            react()

    def hideEvent(self, event: QEvent) -> None:
        del event
        self._timer.stop()
        self._shortcut.setEnabled(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.adjustSize()
        area = self._area.rect()
        self.move((area.width() - self.width()) // 2, area.height() - self._above - self.height())


class FailureNotices(logging.Handler):
    """Shows what `aio.report` logs, whatever thread it happened in."""

    def __init__(self, notices: Notices) -> None:
        super().__init__(logging.ERROR)
        self._relay = _Relay(notices)
        self._notices = notices
        self._relay.told.connect(self._tell)

    def emit(self, record: logging.LogRecord) -> None:
        self._relay.told.emit(record.getMessage(), getattr(record, "error", None))

    def _tell(self, text: str, error: StudioError | None) -> None:
        if error is not None:
            self._notices.tell_error(error)
        else:
            self._notices.tell(text, "error")


class _Relay(QObject):
    """A signal crosses from any thread to the window's."""

    told = Signal(str, object)
