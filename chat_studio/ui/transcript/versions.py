"""‹ 2/3 ›: which version of a message is shown, and the ways to the others."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import pixmap
from chat_studio.ui.transcript.deeds import RUNNING
from chat_studio.ui.transcript.host import MessageHost
from chat_studio.ui.transcript.message_actions import SmallButton
from chat_studio.ui.widgets.labels import Label

NARROW, GLYPH = 18, 12
"""Pixels: a button with an arrow only, and the arrow."""


class VersionSwitcher(QWidget):
    """Two arrows around a number; they rest while an answer runs."""

    def __init__(self, message_id: str, host: MessageHost, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("versionSwitcher")
        self._message_id = message_id
        self._host = host
        self._number = Label("", "faint", self)
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._earlier = self._arrow("chevron-left", "Earlier version", -1)
        self._later = self._arrow("chevron-right", "Later version", 1)
        self.look()

    @property
    def text(self) -> str:
        return self._number.text()

    def look(self) -> None:
        """Shows what the host knows now."""
        ids = self._host.versions(self._message_id)
        at = ids.index(self._message_id) if self._message_id in ids else 0
        self._number.setText(f"{at + 1}/{len(ids)}")
        self.setAccessibleName(f"Version {at + 1} of {len(ids)}")
        for button, there, name in (
            (self._earlier, at > 0, "Earlier version (Alt+Left)"),
            (self._later, at + 1 < len(ids), "Later version (Alt+Right)"),
        ):
            button.setEnabled(there and not self._host.running)
            button.setToolTip(f"{name}. {RUNNING}" if there and self._host.running else name)
        self._place()

    def step(self, by: int) -> None:
        """Asks for the version before or after this one, if there is one."""
        ids = tuple(self._host.versions(self._message_id))
        at = ids.index(self._message_id) + by if self._message_id in ids else -1
        if 0 <= at < len(ids) and not self._host.running:
            self._host.version_wanted.emit(ids[at])

    def _arrow(self, icon_name: str, label: str, by: int) -> Arrow:
        button = Arrow(self._host.appearance, icon_name, label, self)
        button.setObjectName("earlierVersion" if by < 0 else "laterVersion")
        button.clicked.connect(lambda: self.step(by))
        return button

    def _place(self) -> None:
        width = self._number.sizeHint().width() + 2
        self._number.setGeometry(NARROW, 0, width, SmallButton.SIDE)
        self._later.move(NARROW + width, 0)
        self.resize(2 * NARROW + width, SmallButton.SIDE)


class Arrow(SmallButton):
    """A narrow button whose icon is as small as the number beside it."""

    def __init__(self, appearance: Appearance, icon_name: str, label: str, parent: QWidget) -> None:
        super().__init__(appearance, icon_name, label, parent)
        self.setFixedWidth(NARROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_surface(painter)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        image = pixmap(self._icon_name, self._color(), GLYPH, self.devicePixelRatioF())
        painter.drawPixmap((self.width() - GLYPH) // 2, (self.height() - GLYPH) // 2, image)
