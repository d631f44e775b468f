"""What is not taken from a file, by its reasons, below a line that opens it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from chat_studio.exchange.losses import Loss
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.fold import Fold
from chat_studio.ui.exchanging.telling import of_losses
from chat_studio.ui.widgets.flow_text import FlowText


class LossList(QWidget):
    """Hidden while nothing is left out."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.fold = Fold(appearance, "What is not taken")
        self.fold.setObjectName("lossesFold")
        self.text = FlowText("Reasons")
        self.text.setObjectName("losses")
        self.text.setFocusPolicy(self.fold.focusPolicy())
        self.fold.toggled.connect(self.text.setVisible)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.fold)
        layout.addWidget(self.text)
        self.text.hide()
        self.hide()

    def show_losses(self, losses: Iterable[Loss]) -> None:
        known = list(losses)
        self.fold.setText(of_losses(len(known)))
        self.fold.setAccessibleName(of_losses(len(known)))
        self.text.set_text("\n".join(_told(loss) for loss in known))
        self.fold.updateGeometry()
        self.setVisible(bool(known))


def _told(loss: Loss) -> str:
    examples = f"\n     Such as: {'; '.join(loss.examples)}" if loss.examples else ""
    return f"{loss.count:,} × {loss.reason}{examples}"
