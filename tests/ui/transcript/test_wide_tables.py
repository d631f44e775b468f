"""Tables keep readable columns and scroll sideways; long ones are laid out in pieces that look like one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from chat_studio.ui.transcript.boxes import Range
from chat_studio.ui.transcript.columns import allotted
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.selector import box_caret
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.transcript.table_box import TableBox

WIDTH = 600
HEAD = "| id | what | link |\n|---|---|---|\n"
WIDE = "| a | b | c | d | e | f |\n|---|---|---|---|---|---|\n" + (
    "| " + " | ".join(["several words that take their room, and then some more"] * 5) + " | [last](https://e.com) |\n"
)


def rows(count: int) -> str:
    return "".join(f"| {n} | row number {n} | [x](https://e.com/{n}) |\n" for n in range(count))


def flow_of(style: TextStyle, source: str) -> MarkdownFlow:
    flow = MarkdownFlow(style, WIDTH)
    flow.realise(0, 1e9)
    flow.append(source)
    flow.finish()
    flow.realise(0, 1e9)
    return flow


@pytest.mark.parametrize(
    ("natural", "widths"),
    [
        ([50, 60], [50, 60]),
        ([50, 900], [50, 550]),
        ([400, 500], [300, 300]),
        ([50, 900, 900, 900, 900, 900], [50, 360, 360, 360, 360, 360]),
        ([], []),
    ],
)
def test_what_columns_get(natural: list[float], widths: list[float]) -> None:
    assert allotted(natural, 600, 160, 360) == widths


def test_a_wide_table_scrolls_and_is_not_squeezed(style: TextStyle) -> None:
    box = flow_of(style, WIDE).box(0)
    assert box.sideways is not None
    assert box.sideways.farthest > 500
    narrow = flow_of(style, HEAD + rows(3)).box(0)
    assert narrow.sideways is not None
    assert narrow.sideways.farthest == 0


def test_links_selection_and_what_is_revealed_follow_the_scrolling(style: TextStyle) -> None:
    box = flow_of(style, WIDE).box(0)
    assert isinstance(box, TableBox)
    text = box.document.toRawText()
    place = Range(text.index("last"), text.index("last") + 4)
    assert box.sideways is not None
    left, right = (box_caret(box, position).x() for position in (place.start, place.end))
    assert box.sideways.reveal(left, right)
    assert 0 < box.sideways.offset <= box.sideways.farthest
    points = [QPointF(x, y) for x in range(0, WIDTH, 4) for y in range(0, int(box.height), 6)]
    linked = [point for point in points if box.link_at(point) == "https://e.com"]
    assert linked
    assert place.start <= box.hit(linked[0]) <= place.end
    assert not box.sideways.reveal(left, right)


def test_a_long_table_is_many_boxes_with_the_same_columns(style: TextStyle) -> None:
    flow = flow_of(style, HEAD + rows(200) + "\nafter")
    boxes = [flow.box(index) for index in range(flow.ends()[1].box + 1)]
    tables = [box for box in boxes if isinstance(box, TableBox)]
    assert len(tables) == 8
    assert len({box.document.textWidth() for box in tables}) == 1
    assert "row number 199" in flow.text(flow.ends())
    assert boxes[-1].text() == "after"


def test_a_long_table_looks_the_same_however_it_came(style: TextStyle) -> None:
    source = HEAD + rows(60) + "\nafter"
    slow = MarkdownFlow(style, WIDTH)
    slow.realise(0, 1e9)
    for character in source:
        slow.append(character)
    slow.finish()
    slow.realise(0, 1e9)
    fast = flow_of(style, source)
    pages = [[(box.document.toHtml(), box.height) for box in flow._boxes] for flow in (slow, fast)]
    assert pages[0] == pages[1]
    assert slow.height == fast.height


def test_a_row_touches_only_its_box(style: TextStyle) -> None:
    flow = MarkdownFlow(style, WIDTH)
    flow.realise(0, 1e9)
    flow.append(HEAD + rows(60))
    before = [box.document for box in flow._boxes]
    flow.append("| 60 | more | words |\n| 61 |")
    assert [box.document for box in flow._boxes] == before
    assert "more" in flow.box(len(before) - 1).text()
    assert "more" not in flow.box(len(before) - 2).text()


def test_odd_rows_lose_nothing(style: TextStyle) -> None:
    source = "| a | b |\n|---|---|\n| 1 | 2 |\n    indented | words\nno bars here\n| 3 | 4 |\n"
    slow = MarkdownFlow(style, WIDTH)
    for character in source:
        slow.append(character)
    slow.finish()
    for flow in (slow, flow_of(style, source)):
        assert all(word in flow.text(flow.ends()) for word in ("indented", "words", "no bars here", "4"))


def test_the_wheel_and_the_bar(style: TextStyle, qtbot: QtBot) -> None:
    surface = FlowSurface(flow_of(style, WIDE))
    qtbot.addWidget(surface)
    surface.show()
    sideways = surface.flow.box(0).sideways
    assert sideways is not None
    turn(surface, QPoint(0, -120), Qt.KeyboardModifier.ShiftModifier)
    assert sideways.offset == 60
    turn(surface, QPoint(-120, 0))
    assert sideways.offset == 120
    turn(surface, QPoint(0, -120))
    assert sideways.offset == 120
    foot = QPoint(40, int(surface.flow.box(0).height) - 3)
    qtbot.mousePress(surface, Qt.MouseButton.LeftButton, pos=foot)
    qtbot.mouseMove(surface, foot + QPoint(50, 0))
    qtbot.mouseRelease(surface, Qt.MouseButton.LeftButton, pos=foot + QPoint(50, 0))
    assert sideways.offset > 150
    assert surface.selected_text() == ""


def turn(surface: FlowSurface, by: QPoint, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    where = QPointF(20, 20)
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(where, where, QPoint(), by, Qt.MouseButton.NoButton, modifiers, phase, False)
    QApplication.sendEvent(surface, event)
