"""Finding in a conversation: counted as it is shown, marked where it stands, stepped through around the end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from chat_studio.events import TextDelta
from chat_studio.history.records import MessageRecord, MessageState
from chat_studio.messages import ReasoningPart, Role, TextPart, ToolCallPart
from chat_studio.ui.transcript.answer import AnswerWidget
from chat_studio.ui.transcript.found import selections
from chat_studio.ui.transcript.needle import Needle
from chat_studio.ui.transcript.search import Tally, hits_in
from chat_studio.ui.transcript.surface import FlowSurface
from chat_studio.ui.transcript.view import Transcript

MakeRecord = Callable[..., MessageRecord]
WORDS = "Several words in one line that is long enough to be broken into more than one line. " * 3


class Search:
    """A transcript that is searched: what it told last, and what it shows."""

    def __init__(self, transcript: Transcript, qtbot: QtBot) -> None:
        self.view = transcript
        self.told = (0, 0, False)
        self._qtbot = qtbot
        transcript.found.connect(self._hear)

    def _hear(self, *told: object) -> None:
        self.told = told  # type: ignore[assignment]

    def __call__(self, text: str, *, forward: bool = True) -> tuple[int, int]:
        self.view.find_text(text, forward=forward)
        return self.wait()

    def wait(self) -> tuple[int, int]:
        self._qtbot.waitUntil(lambda: self.told[2])
        return self.told[:2]

    def surfaces(self) -> list[FlowSurface]:
        return [surface for surface in self.view.findChildren(FlowSurface) if surface.isVisible()]

    def looked_at(self) -> str:
        """The text that is marked strongly, which must be on the screen."""
        texts: list[str] = []
        for surface in self.surfaces():
            found = surface.flow.found
            if found is not None and found.box >= 0:
                document = surface.flow.box(found.box).document
                marked = list(selections(document, found, surface.flow._style.theme))
                texts.append(marked[found.nth].cursor.selectedText())
                y = surface.mapTo(self.view.viewport(), surface.rect().topLeft()).y() + surface.flow.top(found.box)
                assert -document.size().height() < y < self.view.viewport().height()
        assert len(texts) == 1
        return texts[0]

    def marked(self) -> int:
        """How many matches the messages with widgets would paint."""
        count = 0
        for surface in self.surfaces():
            if surface.flow.found is not None:
                boxes = [surface.flow.box(number) for number in range(surface.flow.box_count)]
                count += sum(surface.flow.found.needle.count(box.document.toRawText()) for box in boxes)
        return count


@pytest.fixture
def search(transcript: Transcript, qtbot: QtBot) -> Search:
    return Search(transcript, qtbot)


def counted(needle: str, source: str, *, literal: bool = False) -> int:
    *_, hits = hits_in(Needle(needle), source, literal=literal)
    assert hits is not None
    return sum(count for _, count in hits)


def test_goes_through_messages_without_widgets(search: Search, make_record: MakeRecord) -> None:
    search.view.show_records([make_record(Role.ASSISTANT, f"message {n} {WORDS}") for n in range(200)])
    assert search("message 3 ") == (1, 1)
    assert search.looked_at() == "message 3 "
    assert search("MESSAGE 1") == (2, 111)  # another text is looked for from there on
    assert search("MESSAGE 1", forward=False) == (1, 111)
    assert search("MESSAGE 1", forward=False) == (111, 111)
    assert search("MESSAGE 1") == (1, 111)
    assert search("MESSAGE 1") == (2, 111)
    assert search.looked_at() == "message 1"
    assert search("nowhere") == (0, 0)


@pytest.mark.parametrize(
    ("needle", "source", "count"),
    [
        ("bold", "**bo**ld, bold and `bold`", 3),
        ("**", "**bold** and \\*\\* and `**`", 2),
        ("link text", "A [link text](https://e.com/link%20text)", 1),
        ("e.com", "A [link](https://e.com) and https://e.com", 1),
        ("a & b", "a &amp; b", 1),
        ("two words", "two\nwords and two words", 2),
        ("item", "- item\n- [x] item\n\n1. item", 3),
        ("cell", "| cell | x |\n|---|---|\n| cell | cell |", 3),
        ("code", "```\ncode\n```\n\n- a\n  ```code\n  code\n  ```", 2),
        ("漢字", "**漢**字と漢字", 2),
        ("CAFÉ", "café cafe", 1),
        ("שלום", "אמר **שלום**", 1),
        ("😀", "a 😀 **😀**", 2),
        ("python", "```python\nx\n```", 0),
        ("x_1", "It is $x_1$ or `x_1`", 1),
        ("#", "# title", 0),
        ("one two", "one\n\ntwo", 0),
    ],
)
def test_counts_what_is_shown(search: Search, make_record: MakeRecord, needle: str, source: str, count: int) -> None:
    assert counted(needle, source) == count
    search.view.show_records([make_record(Role.ASSISTANT, source)])
    assert search(needle) == (min(count, 1), count)
    assert search.marked() == count
    for number in range(1, count + 1):
        assert search.told[0] == number
        assert search.looked_at().replace("\u2028", " ").casefold() == needle.casefold()
        search(needle)


def test_a_question_is_read_as_it_was_typed(search: Search, make_record: MakeRecord) -> None:
    assert counted("**", "**a**", literal=True) == 2
    lines = "\n".join(f"line {n}" for n in range(2000))
    search.view.show_records([make_record(Role.USER, lines)])
    assert search("line 1999") == (1, 1)
    assert search.looked_at() == "line 1999"


def test_thoughts_are_not_searched(search: Search, make_record: MakeRecord) -> None:
    parts = (ReasoningPart(text="hidden needle"), TextPart(text="shown needle"))
    search.view.show_records([make_record(Role.ASSISTANT, parts=parts)])
    assert search("needle") == (1, 1)


def test_a_running_answer_is_searched_too(search: Search, make_record: MakeRecord) -> None:
    search.view.show_records([make_record(Role.USER, "needle?")])
    record = make_record(Role.ASSISTANT, state=MessageState.STREAMING)
    assert search("needle") == (1, 1)
    search.view.add_record(record)
    search.view.grow(record.id, [TextDelta("A **nee"), TextDelta("dle** and "), TextDelta("needles\n\nmore needles")])
    search._qtbot.waitUntil(lambda: search.told == (1, 4, True))
    assert search("needle") == (2, 4)
    assert search.looked_at() == "needle"
    search.view.grow(record.id, [TextDelta("\n\nlast needle")])
    search._qtbot.waitUntil(lambda: search.told == (2, 5, True))
    assert search("needle", forward=False) == (1, 5)
    assert search("needle", forward=False) == (5, 5)


def test_another_branch_is_counted_again(search: Search, make_record: MakeRecord) -> None:
    records = [make_record(Role.ASSISTANT, "needle") for _ in range(3)]
    search.view.show_records(records)
    assert search("needle") == (1, 3)
    search.view.show_records([*records[:1], make_record(Role.ASSISTANT, "needle needle needle")])
    search._qtbot.waitUntil(lambda: search.told == (0, 4, True))
    assert search("needle") == (1, 4)


def test_what_was_found_last_is_selected_at_the_end(search: Search, make_record: MakeRecord) -> None:
    search.view.show_records([make_record(Role.ASSISTANT, "one needle and **another** needle")])
    search("needle")
    search.view.clear_find()
    assert search.view.selections.selected_words() == "needle"
    assert search.marked() == 0


def test_the_search_begins_where_the_text_is_selected(search: Search, make_record: MakeRecord) -> None:
    search.view.show_records([make_record(Role.ASSISTANT, "needle") for _ in range(3)])
    max(search.view.findChildren(AnswerWidget), key=lambda widget: widget.y()).surface.select_all()
    assert search("needle") == (3, 3)


def test_a_match_far_down_in_a_long_answer_is_seen(search: Search, make_record: MakeRecord) -> None:
    paragraphs = [f"Paragraph {n} with *some* words. {WORDS}" for n in range(800)]
    paragraphs[700] += " the needle"
    search.view.show_records([make_record(Role.ASSISTANT, "\n\n".join(paragraphs)), make_record(Role.USER, "x")])
    assert search("needle") == (1, 1)
    assert search.looked_at() == "needle"


def test_steps_of_a_large_count_are_small() -> None:
    source = "\n\n".join(f"Paragraph **{n}** with words" for n in range(3000))
    steps = list(hits_in(Needle("words"), source, literal=False))
    assert len(steps) > 3000
    assert sum(count for _, count in steps[-1] or ()) == 3000
    assert list(hits_in(Needle("absent"), source, literal=False)) == [[]]


def test_a_tally_knows_its_numbers() -> None:
    tally = Tally(Needle("x"), 3)
    tally.put(0, [(0, 2), (10, 1)])
    tally.put(2, [(5, 4)])
    assert (tally.total, tally.is_complete, tally.before(2)) == (7, False, 3)
    assert tally.place(0, 2) == (10, 0)
    assert tally.next_message(0, forward=True) == 1  # which is not counted yet
    tally.put(1, [])
    assert tally.is_complete
    assert tally.next_message(0, forward=True) == 2
    assert tally.next_message(0, forward=False) == 2
    tally.correct(0, 0, 0)
    assert tally.total == 5


def test_text_on_both_sides_of_a_tool_call_is_found(search: Search, make_record: MakeRecord) -> None:
    call = ToolCallPart(id="1", name="weather", arguments='{"needle": 1}')
    parts = (TextPart(text="one **needle**\n\ntwo"), call, TextPart(text="needle three\n\nfour needle"))
    search.view.show_records([make_record(Role.ASSISTANT, parts=parts)])
    assert search("needle") == (1, 3)
    places = []
    for number in (1, 2, 3):
        assert search.told[0] == number
        assert search.looked_at() == "needle"
        shown = next(found for found in search.surfaces() if found.flow.found and found.flow.found.box >= 0)
        places.append((shown.mapTo(search.view, shown.rect().topLeft()).y(), shown.flow.found))
        search("needle")
    assert places[0][0] < places[1][0] == places[2][0]
    assert places[1][1] != places[2][1]
