"""The page on which a connection is added: an address that is recognised, or a choice from the gallery."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from chat_studio.connections.secrets import KeyPlace
from chat_studio.errors import StudioError
from chat_studio.ui import aio
from chat_studio.ui.appearance import DEFAULT_FONT_SIZE, Appearance
from chat_studio.ui.connections.adding.address_field import LABEL, AddressField
from chat_studio.ui.connections.adding.choice_painter import PAD
from chat_studio.ui.connections.adding.choices import load_choices, of_nearby
from chat_studio.ui.connections.adding.detection import Detection
from chat_studio.ui.connections.adding.failed_card import FailedCard
from chat_studio.ui.connections.adding.found_card import FoundCard
from chat_studio.ui.connections.adding.gallery import SCROLL_BAR, Gallery
from chat_studio.ui.widgets.labels import Label

if TYPE_CHECKING:
    from chat_studio.connections.detect import Detected
    from chat_studio.connections.nearby import Nearby

MAX_WIDTH = 720
MARGIN = 28


class AddingPage(QWidget):
    """Stands where the form stands else. Loads what the gallery shows when it is seen for the first time.

    `key_place` is where this computer keeps keys.

    Signals:
        save_wanted(dict, str): a connection of these fields, with this key, shall be stored.
        edit_wanted(dict, str): the same, but the form shall be seen first.
        chosen(Choice): a row of the gallery shall fill the form.
        import_wanted(): the environment shall be looked at.
        escaped(): the user wants to leave.
    """

    save_wanted = Signal(dict, str)
    edit_wanted = Signal(dict, str)
    chosen = Signal(object)
    import_wanted = Signal()
    escaped = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setObjectName("addConnectionPage")
        self.setAccessibleName("Add a connection")
        self._appearance = appearance
        self._loaded = False
        self._asked_with = ""
        self.key_place = KeyPlace("keychain", "")
        self._address = AddressField(appearance)
        self._found = FoundCard()
        self._failed = FailedCard(appearance)
        self._gallery = Gallery(appearance)
        self._detection = Detection(self)
        self._content = QWidget()
        self._lay_out()
        self._fit_type()
        appearance.changed.connect(self._fit_type)
        self._connect_address()
        self._connect_result()
        self._gallery.chosen.connect(self.chosen)
        self._gallery.address_wanted.connect(self._address.ask)
        self._gallery.import_wanted.connect(self.import_wanted)
        self._gallery.escaped.connect(self.escaped)

    def focus_address(self) -> None:
        self._address.focus()

    def focus_services(self) -> None:
        self._gallery.search.setFocus()

    def cancel(self) -> bool:
        """Stops looking; False if nothing was looked for."""
        return self._detection.cancel()

    def reset(self) -> None:
        """Forgets what was typed and found: it has become a connection, or the window is closed."""
        self._detection.cancel()
        self._address.clear()
        self._gallery.search.clear()
        self._forget_result()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        aio.spawn(self._look_around(), self, "look for servers on this computer")
        if not self._loaded:
            self._loaded = True
            aio.spawn(self._load(), self, "load the gallery")

    async def _load(self) -> None:
        try:
            self._gallery.show_choices(await asyncio.to_thread(load_choices))
        except StudioError as error:
            self._gallery.show_problem(f"{error.message} {error.hint}".strip())

    async def _look_around(self) -> None:
        nearby_servers = await asyncio.to_thread(_nearby_servers)
        self._gallery.show_nearby([of_nearby(one) for one in await nearby_servers()])

    def _connect_address(self) -> None:
        address, detection = self._address, self._detection
        address.find_wanted.connect(self._find)
        address.changed.connect(self._forget_result)
        address.changed.connect(detection.cancel)
        address.cancel_wanted.connect(detection.cancel)
        address.escaped.connect(self.escaped)
        address.left_downwards.connect(self._gallery.search.setFocus)
        detection.started.connect(address.show_wait)
        detection.ended.connect(address.show_end)

    def _connect_result(self) -> None:
        self._detection.found.connect(self._show_found)
        self._detection.failed.connect(self._failed.show_error)
        self._found.save_wanted.connect(self.save_wanted)
        self._found.edit_wanted.connect(self.edit_wanted)
        self._found.asking_wanted.connect(lambda key: self._ask(self._address.text, key))
        self._failed.adding_wanted.connect(lambda: self.edit_wanted.emit({"base_url": self._address.text}, ""))

    def _find(self, text: str) -> None:
        """A word that is no address may be the name of a service."""
        if _is_address(text) or not self._gallery.look_for(text):
            self._gallery.search.clear()
            self._ask(text)

    def _ask(self, url: str, key: str = "") -> None:
        self._forget_result()
        self._asked_with = key
        self._detection.start(url, key)

    def _show_found(self, found: Detected) -> None:
        self._found.show_found(found, self.key_place.sentence, self._asked_with)

    def _forget_result(self) -> None:
        self._asked_with = ""
        self._found.clear()
        self._failed.clear()

    def _fit_type(self) -> None:
        self._content.setMaximumWidth(round(MAX_WIDTH * max(1, self._appearance.font_size / DEFAULT_FONT_SIZE)))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(MARGIN - PAD, 20, MARGIN - PAD - SCROLL_BAR, 0)
        layout.setSpacing(12)
        upper = QVBoxLayout()
        upper.setContentsMargins(PAD, 0, PAD + SCROLL_BAR, 0)
        upper.setSpacing(12)
        upper.addWidget(Label("Add a connection", "heading"))
        upper.addWidget(Label(LABEL, "muted"))
        for part in (self._address, self._found, self._failed):
            upper.addWidget(part)
        layout.addLayout(upper)
        layout.addSpacing(4)
        layout.addWidget(self._gallery, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._content)


def _nearby_servers() -> Callable[[], Awaitable[Sequence[Nearby]]]:
    """Imported when it is used, and in a thread: it brings every kind with it."""
    from chat_studio.connections.nearby import nearby_servers

    return nearby_servers


def _is_address(text: str) -> bool:
    return any(mark in text for mark in ".:/") or text == "localhost"
