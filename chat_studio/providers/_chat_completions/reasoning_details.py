"""OpenRouter's `reasoning_details`: streamed in pieces, to be sent back as the whole blocks that they make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chat_studio.providers._wire import json_values

_TEXTS = ("text", "summary")
"""Fields that grow piece by piece; all others come whole, encrypted `data` too."""


class ReasoningDetails:
    """Pieces of one `type` and `index` are one block; text and encrypted data may share an index (Gemini)."""

    def __init__(self) -> None:
        self.blocks: list[Any] = []

    def add(self, pieces: Iterable[Any]) -> None:
        """Takes the pieces of one delta, or the whole blocks of an answer that is not streamed."""
        for piece in pieces:
            block = self._block_of(piece) if isinstance(piece, Mapping) else None
            if block is None:
                self.blocks.append(dict(piece) if isinstance(piece, Mapping) else piece)
            else:
                _grow(block, piece)

    def _block_of(self, piece: Mapping[str, Any]) -> dict[str, Any] | None:
        """The block that a piece goes on with. One that was signed is complete."""
        if "data" in piece:
            return None
        for block in reversed(self.blocks):
            if isinstance(block, dict) and all(block.get(name) == piece.get(name) for name in ("type", "index")):
                is_another = block.get("id") and piece.get("id") and block["id"] != piece["id"]
                is_signed = block.get("signature") and any(piece.get(name) for name in _TEXTS)
                return None if is_another or is_signed or "data" in block else block
        return None


def text_of(pieces: Iterable[Any]) -> str:
    """What can be read of the pieces, for servers that send the thoughts nowhere else."""
    objects = [json_values.mapping(piece) for piece in pieces]
    return "".join(json_values.text(piece.get(name)) for piece in objects for name in _TEXTS)


def _grow(block: dict[str, Any], piece: Mapping[str, Any]) -> None:
    for name, value in piece.items():
        before = block.get(name)
        if name in _TEXTS and isinstance(before, str) and isinstance(value, str):
            block[name] = before + value
        elif value is not None:
            block[name] = value
