"""Words that are appended to an open paragraph look as if all of it had been written anew."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QTextDocument
from ui.transcript.test_prefixes import RICH

from chat_studio.ui.transcript.boxes import TextBox
from chat_studio.ui.transcript.flow import MarkdownFlow
from chat_studio.ui.transcript.parser import is_plain
from chat_studio.ui.transcript.style import TextStyle

WIDTH = 600
DENSE = """So **bold** and *slanted* words, `code` (in brackets), ~~struck~~ ones; ***both*** of them: done!

> A **quote** with `code` and [a link](https://example.com) in it, and **open words go on

- **Item:** with words
- [ ] **task** to do
- [x] done
  ```
  code (in) an item
  ```

## Title with **bold** words

[^1]: A **note** with words

| not (yet) a table
Line with 2 * 3 and _both_ ends, $x$ and more, \\(y\\) and \\(z = 1 and https://example.com/ and words
"""


def formats(document: QTextDocument) -> list[tuple[object, ...]]:
    """Each character with what can be seen of its format."""
    seen = []
    block = document.begin()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            fragment = fragments.fragment()
            form = fragment.charFormat()
            look = (
                form.font().weight(),
                form.font().italic(),
                form.foreground().color().name(),
                form.background().color().name(),
            )
            seen += [(sign, *look) for sign in fragment.text()]
            fragments += 1
        block = block.next()
    return seen


@pytest.mark.parametrize("source", [RICH, DENSE], ids=["rich", "dense"])
@pytest.mark.parametrize("pieces", [r"\s*\S{1,5}|\s+", r"\S+|\s+", r"\S+\s*|\s+", r"(?s)."])
def test_it_looks_as_if_written_anew(style: TextStyle, source: str, pieces: str) -> None:
    flow = MarkdownFlow(style, WIDTH)
    for piece in re.findall(pieces, source):
        before = flow.box(flow.box_count - 1).document if flow.box_count else None
        flow.append(piece)
        box = flow.box(flow.box_count - 1) if flow.box_count else None
        if type(box) is TextBox and box.document is before and is_plain(piece) and piece.strip():
            anew = TextBox(box.block, style, WIDTH, is_open=True)
            assert formats(box.document) == formats(anew.document), box.block.source


def test_words_behind_markup_are_not_parsed_again(style: TextStyle) -> None:
    flow = MarkdownFlow(style, WIDTH)
    flow.append("Some **bold words** and `code`")
    document = flow.box(0).document
    flow.append(" and")
    flow.append(" more,")
    flow.append(" plain ones")
    assert flow.box(0).document is document
    assert flow.box(0).block.source == "Some **bold words** and `code` and more, plain ones"
