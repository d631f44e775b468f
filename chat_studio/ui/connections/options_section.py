"""The fields that only one kind has, as rows that change with the kind."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from chat_studio.connections.draft import Draft
from chat_studio.connections.option_fields import OptionField
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.inputs import Choice, Input, Switch, TextInput
from chat_studio.ui.connections.section import LABEL_WIDTH, Section


class OptionsSection(QWidget):
    """“<Kind> settings”, of the kind that is chosen or understood by itself; not there where there are none.

    Signals:
        edited(str, object): as of `Section`; the field is “options”, the value all of them.
    """

    edited = Signal(str, object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._rows: OptionRows | None = None
        self._draft = Draft()
        self._stacked, self._label_width = False, LABEL_WIDTH
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def show_draft(self, draft: Draft) -> None:
        is_other = draft.kind is not self._draft.kind
        self._draft = draft
        if is_other:
            self._change(draft.own_fields, draft.kind.label if draft.kind else "")
        if self._rows is not None:
            self._rows.show_draft(draft)

    def set_stacked(self, *, stacked: bool, label_width: int = LABEL_WIDTH) -> None:
        """As of `Section`."""
        self._stacked, self._label_width = stacked, label_width
        if self._rows is not None:
            self._rows.set_stacked(stacked=stacked, label_width=label_width)

    def _change(self, options: tuple[OptionField, ...], label: str) -> None:
        if self._rows is not None:
            self._layout.removeWidget(self._rows)
            self._rows.hide()
            self._rows.setParent(None)
            self._rows.deleteLater()
            self._rows = None
        self.setVisible(bool(options))
        if options:
            self._rows = rows = OptionRows(self._appearance, f"{label} settings", options)
            rows.edited.connect(lambda name, value: self.edited.emit("options", self._draft.with_option(name, value)))
            rows.set_stacked(stacked=self._stacked, label_width=self._label_width)
            self._layout.addWidget(rows)
            rows.show()  # now, not when the event loop comes to it
            self._stand_in_line(rows)

    def _stand_in_line(self, rows: OptionRows) -> None:
        """Tab comes here from the section before, not at the very end, where new widgets are put."""
        before: QWidget | None = self.previousInFocusChain()
        while before is not None and before is not self and not before.focusPolicy() & Qt.FocusPolicy.TabFocus:
            before = before.previousInFocusChain()
        for editor in rows.editors:
            if before is not None:
                QWidget.setTabOrder(before, editor)
            before = editor


class OptionRows(Section):
    """The fields themselves. `editors` are their inputs from top to bottom."""

    def __init__(self, appearance: Appearance, title: str, options: tuple[OptionField, ...]) -> None:
        super().__init__()
        self._options = {option.name: option for option in options}
        self.add_title(title)
        for option in options:
            editor = _editor(appearance, option)
            field = self.add_field(option.name, editor, option.description, option.title)
            self.add_row("" if option.is_switch else option.title, field)

    @property
    def editors(self) -> list[Input]:
        return list(self._inputs.values())

    def value(self, draft: Draft, name: str) -> object:
        return self._options[name].shown(draft.options.get(name, ""))


def _editor(appearance: Appearance, option: OptionField) -> Input:
    if option.is_switch:
        return Switch(appearance, option.title)
    if option.choices:
        return Choice(appearance, option.title, [(choice, choice.replace("_", " ")) for choice in option.choices])
    return TextInput(str(option.default))
