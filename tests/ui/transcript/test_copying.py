"""What is copied: plain text as it is read, and Markdown as it was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_studio.ui.transcript.copying import Excerpt, mime_data, quoted
from chat_studio.ui.transcript.flow import MarkdownFlow, Place
from chat_studio.ui.transcript.reading import OBJECT, units
from chat_studio.ui.transcript.style import TextStyle

RICH = """# Title of *it*

Some **bold *both* words**, ~~gone~~ and `co*de`, a [link](https://e.com/a_b) 😀,
on two lines. 漢字と**かな** שלום **עולם**


- first
  goes on
  - nested **two**
    1. deep
- [x] done
- [ ] open

1. Do:

   ```sh
   ls  -l
     cd ..
   ```

   and then
2. rest

| name | figure |
|------|-------:|
| **a** 漢 | 1    |
| b    | `2`    |

~~~python
def f(x):

    return "a"  # 👍
~~~

> quoted *words*
> of two lines
>
> and more

***
$$
E = mc^2
$$
Last \\*words\\* &amp; $x_1$.
"""
PLAIN = """Title of it

Some bold both words, gone and co*de, a link 😀,
on two lines. 漢字とかな שלום עולם

• first
  goes on
  • nested two
    1. deep
☑ done
☐ open
1. Do:
ls  -l
  cd ..
  and then
2. rest

name\tfigure
a 漢\t1
b\t2

def f(x):

    return "a"  # 👍

quoted words
of two lines

and more

---

E = mc^2

Last *words* & x_1."""


@pytest.fixture
def rich(style: TextStyle) -> MarkdownFlow:
    return flow_of(style, RICH)


def flow_of(style: TextStyle, source: str, *, finish: bool = True) -> MarkdownFlow:
    flow = MarkdownFlow(style, 600)
    flow.append(source)
    if finish:
        flow.finish()
    return flow


def excerpt(flow: MarkdownFlow, source: str, start: str = "", end: str = "") -> Excerpt:
    """From the first occurrence of `start`, in what is shown, to behind the next one of `end`; all without them."""
    first, last = flow.ends()
    texts = [box.document.toRawText() for box in (flow.box(index) for index in range(last.box + 1))]
    if start:
        box = next(number for number, text in enumerate(texts) if start in text)
        first = Place(box, units(texts[box][: texts[box].index(start)]))
    if end:
        box = next(number for number, text in enumerate(texts) if end in text and number >= first.box)
        at = texts[box].index(end, texts[box].index(start) if box == first.box else 0)
        last = Place(box, units(texts[box][:at] + end))
    return Excerpt.of(flow, (first, last), source)


def test_all_of_a_message(rich: MarkdownFlow) -> None:
    everything = excerpt(rich, RICH)
    assert everything.plain() == PLAIN
    assert everything.markdown() == RICH


@pytest.mark.parametrize(
    ("start", "end", "plain", "written"),
    [
        ("bold", "words", "bold both words", "**bold *both* words**"),
        ("old", "bo", "old bo", "**old *bo***"),
        ("words", "o*de", "words, gone and co*de", "**words**, ~~gone~~ and `co*de`"),
        ("nk", "two", "nk 😀,\non two", "[nk](https://e.com/a_b) 😀,\non two"),
        ("Title", "Some", "Title of it\n\nSome", "# Title of *it*\n\nSome"),
        ("of it", "Some", "of it\n\nSome", "of *it*\n\nSome"),
        ("字と", "עול", "字とかな שלום עול", "字と**かな** שלום **עול**"),
        ("first", "deep", "• first\n  goes on\n  • nested two\n    1. deep",
         "- first\n  goes on\n  - nested **two**\n    1. deep"),
        ("on\nnested", "two", "on\n  • nested two", "on\n  - nested **two**"),
        ("done", "op", "☑ done\nop", "- [x] done\nop"),
        ("ls", "cd", "ls  -l\n  cd", "```sh\nls  -l\n  cd\n```"),
        ("figure", "1", "figure\na 漢\t1", "|  | figure |\n| --- | --: |\n| **a** 漢 | 1 |"),
        ("return", "a", "return \"a", "`return \"a`"),
        ("f(x)", "return", "f(x):\n\n    return", "```python\nf(x):\n\n    return\n```"),
        ("words\u2028of", "more", "words\nof two lines\n\nand more", "*words*\nof two lines\n\n> and more"),
        ("of two lines", OBJECT, "of two lines\n\nand more\n\n---\n\nE = mc^2",
         "of two lines\n\n> and more\n\n***\n$$\nE = mc^2\n$$"),
        ("*words*", OBJECT, "*words* & x_1", "\\*words\\* & $x_1$"),
    ],
)  # fmt: skip
def test_a_part_of_a_message(rich: MarkdownFlow, start: str, end: str, plain: str, written: str) -> None:
    taken = excerpt(rich, RICH, start.replace("\n", "\u2029") if "nested" in start else start, end)
    assert taken.plain() == plain
    assert taken.markdown() == written


def test_whole_blocks_stay_as_they_were_written(style: TextStyle) -> None:
    source = "one\n\n\n* item\n+ other\n\nTitle\n===\n\n~~~~\ncode\n~~~~\n\nlast"
    taken = excerpt(flow_of(style, source), source, "item", "code")
    assert taken.markdown() == "* item\n+ other\n\nTitle\n===\n\n~~~~\ncode\n~~~~"


def test_line_ends_of_windows_are_kept_in_the_whole_and_simple_in_parts(style: TextStyle) -> None:
    source = "one\r\n\r\ntwo\r\n\r\nthree"
    flow = flow_of(style, source)
    assert excerpt(flow, source).markdown() == source
    assert excerpt(flow, source, "two", "three").markdown() == "two\n\nthree"


def test_blocks_that_were_cut_are_one_again(style: TextStyle) -> None:
    code = "\n".join(f"line {number}" for number in range(1000))
    table = "| a | b |\n|---|---|\n" + "\n".join(f"| {number} | x |" for number in range(100))
    source = f"```\n{code}\n```\n\n{table}\n\n{'word ' * 3000}end"
    flow = flow_of(style, source)
    everything = excerpt(flow, source)
    rows = "\n".join(f"{number}\tx" for number in range(100))
    assert everything.plain() == f"{code}\n\na\tb\n{rows}\n\n{'word ' * 3000}end"
    inside = excerpt(flow, source, "line 100", "line 900")
    wanted = code[code.index("line 100\n") : code.index("line 900") + 8]
    assert inside.plain() == wanted
    assert inside.markdown() == f"```\n{wanted}\n```"


def test_an_open_block_is_copied_as_far_as_it_is_shown(style: TextStyle) -> None:
    flow = flow_of(style, "some **bold te", finish=False)
    assert excerpt(flow, "some **bold te").plain() == "some bold te"
    assert excerpt(flow, "some **bold te", "bold", "te").markdown() == "**bold te**"


def test_text_that_is_no_markdown_is_copied_as_it_is(style: TextStyle) -> None:
    source = "*a*\n\n# b\n  c\n" * 200
    flow = MarkdownFlow(style, 600)
    flow.append_literal(source)
    assert excerpt(flow, source).plain() == source.removesuffix("\n")
    assert excerpt(flow, source).markdown() == source.removesuffix("\n")
    assert excerpt(flow, source, "# b", "c").plain() == "# b\n  c"


def test_the_clipboard_has_both(qapp: object) -> None:
    data = mime_data("a 漢", "**a** 漢")
    assert data.text() == "a 漢"
    assert bytes(data.data("text/markdown").data()).decode() == "**a** 漢"


def test_a_quote_keeps_its_lines() -> None:
    assert quoted("a\n\n- b\n") == "> a\n>\n> - b\n\n"


def test_a_note_stays_a_note(style: TextStyle) -> None:
    source = "A word[^1] and **more** words."
    taken = excerpt(flow_of(style, source), source, "word", "and")
    assert taken.plain() == "word1 and"
    assert taken.markdown() == "word[^1] and"


def test_a_selection_in_a_block_that_is_gone_harms_nothing(style: TextStyle) -> None:
    flow = flow_of(style, "one\n\ntwo")
    assert Excerpt.of(flow, (Place(5, 3), Place(6, 1)), "one\n\ntwo").plain() == ""
    empty = Excerpt.of(MarkdownFlow(style, 600), (Place(0, 0), Place(0, 4)), "")
    assert (empty.plain(), empty.markdown(), empty.first_words()) == ("", "", "")


def test_only_the_end_of_a_block_is_nothing(style: TextStyle) -> None:
    source = "```\ncode\n```\n\nwords"
    taken = Excerpt.of(flow_of(style, source), (Place(0, 4), Place(1, 4)), source)
    assert (taken.plain(), taken.markdown()) == ("word", "word")


SIMPLE = RICH.replace("$x_1$", "x").replace("***\n$$\nE = mc^2\n$$\n", "")


def letters(text: str) -> str:
    return re.sub(r"[\s\u2028\u2029\ufdd0\ufdd1•☐☑]|\d\.", "", text)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_markdown_of_any_part_reads_the_same(style: TextStyle, data: st.DataObject) -> None:
    flow = flow_of(style, SIMPLE)
    boxes = st.integers(0, flow.box_count - 1)
    first, last = sorted((data.draw(boxes), data.draw(boxes)))
    start = data.draw(st.integers(0, flow.box(first).end))
    end = data.draw(st.integers(start if first == last else 0, flow.box(last).end))
    taken = Excerpt.of(flow, (Place(first, start), Place(last, end)), SIMPLE)
    again = flow_of(style, taken.markdown())
    shown = "".join(again.box(number).document.toRawText() for number in range(again.box_count))
    assert letters(shown) == letters(taken.plain())
