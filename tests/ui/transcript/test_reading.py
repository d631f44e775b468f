"""A reading has the characters of the document that is shown, at the same positions."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.reading import BREAK, plain_paragraph, read, shown, slice_units, units
from chat_studio.ui.transcript.splitter import Block, Kind
from chat_studio.ui.transcript.style import TextStyle

FRAME_SIGNS = str.maketrans({"\u2029": "\n", "\ufdd0": "\n", "\ufdd1": "\n"})

SAMPLES = {
    "emphasis": "Some **bold *and slanted* words**, ~~struck~~, `code`, [link](https://e.com/a) and\na second line",
    "heading": "## A *slanted* title",
    "setext": "Title\n=====",
    "nested items": "- one\n  goes on\n  - two\n    1. three\n    2. four\n\n    more\n- five",
    "tasks": "- [ ] open\n- [x] **done**\n  - [ ] inner",
    "code in an item": "1. Do:\n   ```sh\n   ls  -l\n     cd\n   ```\n   then",
    "quote": "> said **so**\n> twice\n>\n> - item\n> > deeper",
    "table": "| a | b |\n|---|--:|\n| **x** | `y` |\n| 你好 | 😀 |",
    "table in a quote": "> before\n>\n> | a | b |\n> |---|---|\n> | 1 | 2 |\n>\n> after",
    "table in an item": "- | a |\n  |---|\n  | 1 |\n\n  | b |\n  |---|\n  | 2 |\n- next",
    "code": "```python\ndef f():\n\treturn 1\n\n```\n",
    "rule": "---",
    "other scripts": "漢字かな 한국어 😀👩‍👩‍👧 שלום **مرحبا** e\u0301",
    "entities and escapes": "a &amp; b \\*c\\* &copy; <b>tag</b> <https://e.com>",
    "hard breaks": "one  \ntwo\\\nthree   \n   four",
    "an empty item": "- \n- a",
    "html": "<div>\nblock\n</div>",
    "plain lines": "One line\n  another   \nthird.",
    "an image": "![words](https://e.com/a.png) and ![](https://e.com/b.png)",
    "looks like a list": "1986\\. A year\n+ no",
    "indented": "    code\n    more",
}


def texts(style: TextStyle, source: str, *, finish: bool = True) -> list[tuple[str, str]]:
    """For every box what its document shows, and what the reading says of it."""
    flow = MarkdownFlow(style, 600)
    flow.append(source)
    if finish:
        flow.finish()
    pairs = []
    for box in flow._boxes:
        raw = box.document.toRawText().translate(FRAME_SIGNS)
        pairs.append((raw, shown(read(box.block, is_open=box.is_open))))
    return pairs


@pytest.mark.parametrize("source", SAMPLES.values(), ids=SAMPLES)
def test_a_reading_shows_what_the_document_shows(style: TextStyle, source: str) -> None:
    pairs = texts(style, source)
    assert [read for _, read in pairs] == [document for document, _ in pairs]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_reading_follows_a_text_that_is_still_coming(style: TextStyle, data: st.DataObject) -> None:
    source = data.draw(st.sampled_from(sorted(SAMPLES.values())))
    cut = data.draw(st.integers(1, len(source)))
    for document, reading in texts(style, source[:cut], finish=False):
        assert reading.rstrip() == document.rstrip()


@pytest.mark.parametrize("source", ["words only, and more.", "two\n lines  \nof them", " led by spaces"])
def test_plain_paragraphs_need_no_parser(style: TextStyle, source: str) -> None:
    plain = plain_paragraph(Block(Kind.PARAGRAPH, source))
    assert plain is not None
    assert [plain] == [document for document, _ in texts(style, source)]


@pytest.mark.parametrize(
    "source",
    ["# a", "a\n===", "a *b*", "a\n- b", "a\n1. b", "    a", "https://e.com", "a & b", "a | b\n--|--", "a\n---"],
)
def test_what_may_be_markup_is_left_to_the_parser(source: str) -> None:
    assert plain_paragraph(Block(Kind.PARAGRAPH, source)) is None


def test_positions_count_as_qt_counts() -> None:
    assert units("a😀b") == 4
    assert slice_units("a😀b", 1, 3) == "😀"
    assert slice_units("漢字", 1, 2) == "字"
    assert BREAK == "\u2028"
