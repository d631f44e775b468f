"""The inputs of the form. Each has `edited(value)`, emitted for the user's edits only, and `show_value(value)`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QPlainTextEdit, QSizePolicy

from chat_studio.ui.appearance import Appearance
from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.choices import CheckBox
from chat_studio.ui.widgets.combo import ComboBox, select_data
from chat_studio.ui.widgets.popup_list import PopupList


class TextInput(QLineEdit):
    """One line of text."""

    edited = Signal(object)

    def __init__(self, placeholder: str = "") -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.textEdited.connect(self.edited.emit)

    def show_value(self, value: object) -> None:
        if self.text() != value:
            self.setText(str(value))
            self.setCursorPosition(0)


class ActionInput(TextInput):
    """One line of text with link buttons at its right end."""

    def __init__(self, *buttons: Button, placeholder: str = "") -> None:
        super().__init__(placeholder)
        self._buttons = buttons
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.setSpacing(4)
        layout.addStretch()
        for button in buttons:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            layout.addWidget(button)
        self._keep_clear_of_buttons()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._keep_clear_of_buttons()
        return super().event(event)

    def _keep_clear_of_buttons(self) -> None:
        used = sum(button.sizeHint().width() + 4 for button in self._buttons if not button.isHidden())
        self.setTextMargins(0, 0, used, 0)


class BlockInput(QPlainTextEdit):
    """Several lines, in monospace unless they are prose; as high as its text, within limits. Tab leaves it."""

    edited = Signal(object)
    MOST_LINES = 8

    def __init__(
        self, appearance: Appearance, placeholder: str = "", least_lines: int = 1, *, mono: bool = True
    ) -> None:
        super().__init__()
        self._appearance = appearance
        self._least_lines = least_lines
        self._mono = mono
        self.setProperty("mono", mono)
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._tell)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        appearance.changed.connect(self._refresh_font)
        self._refresh_font()

    def show_value(self, value: object) -> None:
        if self.toPlainText() != value:
            with QSignalBlocker(self):
                self.setPlainText(str(value))

    def sizeHint(self) -> QSize:
        lines = min(max(int(self.document().size().height()), self._least_lines), self.MOST_LINES)
        inner = lines * self.fontMetrics().lineSpacing() + 2 * int(self.document().documentMargin())
        return QSize(super().sizeHint().width(), max(32, inner + 12))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self.updateGeometry)  # a layout that is at work overhears what is said meanwhile

    def _fit(self) -> None:
        scrolls = self.document().size().height() > self.MOST_LINES
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        self.updateGeometry()

    def _tell(self) -> None:
        self.edited.emit(self.toPlainText())

    def _refresh_font(self) -> None:
        self.setFont(self._appearance.mono_font() if self._mono else self._appearance.control_font())
        self.updateGeometry()


class Choice(ComboBox):
    """One of several, by the data of its rows. The wheel scrolls the form, not the choice."""

    edited = Signal(object)

    def __init__(self, appearance: Appearance, label: str, rows: Sequence[tuple[str, str]]) -> None:
        """`rows`: the value and the text of each."""
        super().__init__(appearance, label)
        self.offer(rows)
        self.activated.connect(lambda row: self.edited.emit(self.itemData(row)))

    def offer(self, rows: Sequence[tuple[str, str]]) -> None:
        """Replaces the rows; the choice stays."""
        chosen = self.currentData()
        self.clear()
        for value, text in rows:
            self.addItem(text, value)
        if chosen is not None:
            self.show_value(chosen)

    def show_value(self, value: object) -> None:
        if not select_data(self, value):
            self.addItem(str(value), value)
            self.setCurrentIndex(self.count() - 1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class SuggestingInput(ComboBox):
    """A line of text with suggestions; any other text is as good."""

    edited = Signal(object)

    def __init__(self, appearance: Appearance, label: str, placeholder: str) -> None:
        super().__init__(appearance, label)
        self._line = QLineEdit()
        self.setLineEdit(self._line)
        self.setInsertPolicy(ComboBox.InsertPolicy.NoInsert)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self._line.setPlaceholderText(placeholder)
        self._line.setAccessibleName(label)
        self._popup = PopupList(self._line)
        self.setCompleter(_completer(self, self._popup))
        self._line.textEdited.connect(self.edited.emit)
        self._line.editingFinished.connect(self._show_beginning)
        self.textActivated.connect(self.edited.emit)

    def show_value(self, value: object) -> None:
        if self.currentText() != value:
            self.setEditText(str(value))
            self._line.setCursorPosition(0)

    def suggest(self, suggestions: Sequence[str]) -> None:
        """Replaces the suggestions; the text stays."""
        text = self.currentText()
        with QSignalBlocker(self):
            self.clear()
            self.addItems(list(suggestions))
            self.setCurrentIndex(self.findText(text))
            self.setEditText(text)
        widest = self.view().sizeHintForColumn(0) + 24
        self._popup.setMinimumWidth(min(widest, self.MAX_POPUP_WIDTH))
        self._show_beginning()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def _show_beginning(self) -> None:
        """A long name is read from its beginning, unless it is being typed."""
        if not self._line.hasFocus():
            self._line.setCursorPosition(0)


class Switch(CheckBox):
    """On or off."""

    edited = Signal(object)

    def __init__(self, appearance: Appearance, text: str) -> None:
        super().__init__(appearance, text)
        self.setFixedHeight(32)
        self.clicked.connect(lambda: self.edited.emit(self.isChecked()))

    def show_value(self, value: object) -> None:
        self.setChecked(bool(value))


def _completer(combo: ComboBox, popup: PopupList) -> QCompleter:
    """Offers the rows that contain what was typed, in a list that looks like the whole one."""
    completer = QCompleter(combo.model(), combo)
    completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setPopup(popup)
    popup.setItemDelegate(combo.itemDelegate())  # a completer brings a delegate of its own
    return completer


Input = TextInput | BlockInput | Choice | SuggestingInput | Switch
