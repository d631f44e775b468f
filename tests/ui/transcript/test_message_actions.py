"""What stands around a message's text: by pointer, by keyboard, from menus."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from chat_studio.events import ReasoningDelta, TextDelta
from chat_studio.history.records import ErrorRecord, MessageRecord, MessageState, Timing
from chat_studio.messages import FilePart, FinishReason, ReasoningPart, Role, TextPart, Usage
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.attachments import FileChip, size_text
from chat_studio.ui.transcript.deeds import RUNNING, Deed
from chat_studio.ui.transcript.footer import AnswerFooter
from chat_studio.ui.transcript.host import MessageHost, Way
from chat_studio.ui.transcript.inline_edit import InlineEdit
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.question import QuestionWidget
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.transcript.versions import VersionSwitcher
from chat_studio.ui.transcript.view import Transcript
from chat_studio.ui.widgets.buttons import Button
from chat_studio.usage.costs import Cost

MakeRecord = Callable[..., MessageRecord]
LEFT = Qt.MouseButton.LeftButton
WORDS = "Several words in one line that is long enough to be broken into more than one line. " * 3


@pytest.fixture
def host(appearance: Appearance) -> MessageHost:
    return MessageHost(appearance)


@pytest.fixture
def window(appearance: Appearance, host: MessageHost, qtbot: QtBot) -> QWidget:
    """A transcript between two fields."""
    made = QWidget()
    column = QVBoxLayout(made)
    for widget in (QLineEdit(), Transcript(appearance, host=host), QLineEdit()):
        column.addWidget(widget)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    made.activateWindow()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def transcript(window: QWidget) -> Transcript:
    found = window.findChild(Transcript)
    assert found is not None
    return found


def show(transcript: Transcript, *records: MessageRecord) -> list[MessageWidget]:
    transcript.show_records(records)
    return sorted(transcript.findChildren(MessageWidget), key=MessageWidget.y)[-len(records) :]


def hover(widget: QWidget) -> None:
    point = QPointF(5, 5)
    QApplication.sendEvent(widget, QEnterEvent(point, point, point))


def button(widget: QWidget, name: str) -> QToolButton:
    found = widget.findChild(QToolButton, name)
    assert found is not None, name
    return found


def entries(menu: QMenu) -> dict[str, bool]:
    return {action.text(): action.isEnabled() for action in menu.actions() if action.text()}


def menu_of(widget: QWidget) -> QMenu:
    at = QPoint(2, 2)
    QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, widget.mapToGlobal(at)))
    return widget.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]


# -- buttons -------------------------------------------------------------------------------------------------


def test_buttons_come_with_the_pointer_and_go_with_it(transcript: Transcript, make_record: MakeRecord) -> None:
    question, answer = show(transcript, make_record(Role.USER, "Why?"), make_record(Role.ASSISTANT, "So."))
    assert not transcript.findChildren(QToolButton, "copyButton")
    height = question.height()
    for message in (question, answer):
        hover(message)
        assert button(message, "copyButton").isVisible()
        assert not isinstance(message, QuestionWidget) or re.fullmatch(r"\d\d:\d\d", message.time)
        QApplication.sendEvent(message, QEvent(QEvent.Type.Leave))
        assert not button(message, "copyButton").isVisible()
    assert question.height() == height


def test_copying(transcript: Transcript, make_record: MakeRecord) -> None:
    (answer,) = show(transcript, make_record(Role.ASSISTANT, "Some **bold** words"))
    hover(answer)
    button(answer, "copyButton").click()
    assert QApplication.clipboard().text() == "Some **bold** words"


def test_what_the_program_has_to_do_is_asked_of_it(
    transcript: Transcript, make_record: MakeRecord, host: MessageHost
) -> None:
    (answer,) = show(transcript, make_record(Role.ASSISTANT, "So."))
    wanted: list[tuple[str, Deed]] = []
    host.wanted.connect(lambda name, deed: wanted.append((name, deed)))
    hover(answer)
    button(answer, "branchButton").click()
    answer.act(Deed.DELETE)
    assert wanted == [(answer.record.id, Deed.BRANCH), (answer.record.id, Deed.DELETE)]


def test_answering_again_asks_who(transcript: Transcript, make_record: MakeRecord, host: MessageHost) -> None:
    here, there = Way("Same model: m", "a", "m"), Way("n · B", "b", "n")
    host.ways = lambda _: (here, there)
    asked: list[Way] = []
    host.answer_wanted.connect(lambda _, way: asked.append(way))
    (answer,) = show(transcript, make_record(Role.ASSISTANT, "So."))
    hover(answer)
    button(answer, "regenerateButton").click()
    menu = answer.findChildren(QMenu)[-1]
    assert list(entries(menu)) == ["Same model: m", "n · B"]
    menu.actions()[-1].trigger()
    assert asked == [there]


def test_while_an_answer_runs_its_branch_cannot_be_changed(
    transcript: Transcript, make_record: MakeRecord, host: MessageHost
) -> None:
    (answer,) = show(transcript, make_record(Role.ASSISTANT, "So.", state=MessageState.STOPPED))
    hover(answer)
    host.running = True
    host.tell()
    for name, possible in (("copyButton", True), ("editButton", False), ("regenerateButton", False)):
        assert button(answer, name).isEnabled() is possible
    assert button(answer, "editButton").toolTip() == f"Edit answer. {RUNNING}"
    go_on = answer.findChild(Button, "continueButton")
    assert (go_on.isEnabled(), go_on.toolTip()) == (False, RUNNING)
    menu = menu_of(answer)
    assert entries(menu)["Delete answer"] is False
    assert next(action for action in menu.actions() if action.text() == "Delete answer").toolTip() == RUNNING
    host.running = False
    host.tell()
    assert button(answer, "editButton").isEnabled()


def test_the_menu_of_a_text_has_what_can_be_done_with_the_message(
    transcript: Transcript, make_record: MakeRecord, host: MessageHost
) -> None:
    host.can_speak = True
    (answer,) = show(transcript, make_record(Role.ASSISTANT, "So."))
    found = entries(menu_of(answer.surface))
    assert {"Copy message", "Quote message", "Edit answer", "Answer again", "Branch off here", "Read aloud"} <= {*found}
    assert "Copy answer" not in found


def test_what_is_read_aloud_can_be_stopped(transcript: Transcript, make_record: MakeRecord, host: MessageHost) -> None:
    (answer,) = show(transcript, make_record(Role.ASSISTANT, "So."))
    assert "Read aloud" not in entries(menu_of(answer))
    host.can_speak, host.speaking = True, answer.record.id
    assert "Stop reading aloud" in entries(menu_of(answer))


def test_of_a_temporary_conversation_nothing_branches_off(
    transcript: Transcript, make_record: MakeRecord, host: MessageHost
) -> None:
    host.temporary = True
    (answer,) = show(transcript, make_record(Role.ASSISTANT, "So."))
    assert entries(menu_of(answer))["Branch off here"] is False


# -- versions ------------------------------------------------------------------------------------------------


def test_versions_are_switched_by_buttons_and_keys(
    transcript: Transcript, make_record: MakeRecord, host: MessageHost
) -> None:
    question, answer = show(transcript, make_record(Role.USER, "Why?"), make_record(Role.ASSISTANT, "So."))
    assert not transcript.findChildren(VersionSwitcher)
    ids = {answer.record.id: ("x", answer.record.id, "z"), question.record.id: ("q", question.record.id)}
    host.versions = ids.__getitem__
    wanted: list[str] = []
    host.version_wanted.connect(wanted.append)
    host.tell()
    switcher = answer.findChild(VersionSwitcher)
    assert (switcher.text, switcher.accessibleName()) == ("2/3", "Version 2 of 3")
    QTest.mouseClick(button(answer, "earlierVersion"), LEFT)
    QTest.keyClick(answer.surface, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert wanted == ["x", "z"]
    assert question.findChild(VersionSwitcher).text == "2/2"
    assert not button(question, "laterVersion").isEnabled()
    host.running = True
    host.tell()
    assert RUNNING in button(answer, "earlierVersion").toolTip()
    QTest.keyClick(answer.surface, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert wanted == ["x", "z"]


def test_in_a_narrow_window_nothing_of_a_question_overlaps(
    window: QWidget, transcript: Transcript, make_record: MakeRecord, host: MessageHost
) -> None:
    host.versions = lambda name: ("other", name)
    window.resize(300, 500)
    (question,) = show(transcript, make_record(Role.USER, WORDS))
    hover(question)
    switcher, more = question.findChild(VersionSwitcher), button(question, "moreButton")
    assert not switcher.geometry().intersects(question.surface.geometry())
    assert question.rect().contains(switcher.geometry())
    assert more.isVisible()


# -- editing -------------------------------------------------------------------------------------------------


def test_a_question_is_edited_in_its_place(
    window: QWidget, transcript: Transcript, make_record: MakeRecord, host: MessageHost
) -> None:
    question, answer = show(transcript, make_record(Role.USER, "Why?"), make_record(Role.ASSISTANT, "So."))
    edited: list[tuple[str, str]] = []
    host.edited.connect(lambda name, text: edited.append((name, text)))
    hover(question)
    QTest.mouseClick(button(question, "editButton"), LEFT)
    editor = question.findChild(InlineEdit)
    assert window.focusWidget() is editor.field
    assert not question.surface.isVisible()
    assert answer.y() >= question.y() + editor.height()
    QTest.keyClicks(editor.field, " And")
    QTest.keyClick(editor.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(editor.field, "how?")
    QTest.keyClick(editor.field, Qt.Key.Key_Return)
    assert edited == [(question.record.id, "Why? And\nhow?")]
    assert editor.isVisible()  # until it is stored
    host.edits.clear()
    host.tell()
    assert question.surface.isVisible()


def test_escape_leaves_everything_as_it_was(transcript: Transcript, make_record: MakeRecord, host: MessageHost) -> None:
    (answer,) = show(transcript, make_record(Role.ASSISTANT, "So."))
    height = answer.height()
    answer.act(Deed.EDIT)
    field = answer.findChild(InlineEdit).field
    QTest.keyClicks(field, " never")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert answer.surface.isVisible()
    assert answer.height() == height
    assert host.edits == {}


def test_the_field_of_a_long_answer_is_in_view(
    window: QWidget, transcript: Transcript, make_record: MakeRecord
) -> None:
    (answer,) = show(transcript, make_record(Role.ASSISTANT, f"{WORDS}\n\n" * 40))
    hover(answer)
    QTest.mouseClick(button(answer, "editButton"), LEFT)
    editor = answer.findChild(InlineEdit)
    assert window.focusWidget() is editor.field
    assert transcript.viewport().rect().contains(editor.mapTo(transcript.viewport(), QPoint(0, 0)))


def test_what_is_edited_takes_no_keyboard_when_it_is_scrolled_to(
    window: QWidget, transcript: Transcript, make_record: MakeRecord, host: MessageHost
) -> None:
    records = [make_record(Role.USER, f"{number} {WORDS}") for number in range(60)]
    show(transcript, *records)
    host.edits[records[0].id] = "begun before"
    window.findChild(QLineEdit).setFocus()
    transcript.verticalScrollBar().setValue(0)
    assert transcript.findChild(InlineEdit).isVisible()
    assert window.focusWidget() is window.findChild(QLineEdit)


def test_what_is_edited_outlives_its_widget(
    transcript: Transcript, make_record: MakeRecord, appearance: Appearance
) -> None:
    records = [make_record(Role.USER, f"{number} {WORDS}") for number in range(60)]
    question = show(transcript, *records)[-1]
    question.act(Deed.EDIT)
    QTest.keyClicks(question.findChild(InlineEdit).field, "typed")
    transcript.verticalScrollBar().setValue(0)
    transcript.jump_to(records[-1].id)
    appearance.choose("dark", 16)
    fields = [editor.field.text for editor in transcript.findChildren(InlineEdit) if editor.isVisible()]
    assert fields == [f"59 {WORDS}typed"]


# -- the keyboard --------------------------------------------------------------------------------------------


def test_tab_goes_through_the_last_visible_message_and_on(
    window: QWidget, transcript: Transcript, make_record: MakeRecord
) -> None:
    first, last = window.findChildren(QLineEdit)
    _, answer = show(transcript, make_record(Role.USER, "Why?"), make_record(Role.ASSISTANT, "So."))
    first.setFocus()
    seen: list[str] = []
    while window.focusWidget() is not last and len(seen) < 20:
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        seen.append(window.focusWidget().objectName() or type(window.focusWidget()).__name__)
    buttons = ["copyButton", "regenerateButton", "editButton", "branchButton", "moreButton"]
    assert seen == ["transcript", "FlowSurface", *buttons, "QLineEdit"]
    assert not button(answer, "copyButton").isVisible()
    QTest.keyClick(last, Qt.Key.Key_Backtab)
    assert window.focusWidget() is transcript


def test_alt_and_arrows_go_from_message_to_message(
    window: QWidget, transcript: Transcript, make_record: MakeRecord
) -> None:
    records = [make_record(Role.ASSISTANT, f"{number} {WORDS}\n\n" * 9) for number in range(9)]
    show(transcript, *records)
    transcript.setFocus()

    def press(key: Qt.Key) -> str:
        QTest.keyClick(window.focusWidget(), key, Qt.KeyboardModifier.AltModifier)
        focused = window.focusWidget()
        assert isinstance(focused, FlowSurface)
        message = focused.parentWidget()
        assert isinstance(message, MessageWidget)
        assert button(message, "copyButton").isVisible()
        return message.record.id

    assert press(Qt.Key.Key_Up) == records[8].id
    assert [press(Qt.Key.Key_Up) for _ in range(3)] == [records[n].id for n in (7, 6, 5)]
    assert press(Qt.Key.Key_Down) == records[6].id


def test_nothing_in_a_message_is_in_the_windows_own_order(
    transcript: Transcript, make_record: MakeRecord, host: MessageHost
) -> None:
    host.versions = lambda name: ("other", name)
    error = ErrorRecord("x", "Nothing listens.", "Start it.", "errno 111")
    parts = (TextPart(text=WORDS * 40), FilePart(name="a.txt", text="a"))
    question, answer, _ = show(
        transcript,
        make_record(Role.USER, parts=parts),
        make_record(Role.ASSISTANT, parts=(ReasoningPart(text="hm"), TextPart(text="Half")), error=error),
        make_record(Role.ASSISTANT, "Half", state=MessageState.STOPPED),
    )
    hover(question)
    answer.act(Deed.EDIT)
    inside = [child for child in transcript.widget().findChildren(QWidget) if child.isVisible()]
    assert [child for child in inside if child.focusPolicy() & Qt.FocusPolicy.TabFocus] == []


# -- ends and figures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words", "goes_on"),
    [
        ({"text": "Half", "state": MessageState.STOPPED}, "Stopped.", True),
        ({"text": "Half", "finish_reason": FinishReason.LENGTH}, "Cut off at the token limit.", True),
        ({"text": "Half", "finish_reason": FinishReason.CONTENT_FILTER}, "Ended by the content filter.", False),
        ({"text": ""}, "The model ended without a word.", False),
        ({"text": "", "state": MessageState.STOPPED}, "Stopped before the first word.", False),
        (
            {"text": "", "finish_reason": FinishReason.LENGTH},
            "The token limit was reached before the first word.",
            False,
        ),
    ],
)
def test_an_answer_says_how_it_ended(
    transcript: Transcript, make_record: MakeRecord, fields: dict[str, object], words: str, goes_on: bool
) -> None:
    (answer,) = show(transcript, make_record(Role.ASSISTANT, **fields))
    assert answer.findChild(QLabel, "endingWords").text() == words
    assert answer.findChild(Button, "continueButton").isVisible() is goes_on


def test_a_whole_answer_says_nothing_of_its_end(transcript: Transcript, make_record: MakeRecord) -> None:
    (answer,) = show(transcript, make_record(Role.ASSISTANT, "So.", finish_reason=FinishReason.STOP))
    assert answer.findChild(QLabel, "endingWords") is None


def test_an_answer_that_failed_half_way_offers_to_go_on(
    transcript: Transcript, make_record: MakeRecord, host: MessageHost
) -> None:
    failed = {"state": MessageState.FAILED, "error": ErrorRecord("x", "The stream broke.")}
    (answer,) = show(transcript, make_record(Role.ASSISTANT, "Half", **failed))
    wanted: list[Deed] = []
    host.wanted.connect(lambda _, deed: wanted.append(deed))
    QTest.mouseClick(answer.findChild(Button, "continueButton"), LEFT)
    assert wanted == [Deed.GO_ON]
    (empty,) = show(transcript, make_record(Role.ASSISTANT, **failed))
    assert not empty.findChild(Button, "continueButton").isVisible()


def test_the_cost_comes_when_it_is_known(transcript: Transcript, make_record: MakeRecord, host: MessageHost) -> None:
    told = {"usage": Usage(input_tokens=412, output_tokens=286), "timing": Timing(0.31, 5.0)}
    (answer,) = show(transcript, make_record(Role.ASSISTANT, "So.", **told))
    footer = answer.findChild(AnswerFooter)
    assert footer.text() == "412 tokens in · 286 out    61 tok/s    first token 0.31 s"
    host.cost = lambda _: Cost(0.0003)
    host.tell()
    assert footer.text().endswith("    $0.0003")
    host.cost = lambda _: Cost(0.0, is_free=True)
    host.tell()
    assert footer.text().endswith("    free")


# -- reasoning -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opens", [False, True])
def test_reasoning_is_shown_while_it_comes_if_the_user_wants(
    transcript: Transcript, make_record: MakeRecord, host: MessageHost, opens: bool
) -> None:
    host.opens_reasoning = opens
    record = make_record(Role.ASSISTANT, state=MessageState.STREAMING)
    (answer,) = show(transcript, record)
    transcript.grow(record.id, [ReasoningDelta("Let me "), ReasoningDelta("think.")])
    toggle = answer.findChild(Button, "reasoningToggle")
    assert toggle.accessibleName() == ("Thinking…, shown" if opens else "Thinking…, folded")
    assert len([s for s in answer.findChildren(FlowSurface) if s.isVisible()]) == opens  # folded, nothing is laid out
    transcript.grow(record.id, [TextDelta("So.")])
    assert toggle.text().startswith("▸ Thought for ")


def test_reasoning_that_the_user_opened_stays_open(transcript: Transcript, make_record: MakeRecord) -> None:
    record = make_record(Role.ASSISTANT, state=MessageState.STREAMING)
    (answer,) = show(transcript, record)
    transcript.grow(record.id, [ReasoningDelta("Let me think.")])
    toggle = answer.findChild(Button, "reasoningToggle")
    QTest.mouseClick(toggle, LEFT)
    transcript.grow(record.id, [TextDelta("So.")])
    assert toggle.text().startswith("▾ Thought for ")


def test_thoughts_between_texts_have_folds_of_their_own(transcript: Transcript, make_record: MakeRecord) -> None:
    parts = (ReasoningPart(text="a", seconds=1), TextPart(text="one"), ReasoningPart(text="b", seconds=2))
    (answer,) = show(transcript, make_record(Role.ASSISTANT, parts=(*parts, TextPart(text="two"))))
    toggles = [found.text() for found in answer.findChildren(Button, "reasoningToggle")]
    assert toggles == ["▸ Thought for 1.0 s", "▸ Thought for 2.0 s"]
    assert isinstance(answer, AnswerWidget)
    assert answer.snapshot().message.text == "onetwo"


# -- attachments ---------------------------------------------------------------------------------------------


def test_a_file_is_a_chip_that_shows_its_text(transcript: Transcript, make_record: MakeRecord) -> None:
    file = FilePart(name="notes.txt", text="first line\nsecond line")
    (question,) = show(transcript, make_record(Role.USER, parts=(TextPart(text="Look"), file)))
    assert isinstance(question, QuestionWidget)
    chip = question.findChild(FileChip)
    assert chip.accessibleName() == "File notes.txt, 22 B, folded"
    folded = question.height()
    QTest.mouseClick(chip, LEFT)
    assert question.height() > folded
    surface = max(question.findChildren(FlowSurface), key=lambda found: found.mapTo(question, QPoint()).y())
    surface.select_all()
    assert surface.selected_text() == "first line\nsecond line"
    QTest.keyClick(chip, Qt.Key.Key_Return)
    assert question.height() == folded


@pytest.mark.parametrize(
    ("size", "text"), [(812, "812 B"), (12_000, "12 kB"), (999_600, "1.0 MB"), (3_400_000, "3.4 MB")]
)
def test_sizes_are_told_in_three_units(size: int, text: str) -> None:
    assert size_text(size) == text
