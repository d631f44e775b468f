"""A drop-down list in our look."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOptionComboBox, QWidget

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.icons import pixmap

_CHEVRON = 12
_ICON_GAP = 4


class ComboBox(QComboBox):
    """A QComboBox with our arrow, whose popup is as wide as its widest row.

    With `hug` its own width follows the text that is chosen, not the longest one on offer.

    Signals:
        picked(): a row of the popup was chosen, not stepped to by the arrow keys, or a typed name was entered.
    """

    picked = Signal()

    MAX_POPUP_WIDTH = 640

    def __init__(self, appearance: Appearance, label: str, parent: QWidget | None = None, *, hug: bool = False) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._hug = hug
        self._open = False
        self.setAccessibleName(label)
        self.setMaxVisibleItems(16)
        self.setItemDelegate(_RowDelegate(self))
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)
        appearance.changed.connect(self.update)
        self.activated.connect(self._tell_picked)
        if hug:
            self.currentTextChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return self._hugging(super().sizeHint())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(96, self.sizeHint().width()), super().minimumSizeHint().height())

    def showPopup(self) -> None:
        widest = self.view().sizeHintForColumn(0) + 16
        self.view().setMinimumWidth(max(self.width(), min(widest, self.MAX_POPUP_WIDTH)))
        super().showPopup()
        self._open = True

    def hidePopup(self) -> None:
        super().hidePopup()
        QTimer.singleShot(0, self._note_closed)  # a row that was chosen is told of after this

    def initStyleOption(self, option: QStyleOptionComboBox) -> None:
        """The style cuts a long text off in the middle of a letter; this ends it with “…”."""
        super().initStyleOption(option)
        place = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, place, self).width()
        icon = 0 if option.currentIcon.isNull() else option.iconSize.width() + _ICON_GAP
        text = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room - icon)
        option.currentText = text

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = self._appearance.theme
        color = theme.muted if self.isEnabled() else theme.faint
        arrow = pixmap("chevron-down", color, _CHEVRON, self.devicePixelRatioF())
        QPainter(self).drawPixmap(self.width() - _CHEVRON - 9, (self.height() - _CHEVRON) // 2, arrow)

    def _tell_picked(self) -> None:
        if self._open:
            self._open = False
            self.picked.emit()

    def _note_closed(self) -> None:
        self._open = False

    def _hugging(self, hint: QSize) -> QSize:
        if not self._hug:
            return hint
        field = self.lineEdit()
        text = self.currentText() or (field.placeholderText() if field else self.placeholderText())
        icon = self.iconSize().width() + _ICON_GAP if not self.itemIcon(self.currentIndex()).isNull() else 0
        return QSize(self.fontMetrics().horizontalAdvance(text) + icon + 44, hint.height())


class _RowDelegate(QStyledItemDelegate):
    """Rows of the popup: 30 pixels high."""

    def sizeHint(self, option, index) -> QSize:  # type: ignore[no-untyped-def]
        return super().sizeHint(option, index).expandedTo(QSize(0, 30))


def select_data(combo: QComboBox, data: object) -> bool:
    """Chooses the row that carries `data`; False if there is none."""
    row = combo.findData(data, Qt.ItemDataRole.UserRole)
    if row >= 0:
        combo.setCurrentIndex(row)
    return row >= 0
