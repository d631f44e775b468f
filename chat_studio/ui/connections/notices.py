"""Lines above the form that say what happened, some with a way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from chat_studio.errors import StudioError
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.notices import Action, Banner, NoticeKind


@dataclass(frozen=True)
class Notice:
    """A sentence. `topic` names what it is about: a later notice of the same topic takes its place.

    `action` and `act` are a button's text and what it does; `dismissed` is called when the notice goes without it.
    """

    topic: str
    text: str
    kind: NoticeKind = "info"
    hint: str = ""
    action: str = ""
    act: Callable[[], object] = lambda: None
    dismissed: Callable[[], object] = lambda: None


class TopicNotices(QWidget):
    """The notices of one window, the newest at the bottom; takes no room while there are none."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._banners: dict[str, tuple[Notice, Banner]] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)

    def show_notice(self, notice: Notice) -> None:
        self.dismiss(notice.topic)
        action = Action(notice.action, lambda: self._act(notice)) if notice.action else None
        banner = Banner(self._appearance, notice.text, notice.kind, notice.hint, action)
        banner.dismissed.connect(lambda: self.dismiss(notice.topic))
        self._banners[notice.topic] = (notice, banner)
        self._layout.addWidget(banner)

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(notice.text for notice, _ in self._banners.values())

    def tell(self, text: str) -> None:
        """Says something about the file, in the place of what was said before; "" says nothing any more."""
        self.dismiss("file")
        if text:
            self.show_notice(Notice("file", text))

    def tell_failure(self, error: StudioError) -> None:
        """Says what could not be done, and what to do next."""
        self.show_notice(Notice("failure", error.message, "error", error.hint))

    def dismiss(self, topic: str) -> None:
        """Takes the notice of a topic away, if there is one."""
        notice = self._take(topic)
        if notice is not None:
            notice.dismissed()

    def dismiss_all(self) -> None:
        for topic in list(self._banners):
            self.dismiss(topic)

    def _act(self, notice: Notice) -> None:
        self._take(notice.topic)
        notice.act()

    def _take(self, topic: str) -> Notice | None:
        if topic not in self._banners:
            return None
        notice, banner = self._banners.pop(topic)
        self._layout.removeWidget(banner)
        banner.hide()
        banner.deleteLater()
        return notice
