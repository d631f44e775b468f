"""Commands in advice: “run `ollama serve`”."""

from __future__ import annotations

import html
from collections.abc import Iterator


def code_pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it stood between backticks; a backtick without its pair is text."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        pieces[-2:] = [f"{pieces[-2]}`{pieces[-1]}"]
    for number, piece in enumerate(pieces):
        if piece:
            yield piece, number % 2 == 1


def as_rich_text(text: str, families: list[str]) -> str:
    """The text for a label of Qt's rich text, with commands in the font of these families."""
    names = html.escape(", ".join(f"'{family}'" for family in families))
    begin, end = f'<span style="font-family: {names}">', "</span>"
    pieces = ((html.escape(piece), is_code) for piece, is_code in code_pieces(text))
    return "".join(f"{begin}{piece}{end}" if is_code else piece for piece, is_code in pieces).replace("\n", "<br>")
