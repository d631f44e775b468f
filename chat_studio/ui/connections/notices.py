"""Lines above the form that say what happened, some with a way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from chat_studio.errors import StudioError
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import pixmap
from chat_studio.ui.widgets.buttons import Button, IconButton
from chat_studio.ui.widgets.labels import Label


@dataclass(frozen=True)
class Notice:
    """A sentence. `topic` names what it is about: a later notice of the same topic takes its place.

    `action` and `act` are a button's text and what it does; `dismissed` is called when the notice goes without it.
    """

    topic: str
    text: str
    is_failure: bool = False
    action: str = ""
    act: Callable[[], object] = lambda: None
    dismissed: Callable[[], object] = lambda: None


class Notices(QWidget):
    """The notices of one window, the newest at the bottom; takes no room while there are none."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._bars: dict[str, _Bar] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    def show_notice(self, notice: Notice) -> None:
        self.dismiss(notice.topic)
        bar = _Bar(self._appearance, notice)
        bar.close_button.clicked.connect(lambda: self.dismiss(notice.topic))
        bar.action_button.clicked.connect(lambda: self._act(notice))
        self._bars[notice.topic] = bar
        self._layout.addWidget(bar)

    def tell(self, text: str) -> None:
        """Says something about the file, in the place of what was said before; "" says nothing any more."""
        self.dismiss("file")
        if text:
            self.show_notice(Notice("file", text))

    def tell_failure(self, error: StudioError) -> None:
        """Says what could not be done, and what to do next."""
        self.show_notice(Notice("failure", f"{error.message} {error.hint}".strip(), is_failure=True))

    def dismiss(self, topic: str) -> None:
        """Takes the notice of a topic away, if there is one."""
        bar = self._take(topic)
        if bar is not None:
            bar.notice.dismissed()

    def dismiss_all(self) -> None:
        for topic in list(self._bars):
            self.dismiss(topic)

    def _act(self, notice: Notice) -> None:
        self._take(notice.topic)
        notice.act()

    def _take(self, topic: str) -> _Bar | None:
        bar = self._bars.pop(topic, None)
        if bar is not None:
            self._layout.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        return bar


class _Bar(QFrame):
    """One notice."""

    def __init__(self, appearance: Appearance, notice: Notice) -> None:
        super().__init__()
        self._appearance = appearance
        self.notice = notice
        self.setObjectName("banner")
        self._icon = QLabel()
        self._icon.setFixedWidth(16)
        self.action_button = Button(notice.action, "link")
        self.action_button.setObjectName(f"{notice.topic}Action")
        self.action_button.setHidden(not notice.action)
        self.close_button = IconButton(appearance, "cross", "Dismiss")
        text = Label(notice.text, wrap=True)
        text.setObjectName(f"{notice.topic}Notice")
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(28, 4, 12, 4)
        layout.setSpacing(8)
        layout.addWidget(self._icon)
        layout.addWidget(text, 1)
        layout.addWidget(self.action_button)
        layout.addWidget(self.close_button)
        appearance.changed.connect(self._paint_icon)
        self._paint_icon()

    def _paint_icon(self) -> None:
        theme = self._appearance.theme
        name, color = ("warning", theme.danger) if self.notice.is_failure else ("info", theme.muted)
        self._icon.setPixmap(pixmap(name, color, 16, self.devicePixelRatioF()))
