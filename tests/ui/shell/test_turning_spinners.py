"""The spinners of the list turn alone, and look as if their rows had been painted with them."""

from __future__ import annotations

from PySide6.QtGui import QImage, QPainter
from ui.shell.desk import Desk

from chat_studio.ui.conversation_delegate import ConversationDelegate, mark_box


async def test_a_spinner_turns_without_its_row(desk: Desk) -> None:
    desk.use("Slow")
    desk.ask("Long")
    delegate, viewport = desk.list.itemDelegate(), desk.list.viewport()
    assert isinstance(delegate, ConversationDelegate)
    await desk.until(lambda: len(delegate.turning) == 1)
    whole = viewport.grab().toImage()
    box, state = next(iter(delegate.turning.values()))
    ground = QImage(whole)
    painter = QPainter(ground)
    painter.fillRect(box, whole.pixelColor(2, whole.height() - 2))  # the empty list
    delegate.paint_turning(painter, box, state)
    painter.end()
    mark = mark_box(box).toAlignedRect().adjusted(-1, -1, 1, 1)
    assert ground.copy(mark) == whole.copy(mark)
    await desk.until(lambda: viewport.grab().toImage() != whole)
    desk.click("stopButton")
    await desk.until(lambda: not desk.running)
    viewport.grab()
    assert delegate.turning == {}
