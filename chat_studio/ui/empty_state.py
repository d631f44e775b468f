"""What the middle of the window shows before the first question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label

WIDTH = 560


@dataclass(frozen=True)
class Offer:
    """A way to a model: what it is, a line about it, and the button that takes it."""

    title: str
    text: str
    button: str
    react: Callable[[], object]
    recommended: bool = False


class EmptyState(QWidget):
    """A title, a sentence, and the offers as cards; calm where nothing has to be offered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._offers: tuple[Offer, ...] = ()
        self._column = QWidget()
        self._column.setMaximumWidth(WIDTH + 32)
        self._title = Label("", "title")
        self._text = Label("", "lead", wrap=True)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(10)
        inside = QVBoxLayout(self._column)
        inside.setContentsMargins(16, 0, 16, 0)
        inside.setSpacing(0)
        inside.addWidget(self._title)
        inside.addSpacing(8)
        inside.addWidget(self._text)
        inside.addSpacing(16)
        inside.addLayout(self._cards)
        across = QHBoxLayout()
        across.addStretch()
        across.addWidget(self._column, 1000)
        across.addStretch()
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(across)
        layout.addStretch(3)

    def show_ready(self, name: str) -> None:
        """Something is connected: nothing to do but to write."""
        self._fill(
            "What shall we work on?", f"{name} answers. Type below, or press Ctrl+K to go anywhere.", (), centred=True
        )

    def show_offers(self, offers: tuple[Offer, ...], *, demo_chosen: bool) -> None:
        """Nothing but the demo is usable."""
        if demo_chosen:
            aside = "Or type below: the offline demo answers right away."
        else:
            aside = "Or choose the offline demo above: it answers without a server."
        self._fill("Connect a model", aside, offers, centred=False)

    def _fill(self, title: str, text: str, offers: tuple[Offer, ...], *, centred: bool) -> None:
        self._title.setText(title)
        self._text.setText(text)
        align = Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag.AlignLeft
        self._title.setAlignment(align)
        self._text.setAlignment(align)
        if _texts(offers) == _texts(self._offers):
            return
        self._offers = offers
        for card in self._column.findChildren(_Card):
            self._cards.removeWidget(card)
            card.hide()
            card.deleteLater()
        for offer in offers:
            self._cards.addWidget(_Card(offer))


class _Card(QFrame):
    def __init__(self, offer: Offer) -> None:
        super().__init__()
        self.setObjectName("card")
        button = Button(offer.button, "primary" if offer.recommended else "plain")
        button.setAccessibleName(f"{offer.title}: {offer.button.rstrip('…')}")
        button.clicked.connect(offer.react)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(offer.title, "strong"))
        words.addWidget(Label(offer.text, "small", wrap=True))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 15, 16, 15)
        layout.setSpacing(16)
        layout.addLayout(words, 1)
        layout.addWidget(button)


def _texts(offers: tuple[Offer, ...]) -> list[tuple[str, str, str]]:
    return [(offer.title, offer.text, offer.button) for offer in offers]
