"""The model: typed, or chosen from those that the server lists."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from chat_studio.errors import StudioError
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.inputs import SuggestingInput
from chat_studio.ui.connections.wording import LABELS
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.field import Field


class ModelField(QWidget):
    """A line with suggestions, and the button that fetches them.

    Signals:
        fetch_requested(): the server's models are wanted.
    """

    fetch_requested = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.input = SuggestingInput(appearance, LABELS["model"], "Chosen in the conversation")
        self._fetch = Button("Fetch models")
        self._fetch.setObjectName("fetchModelsButton")
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.input, 1)
        row.addWidget(self._fetch)
        self._below = Field(line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._below)
        self.setFocusProxy(self.input)
        self._fetch.clicked.connect(self.fetch_requested)

    def clear(self) -> None:
        """Forgets what was fetched: it is another server's."""
        self.input.suggest(())
        self._below.set_hint("")
        self._below.set_reason("")
        self._show_fetching(fetching=False)

    def show_fetching(self) -> None:
        self._below.set_hint("")
        self._below.set_reason("")
        self._show_fetching(fetching=True)

    def show_models(self, models: Sequence[str]) -> None:
        """Offers the models that were fetched."""
        self.input.suggest(models)
        self._below.set_hint(f"{len(models)} served" if models else "The server lists no models")
        self._show_fetching(fetching=False)

    def show_failure(self, error: StudioError) -> None:
        self._below.set_reason(f"{error.message} {error.hint}".strip())
        self._show_fetching(fetching=False)

    def _show_fetching(self, *, fetching: bool) -> None:
        self._fetch.setText("Fetching…" if fetching else "Fetch models")
        self._fetch.setEnabled(not fetching)
