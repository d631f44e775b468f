"""Text and files of a message as plain text, for protocols that take nothing else."""

from __future__ import annotations

import re

from chat_studio.messages import FilePart, TextPart


def as_text(part: TextPart | FilePart) -> str:
    """The text itself; a file under its name, in a fence that no fence of its own can close."""
    if isinstance(part, TextPart):
        return part.text
    longest = max((len(ticks) for ticks in re.findall(r"`+", part.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{part.name}:\n{fence}\n{part.text}\n{fence}\n"
