"""Selecting with real mouse and key events, and what comes to the clipboard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QClipboard, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from chat_studio.events import ReasoningDelta, TextDelta
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Role
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.clipboard import copy_markdown, copy_selection
from chat_studio.ui.transcript.question import QuestionWidget
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.transcript.view import Transcript

MakeRecord = Callable[..., MessageRecord]
LEFT = Qt.MouseButton.LeftButton
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
TEXT = "First **bold** words.\n\nSecond [link](https://e.com/x) text.\n\n- item one\n- item two\n"


@pytest.fixture
def surface(transcript: Transcript, make_record: MakeRecord) -> FlowSurface:
    transcript.show_records([make_record(Role.ASSISTANT, TEXT)])
    return last_answer(transcript)


def last_answer(transcript: Transcript) -> FlowSurface:
    return max(transcript.findChildren(AnswerWidget), key=lambda widget: widget.y()).surface


def point_of(surface: FlowSurface, text: str, after: bool = False) -> QPoint:
    """Where a text stands in the surface, or where it ends."""
    for number in range(surface.flow.box_count):
        raw = surface.flow.box(number).document.toRawText()
        if text in raw:
            position = raw.index(text) + (len(text) if after else 0)
            surface.selector.begin(type(surface.selector.head)(number, position))
            caret = surface.selector.caret()
            surface.show_selection()
            return caret.center().toPoint() + QPoint(-1 if after else 2, 0)
    raise AssertionError(text)


def drag(surface: FlowSurface, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(surface, LEFT, pos=start)
    QTest.mouseMove(surface, (start + end) / 2)
    QTest.mouseMove(surface, end)
    QTest.mouseRelease(surface, LEFT, pos=end)


def clipboard() -> QClipboard:
    return QGuiApplication.clipboard()


def clipped() -> tuple[str, str]:
    """The plain text and the Markdown on the clipboard."""
    data = clipboard().mimeData()
    return data.text(), bytes(data.data("text/markdown").data()).decode()


def test_dragging_selects_what_lies_between(surface: FlowSurface) -> None:
    drag(surface, point_of(surface, "bold"), point_of(surface, "Second", after=True))
    assert surface.selected_text() == "bold words.\n\nSecond"
    QTest.keyClick(surface, Qt.Key.Key_C, CTRL)
    assert clipped() == ("bold words.\n\nSecond", "**bold** words.\n\nSecond")
    QTest.mouseClick(surface, LEFT, pos=point_of(surface, "words"))
    assert surface.selection is None


def test_dragging_backwards_selects_the_same(surface: FlowSurface) -> None:
    drag(surface, point_of(surface, "Second", after=True), point_of(surface, "bold"))
    assert surface.selected_text() == "bold words.\n\nSecond"


def test_a_double_click_takes_a_word_and_dragging_goes_by_words(surface: FlowSurface) -> None:
    at = point_of(surface, "old")
    QTest.mouseDClick(surface, LEFT, pos=at)
    assert surface.selected_text() == "bold"
    QTest.mousePress(surface, LEFT, pos=point_of(surface, "First"))
    QTest.mouseDClick(surface, LEFT, pos=at)
    QTest.mousePress(surface, LEFT, pos=QPoint(at.x(), at.y() + 200))  # far away: no third click
    QTest.mouseRelease(surface, LEFT, pos=QPoint(at.x(), at.y() + 200))


def double_and_drag(surface: FlowSurface, start: QPoint, end: QPoint) -> None:
    """Qt's test functions let the button go after a double click, so the events are sent as they come."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    for kind, point, button in (
        (QEvent.Type.MouseButtonDblClick, start, LEFT),
        (QEvent.Type.MouseMove, end, Qt.MouseButton.NoButton),
        (QEvent.Type.MouseButtonRelease, end, LEFT),
    ):
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else LEFT
        place = surface.mapToGlobal(QPointF(point))
        event = QMouseEvent(kind, QPointF(point), place, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(surface, event)


def test_dragging_after_a_double_click_goes_by_words(surface: FlowSurface) -> None:
    double_and_drag(surface, point_of(surface, "old"), point_of(surface, "ords"))
    assert surface.selected_text() == "bold words"
    double_and_drag(surface, point_of(surface, "old"), point_of(surface, "irst"))
    assert surface.selected_text() == "First bold"


def test_a_triple_click_takes_a_paragraph(surface: FlowSurface) -> None:
    at = point_of(surface, "old")
    QTest.mouseDClick(surface, LEFT, pos=at)
    QTest.mouseClick(surface, LEFT, pos=at)
    assert surface.selected_text() == "First bold words."


def test_shift_and_a_click_extend(surface: FlowSurface) -> None:
    start, end = point_of(surface, "words"), point_of(surface, "text", after=True)
    QTest.mouseClick(surface, LEFT, pos=start)
    QTest.mouseClick(surface, LEFT, SHIFT, end)
    assert surface.selected_text() == "words.\n\nSecond link text"
    QTest.mouseClick(surface, LEFT, SHIFT, point_of_kept(surface, "First"))
    assert surface.selected_text() == "First bold "


def point_of_kept(surface: FlowSurface, text: str) -> QPoint:
    """As `point_of`, but the selection stays."""
    selector = surface.selector
    kept = vars(selector).copy()
    point = point_of(surface, text)
    vars(selector).update(kept)
    surface.show_selection()
    return point


def test_a_click_on_a_link_follows_it_and_a_drag_does_not(surface: FlowSurface, qtbot: QtBot) -> None:
    at = point_of(surface, "link")
    with qtbot.waitSignal(surface.link_activated) as followed:
        QTest.mouseClick(surface, LEFT, pos=at + QPoint(3, 0))
    assert followed.args == ["https://e.com/x"]
    with qtbot.assertNotEmitted(surface.link_activated):
        drag(surface, at, at + QPoint(20, 0))


def test_keys_extend_over_blocks(surface: FlowSurface) -> None:
    QTest.mouseClick(surface, LEFT, pos=point_of(surface, "words"))
    for _ in range(len("words.") + 1):
        QTest.keyClick(surface, Qt.Key.Key_Right, SHIFT)
    QTest.keyClick(surface, Qt.Key.Key_Right, SHIFT | CTRL)
    assert surface.selected_text().rstrip() == "words.\n\nSecond"
    QTest.keyClick(surface, Qt.Key.Key_End, SHIFT)
    assert surface.selected_text() == "words.\n\nSecond link text."
    QTest.keyClick(surface, Qt.Key.Key_Down, SHIFT)
    assert "item one" in surface.selected_text()
    for _ in range(3):
        QTest.keyClick(surface, Qt.Key.Key_Up, SHIFT)
    QTest.keyClick(surface, Qt.Key.Key_Home, SHIFT)
    assert surface.selected_text() == "First bold "
    QTest.keyClick(surface, Qt.Key.Key_End, SHIFT | CTRL)
    assert surface.selected_text() == "words.\n\nSecond link text.\n\n• item one\n• item two"


def test_keys_without_shift_move_the_caret(surface: FlowSurface) -> None:
    QTest.mouseClick(surface, LEFT, pos=point_of(surface, "words"))
    QTest.keyClick(surface, Qt.Key.Key_Right, SHIFT)
    QTest.keyClick(surface, Qt.Key.Key_Left)
    assert surface.selection is None
    QTest.keyClick(surface, Qt.Key.Key_Home)
    QTest.keyClick(surface, Qt.Key.Key_Right, SHIFT | CTRL)
    assert surface.selected_text() == "First "


def test_everything_is_copied_unchanged(surface: FlowSurface) -> None:
    surface.setFocus()
    QTest.keyClick(surface, Qt.Key.Key_A, CTRL)
    QTest.keyClick(surface, Qt.Key.Key_C, CTRL)
    assert clipped() == ("First bold words.\n\nSecond link text.\n\n• item one\n• item two", TEXT)
    copy_markdown(surface)
    assert clipped() == (TEXT, TEXT)


def test_a_new_selection_ends_the_one_in_another_message(transcript: Transcript, make_record: MakeRecord) -> None:
    transcript.show_records([make_record(Role.USER, "A question"), make_record(Role.ASSISTANT, TEXT)])
    question, surface = transcript.findChild(QuestionWidget).surface, last_answer(transcript)
    question.select_all()
    QTest.mouseDClick(surface, LEFT, pos=point_of(surface, "bold"))
    assert question.selection is None
    assert transcript.selections.surface is surface
    question.select_all()
    assert surface.selection is None
    assert question.selected_text() == "A question"


def test_thoughts_have_their_selection_too(transcript: Transcript, make_record: MakeRecord) -> None:
    record = make_record(Role.ASSISTANT, state=MessageState.STREAMING)
    transcript.add_record(record)
    transcript.grow(record.id, [ReasoningDelta("deep thought"), TextDelta("Answer")])
    surface = last_answer(transcript)
    surface.select_all()
    transcript.findChild(QPushButton, "reasoningToggle").click()
    thoughts = next(found for found in transcript.findChildren(FlowSurface) if found is not surface)
    thoughts.select_all()
    assert surface.selection is None
    assert transcript.selections.selected_words() == "deep thought"


def test_a_selection_survives_growth_scrolling_and_another_theme(
    transcript: Transcript, make_record: MakeRecord, appearance: Appearance
) -> None:
    records = [make_record(Role.ASSISTANT, f"{number} " + "words " * 300) for number in range(40)]
    transcript.show_records(records)
    record = make_record(Role.ASSISTANT, state=MessageState.STREAMING)
    transcript.add_record(record)
    transcript.grow(record.id, [TextDelta("Some words ")])
    QTest.mouseDClick(last_answer(transcript), LEFT, pos=point_of(last_answer(transcript), "words"))
    transcript.grow(record.id, [TextDelta("and **more"), TextDelta("**\n\nA paragraph\n\n| a |\n|---|\n| b |\n")])
    assert transcript.selections.selected_words() == "words"
    appearance.choose("dark", 18)
    assert transcript.selections.selected_words() == "words"
    transcript.verticalScrollBar().setValue(transcript.verticalScrollBar().maximum() // 2)
    middle = transcript.findChildren(AnswerWidget)[0]
    middle.surface.select_all()
    wanted = transcript.selections.selected_words()
    transcript.verticalScrollBar().setValue(0)
    assert transcript.selections.selected_words() == wanted
    assert transcript.selections.copy()
    assert clipped()[0] == wanted


def test_dragging_beyond_the_page_scrolls(transcript: Transcript, make_record: MakeRecord, qtbot: QtBot) -> None:
    transcript.show_records([make_record(Role.ASSISTANT, "\n\n".join(f"Paragraph {n}" for n in range(200)))])
    transcript.verticalScrollBar().setValue(0)
    surface = last_answer(transcript)
    QTest.mousePress(surface, LEFT, pos=point_of(surface, "Paragraph 1"))
    below = surface.mapFrom(transcript, QPoint(400, transcript.height() + 60))
    QTest.mouseMove(surface, below)
    qtbot.waitUntil(lambda: transcript.verticalScrollBar().value() > 400)
    QTest.mouseRelease(surface, LEFT, pos=surface.mapFrom(transcript, QPoint(400, transcript.height() - 20)))
    taken = surface.selected_text()
    assert taken.startswith("Paragraph 1\n\nParagraph 2")
    assert taken.count("\n\n") > 20
    value = transcript.verticalScrollBar().value()
    QTest.qWait(100)
    assert transcript.verticalScrollBar().value() == value


def menu_of(surface: FlowSurface, at: QPoint) -> dict[str, Callable[[], None]]:
    QApplication.sendEvent(surface, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, surface.mapToGlobal(at)))
    menu = surface.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]
    entries = {action.text().partition("\t")[0]: action.trigger for action in menu.actions() if action.isEnabled()}
    menu.close()
    return entries


def test_the_menu_of_a_text(surface: FlowSurface, transcript: Transcript, qtbot: QtBot) -> None:
    at = point_of(surface, "First")
    entries = menu_of(surface, at)
    assert [name for name in entries if name][:3] == ["Copy message", "Select all", "Quote message"]
    entries["Select all"]()
    entries = menu_of(surface, at)
    assert "Copy" in entries
    assert "Copy as Markdown" in entries
    with qtbot.waitSignal(transcript.quote_requested) as quoted:
        entries["Quote selection"]()
    assert quoted.args[0].startswith("> First **bold** words.\n>\n> Second [link](https://e.com/x) text.")
    with qtbot.waitSignal(transcript.search_requested) as wanted:
        entries["Find “First bold words.” in this conversation"]()
    assert wanted.args == ["First bold words."]


def test_the_menu_of_a_link(surface: FlowSurface, transcript: Transcript, qtbot: QtBot) -> None:
    entries = menu_of(surface, point_of(surface, "link") + QPoint(3, 0))
    entries["Copy link"]()
    assert clipboard().text() == "https://e.com/x"
    with qtbot.waitSignal(transcript.link_activated) as followed:
        entries["Open link"]()
    assert followed.args == ["https://e.com/x"]


def test_a_message_without_selection_is_quoted_whole(transcript: Transcript, make_record: MakeRecord) -> None:
    transcript.show_records([make_record(Role.USER, "one\n*two*")])
    quotes: list[str] = []
    transcript.quote_requested.connect(quotes.append)
    transcript.findChild(QuestionWidget).surface.quote()
    assert quotes == ["> one\n> *two*\n\n"]


async def test_a_megabyte_is_copied_in_a_thread_and_not_laid_out(
    transcript: Transcript, make_record: MakeRecord
) -> None:
    paragraphs = [f"Paragraph **{n}** has `some` words, and [a link](https://e.com)." for n in range(16_000)]
    source = "\n\n".join(paragraphs)
    transcript.show_records([make_record(Role.ASSISTANT, source)])
    surface = last_answer(transcript)
    clipboard().clear()
    surface.select_all()
    copy_selection(surface)
    assert clipboard().text() == ""
    copied = asyncio.Event()
    clipboard().dataChanged.connect(copied.set)
    async with asyncio.timeout(60):
        await copied.wait()
    plain, written = clipped()
    assert written == source
    assert plain.endswith("Paragraph 15999 has some words, and a link.")
    assert plain.count("\n\n") == 15_999
    flow = surface.flow
    assert sum(flow.box(number).has_document for number in range(flow.box_count)) < 200
