"""The field that takes an address, the button beside it, and what is going on below it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from chat_studio.connections.pasted import address_in
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import ElidedLabel
from chat_studio.ui.widgets.line_edit import LineEdit
from chat_studio.ui.widgets.spinner import Spinner

LABEL = "Paste an address or choose a service"


class AddressField(QWidget):
    """Takes a text; what becomes of it is shown by others, but for the wait.

    Signals:
        find_wanted(str): look what is at this address.
        changed(): the text is another one; what was found is not of it.
        cancel_wanted(): the search shall end.
        escaped(): Escape was pressed while there was nothing to end and nothing to clear.
        left_downwards(): the arrow key leads to what is below.
    """

    find_wanted = Signal(str)
    changed = Signal()
    cancel_wanted = Signal()
    escaped = Signal()
    left_downwards = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._edit = LineEdit(LABEL, "http://localhost:8000, api.openai.com, or the name of a service")
        self._edit.setObjectName("addressField")
        self._find = Button("Find", "primary")
        self._find.setObjectName("findButton")
        self._wait = QWidget()
        self._asked = ElidedLabel(role="small")
        cancel = Button("Cancel", "link")
        cancel.setObjectName("cancelFindButton")
        cancel.setAccessibleName("Cancel the search")
        self._lay_out(Spinner(appearance, "Looking"), cancel)
        self.setFocusProxy(self._edit)
        self._edit.textChanged.connect(self._note_change)
        self._edit.returnPressed.connect(self._ask)
        self._edit.escaped.connect(self._leave)
        self._edit.stepped.connect(lambda step: self.left_downwards.emit() if step > 0 else None)
        self._find.clicked.connect(self._ask)
        cancel.clicked.connect(self.cancel_wanted)
        self.show_end()
        self._note_change()

    @property
    def text(self) -> str:
        """What was typed, without what stands around the address."""
        return address_in(self._edit.text())

    def focus(self) -> None:
        """Ready for another address: typing replaces the one that is there."""
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edit.selectAll()

    def ask(self, text: str) -> None:
        """As if this had been typed, and Enter pressed."""
        self._edit.setText(text)
        self._ask()

    def clear(self) -> None:
        self._edit.clear()

    def show_wait(self, url: str) -> None:
        self._asked.setText(f"Asking {url}…")
        self._wait.show()

    def show_end(self) -> None:
        self._wait.hide()

    def _note_change(self) -> None:
        self._find.setEnabled(bool(self.text))
        self.changed.emit()

    def _ask(self) -> None:
        if self.text:
            self.find_wanted.emit(self.text)

    def _leave(self) -> None:
        if not self._wait.isHidden():
            self.cancel_wanted.emit()
        elif self.text:
            self._edit.clear()
        else:
            self.escaped.emit()

    def _lay_out(self, spinner: Spinner, cancel: Button) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._edit, 1)
        line.addWidget(self._find)
        waiting = QHBoxLayout(self._wait)
        waiting.setContentsMargins(2, 0, 0, 0)
        waiting.setSpacing(8)
        waiting.addWidget(spinner)
        waiting.addWidget(self._asked, 1)
        waiting.addWidget(cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(line)
        layout.addWidget(self._wait)
