"""The way back to the end, what it tells, and the keys that scroll."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from chat_studio.events import TextDelta
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Role
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.latest_button import LABEL, LatestButton
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.transcript.view import Transcript

MakeRecord = Callable[..., MessageRecord]
WORDS = "Several words in one line that is long enough to be broken into more than one line. " * 3


@pytest.fixture
def transcript(appearance: Appearance, qtbot: QtBot, make_record: MakeRecord) -> Transcript:
    view = Transcript(appearance)
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    qtbot.waitExposed(view)
    view.show_records([make_record(Role.ASSISTANT, f"{n} {WORDS}") for n in range(50)])
    return view


@pytest.fixture
def button(transcript: Transcript) -> LatestButton:
    found = transcript.findChild(LatestButton)
    assert found is not None
    return found


def value(view: Transcript) -> int:
    return view.verticalScrollBar().value()


def test_it_counts_what_came_since_the_reader_left(
    transcript: Transcript, button: LatestButton, make_record: MakeRecord, appearance: Appearance
) -> None:
    assert not button.isVisible()
    transcript.verticalScrollBar().setValue(100)
    assert button.isVisible()
    assert button.accessibleName() == LABEL
    narrow = button.width()
    record = make_record(Role.ASSISTANT, state=MessageState.STREAMING)
    transcript.add_record(record)
    for _ in range(3):
        transcript.grow(record.id, [TextDelta(WORDS)])
    assert button.count == 1
    assert button.accessibleName() == f"{LABEL}, 1 new, an answer is coming"
    assert button.width() > narrow
    transcript.change_record(MessageRecord(**{**record.__dict__, "state": MessageState.DONE}))
    assert button.accessibleName() == f"{LABEL}, 1 new"
    transcript.add_record(make_record(Role.ASSISTANT, "more"))
    assert button.accessibleName() == f"{LABEL}, 2 new"
    assert not button.grab().isNull()
    appearance.choose("dark", 24)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert value(transcript) == transcript.verticalScrollBar().maximum()
    assert not button.isVisible()
    transcript.verticalScrollBar().setValue(100)
    assert button.accessibleName() == LABEL


def test_an_answer_that_goes_on_below_is_new(
    transcript: Transcript, button: LatestButton, make_record: MakeRecord
) -> None:
    record = make_record(Role.ASSISTANT, state=MessageState.STREAMING)
    transcript.add_record(record)
    transcript.grow(record.id, [TextDelta(WORDS)])
    transcript.verticalScrollBar().setValue(100)
    assert button.accessibleName() == f"{LABEL}, an answer is coming"
    transcript.grow(record.id, [TextDelta(WORDS)])
    assert button.accessibleName() == f"{LABEL}, 1 new, an answer is coming"


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier])
def test_home_and_end(transcript: Transcript, make_record: MakeRecord, modifier: Qt.KeyboardModifier) -> None:
    QTest.keyClick(transcript, Qt.Key.Key_Home, modifier)
    assert value(transcript) == 0
    transcript.add_record(make_record(Role.ASSISTANT, WORDS))
    assert value(transcript) == 0
    QTest.keyClick(transcript, Qt.Key.Key_End, modifier)
    assert value(transcript) == transcript.verticalScrollBar().maximum()
    transcript.add_record(make_record(Role.ASSISTANT, WORDS))
    assert value(transcript) == transcript.verticalScrollBar().maximum()


@pytest.mark.parametrize(
    ("back", "forth", "modifier"),
    [
        (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_PageUp, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_keys_scroll(transcript: Transcript, back: Qt.Key, forth: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    end = value(transcript)
    QTest.keyClick(transcript, back, modifier)
    assert value(transcript) < end
    here = value(transcript)
    QTest.keyClick(transcript, forth, modifier)
    assert value(transcript) > here


def test_shift_and_space_go_back(transcript: Transcript) -> None:
    end = value(transcript)
    QTest.keyClick(transcript, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert value(transcript) < end


def test_the_same_keys_scroll_from_within_a_text(transcript: Transcript) -> None:
    surface = transcript.findChildren(FlowSurface)[-1]
    QTest.mouseClick(surface, Qt.MouseButton.LeftButton, pos=surface.rect().center())
    assert transcript.window().focusWidget() is surface
    QTest.keyClick(surface, Qt.Key.Key_Home)
    assert value(transcript) == 0
