"""The top of the window: what it is, and which file it edits."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from chat_studio.ui.widgets.buttons import Button
from chat_studio.ui.widgets.labels import Label

HEIGHT = 47


class Head(QWidget):
    """Names the file; its path can be selected, and the file be opened in the desktop's editor of text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        shown = Label(str(path), "faint")
        shown.setObjectName("connectionsPath")
        shown.setAccessibleName("File of connections")
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        shown.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred
        )  # a long path is cut, not the window
        shown.setToolTip(str(path))
        open_button = Button("Open the file")
        open_button.setObjectName("openFileButton")
        open_button.clicked.connect(lambda: open_in_desktop(path))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(12)
        layout.addWidget(Label("Connections", "heading"))
        layout.addWidget(shown, 1)
        layout.addWidget(open_button)


def open_in_desktop(path: Path) -> None:
    """Opens a file in whatever the desktop opens such files with."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
