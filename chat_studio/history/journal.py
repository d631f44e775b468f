"""From the pieces of a streamed answer to its parts: the same for a live answer and for one found after a crash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from chat_studio.history.records import JournalPiece
from chat_studio.messages import NoticePart, Part, ReasoningPart, TextPart, ToolCallPart


def assemble(pieces: Iterable[JournalPiece]) -> tuple[Part, ...]:
    """The parts that the pieces amount to, in the order in which they came."""
    parts: list[Part] = []
    for piece in joined(pieces):
        try:
            _ADDERS[piece.kind](parts, piece.text)
        except (ValueError, KeyError):  # of a damaged file; the rest of the answer is worth having
            _add_notice(parts, "A part of this answer was damaged in the history, and is left out.")
    return tuple(parts)


def joined(pieces: Iterable[JournalPiece]) -> list[JournalPiece]:
    """Fewer pieces that amount to the same: neighbours of one kind of text become one."""
    whole: list[JournalPiece] = []
    for kind, neighbours in groupby(pieces, lambda piece: piece.kind):
        if kind in ("text", "reasoning"):
            whole.append(JournalPiece(kind, mended("".join(piece.text for piece in neighbours))))
        else:
            whole.extend(neighbours)
    return whole


def pieces_of(parts: Iterable[Part]) -> list[JournalPiece]:
    """Pieces that amount to the parts of an answer."""
    pieces: list[JournalPiece] = []
    for part in parts:
        if isinstance(part, TextPart):
            pieces.append(JournalPiece("text", part.text))
        elif isinstance(part, ReasoningPart):
            pieces += _reasoning_pieces(part)
        elif isinstance(part, ToolCallPart):
            pieces.append(JournalPiece("tool_call", part.model_dump_json()))
        elif isinstance(part, NoticePart):
            pieces.append(JournalPiece("notice", part.text))
    return pieces


def _reasoning_pieces(part: ReasoningPart) -> Iterator[JournalPiece]:
    if part.text:
        yield JournalPiece("reasoning", part.text)
    if part.replay is not None:
        yield JournalPiece("replay", json.dumps(part.replay, ensure_ascii=False))
    if part.seconds is not None:
        yield JournalPiece("reasoned", str(part.seconds))


def mended(text: str) -> str:
    """`text` without lone surrogates, which can be neither stored nor sent; halves that now meet become a character.

    Servers that escape JSON in small chunks cut characters beyond U+FFFF in two.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _add_text(parts: list[Part], text: str) -> None:
    parts.append(TextPart(text=text))


def _add_reasoning(parts: list[Part], text: str) -> None:
    last = parts[-1] if parts else None
    if isinstance(last, ReasoningPart) and last.replay is None:
        parts[-1] = last.model_copy(update={"text": last.text + text})
    else:
        parts.append(ReasoningPart(text=text))


def _add_replay(parts: list[Part], text: str) -> None:
    """It belongs to the last reasoning, which may lie before the answer's text, unless that has one already."""
    replay = json.loads(text)
    position, last = _last_reasoning(parts)
    if last is not None and last.replay is None:
        parts[position] = last.model_copy(update={"replay": replay})
    else:
        parts.append(ReasoningPart(replay=replay))


def _add_seconds(parts: list[Part], text: str) -> None:
    position, last = _last_reasoning(parts)
    if last is not None:
        parts[position] = last.model_copy(update={"seconds": float(text)})


def _last_reasoning(parts: list[Part]) -> tuple[int, ReasoningPart | None]:
    for position, part in reversed(list(enumerate(parts))):
        if isinstance(part, ReasoningPart):
            return position, part
    return -1, None


def _reclassify(parts: list[Part], text: str) -> None:
    del text
    parts[:] = [ReasoningPart(text=part.text) if isinstance(part, TextPart) else part for part in parts]


def _add_tool_call(parts: list[Part], text: str) -> None:
    parts.append(ToolCallPart.model_validate_json(text))


def _add_notice(parts: list[Part], text: str) -> None:
    parts.append(NoticePart(text=text))


_ADDERS = {
    "text": _add_text,
    "reasoning": _add_reasoning,
    "replay": _add_replay,
    "reasoned": _add_seconds,
    "reclassified": _reclassify,
    "tool_call": _add_tool_call,
    "notice": _add_notice,
}
