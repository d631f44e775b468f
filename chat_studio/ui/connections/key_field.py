"""The API key: it can be typed, replaced and removed here, but a stored one is never shown."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from chat_studio.connections.draft import Draft
from chat_studio.connections.secrets import KeyPlace
from chat_studio.ui.connections.inputs import ActionInput
from chat_studio.ui.connections.wording import LABELS
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.field import Field

_DOTS = "••••••••"


class KeyField(QWidget):
    """Shows where the key of a draft is, and takes another one; the page where such keys are made is a click away.

    Signals:
        typed(str): the key that shall replace what is stored; "" for none after all.
        removed(): the stored key shall go.
    """

    typed = Signal(str)
    removed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._page = Button("Get a key", "link")
        self._page.setObjectName("keyPageButton")
        self._replace = Button("Replace", "link")
        self._remove = Button("Remove", "link")
        self._keep = Button("Keep the stored one", "link")
        self.input = ActionInput(self._page, self._replace, self._remove, self._keep)
        self.input.setObjectName("field_api_key")
        self.input.setAccessibleName(LABELS["api_key"])
        self._field = Field(self.input)
        self._place = KeyPlace("keychain", "")
        self._draft = Draft()
        self._replacing = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._field)
        self.input.edited.connect(self.typed.emit)
        self._page.clicked.connect(self._open_page)
        self._replace.clicked.connect(self._start_replacing)
        self._remove.clicked.connect(self.removed)
        self._keep.clicked.connect(self._stop_replacing)
        self._refresh()

    def show_draft(self, draft: Draft) -> None:
        if draft.saved != self._draft.saved or draft.api_key is None:
            self._replacing = False
        self._draft = draft
        self._refresh()

    def tell_place(self, place: KeyPlace) -> None:
        """Where this computer keeps keys."""
        self._place = place
        self._refresh()

    def _refresh(self) -> None:
        reference = self._draft.api_key
        taking = reference is None or self._replacing or bool(self._draft.new_key)
        self.input.setReadOnly(not taking)
        self.input.setEchoMode(QLineEdit.EchoMode.Password if taking else QLineEdit.EchoMode.Normal)
        self.input.show_value(self._draft.new_key if taking else self._description(reference or ""))
        self.input.setPlaceholderText((self._draft.key_example or "None") if reference is None else "The new key")
        for button, shown in ((self._replace, not taking), (self._remove, not taking), (self._keep, taking)):
            button.setVisible(shown and reference is not None)
        self._show_page(taking=taking)
        warning = self._draft.warnings.get("api_key", "")
        self._field.set_hint(warning or self._hint(taking), "warning" if warning else "small")

    def _show_page(self, *, taking: bool) -> None:
        page = self._draft.kind.key_page if self._draft.kind else ""
        self._page.setVisible(taking and bool(page))
        self._page.setToolTip(page)
        self._page.setAccessibleDescription(page)

    def _description(self, reference: str) -> str:
        kind, _, name = reference.partition(":")
        if kind == "env" and name:
            return f"Read from the environment variable {name}"
        if kind != "keychain" or not name:
            return f"{_DOTS} in the connections file"
        return f"{_DOTS} in the keychain" if self._place.kind == "keychain" else f"{_DOTS} in a file of keys"

    def _hint(self, taking: bool) -> str:
        reference = self._draft.api_key or ""
        if taking or reference.startswith("keychain:"):
            return self._place.sentence
        if reference.startswith("env:"):
            return ""
        return f"The key stands in the connections file; saving moves it. {self._place.sentence}"

    def _open_page(self) -> None:
        if self._draft.kind:
            QDesktopServices.openUrl(QUrl(self._draft.kind.key_page))

    def _start_replacing(self) -> None:
        self._replacing = True
        self._refresh()
        self.input.setFocus()

    def _stop_replacing(self) -> None:
        self._replacing = False
        self.typed.emit("")
        self._refresh()
