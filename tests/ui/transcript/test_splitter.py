from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_studio.ui.transcript.splitter import Block, BlockSplitter, Kind

P, L, C, M = Kind.PARAGRAPH, Kind.ITEM, Kind.CODE, Kind.MATH

CASES = {
    "paragraphs": ("one\ntwo\n\nthree", [(P, "one\ntwo"), (P, "three")]),
    "heading": ("# Title\ntext", [(P, "# Title"), (P, "text")]),
    "setext heading": ("Title\n===\ntext", [(P, "Title\n==="), (P, "text")]),
    "rule": ("one\n\n---\n\ntwo", [(P, "one"), (P, "---"), (P, "two")]),
    "items": ("- a\n  b\n- c", [(L, "- a\n  b"), (L, "- c")]),
    "numbered items": ("9. a\n10. b", [(L, "9. a"), (L, "10. b")]),
    "loose item": ("- a\n\n  b\n\nc", [(L, "- a\n\n  b"), (P, "c")]),
    "nested items": ("- a\n  - b\n- c", [(L, "- a\n  - b"), (L, "- c")]),
    "code in an item": ("- a\n  ```\n  x\n\ny\n  ```\n- b", [(L, "- a\n  ```\n  x\n\ny\n  ```"), (L, "- b")]),
    "text ends a list only after a blank line": ("- a\nlazy\n\nb", [(L, "- a\nlazy"), (P, "b")]),
    "code": ("```py\na\n\nb\n```\nc", [(C, "a\n\nb"), (P, "c")]),
    "code with tildes": ("~~~\n```\n~~~", [(C, "```")]),
    "code after text": ("text\n```\nx\n```", [(P, "text"), (C, "x")]),
    "longer fence": ("````\n```\n````", [(C, "```")]),
    "indented fence": ("  ```\n  x\n    y\n  ```", [(C, "x\n  y")]),
    "code without an end": ("```\nx", [(C, "x")]),
    "inline backticks are not a fence": ("```not a fence```\nx", [(P, "```not a fence```\nx")]),
    "formula": ("$$\nx\n$$\ny", [(M, "$$\nx\n$$"), (P, "y")]),
    "formula in one line": ("$$x$$\ny", [(M, "$$x$$"), (P, "y")]),
    "formula in brackets": ("\\[\nx\n\\]\ny", [(M, "\\[\nx\n\\]"), (P, "y")]),
    "quote": ("> a\n> b\n\nc", [(P, "> a\n> b"), (P, "c")]),
    "lazy quote": ("> a\nb", [(P, "> a\nb")]),
    "quote after text": ("a\n> b", [(P, "a"), (P, "> b")]),
    "table": ("| a |\n|---|\n| 1 |\n\nx", [(P, "| a |\n|---|\n| 1 |"), (P, "x")]),
    "formula and words": ("$$x$$ is it\nb\n\nc", [(P, "$$x$$ is it\nb"), (P, "c")]),
    "no formula": ("$$ is a number\n\nb", [(M, "$$ is a number"), (P, "b")]),
    "formula with a blank line": ("$$\nx\n\ny\n$$\nb", [(M, "$$\nx\n\ny\n$$"), (P, "b")]),
    "windows line ends": ("a\r\n\r\nb", [(P, "a"), (P, "b")]),
    "blank": ("\n\n \n", []),
}


def blocks(*pieces: str) -> list[Block]:
    splitter = BlockSplitter()
    for piece in pieces:
        splitter.feed(piece)
        splitter.tail()
    splitter.finish()
    return splitter.closed


@pytest.mark.parametrize(("source", "expected"), CASES.values(), ids=CASES.keys())
def test_cuts_markdown_into_top_level_blocks(source: str, expected: list[tuple[Kind, str]]) -> None:
    assert [(block.kind, block.source) for block in blocks(source)] == expected


def test_names_the_language_of_code() -> None:
    assert blocks("```python title\nx\n```")[0].language == "python"


@pytest.mark.parametrize("source", [source for source, _ in CASES.values() if "\r" not in source])
def test_gives_the_same_blocks_when_fed_by_the_character(source: str) -> None:
    assert blocks(*source) == blocks(source)


@given(st.lists(st.sampled_from([*"ab \n#-*`>|$1.", "```", "\n\n", "- ", "1. ", "$$"]), max_size=60), st.data())
def test_gives_the_same_blocks_however_the_text_is_cut(pieces: list[str], data: st.DataObject) -> None:
    source = "".join(pieces)
    at = data.draw(st.integers(0, len(source)))
    assert blocks(source[:at], source[at:]) == blocks(source)


@given(st.text("ab \n#-*~>|$1.", max_size=80).filter(lambda text: "~~~" not in text))
def test_loses_no_word(source: str) -> None:
    kept = "".join(block.source + block.language for block in blocks(source))
    assert sorted(c for c in kept if c in "ab") == sorted(c for c in source if c in "ab")


@pytest.mark.parametrize(
    ("source", "kind"), [("- it", L), ("1. it", L), ("``", P), ("```py", C), ("$$x", M), ("text", P)]
)
def test_guesses_what_an_unfinished_line_becomes(source: str, kind: Kind) -> None:
    splitter = BlockSplitter()
    splitter.feed(source)
    tail = splitter.tail()
    assert tail is not None
    assert tail.kind is kind


def test_does_not_show_a_closing_fence_as_code_while_it_is_typed() -> None:
    splitter = BlockSplitter()
    splitter.feed("```\ncode\n```")
    assert splitter.tail() == Block(C, "code")


def test_an_item_that_has_begun_is_no_part_of_the_one_before() -> None:
    splitter = BlockSplitter()
    splitter.feed("1. one\n2. tw")
    assert splitter.closed == [Block(L, "1. one")]
    assert splitter.tail() == Block(L, "2. tw")


def test_an_endless_paragraph_is_cut_at_a_space() -> None:
    words = "word " * 2000
    first, *others = blocks(words)
    assert len(first.source) < 2100
    assert not first.continues
    assert all(block.continues for block in others)
    assert " ".join(block.source for block in (first, *others)).split() == words.split()


def test_an_endless_paragraph_is_not_cut_within_markup() -> None:
    strong = "**" + "word " * 500 + "end**"
    assert [block.source for block in blocks(f"{strong} then more")] == [f"{strong} then", "more"]


def test_a_line_without_spaces_is_cut_all_the_same() -> None:
    assert "".join(block.source for block in blocks("x" * 100_000)) == "x" * 100_000
    assert max(len(block.source) for block in blocks("x" * 100_000)) < 10_000


def test_what_follows_a_cut_paragraph_stands_apart() -> None:
    *_, last = blocks("word " * 1000 + "\n\nNew paragraph")
    assert last == Block(P, "New paragraph")


@given(st.lists(st.integers(0, 12_000), max_size=6))
def test_an_endless_paragraph_is_cut_alike_however_it_came(cuts: list[int]) -> None:
    source = ("Some words, a **bold one** and `code`. " * 320)[:12_000]
    places = [0, *sorted(min(cut, len(source)) for cut in cuts), len(source)]
    pieces = [source[a:b] for a, b in pairwise(places)]
    assert blocks(*pieces) == blocks(source)


ENDLESS = {
    "words": "some words " * 5000,
    "no spaces": "x" * 50_000,
    "lines": "a line of a log\n" * 3000,
    "an item": "- an item\n" + "  - with another in it\n    over lines\n" * 2000,
    "an item of one line": "- " + "word " * 5000,
    "an item with code": "1. see\n   ```\n" + "   code\n" * 4000 + "   ```\n",
    "a quote": "> words that somebody said\n" * 2000,
    "a heading": "# " + "word " * 5000,
    "a row": "| " + "cell " * 5000 + "|",
    "a formula": "$$\n" + "x = y\n" * 5000,
    "code": "```\n" + "x" * 50_000 + "\n```",
    "nested items": "".join(f"{'  ' * level}- level {level}\n" for level in range(300)),
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=ENDLESS.keys())
def test_no_block_is_endless(source: str) -> None:
    cut = blocks(source)
    assert max(len(block.source) for block in cut) < 30_000
    assert len(cut) > 1
    letters = [character for character in source if character.isalnum()]
    assert [character for block in cut for character in block.source if character.isalnum()] == letters
    assert [block.start for block in cut] == sorted(block.start for block in cut)


@given(st.sampled_from(sorted(ENDLESS)), st.sampled_from(sorted(ENDLESS)), st.lists(st.integers(0, 60_000), max_size=8))
@settings(max_examples=30, deadline=None)
def test_what_is_endless_is_cut_alike_however_it_came(one: str, other: str, cuts: list[int]) -> None:
    source = f"{ENDLESS[one][:30_000]}\n\n{ENDLESS[other][:30_000]}"
    places = [0, *sorted(min(cut, len(source)) for cut in cuts), len(source)]
    assert blocks(*(source[a:b] for a, b in pairwise(places))) == blocks(source)


def test_what_is_cut_off_an_item_stands_in_it_and_what_follows_does_not() -> None:
    cut = blocks("- item\n" + "  - inner one\n" * 300 + "- next\n\nafter")
    assert cut[0].depth == 0
    assert {block.source for block in cut[1:-2]} == {"- inner one"}
    assert {block.depth for block in cut[1:-2]} == {1}
    assert [(block.source, block.depth) for block in cut[-2:]] == [("- next", 0), ("after", 0)]
