"""The yardstick: the smallest PySide6 program with a text field, started as `python -m bench.bare`."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTextEdit

from bench.first_paint import tell_cpu, when_ready


class Window(QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        self.resize(1280, 800)
        self.setCentralWidget(QTextEdit())
        self.centralWidget().setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)


def main() -> None:
    app = QApplication([])
    when_ready(Window, tell_cpu)
    window = Window()
    window.show()
    app.exec()


if __name__ == "__main__":
    main()
