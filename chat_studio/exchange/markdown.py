"""A conversation as Markdown, for people and for other programs. Images are inside, as `data:` addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from chat_studio.exchange import telling
from chat_studio.history.records import ConversationRecord, Folder, MessageRecord
from chat_studio.history.whole import Whole
from chat_studio.messages import (
    FilePart,
    ImagePart,
    NoticePart,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

_BRACKETS = re.compile(r"[\[\]\\\n]")


class Markdown:
    """Writes the pieces of a file."""

    def beginning(self, title: str, folders: Sequence[Folder]) -> str:
        del title, folders
        return ""

    def opening(self, whole: Whole, *, first: bool) -> str:
        record = whole.conversation
        lines = [f"# {telling.title(record)}", _about(record)]
        if record.settings.system.strip():
            lines.append(f"> **System prompt**\n>\n{_quoted(record.settings.system)}")
        return ("" if first else "\n---\n\n") + "\n\n".join(lines) + "\n"

    def message(self, record: MessageRecord, deleted_at: datetime | None, *, first: bool) -> str:
        del deleted_at, first
        blocks = [f"## {telling.speaker(record)}, {telling.moment(record.created_at)}", *_blocks(record.message.parts)]
        if ending := telling.ending(record):
            blocks.append(f"*{ending}*")
        return "\n" + "\n\n".join(blocks) + "\n"

    def closing(self) -> str:
        return ""

    def end(self) -> str:
        return ""


def _about(record: ConversationRecord) -> str:
    tags = "".join(f" · #{tag.replace(' ', '-')}" for tag in record.tags)
    return f"*{telling.moment(record.created_at)}{tags}*"


def _blocks(parts: Iterable[Part]) -> Iterator[str]:
    """Neighbouring texts are one, as they were written."""
    text = ""
    for part in parts:
        if isinstance(part, TextPart):
            text += part.text
            continue
        if text.strip():
            yield text.strip("\n")
        text = ""
        yield from _block(part)
    if text.strip():
        yield text.strip("\n")


def _block(part: Part) -> Iterator[str]:
    match part:
        case ImagePart():
            target = f"data:{part.media_type};base64,{part.data}" if part.data else f"<{part.url}>"
            yield f"![{_BRACKETS.sub(' ', part.name or 'image')}]({target})"
        case FilePart():
            yield f"**{part.name}**\n\n{_fenced(part.text)}"
        case ReasoningPart() if part.text.strip():
            yield f"> **{telling.thought(part.seconds)}**\n>\n{_quoted(part.text)}"
        case ToolCallPart():
            yield f"**Calls {part.name}**\n\n{_fenced(part.arguments, 'json')}"
        case ToolResultPart():
            yield f"**{telling.result(part)}**\n\n{_fenced(part.content)}"
        case NoticePart():
            yield f"*{part.text}*"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


def _fenced(text: str, language: str = "") -> str:
    """Code between fences that are longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip(chr(10))}\n{fence}"
