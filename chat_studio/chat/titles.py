"""Names for conversations."""

from __future__ import annotations

from chat_studio.messages import FilePart, ImagePart, Message

LONGEST = 80
"""Characters of a title; a list shows about half of them, a tooltip all."""


def title_of(question: Message) -> str:
    """The first line of a question; the name of what was attached where there is no text."""
    lines = (" ".join(line.split()) for line in question.text.splitlines())
    first = next((line for line in lines if line), "") or _attached(question)
    return first if len(first) <= LONGEST else first[: LONGEST - 1].rstrip() + "…"


def _attached(question: Message) -> str:
    names = (part.name for part in question.parts if isinstance(part, FilePart | ImagePart))
    return next((name for name in names if name), "New conversation")
