"""Where the reader of a conversation was, as it is kept from one showing of it to the next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadingPlace:
    """The first thing that was visible. It holds in another width and another font, too.

    `box` is one of the boxes of the message's text, or None for the message as a whole; `share` is the part of its
    height that was above the viewport, negative when it began below the viewport's upper edge.
    """

    message_id: str
    share: float = 0.0
    box: int | None = None

    def __str__(self) -> str:
        """A short text that `parse` reads."""
        return f"{self.message_id} {self.share:.4f}" + (f" {self.box}" if self.box is not None else "")

    @classmethod
    def parse(cls, text: str) -> ReadingPlace | None:
        """None, which is the end of the conversation, for a text that no place wrote."""
        message_id, *numbers = text.split(" ")
        try:
            share, *box = numbers
            return cls(message_id, float(share), int(box[0]) if box else None)
        except ValueError:
            return None
