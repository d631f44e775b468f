"""Files in a message, for protocols that take text only."""

from __future__ import annotations

import re

from chat_studio.messages import FilePart


def file_as_text(part: FilePart) -> str:
    """The file under its name, in a fence that no fence of its own can close."""
    longest = max((len(ticks) for ticks in re.findall(r"`+", part.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{part.name}:\n{fence}\n{part.text}\n{fence}\n"
