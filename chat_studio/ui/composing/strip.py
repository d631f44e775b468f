"""The attachments above the text."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.composing.attached import Attached, AttachmentList
from chat_studio.ui.composing.chip import Chip

_BAR = 12


class AttachmentStrip(QScrollArea):
    """A chip for each attachment, in a row that scrolls sideways. Left and right go from chip to chip.

    Signals:
        opened(Attached): the user wants to see one.
        inlined(int): the text of one, by its key, shall stand in the message.
        left(): the last chip with the keyboard is gone; the keyboard belongs into the text.
    """

    opened = Signal(object)
    inlined = Signal(int)
    left = Signal()

    def __init__(self, appearance: Appearance, attachments: AttachmentList, field: QWidget) -> None:
        """The tabulator key goes from `field` to the chips."""
        super().__init__()
        self.setObjectName("attachmentStrip")
        self.setAccessibleName("Attachments")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self._appearance = appearance
        self._attachments = attachments
        self._field = field
        self._chips: dict[int, Chip] = {}
        inside = QWidget()
        self.viewport().setAutoFillBackground(False)
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(0, 0, 0, 4)
        self._row.setSpacing(8)
        self._row.addStretch()
        self.setWidget(inside)
        inside.setAutoFillBackground(False)  # which `setWidget` has switched on
        attachments.changed.connect(self._update)
        appearance.changed.connect(self._fit)
        self._update()

    def _update(self) -> None:
        items = {item.key: item for item in self._attachments.items}
        for key in [key for key in self._chips if key not in items]:
            self._drop(key)
        for place, item in enumerate(items.values()):
            chip = self._chips.get(item.key)
            if chip is None:
                chip = self._chips[item.key] = self._chip(item)
                self._row.insertWidget(place, chip)
                self.setVisible(True)
                chip.show()
                self.ensureWidgetVisible(chip)
            else:
                chip.show_item(item)
        self.setVisible(bool(items))
        self._order()
        self._fit()

    def _order(self) -> None:
        """Of the keyboard's stops."""
        before = self._field
        for item in self._attachments.items:
            for stop in self._chips[item.key].stops:
                QWidget.setTabOrder(before, stop)
                before = stop

    def _chip(self, item: Attached) -> Chip:
        chip = Chip(self._appearance, item)
        chip.opened.connect(lambda: self._open(item.key))
        chip.inlined.connect(lambda: self.inlined.emit(item.key))
        chip.removed.connect(lambda: self._remove(item.key))
        return chip

    def _open(self, key: int) -> None:
        for item in self._attachments.items:
            if item.key == key:
                self.opened.emit(item)

    def _remove(self, key: int) -> None:
        """The keyboard goes on to the next chip, or back to the text."""
        keys = list(self._chips)
        at = keys.index(key)
        neighbour = next(iter(keys[at + 1 :] or keys[:at][-1:]), None)
        if neighbour is not None:
            self._chips[neighbour].setFocus()
        else:
            self.left.emit()
        self._attachments.take(key)

    def _drop(self, key: int) -> None:
        chip = self._chips.pop(key)
        self._row.removeWidget(chip)
        chip.hide()
        chip.deleteLater()

    def _fit(self) -> None:
        """As high as a chip, with room for the bar that scrolls where it is needed."""
        if self._chips:
            wide = sum(chip.width() + self._row.spacing() for chip in self._chips.values())
            bar = _BAR if wide > self.width() + self._row.spacing() else 0
            height = max(chip.sizeHint().height() for chip in self._chips.values())
            self.setFixedHeight(height + self._row.contentsMargins().bottom() + bar)
