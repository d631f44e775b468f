"""What was found at an address, and the way from there to a connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from chat_studio.connections.recognition import FALLBACK, by_host, host_of, place_of
from chat_studio.providers import registry
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.field import Field
from chat_studio.ui.widgets.labels import ElidedLabel, Label
from chat_studio.ui.widgets.style import restyle

if TYPE_CHECKING:
    from chat_studio.connections.detect import Detected

NAMED = 3
"""Models that are named before the rest is counted."""
REFUSED = "The server does not accept this key."
_THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")


class FoundCard(QFrame):
    """Names server, version, address and models; takes the key where one is needed.

    Signals:
        save_wanted(dict, str), edit_wanted(dict, str): the fields of the connection, and the key that was typed.
        asking_wanted(str): the server shall be asked again, with this key.
    """

    save_wanted = Signal(dict, str)
    edit_wanted = Signal(dict, str)
    asking_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("foundCard")
        self._fields: dict[str, Any] = {}
        self._title = ElidedLabel(role="strong")
        self._address, self._models = ElidedLabel(role="muted"), Label(role="muted", wrap=True)
        self._why = Label(role="small", wrap=True)
        self._key = QLineEdit()
        self._key.setObjectName("foundKey")
        self._key.setAccessibleName("API key")
        self._key.setPlaceholderText("API key")
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._key_field = Field(self._key)
        self._save, self._edit = Button("Save", "primary"), Button("Edit before saving")
        self._ask = Button("Ask again with this key")
        for button, name in ((self._save, "saveFound"), (self._edit, "editFound"), (self._ask, "askAgain")):
            button.setObjectName(f"{name}Button")
            button.setAutoDefault(True)  # Enter presses it: paste, Enter, Enter is enough
        self._lay_out()
        self._save.clicked.connect(lambda: self._take(self.save_wanted.emit))
        self._edit.clicked.connect(lambda: self._take(self.edit_wanted.emit))
        self._ask.clicked.connect(lambda: self.asking_wanted.emit(self._typed))
        self._key.returnPressed.connect(self._take_key)
        self._key.textEdited.connect(self._note_typing)
        self.hide()

    def show_found(self, found: Detected, key_place: str, asked_with: str = "") -> None:
        """`key_place` is a sentence about where keys are kept; `asked_with` the key that the server was asked with."""
        self._fields = fields_of(found)
        version = f" {found.version}" if found.version else ""
        self._title.setText(f"{found.label}{version}")
        self._address.setText(found.base_url)
        self._models.setText(models_text(found))
        self._models.setVisible(bool(found.models))
        self._why.setText(found.why)
        self._key.setText(asked_with)
        self._key_field.set_hint(key_place)
        self._key_field.setVisible(found.needs_key or bool(asked_with))
        self._key_field.set_reason(REFUSED if found.needs_key and asked_with else "")
        self._ask.setVisible(found.needs_key and not found.models and by_host(found.base_url) is None)
        self.setAccessibleName(f"Found: {found.label}{version} at {found.base_url}")
        self._show_state()
        self.setEnabled(True)
        self.show()
        (self._key if found.needs_key else self._save).setFocus(Qt.FocusReason.OtherFocusReason)
        self._key.selectAll()

    def clear(self) -> None:
        """Forgets the result; the key that was typed for it as well."""
        self._key.clear()
        self.hide()

    @property
    def _typed(self) -> str:
        return self._key.text().strip()

    def _take(self, emit: Callable[[dict[str, Any], str], object]) -> None:
        """Only once for a result: a second click would add a second connection."""
        self.setEnabled(False)
        emit(self._fields, self._typed)

    def _take_key(self) -> None:
        if self._typed:
            (self._ask if not self._ask.isHidden() else self._save).click()

    def _note_typing(self) -> None:
        self._key_field.set_reason("")
        self._show_state()

    def _show_state(self) -> None:
        lacks_key = not self._key_field.isHidden() and not self._typed
        self._ask.setEnabled(not lacks_key)
        self._save.setText("Save without a key" if lacks_key else "Save")
        self._save.setAccessibleName(self._save.text())
        self._save.setProperty("kind", "plain" if lacks_key else "primary")
        restyle(self._save)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._save, self._edit, self._ask):
            buttons.addWidget(button)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 16)
        layout.setSpacing(4)
        for part in (self._title, self._address, self._models, self._why):
            layout.addWidget(part)
        layout.addSpacing(6)
        layout.addWidget(self._key_field)
        layout.addSpacing(6)
        layout.addLayout(buttons)


def fields_of(found: Detected) -> dict[str, Any]:
    """The entry of a connection to what was found, named after it and, on another computer, after its host."""
    host = host_of(found.base_url)
    name = found.label
    if found.kind == FALLBACK:
        name = place_of(found.base_url) or name
    elif host and host not in _THIS_COMPUTER and not registry.provider_class(found.kind).is_service:
        name = f"{found.label} on {host}"
    return {"name": name, "provider": found.kind, "base_url": found.base_url, **found.fields}


def models_text(found: Detected) -> str:
    """“5 models: a, b, c and 2 more”."""
    count = len(found.models)
    named = ", ".join(model.id for model in found.models[:NAMED])
    more = f" and {count - NAMED} more" if count > NAMED else ""
    return f"{count} {'model' if count == 1 else 'models'}: {named}{more}"
