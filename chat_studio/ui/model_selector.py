"""The list of models that a server offers, in which any other name can be typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QListView, QWidget

from chat_studio.errors import StudioError
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.model_facts import in_full, in_short
from chat_studio.ui.widgets.combo import ComboBox
from chat_studio.ui.widgets.detail_delegate import DETAIL, DetailDelegate
from chat_studio.ui.widgets.popup_list import PopupList

if TYPE_CHECKING:
    from chat_studio.providers.values import ModelInfo


class ModelSelector(ComboBox):
    """Chooses a model. While the server is asked, and when it does not tell, the popup says so.

    Signals:
        model_chosen(str): the user chose or typed another model.
        opening(): the popup is about to be shown; the list may be fetched again.
    """

    model_chosen = Signal(str)
    opening = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(appearance, "Model", parent, hug=True)
        self.setObjectName("modelSelector")
        self.setToolTip("Model: choose one, or type its name")
        self._told = ""
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self._field = _NameField()
        self._field.setPlaceholderText("Model")
        self._field.setAccessibleName("Model")
        self.setLineEdit(self._field)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._completer = QCompleter(self._rows, self)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._popup = PopupList(self._field)
        self._completer.setPopup(self._popup)
        for view in (self.view(), self._popup):
            view.setItemDelegate(DetailDelegate(appearance, self))
            view.setTextElideMode(Qt.TextElideMode.ElideRight)
            if isinstance(view, QListView):
                view.setUniformItemSizes(True)
        self.setCompleter(self._completer)
        self.activated.connect(lambda _: self._tell())
        self._field.editingFinished.connect(self._tell)
        self._field.returnPressed.connect(self.picked)

    @property
    def model_name(self) -> str:
        return self.currentText().strip()

    def set_model_name(self, name: str) -> None:
        """Shows a model as chosen, without a signal."""
        self._told = name
        self.setEditText(name)
        self._field.setCursorPosition(0)

    def show_models(self, models: Sequence[ModelInfo]) -> None:
        rows = [_row(model) for model in models]
        self._show_rows(rows or [_remark("The server lists no models. Type a name.")])

    def show_loading(self) -> None:
        self._show_rows([_remark("Asking the server for its models…")])

    def show_failure(self, error: StudioError) -> None:
        """The reason stands where the models would."""
        reason = _remark(f"No list of models: {error.message}")
        reason.setForeground(QColor(self._appearance.theme.danger))
        reason.setToolTip("\n".join(filter(None, (error.message, error.hint, error.detail))))
        self._show_rows([reason, *([_remark(error.hint)] if error.hint else [])])

    def showPopup(self) -> None:
        self.opening.emit()
        super().showPopup()

    def _show_rows(self, rows: list[QStandardItem]) -> None:
        name = self.currentText()
        was_open = self.view().isVisible()
        self._rows.clear()
        self._rows.invisibleRootItem().appendRows(rows)  # at once: a service lists hundreds
        self.setCurrentIndex(self.findText(name, Qt.MatchFlag.MatchExactly))
        self.setEditText(name)
        if not self._field.hasFocus():
            self._field.setCursorPosition(0)  # a name that is too long shows its beginning
        self._popup.setMinimumWidth(min(self.view().sizeHintForColumn(0) + 24, self.MAX_POPUP_WIDTH))
        if was_open:
            super().showPopup()

    def _tell(self) -> None:
        if self.model_name != self._told:
            self._told = self.model_name
            self.model_chosen.emit(self.model_name)


class _NameField(QLineEdit):
    """The click that brings the keyboard selects all: what is typed then takes the name's place."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() is Qt.FocusReason.MouseFocusReason:
            QTimer.singleShot(0, self.selectAll)  # the press, which comes next, puts the cursor


def _row(model: ModelInfo) -> QStandardItem:
    item = QStandardItem(model.id)
    item.setEditable(False)
    facts = in_short(model)
    item.setData(facts, DETAIL)
    item.setData(f"{model.id}, {facts}" if facts else model.id, Qt.ItemDataRole.AccessibleTextRole)
    item.setToolTip("\n".join((model.id, in_full(model))).strip())
    return item


def _remark(text: str) -> QStandardItem:
    """A row to be read, not chosen."""
    item = QStandardItem(text)
    item.setToolTip(text)
    item.setEditable(False)
    item.setSelectable(False)
    item.setEnabled(False)
    return item
