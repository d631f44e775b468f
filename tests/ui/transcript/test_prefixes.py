"""At every point of a streaming answer it looks sensible, and at its end as if it had come at once."""

from __future__ import annotations

import re

import pytest

from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.inline_objects import OBJECT
from chat_studio.ui.transcript.style import TextStyle

WIDTH = 600
RICH = r"""## A *slanted* title

Some **bold words**, *slanted ones*, ***both***, ~~struck~~ and `inline code` with a [linked text](https://example.com/a_b),
then 2*3*4 and snake_case_name, a bare https://example.org/path and a note[^1] at $5 apiece.

- [ ] an open task
- [x] a **finished** one
  - nested `code`

1. First:
   ```sh
   ls -l | wc
   ```
2. Second

> quoted **words**

| name | figure |
|:-----|-------:|
| alpha | 1 |
| **beta** | 2 |

```python
print("**not bold**")
```

So $\frac{a_1}{b}$ and \(x^2\) hold.

$$
E = mc^2
$$

![a picture](https://example.com/p.png)

[^1]: The words of the note.

Last words.
"""
RAW = re.compile(r"\*\*|~~|```|\]\(|(?<!\w)`|`(?!\w)|\|[-:]|\[\^|!\[|^\s*\||\$\$")
"""Markers that nobody should see outside code; a lone asterisk may be an asterisk."""


def texts(flow: MarkdownFlow) -> list[str]:
    return [flow.box(index).document.toPlainText() for index in range(flow.ends()[1].box + 1)]


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]{3,}", text)


def test_no_marker_flickers(style: TextStyle) -> None:
    flow = MarkdownFlow(style, WIDTH)
    seen: dict[str, str] = {}
    for number, character in enumerate(RICH, 1):
        flow.append(character)
        shown = "\n".join(text for text in texts(flow) if "not bold" not in text and "**not" not in text)
        shown = shown.replace('print("**', "")
        for found in RAW.findall(shown):
            seen.setdefault(found, RICH[max(number - 30, 0) : number] + " → " + shown[-60:])
    assert not seen, "\n".join(f"{marker!r}: {where!r}" for marker, where in seen.items())


def test_no_word_is_lost_on_the_way(style: TextStyle) -> None:
    """What has been shown stays, until its block has another form: only what is still typed may be missing."""
    flow = MarkdownFlow(style, WIDTH)
    for number, character in enumerate(RICH, 1):
        flow.append(character)
        if character != "\n" or RICH[number : number + 1] != "\n" or "$$" in RICH[max(number - 20, 0) : number]:
            continue
        shown = set(words_of("\n".join(flow.box(index).text() for index in range(flow.ends()[1].box + 1))))
        source = re.sub(r"\]\([^)]*\)|```\w*|\$\S*?\$|\\\(.*?\\\)", " ", RICH[:number])
        missing = set(words_of(source)) - shown
        assert not missing, RICH[:number][-80:]


def test_words_do_not_come_and_go(style: TextStyle) -> None:
    """The text of a paragraph only grows, but for the word that is being typed."""
    flow = MarkdownFlow(style, WIDTH)
    before: list[str] = []
    for character in RICH.split("\n\n")[1].replace("\n", " "):
        flow.append(character)
        words = words_of(texts(flow)[0])
        assert words[: len(before) - 1] == before[:-1]
        before = words


def test_at_the_end_it_looks_as_if_it_came_at_once(style: TextStyle) -> None:
    slow, fast = MarkdownFlow(style, WIDTH), MarkdownFlow(style, WIDTH)
    for character in RICH:
        slow.append(character)
    fast.append(RICH)
    for flow in (slow, fast):
        flow.finish()
    pages = [[(type(box).__name__, box.document.toHtml(), box.height) for box in flow._boxes] for flow in (slow, fast)]
    assert pages[0] == pages[1]
    assert slow.height == fast.height


@pytest.mark.parametrize(
    ("unfinished", "shown"),
    [
        ("see [the manual", "see the manual"),
        ("see [the manual]", "see the manual]"),
        ("see [the manual](", "see the manual"),
        ("see [the manual](https://exa", "see the manual"),
        ("an ![image](https://exa", "an"),
        ("a *slanted wor", "a slanted wor"),
        ("***both ki", "both ki"),
        ("**bold with *slanted in", "bold with slanted in"),
        ("2 * 3 is six", "2 * 3 is six"),
        ("5*3", "5*3"),
        ("snake_case", "snake_case"),
        ("``a ` b", "a ` b"),
        ("a note[^1", "a note"),
        (r"so $\frac{a}{", r"so $\frac{a}{"),
        (r"so \(x^", r"so \(x^"),
        ("it costs $5 and", "it costs $5 and"),
        ("- item\n  ```sh\n  ls", "item\nls"),
        ("| name | fig", "\nname\nfig\n"),
        ("| name | figure |\n|--", "\nname\nfigure\n"),
        ("$$\nx^2 + ", "x^2 +"),
    ],
)
def test_what_is_half_typed(style: TextStyle, unfinished: str, shown: str) -> None:
    flow = MarkdownFlow(style, WIDTH)
    for character in unfinished:
        flow.append(character)
    assert "".join(texts(flow)).rstrip(" ") == shown


@pytest.mark.parametrize("source", ["**bold** word", "`code` word", "https://e.com word", "$x$ word", "a[^1] word"])
def test_words_behind_markup_are_plain(style: TextStyle, source: str) -> None:
    flow = MarkdownFlow(style, WIDTH)
    head, _, word = source.rpartition(" ")
    for piece in (head, " ", word, " and", " more"):
        flow.append(piece)
    streamed = flow.box(0).document.toHtml()
    whole = MarkdownFlow(style, WIDTH)
    whole.append(f"{source} and more")
    assert streamed == whole.box(0).document.toHtml()
    assert OBJECT not in flow.box(0).document.toPlainText().replace(OBJECT, "", 1)
