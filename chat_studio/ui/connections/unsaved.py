"""The question before unsaved edits would be lost."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from chat_studio.connections.draft import Draft
from chat_studio.ui.connections.wording import cannot_save

Answer = QMessageBox.StandardButton


class UnsavedDialog(QMessageBox):
    """Save, Discard or Cancel. Its result is the button; closing it cancels."""

    def __init__(self, draft: Draft, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("unsavedDialog")
        self.setWindowTitle("Unsaved edits")
        name = draft.name.strip()
        self.setText(f"Save the edits of “{name}”?" if name else "Save the new connection?")
        reason = cannot_save(draft)
        self.setInformativeText(f"They cannot be saved yet: {reason}." if reason else "They are lost otherwise.")
        self.setStandardButtons(Answer.Save | Answer.Discard | Answer.Cancel)
        self.setDefaultButton(Answer.Cancel if reason else Answer.Save)
        self.setEscapeButton(Answer.Cancel)
        self.button(Answer.Save).setEnabled(not reason)
