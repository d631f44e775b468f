"""A conversation as an HTML page that needs nothing else: no script, no file, no server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from html import escape

from chat_studio.exchange import page_style, telling
from chat_studio.exchange.page_text import PageText
from chat_studio.history.records import Folder, MessageRecord
from chat_studio.history.whole import Whole
from chat_studio.messages import (
    FilePart,
    ImagePart,
    NoticePart,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""A browser that opens the page loads nothing and runs nothing."""

PART = "<!-- part -->\n"
"""Stands on paper where a long page may be cut: before a conversation, and before each message but its first. No text
can hold it, since all of it is escaped."""
BREAK = '<p style="page-break-before:always"></p>'
"""Begins a conversation on paper, after its `PART`, unless it is the first."""


class Page:
    """Writes the pieces of a page, for a browser or, `on_paper`, for Qt's documents."""

    def __init__(self, *, on_paper: bool = False) -> None:
        self._on_paper = on_paper

    def beginning(self, title: str, folders: Sequence[Folder]) -> str:
        del folders
        style = page_style.paper() if self._on_paper else page_style.screen()
        return (
            '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        )

    def opening(self, whole: Whole, *, first: bool) -> str:
        record = whole.conversation
        tags = "".join(f" · {escape(tag)}" for tag in record.tags)
        system = ""
        if record.settings.system.strip():
            system = self._folded("System prompt", f"<p>{_lines(record.settings.system)}</p>")
        about = f'<p class="about">{telling.moment(record.created_at)}{tags}</p>'
        title = f"<h1>{escape(telling.title(record))}</h1>"
        if self._on_paper:
            opening = "" if first else f"{PART}{BREAK}"
            return f"{opening}{title}\n{about}\n{system}\n"
        return f"<header>{title}\n{about}\n{system}</header>\n"

    def message(self, record: MessageRecord, deleted_at: datetime | None, *, first: bool) -> str:
        del deleted_at
        time = telling.moment(record.created_at)
        who = escape(telling.speaker(record))
        said = "\n".join(self._blocks(record.message.parts, is_markdown=record.message.role is not Role.USER))
        if ending := telling.ending(record):
            said += f'\n<p class="ending">{escape(ending)}</p>'
        figures = telling.figures(record)
        below = f'<p class="figures">{figures}</p>' if figures else ""
        if self._on_paper:
            return f'{"" if first else PART}<p class="who">{who} <span>{time}</span></p>\n{said}\n{below}\n'
        heading = f'<p class="who">{who}<time>{time}</time></p>'
        return f'<article class="{record.message.role}">{heading}<div class="said">{said}</div>{below}</article>\n'

    def closing(self) -> str:
        return ""

    def end(self) -> str:
        return "</body>\n</html>\n"

    @cached_property
    def _text(self) -> PageText:
        return PageText(on_paper=self._on_paper)

    def _blocks(self, parts: Iterable[Part], *, is_markdown: bool) -> Iterator[str]:
        """Neighbouring texts are one, as they were written: an answer is Markdown, a question what was typed."""
        text = ""
        for part in parts:
            if isinstance(part, TextPart):
                text += part.text
                continue
            yield self._written(text, is_markdown=is_markdown)
            text = ""
            yield self._block(part)
        yield self._written(text, is_markdown=is_markdown)

    def _written(self, text: str, *, is_markdown: bool) -> str:
        if not text.strip():
            return ""
        return self._text.html(text) if is_markdown else f"<p>{_lines(text.strip(chr(10)))}</p>"

    def _block(self, part: Part) -> str:
        match part:
            case ImagePart():
                return self._image(part)
            case FilePart():
                return self._folded(part.name, self._text.code(part.text, part.name.rpartition(".")[2]))
            case ReasoningPart() if part.text.strip():
                return self._folded(telling.thought(part.seconds), self._text.html(part.text))
            case ToolCallPart():
                return self._folded(f"Calls {part.name}", self._text.code(part.arguments, "json"))
            case ToolResultPart():
                return self._folded(telling.result(part), self._text.code(part.content, ""))
            case NoticePart():
                return f'<p class="notice">{escape(part.text)}</p>'
        return ""

    def _image(self, part: ImagePart) -> str:
        if part.data:
            source = f"data:{escape(part.media_type)};base64,{escape(part.data)}"
            return f'<p class="image"><img src="{source}" alt="{escape(part.name or "image")}"></p>'
        return f'<p class="notice">{escape(part.name or part.url or "An image that is gone")}</p>'

    def _folded(self, heading: str, content: str) -> str:
        if self._on_paper:
            return f'<p class="aside">{escape(heading)}</p>\n<div class="aside">{content}</div>'
        return f"<details><summary>{escape(heading)}</summary>{content}</details>"


def _lines(text: str) -> str:
    """Plain text with its lines and indents."""
    return escape(text).replace("  ", "&nbsp; ").replace("\n", "<br>\n")
