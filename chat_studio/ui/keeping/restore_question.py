"""The question before a backup takes the place of everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMessageBox, QWidget

from chat_studio.ui.keeping.telling import of_restore

if TYPE_CHECKING:
    from chat_studio.backup.archive import Manifest

Answer = QMessageBox.StandardButton


class RestoreQuestion(QMessageBox):
    """Ok or Cancel. Its result is the button; closing it cancels."""

    def __init__(self, manifest: Manifest, *, running: int, temporary: int, parent: QWidget) -> None:
        """`running`: answers that are coming; `temporary`: conversations that are kept nowhere."""
        super().__init__(parent)
        self.setObjectName("restoreQuestion")
        self.setWindowTitle("Restore a backup")
        question, happens = of_restore(manifest, running=running, temporary=temporary)
        self.setText(question)
        self.setInformativeText(happens)
        self.setStandardButtons(Answer.Ok | Answer.Cancel)
        self.button(Answer.Ok).setText("Restore")
        self.button(Answer.Ok).setAccessibleName("Restore")
        self.setDefaultButton(Answer.Cancel)
        self.setEscapeButton(Answer.Cancel)
