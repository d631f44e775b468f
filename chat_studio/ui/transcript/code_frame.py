"""What the boxes of one code block share: how it is shown, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QWidget

from chat_studio.ui.transcript.actions import Action
from chat_studio.ui.transcript.sideways import Sideways

if TYPE_CHECKING:
    from chat_studio.ui.transcript.code_box import CodeBox

COPY, COPIED = "Copy", "Copied"
WRAP, NO_WRAP = "Wrap", "No wrap"
COPIED_MS = 1500
"""How long the button says that the code was copied."""
BUTTON_PADDING = 8.0


class CodeFrame:
    """One code block, whose lines stand in one box or in several below each other."""

    def __init__(self, first: CodeBox) -> None:
        self.first = first
        self.wraps = True
        self.copied = False
        self.widest = 0.0
        """Pixels of the longest line that was laid out."""
        self.sideways = Sideways()

    def boxes(self) -> Iterator[CodeBox]:
        box: CodeBox | None = self.first
        while box is not None:
            yield box
            box = box.below

    def code(self) -> str:
        first, *others = self.boxes()
        return first.block.source + "".join(box.block.joint + box.block.source for box in others)

    def buttons(self, metrics: QFontMetricsF, right: float, height: float) -> list[tuple[str, QRectF, Action]]:
        """The words of each button, its place in a header that ends at x `right`, and what it does."""
        found = []
        copy = COPIED if self.copied else COPY
        for words, action in ((copy, self._copy_action()), (NO_WRAP if self.wraps else WRAP, self._wrap_action())):
            width = metrics.horizontalAdvance(words) + 2 * BUTTON_PADDING
            right -= width
            found.append((words, QRectF(right, 0, width, height), action))
        return found

    def actions(self, *, named: bool) -> list[Action]:
        """For the context menu; with the language if it offers those of other boxes, too."""
        name = f" ({self.first.block.language or 'text'})" if named else ""
        return [Action(each.label + name, each.run) for each in (self._copy_action(), self._wrap_action())]

    def _copy_action(self) -> Action:
        return Action("Copy code", self._copy)

    def _wrap_action(self) -> Action:
        return Action("Do not wrap lines" if self.wraps else "Wrap lines", self._toggle_wrap)

    def _copy(self, widget: QWidget) -> None:
        QGuiApplication.clipboard().setText(self.code())
        self._show_copied(True)
        QTimer.singleShot(COPIED_MS, widget, lambda: self._show_copied(False))

    def _show_copied(self, copied: bool) -> None:
        self.copied = copied
        if self.first.changed is not None:
            self.first.changed(self.first)

    def _toggle_wrap(self, _: QWidget) -> None:
        self.wraps = not self.wraps
        self.widest = 0.0
        self.sideways.scroll_to(0)
        for box in list(self.boxes()):
            box.wrap()
