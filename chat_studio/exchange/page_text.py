"""Markdown and code as HTML in which nothing of the source is markup."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token

_LONGEST = 100_000
"""Characters of code that are coloured; longer code stays plain."""
_DEEPEST = 100
"""Levels of quotes and lists, as in the window."""

_PAPER_TABLE = (
    '<table border="1" cellspacing="0" cellpadding="4"'
    ' style="border-collapse:collapse;border-style:solid;border-color:#d5d5d0;margin:8px 0px 8px 0px">'
)


class PageText:
    """Has the parser, which is heavy to make, ready."""

    def __init__(self, *, on_paper: bool) -> None:
        self._parser = _parser(self, on_paper=on_paper)

    def html(self, source: str) -> str:
        """A text's blocks. HTML in it comes out as text, links lead nowhere dangerous, and no image is loaded."""
        found: str = self._parser.render(source)
        return found

    def code(self, source: str, language: str) -> str:
        """Code in the colours of its language, if that is known."""
        return f"<pre><code>{_highlighted(source.rstrip(chr(10)), language)}</code></pre>\n"


def _parser(text: PageText, *, on_paper: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin
    from mdit_py_plugins.texmath import texmath_plugin

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST, "breaks": True})
    parser.enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.use(texmath_plugin, delimiters="brackets")
    parser.use(tasklists_plugin)

    def fence(_: RendererHTML, tokens: Sequence[Token], index: int, *__: Any) -> str:
        token = tokens[index]
        return text.code(token.content, (token.info.split() or [""])[0])

    parser.add_render_rule("fence", fence)
    parser.add_render_rule("code_block", fence)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("link_open", _link)
    opening, closing = (_PAPER_TABLE, "</table>") if on_paper else ('<div class="wide"><table>', "</table></div>")
    parser.add_render_rule("table_open", lambda *_: f"{opening}\n")
    parser.add_render_rule("table_close", lambda *_: f"{closing}\n")
    if on_paper:
        parser.add_render_rule("html_inline", _check_box)
    for kind in ("math_inline", "math_inline_double", "math_single"):
        parser.add_render_rule(kind, _formula)
    for kind in ("math_block", "math_block_label", "math_block_eqno"):
        parser.add_render_rule(kind, _display_formula)
    return parser


def _image(_: RendererHTML, tokens: Sequence[Token], index: int, *__: Any) -> str:
    """An image that is in the text itself; any other is a link, so that opening the page tells nobody."""
    token = tokens[index]
    source = str(token.attrs.get("src", ""))
    if source.startswith("data:image/"):
        return f'<img src="{escape(source)}" alt="{escape(token.content)}">'
    return f'<a href="{escape(source)}" rel="noopener noreferrer">{escape(token.content or source)}</a>'


def _check_box(_: RendererHTML, tokens: Sequence[Token], index: int, *__: Any) -> str:
    """Of a task: the only HTML that the parser makes, and no control on paper."""
    return "☑" if "checked=" in tokens[index].content else "☐"


def _link(renderer: RendererHTML, tokens: Sequence[Token], index: int, *_: Any) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(tokens, index, {}, {})  # type: ignore[arg-type]


def _formula(_: RendererHTML, tokens: Sequence[Token], index: int, *__: Any) -> str:
    return f"<code>{escape(tokens[index].content)}</code>"


def _display_formula(_: RendererHTML, tokens: Sequence[Token], index: int, *__: Any) -> str:
    return f"<pre><code>{escape(tokens[index].content.strip())}</code></pre>\n"


def _highlighted(source: str, language: str) -> str:
    if not language or len(source) > _LONGEST:
        return escape(source)
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escape(source)
    found: str = highlight(source, lexer, HtmlFormatter(nowrap=True))
    return found.rstrip("\n")
