"""Between what is written and the parts of a message."""

from __future__ import annotations

from collections.abc import Iterable

from chat_studio.history.journal import mended
from chat_studio.messages import FilePart, ImagePart, Part, TextPart
from chat_studio.ui.composing.attached import Attached, Written

PASTED = "Pasted text"
"""The name of a long paste; further ones are numbered."""


def parts_of(written: Written) -> tuple[Part, ...]:
    """Attachments, then the text if there is more of it than blanks."""
    text = (TextPart(text=mended(written.text)),) if written.text.strip() else ()
    return (*(item.part for item in written.items), *text)


def draft_of(written: Written) -> tuple[Part, ...]:
    """The same with every blank as it was typed."""
    text = (TextPart(text=mended(written.text)),) if written.text else ()
    return (*(item.part for item in written.items), *text)


def written_of(parts: Iterable[Part]) -> Written:
    """Stored parts as something that can be edited."""
    parts = tuple(parts)
    text = "\n\n".join(part.text for part in parts if isinstance(part, TextPart))
    return Written(text, tuple(attached(part) for part in parts if isinstance(part, ImagePart | FilePart)))


def attached(part: ImagePart | FilePart, note: str = "") -> Attached:
    """An attachment of a part. The size of an image that the history keeps must be asked there."""
    if isinstance(part, ImagePart):
        return Attached(part, len(part.data) * 3 // 4, note)
    size = len(part.text.encode("utf-8", "surrogatepass"))
    return Attached(part, size, note, is_pasted=part.name.startswith(PASTED))


def pasted(text: str, others: Iterable[Attached]) -> Attached:
    """A long paste as an attachment: “Pasted text”, or “Pasted text 2” and so on beside others."""
    taken = {item.part.name for item in others}
    number = next(number for number in range(1, len(taken) + 2) if _name(number) not in taken)
    return attached(FilePart(name=_name(number), text=mended(text)))


def first_line(text: str) -> str:
    """The first line that is not blank, as a hint at the rest."""
    beginning = (" ".join(line.split()) for line in text[:2_000].splitlines())
    return next(filter(None, beginning), "")[:200]


def _name(number: int) -> str:
    return PASTED if number == 1 else f"{PASTED} {number}"
