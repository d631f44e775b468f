"""The Markdown parser, and what makes an unfinished block parse sensibly."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_PLAIN = re.compile(r"[\w ,.;?'’“”–—]*\Z")
_GROWING_MARKER = re.compile(r"(?:\*{1,3}|_{1,3}|~{1,2}|`+|\[[^\]]*\]\([^)]*|!?\[)\Z")
_TABLE = re.compile(r"[^\n]*\|[^\n]*\n[ |:-]*-[ |:-]*\n")
"""A line with a bar, the line of dashes, and the begin of a row."""
_PAIRS = ("**", "~~")
_DEEPEST = 100
"""Levels of quotes and lists (two for each list); what lies deeper the parser leaves out. Its own 20 are few."""


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin
    from mdit_py_plugins.texmath import texmath_plugin

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
    parser.enable(["table", "strikethrough"]).disable(
        "reference"
    )  # blocks are parsed apart: a definition serves no link
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.use(texmath_plugin, delimiters="brackets")
    return parser.use(tasklists_plugin)


def parse(source: str) -> list[Token]:
    """The parser's tokens for one block. HTML comes out as text."""
    return _parser().parse(source)


def is_plain(text: str) -> bool:
    """Whether appending `text` to a paragraph, or appending to a paragraph that ends in it, can't change what
    stands before: words, spaces and quiet punctuation only."""
    return bool(_PLAIN.match(text))


def is_table(source: str) -> bool:
    """Whether a block begins with the titles of a table and the dashes below them."""
    return bool(_TABLE.match(source))


def ends_in_marker(source: str) -> bool:
    """Whether an unfinished block ends in a marker that may still grow, and is not shown yet."""
    return bool(_GROWING_MARKER.search(source))


def completed(source: str) -> str:
    """The source of an unfinished block, with open emphasis and code closed and a half-typed marker left out.

    Of a table the unfinished row is left out: laying all rows out again for each word would cost more with every row.
    """
    if _TABLE.match(source):
        return source.rpartition("\n")[0]
    source = _GROWING_MARKER.sub("", source)
    outside_code = "".join(source.split("`")[::2])
    if source.count("`") % 2:
        return source + "`"
    for pair in _PAIRS:
        if outside_code.count(pair) % 2 and not source.rstrip().endswith(pair):
            source = source.rstrip() + pair
    return source
