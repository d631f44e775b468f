"""What the demo says: its script with the question in it, cut into token-like pieces."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chat_studio.messages import Message, Role
from chat_studio.resources import resource

_PLACEHOLDER = "{{question}}"
_QUOTED_LINES = 8
_QUOTED_CHARACTERS = 600
_PIECE = re.compile(r" ?\w{1,8}|\s+|[^\w\s]{1,3}")


@dataclass(frozen=True)
class Script:
    """The demo's answer as Markdown, and what it pretends to think before."""

    reasoning: str
    answer: str

    @classmethod
    def load(cls) -> Script:
        """Reads the shipped script; blocks on the disk."""
        return cls(
            resource("demo/reasoning.md").read_text("utf-8").strip(),
            resource("demo/answer.md").read_text("utf-8").strip(),
        )

    def answer_to(self, question: str) -> str:
        """The answer with the question quoted in it."""
        return self.answer.replace(_PLACEHOLDER, quoted(question), 1)


def last_question(messages: tuple[Message, ...]) -> str:
    """The text of the user's last message, "" if it has none."""
    asked = (message.text for message in reversed(messages) if message.role is Role.USER)
    return next(asked, "")


def quoted(text: str) -> str:
    """`text` as a Markdown block quote, shortened when it is long.

    Each line gets its own mark, so that no fence, list or heading in it can reach beyond the quote.
    """
    lines = text.strip()[:_QUOTED_CHARACTERS].splitlines()[:_QUOTED_LINES] or ["(a message without text)"]
    if len("\n".join(lines)) < len("\n".join(text.strip().splitlines())):
        lines.append("…")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def pieces(text: str) -> list[str]:
    """`text` in pieces of about a token each; joined they are the text again."""
    return _PIECE.findall(text)
