"""Conversations and messages of any length: what is realised, what stays where it is, what is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from chat_studio.events import TextDelta
from chat_studio.history.branch import Branch
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import Role
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.flow import MOST_DOCUMENTS
from chat_studio.ui.transcript.message import MessageWidget
from chat_studio.ui.transcript.reading_place import ReadingPlace
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.transcript.view import WIDEST, Transcript

MakeRecord = Callable[..., MessageRecord]
WORDS = "Several words in one line that is long enough to be broken into more than one line. " * 3
HEADINGS = "\n\n".join(f"# Heading {number}\n\n{WORDS}\n\n```python\nx = {number}\n```" for number in range(400))


@pytest.fixture
def conversation(make_record: MakeRecord) -> list[MessageRecord]:
    """Of messages whose heights no estimate tells."""
    roles = (Role.USER, Role.ASSISTANT)
    texts = (WORDS, f"# Title\n\n{WORDS}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- x\n- y\n\n```\ncode\n```")
    return [make_record(roles[n % 2], f"{n} {texts[n % 2]}") for n in range(300)]


def widgets(view: Transcript) -> list[MessageWidget]:
    return [widget for widget in view.findChildren(MessageWidget) if not widget.isHidden()]


def widget_of(view: Transcript, record: MessageRecord) -> MessageWidget:
    return next(widget for widget in widgets(view) if widget.record.id == record.id)


def y_in_view(view: Transcript, widget: MessageWidget, box: int = 0) -> int:
    """Where a box of a message's text is seen."""
    top = QPoint(0, round(widget.surface.flow.top(box)))
    return widget.surface.mapTo(view.viewport(), top).y()


def seen(view: Transcript) -> MessageWidget:
    """The first message that begins within the page."""
    inside = [widget for widget in widgets(view) if 0 <= widget.mapTo(view.viewport(), QPoint()).y() < 500]
    return min(inside, key=lambda widget: widget.y())


def settle(view: Transcript, qtbot: QtBot) -> None:
    """Lets the view finish what it does when nobody scrolls."""
    qtbot.waitUntil(lambda: not view._viewpoint._idle.isActive())


def documents(view: Transcript) -> int:
    flows = [surface.flow for surface in view.findChildren(FlowSurface)]
    return sum(flow.box(index).has_document for flow in flows for index in range(flow.box_count))


def test_scrolling_up_through_estimates_moves_by_what_was_scrolled(
    transcript: Transcript, conversation: list[MessageRecord], qtbot: QtBot
) -> None:
    transcript.show_records(conversation)
    bar = transcript.verticalScrollBar()
    for _ in range(60):
        read = seen(transcript)
        before = y_in_view(transcript, read)
        bar.setValue(bar.value() - 100)
        settle(transcript, qtbot)
        assert y_in_view(transcript, read) == before + 100


def test_what_is_made_ahead_moves_nothing(
    transcript: Transcript, conversation: list[MessageRecord], qtbot: QtBot
) -> None:
    transcript.show_records(conversation)
    transcript.verticalScrollBar().setValue(transcript.verticalScrollBar().maximum() // 2)
    (read,) = (widget for widget in widgets(transcript) if not widget.visibleRegion().isEmpty())
    before, many = y_in_view(transcript, read), len(widgets(transcript))
    settle(transcript, qtbot)
    assert len(widgets(transcript)) > many
    assert y_in_view(transcript, read) == before


def test_a_huge_message_is_laid_out_where_it_is_seen(
    transcript: Transcript, make_record: MakeRecord, qtbot: QtBot
) -> None:
    transcript.show_records([make_record(Role.ASSISTANT, HEADINGS)])
    assert documents(transcript) < 40
    bar = transcript.verticalScrollBar()
    for share in (0.7, 0.2, 0.5):
        bar.setValue(round(share * bar.maximum()))
        settle(transcript, qtbot)
    for _ in range(100):
        bar.setValue(bar.value() - 300)
        settle(transcript, qtbot)
        assert documents(transcript) <= MOST_DOCUMENTS


def test_boxes_that_were_never_laid_out_are_selected_and_copied(
    transcript: Transcript, make_record: MakeRecord
) -> None:
    transcript.show_records([make_record(Role.ASSISTANT, HEADINGS)])
    surface = transcript.findChild(AnswerWidget).surface
    surface.select_all()
    text = surface.selected_text()
    assert [f"Heading {n}" in text and f"x = {n}" in text for n in (0, 200, 399)] == [True] * 3
    assert surface.flow.text(surface.flow.ends()).count("Heading") == 400
    assert len(surface.flow.find("x = 399")) == 1
    assert documents(transcript) < 40


def test_a_shared_beginning_keeps_its_widgets_and_its_place(
    transcript: Transcript, conversation: list[MessageRecord], make_record: MakeRecord, qtbot: QtBot
) -> None:
    transcript.show_records(Branch(conversation))
    transcript.jump_to(conversation[200].id)
    settle(transcript, qtbot)
    kept = widget_of(transcript, conversation[200])
    before = y_in_view(transcript, kept)
    other = make_record(Role.ASSISTANT, f"Another version\n\n{HEADINGS}")
    transcript.show_records(Branch([*conversation[:201], other, make_record(Role.USER, "And then?")]))
    assert widget_of(transcript, conversation[200]) is kept
    assert y_in_view(transcript, kept) == before
    assert widget_of(transcript, other).mapTo(transcript.viewport(), QPoint()).y() < 600
    assert conversation[201].id not in [widget.record.id for widget in widgets(transcript)]


def test_another_version_of_what_is_read_begins_on_the_page(
    transcript: Transcript, conversation: list[MessageRecord], make_record: MakeRecord
) -> None:
    records = [*conversation[:101], make_record(Role.ASSISTANT, HEADINGS), *conversation[102:]]
    transcript.show_records(records)
    transcript.jump_to(records[102].id)
    transcript.verticalScrollBar().setValue(transcript.verticalScrollBar().value() - 500)
    version = make_record(Role.ASSISTANT, "Short")
    transcript.show_records([*records[:101], version, *conversation[102:]])
    assert 0 <= widget_of(transcript, version).mapTo(transcript.viewport(), QPoint()).y() < 600


def test_the_end_stays_in_view_when_the_last_answer_has_another_version(
    transcript: Transcript, conversation: list[MessageRecord], make_record: MakeRecord
) -> None:
    transcript.show_records(conversation)
    transcript.show_records([*conversation[:-1], make_record(Role.ASSISTANT, HEADINGS)])
    assert transcript.verticalScrollBar().value() == transcript.verticalScrollBar().maximum()


def test_a_shared_message_shows_its_new_state(transcript: Transcript, make_record: MakeRecord) -> None:
    question, answer = make_record(Role.USER, "Why?"), make_record(Role.ASSISTANT, "So.")
    transcript.show_records([question, answer])
    changed = MessageRecord(**{**answer.__dict__, "state": MessageState.STOPPED})
    transcript.show_records([question, changed])
    assert transcript.findChild(AnswerWidget).record == changed


@pytest.mark.parametrize("share", [0.0, 0.3, 0.65])
def test_a_place_is_found_again_in_another_window(
    transcript: Transcript, conversation: list[MessageRecord], make_record: MakeRecord, qtbot: QtBot, share: float
) -> None:
    records = [*conversation[:50], make_record(Role.ASSISTANT, HEADINGS), *conversation[50:]]
    transcript.show_records(records)
    bar = transcript.verticalScrollBar()
    bar.setValue(round(share * bar.maximum()))
    settle(transcript, qtbot)
    place = transcript.place()
    assert place is not None
    read = seen(transcript).record.id if share != 0.3 else ""
    transcript.show_records([make_record(Role.USER, "Elsewhere")])
    transcript.resize(700, 500)
    transcript.show_records(records, ReadingPlace.parse(str(place)))
    again = transcript.place()
    assert again is not None
    assert (again.message_id, again.box) == (place.message_id, place.box)
    assert again.share == pytest.approx(place.share, abs=0.1)
    assert not read or read in [widget.record.id for widget in widgets(transcript)]


def test_the_end_is_no_place_and_one_that_is_gone_is_the_end(
    transcript: Transcript, conversation: list[MessageRecord]
) -> None:
    transcript.show_records(conversation, ReadingPlace("gone"))
    assert transcript.place() is None
    assert transcript.verticalScrollBar().value() == transcript.verticalScrollBar().maximum()


@pytest.mark.parametrize("text", ["", "id", "id x", "id 0.5 x", "id 1 2 3 4"])
def test_what_no_place_wrote_is_none(text: str) -> None:
    assert ReadingPlace.parse(text) is None or ReadingPlace.parse(text) == ReadingPlace("id", 1, 2)


def test_width_size_and_theme_keep_the_place(
    transcript: Transcript, conversation: list[MessageRecord], appearance: Appearance, qtbot: QtBot
) -> None:
    transcript.show_records(conversation)
    transcript.jump_to(conversation[150].id)
    settle(transcript, qtbot)
    for change in (
        lambda: transcript.resize(680, 600),
        lambda: transcript.resize(1300, 600),
        lambda: transcript.set_column_width(1100),
        lambda: appearance.choose("dark", 14),
        lambda: appearance.choose("dark", 20),
    ):
        change()
        top = widget_of(transcript, conversation[150]).mapTo(transcript.viewport(), QPoint()).y()
        assert -40 <= top <= 60
        assert len(widgets(transcript)) < 40


def test_the_column_takes_widths_within_bounds(transcript: Transcript, conversation: list[MessageRecord]) -> None:
    transcript.resize(1500, 600)
    transcript.show_records(conversation)
    for asked, given in ((900, 900), (5000, WIDEST), (10, 600)):
        transcript.set_column_width(asked)
        assert {widget.width() for widget in widgets(transcript)} == {given}


def test_what_streams_out_of_sight_is_not_laid_out(transcript: Transcript, make_record: MakeRecord) -> None:
    transcript.show_records([make_record(Role.ASSISTANT, HEADINGS)])
    running = make_record(Role.ASSISTANT, state=MessageState.STREAMING)
    transcript.add_record(running)
    transcript.verticalScrollBar().setValue(0)
    for _ in range(50):
        transcript.grow(running.id, [TextDelta(WORDS), TextDelta("\n\n- item")])
    flow = widget_of(transcript, running).surface.flow
    assert not any(flow.box(index).has_document for index in range(1, flow.box_count))
    transcript.jump_to_latest()
    assert flow.box(flow.box_count - 1).has_document
    assert flow.text(flow.ends()).count("item") == 50


def test_a_flood_in_one_frame_is_seen(transcript: Transcript, make_record: MakeRecord) -> None:
    running = make_record(Role.ASSISTANT, state=MessageState.STREAMING)
    transcript.add_record(running)
    transcript.grow(running.id, [TextDelta(HEADINGS)])
    flow = widget_of(transcript, running).surface.flow
    assert transcript.verticalScrollBar().value() == transcript.verticalScrollBar().maximum() > 10_000
    assert flow.box(flow.box_count - 1).has_document
