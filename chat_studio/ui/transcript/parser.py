"""The Markdown parser, and what makes an unfinished block parse sensibly."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from chat_studio.ui.transcript.splitter import Block

_PLAIN = re.compile(r"(?:[^\W_]|[ ,.;?'’“”–—])*\Z")
_GROWING_MARKER = re.compile(r"(?:\*{1,3}|_{1,3}|~{1,2}|`+|!\[[^\]]*\]?|!?\[|\[\^[^\]\s]*\]?|\\[(\[]?|\${1,2})\Z")
_GROWING_LINK = re.compile(r"(!?)\[([^\[\]\n]*)\]\([^()\s]*(?:\s[^()]*)?\Z")
_OPEN_LABEL = re.compile(r"(?<![\\\]!])\[(?=[^\^\[\]\n ][^\[\]\n]{0,200}\]?\Z)(?!x?\]|\^)")
_URL_AT_END = re.compile(r"(?:://|\bwww\.|@)\S*\s*\Z")
_TABLE = re.compile(r"[^\n]*\|[^\n]*\n[ |:-]*-[ |:-]*\n")
"""A line with a bar, the line of dashes, and the begin of a row."""
_TABLE_HEAD = re.compile(r"(?P<titles>\|[^\n|]*\|[^\n]*?)(?:\n[ |:-]*)?\Z")
_FENCE_LINE = re.compile(r"^[\s>]*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(`{3,}|~{3,})", re.MULTILINE)
_SOFT_BREAK = re.compile(r" *\n *(?=[^\W\d_])")
"""A line's end where the next line begins nothing but words."""
LINE_SEPARATOR = "\u2028"
"""A line break inside a paragraph, as Qt writes it."""
_FENCE_AT_END = re.compile(r"(?:```|~~~)[^\n`]*\Z")
_DELIMITER = re.compile(r"`+|\*{1,3}|_{1,3}|~~")
_OPEN_FORMULA = re.compile(
    r"\\\((?!.*\\\))|\\\[(?!.*\\\])|(?<![\\$\w])\$\$?(?=[^\s$\d])(?=[^$`]*[\\^{_=])(?![^$]*\$)", re.DOTALL
)
"""A bracket or dollar without its partner; behind a dollar there must be what looks like LaTeX, not like money."""
_FORMULA_BLOCK = re.compile(r"\s*(?:\$\$(?!.*\$\$\s*\S)|\\\[(?!.*\\\]\s*\S))(.*?)(\$\$|\\\]|\$|\\)?\s*\Z", re.DOTALL)
_GROWING_FENCE = re.compile(r"\n[ >]*(?:`{1,3}|~{1,3})\Z")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_IMAGE_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,", re.IGNORECASE)
_TITLE_OR_BOX = re.compile(r"[\s>]*#|\[\^|.*\[[ xX]\]\s*\Z", re.DOTALL)
"""A heading and a footnote have a format of their own; a check box shows that it is one by what follows."""
TAIL = 400
"""Characters at the end in which what is half typed is looked for."""
_DEEPEST = 100
"""Levels of quotes and lists (two for each list); what lies deeper the parser leaves out. Its own 20 are few."""


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin
    from mdit_py_plugins.texmath import texmath_plugin

    from chat_studio.ui.transcript.notes import notes_plugin

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
    parser.enable(["table", "strikethrough"]).disable(
        "reference"
    )  # blocks are parsed apart: a definition serves no link
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.use(texmath_plugin, delimiters="brackets")
    parser.use(gfm_autolink_plugin).use(notes_plugin)
    parser.validateLink = lambda url: is_link(url) or bool(_IMAGE_DATA.match(url))  # type: ignore[method-assign]
    return parser.use(tasklists_plugin)


def parse(source: str) -> list[Token]:
    """The parser's tokens for one block. HTML comes out as text."""
    return _parser().parse(source)


def block_tokens(block: Block, *, is_open: bool = False) -> list[Token]:
    """The tokens of a block, of an open one as far as it is shown. A formula that is still open is `math_pending`."""
    source = shown_source(block, is_open=is_open)
    if block.head:
        return _without_titles(parse(f"{block.head}\n{source}"))
    if is_open and (formula := _FORMULA_BLOCK.match(block.source)):
        is_whole = formula[2] in ("$$", "\\]")
        return parse(block.source) if is_whole else _with_open_formula("", formula[1].strip())
    formula = _OPEN_FORMULA.search(source) if is_open else None
    if formula is None or is_table(source):
        return parse(source)
    return _with_open_formula(source[: formula.start()], source[formula.start() :])


def shown_source(block: Block, *, is_open: bool) -> str:
    """What of a block's source is shown: of an unfinished table, whole rows."""
    if not is_open:
        return block.source
    return block.source.rpartition("\n")[0] if block.head else completed(block.source)


def is_link(url: str) -> bool:
    """Whether a target may be opened; all others stay text, a script or a file above all."""
    return bool(_SAFE_LINK.match(url))


def is_plain(text: str) -> bool:
    """Whether appending `text` to a paragraph, or appending to a paragraph that ends in it, can't change what
    stands before: words, spaces and quiet punctuation only."""
    return bool(_PLAIN.match(text))


def appended(source: str, before: str) -> str | None:
    """What a paragraph gained since it was `before`, as it is shown, if only words did come; None for all else."""
    if not (source.startswith(before) and any(map(str.isalpha, before.rpartition("\n")[2]))):
        return None
    added = source[len(before) :]
    if "\n" in added and "#" not in before and words_follow(before):
        added = _SOFT_BREAK.sub(LINE_SEPARATOR, added)
    return added if is_plain(added.replace(LINE_SEPARATOR, "")) else None


def is_table(source: str) -> bool:
    """Whether a block begins with the titles of a table and the dashes below them."""
    return bool(_TABLE.match(source))


def ends_in_marker(source: str) -> bool:
    """Whether words cannot simply be appended to what is shown of an unfinished block: it ends in a marker that may
    still grow and is not shown yet, in spaces behind markup, in an address, or in the line that opens code."""
    end = source[-TAIL:]
    return (
        not is_plain(end.rstrip()[-1:])
        or bool(_GROWING_MARKER.search(end) or _URL_AT_END.search(end) or _FENCE_AT_END.search(end))
        or bool(_GROWING_LINK.search(end) or _OPEN_LABEL.search(end) or _TABLE_HEAD.fullmatch(source))
        or _without_open_picture(source) is not source
    )


def words_follow(source: str) -> bool:
    """Whether a space and words behind an unfinished block that ends in a sign are plain, and change nothing before:
    all of it is shown, and all markup is closed."""
    is_other = _TITLE_OR_BOX.match(source) or _FENCE_LINE.search(source) or _OPEN_FORMULA.search(source)
    return not is_other and not _URL_AT_END.search(source[-TAIL:]) and completed(source) == source


def completed(source: str) -> str:
    """The source of an unfinished block, with open emphasis and code closed and half-typed markers left out.

    Of a table the unfinished row is left out: laying all rows out again for each word would cost more with every row.
    """
    return _completed(_without_open_picture(source))


@lru_cache(maxsize=8)
def _completed(source: str) -> str:
    """It is asked for several times for each piece of text."""
    if is_table(source):
        return source.rpartition("\n")[0]
    if head := _TABLE_HEAD.fullmatch(source):
        return head["titles"] + "\n" + "|---" * max(head["titles"].strip().strip("|").count("|") + 1, 1)
    fences = list(_FENCE_LINE.finditer(source))
    if len(fences) % 2:
        return _GROWING_FENCE.sub("", source)  # code in an item: the parser closes it
    at = max(fences[-1].end() if fences else 0, len(source) - len(source.rpartition("\n\n")[2]))
    return source[:at] + _closed(source[at:])


def _without_open_picture(source: str) -> str:
    """Leaves out a data URI that is still coming: it may be megabytes, and is looked at for every piece of it."""
    at = source.rfind("](data:image/")
    if at < 0 or ")" in source[at:]:
        return source
    begin = source.rfind("![", 0, at)
    return source if begin < 0 else source[:begin]


def _closed(text: str) -> str:
    """The end of a block, without what is half typed, and with what is open closed."""
    end = _GROWING_LINK.sub(lambda link: "" if link[1] else link[2], text[-TAIL:])
    text = text[:-TAIL] + _OPEN_LABEL.sub("", _GROWING_MARKER.sub("", end))
    open_marks: list[str] = []
    for mark in _DELIMITER.finditer(text):
        _step(text, mark, open_marks)
    if not open_marks:
        return text
    closed = text if open_marks[-1].startswith("`") else text.rstrip()
    return closed + "".join(reversed(open_marks)) if closed[-1:] not in "*_~" else text


def _step(text: str, mark: re.Match[str], open_marks: list[str]) -> None:
    """Opens or closes what a delimiter opens or closes."""
    sign = mark[0]
    if open_marks and open_marks[-1].startswith("`"):
        if sign == open_marks[-1]:
            open_marks.pop()
    elif sign.startswith("`"):
        open_marks.append(sign)
    elif sign in open_marks:
        if not text[mark.start() - 1 : mark.start()].isspace():
            del open_marks[open_marks.index(sign) :]
    else:
        before, behind = text[: mark.start()][-1:], text[mark.end() :][:1]
        if behind and not behind.isspace() and not before.isalnum() and before != "\\":
            open_marks.append(sign)


def _without_titles(tokens: list[Token]) -> list[Token]:
    end = next(index for index, token in enumerate(tokens) if token.type == "thead_close")
    return [tokens[0], *tokens[end + 1 :]]


def _with_open_formula(before: str, formula: str) -> list[Token]:
    """The tokens of what stands before an open formula, and the formula in the same paragraph, as it was typed."""
    from markdown_it.token import Token

    pending = Token("math_pending", "", 0, content=formula)
    tokens = parse(before)
    inline = next((token for token in reversed(tokens) if token.type == "inline"), None)
    if inline is None or inline.children is None:
        tokens = parse("x")
        tokens[1].children = [pending]
        return tokens
    spaces = before[len(before.rstrip(" ")) :]
    inline.children += [Token("text", "", 0, content=spaces), pending]
    return tokens
