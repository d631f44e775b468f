"""The first conversations of a file, below a line that opens them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from chat_studio.exchange.importing import Sample
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.fold import Fold
from chat_studio.ui.exchanging.telling import of_sample
from chat_studio.ui.widgets.detail_delegate import DETAIL, DetailDelegate

MOST_ROWS = 6


class SampleList(QWidget):
    """Hidden while there are none. The list is read by the arrow keys."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.fold = Fold(appearance, "Conversations of the file")
        self.list = QListView()
        self.list.setObjectName("importSamples")
        self.list.setAccessibleName("Conversations of the file")
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setItemDelegate(DetailDelegate(appearance, self.list))
        self._rows = QStandardItemModel(self)
        self.list.setModel(self._rows)
        self.fold.toggled.connect(self.list.setVisible)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.fold)
        layout.addWidget(self.list)
        self.list.hide()
        self.hide()

    def show_samples(self, samples: Sequence[Sample], total: int) -> None:
        """`total`: how many conversations the file has."""
        self._rows.clear()
        for sample in samples:
            name, facts = of_sample(sample)
            item = QStandardItem(name)
            item.setData(facts, DETAIL)
            item.setData(f"{name}, {facts}", Qt.ItemDataRole.AccessibleTextRole)
            item.setToolTip(name)
            self._rows.appendRow(item)
        text = "Conversations" if total <= len(samples) else f"The first {len(samples)} conversations"
        self.fold.setText(text)
        self.fold.setAccessibleName(text)
        row = max(self.list.sizeHintForRow(0), 1)
        self.list.setFixedHeight(row * min(MOST_ROWS, max(len(samples), 1)) + 2)
        self.setVisible(bool(samples))
