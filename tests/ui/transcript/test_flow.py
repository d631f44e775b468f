from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from chat_studio.ui.transcript.boxes import RuleBox, TextBox
from chat_studio.ui.transcript.code_box import CodeBox
from chat_studio.ui.transcript.flow import MOST_DOCUMENTS, MarkdownFlow, Place
from chat_studio.ui.transcript.formula_box import FormulaBox
from chat_studio.ui.transcript.style import TextStyle
from chat_studio.ui.transcript.table_box import TableBox

WIDTH = 600
SAMPLE = """# Title

Some **bold**, *slanted* and `code` text with a [link](https://example.com/a) and $x_1^2$,
over two lines.

- first item
- second **item**
  - nested

1. one
2. two

| name | figure |
|------|-------:|
| a    | 1      |
| b    | 2      |

```python
def f(x):
    return "text"  # why
```

> quoted words

$$
E = mc^2
$$

---

Last words.
"""


def flow_of(style: TextStyle, *pieces: str) -> MarkdownFlow:
    flow = MarkdownFlow(style, WIDTH)
    for piece in pieces:
        flow.append(piece)
    flow.finish()
    return flow


def shown(flow: MarkdownFlow) -> list[tuple[str, str, float]]:
    """Kind of box, HTML and height of every box: what the user sees."""
    return [(type(box).__name__, box.document.toHtml(), box.height) for box in flow._boxes]


def test_renders_each_kind_of_block(style: TextStyle) -> None:
    flow = flow_of(style, SAMPLE)
    kinds = [type(box) for box in flow._boxes]
    assert kinds.count(CodeBox) == 1
    assert kinds.count(RuleBox) == 1
    assert kinds.count(TableBox) == 1
    assert kinds.count(FormulaBox) == 1
    assert kinds.count(TextBox) == 8
    text = flow.text(flow.ends())
    for word in ("Title", "bold", "nested", "figure", 'return "text"', "quoted", "E = mc^2", "Last words."):
        assert word in text
    assert "**" not in text
    assert "```" not in text


def test_html_is_text(style: TextStyle) -> None:
    flow = flow_of(style, "A <b>tag</b> and <script>alert(1)</script>\n\n<div>\nblock\n</div>")
    assert "<b>tag</b>" in flow.text(flow.ends())
    assert "<div>" in flow.text(flow.ends())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_looks_the_same_however_the_text_came(style: TextStyle, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(SAMPLE)), max_size=60)))
    pieces = [SAMPLE[a:b] for a, b in zip([0, *cuts], [*cuts, len(SAMPLE)], strict=True)]
    assert shown(flow_of(style, *pieces)) == shown(flow_of(style, SAMPLE))


def test_looks_the_same_when_it_came_by_the_character(style: TextStyle) -> None:
    assert shown(flow_of(style, *SAMPLE)) == shown(flow_of(style, SAMPLE))


@pytest.mark.parametrize(
    ("unfinished", "expected"),
    [
        ("some **bold te", "some bold te"),
        ("some `code wi", "some code wi"),
        ("some ~~struck", "some struck"),
        ("some **", "some"),
        ("a [link](https://exa", "a link"),
        ("text *", "text"),
    ],
)
def test_half_typed_markup_is_not_shown_as_text(style: TextStyle, unfinished: str, expected: str) -> None:
    flow = MarkdownFlow(style, WIDTH)
    for character in unfinished:
        flow.append(character)
    assert flow.text(flow.ends()).strip() == expected


def test_a_finished_block_is_not_touched_again(style: TextStyle) -> None:
    flow = MarkdownFlow(style, WIDTH)
    flow.append("First paragraph.\n\nSecond")
    first = flow._boxes[0].document
    for word in (" goes on", " **and** on", "\n\n- item", "\n\n```\ncode\n```\n"):
        flow.append(word)
    assert flow._boxes[0].document is first


def test_appending_tells_what_to_paint_again(style: TextStyle) -> None:
    flow = MarkdownFlow(style, WIDTH)
    flow.append("First paragraph.\n\nSecond")
    assert flow.append(" word") >= flow.top(1)
    height = flow.height
    assert flow.append("\n\nThird") <= height


def test_far_boxes_give_their_documents_back_and_keep_their_place(style: TextStyle) -> None:
    flow = flow_of(style, "\n\n".join(f"Paragraph {number}" for number in range(3 * MOST_DOCUMENTS)))
    assert sum(box._document is not None for box in flow._boxes) <= MOST_DOCUMENTS
    before = flow.height
    assert flow._boxes[0].text() == "Paragraph 0"
    assert flow.height == before


def test_width_changes_lay_out_again(style: TextStyle) -> None:
    flow = flow_of(style, "word " * 200)
    wide = flow.height
    flow.set_width(WIDTH // 2)
    assert flow.height > 1.5 * wide


def test_selected_text_crosses_blocks(style: TextStyle) -> None:
    flow = flow_of(style, "One two.\n\nThree four.\n\n- a\n- b")
    assert flow.text((Place(0, 4), Place(1, 5))) == "two.\n\nThree"
    assert flow.text((Place(2, 0), Place(3, 1))) == "a\nb"


def test_finds_places_and_links(style: TextStyle) -> None:
    flow = flow_of(style, "[here](https://example.com)\n\nbelow")
    box, point = flow.box_at(QPointF(5, 5)) or pytest.fail("no box")
    assert box.link_at(point) == "https://example.com"
    assert flow.place_at(QPointF(0, flow.height)).box == 1


def test_literal_text_is_not_markdown(style: TextStyle) -> None:
    flow = MarkdownFlow(style, WIDTH)
    flow.append_literal("*a*\n# b\n" * 300)
    assert flow.text(flow.ends()).startswith("*a*\n# b")
    assert len(flow._boxes) > 1


def test_code_is_coloured_whole_once_it_is_complete(style: TextStyle) -> None:
    flow = MarkdownFlow(style, WIDTH)
    for line in ("```python\n", 'text = """\n', "def inside\n", '"""\n'):
        flow.append(line)
    flow.append("```\n\nafter")
    document = flow._boxes[0].document
    inside = document.findBlockByNumber(1).layout().formats()
    assert inside[0].format.foreground().color().name().upper() == style.theme.string.upper()


def test_a_table_gains_whole_rows(style: TextStyle) -> None:
    flow = MarkdownFlow(style, WIDTH)
    for piece in ("| a | b |\n|---|", "--", "-|\n", "| one | two |\n", "| thr"):
        flow.append(piece)
    document = flow._boxes[0].document
    assert "two" in flow.text(flow.ends())
    assert "thr" not in flow.text(flow.ends())
    flow.append("ee | fo")
    assert flow._boxes[0].document is document
    flow.append("ur |\n")
    assert "four" in flow.text(flow.ends())
    assert flow._boxes[0].document is document


def test_nested_items_count_on(style: TextStyle) -> None:
    document = flow_of(style, "1. a\n   1. b\n   2. c\n")._boxes[0].document
    blocks = [document.findBlockByNumber(number) for number in range(3)]
    assert [block.textList().itemText(block) for block in blocks] == ["1.", "1.", "2."]


@pytest.mark.parametrize(
    "source", ["".join(f"{'  ' * level}- level {level}\n" for level in range(30)), "a\n\n[^1]: level 29"]
)
def test_no_text_is_left_out(style: TextStyle, source: str) -> None:
    flow = flow_of(style, source)
    assert "level 29" in flow.text(flow.ends())


def test_an_endless_paragraph_is_laid_out_in_pieces(style: TextStyle) -> None:
    words = ["word "] * 2000
    flow = flow_of(style, *words)
    assert max(len(box.text()) for box in flow._boxes) < 2100
    assert flow.text(flow.ends()).split() == "".join(words).split()


@pytest.mark.parametrize(
    "text", ["x" * 50_000, "one\ntwo\n" * 500 + "three", "\n" * 300 + "end", "a\n" + "x" * 9_000 + "\nb", ""]
)
def test_literal_text_is_copied_as_it_is_however_it_is_cut(style: TextStyle, text: str) -> None:
    flow = MarkdownFlow(style, WIDTH)
    flow.append_literal(text)
    assert flow.text(flow.ends()) == text
    assert all(len(line) <= 4_000 for box in flow._boxes for line in box.block.source.split("\n"))
