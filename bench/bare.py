"""The yardstick: the smallest PySide6 program with a text field, started as `python -m bench.bare`."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QMainWindow, QTextEdit

from bench.first_paint import report_first_paint


class Window(QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        self.resize(1280, 800)
        self.edit = QTextEdit()
        self.setCentralWidget(self.edit)
        self.edit.setFocus()


def main() -> None:
    app = QApplication([])
    report_first_paint(Window)
    window = Window()
    window.show()
    app.exec()


if __name__ == "__main__":
    main()
