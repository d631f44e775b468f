"""What is attached to the question that is being written."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from chat_studio.messages import FilePart, ImagePart

_keys = itertools.count(1)


@dataclass(frozen=True)
class Attached:
    """One attachment, the same one as long as its `key` is. `size` in bytes, 0 while it is unknown.

    `note` says what was done to it; `is_pasted`: it can be put into the text again.
    """

    part: ImagePart | FilePart = field(compare=False)
    size: int = 0
    note: str = ""
    is_pasted: bool = False
    thumbnail: QImage | None = field(default=None, compare=False)
    key: int = field(default_factory=lambda: next(_keys))


@dataclass(frozen=True)
class Written:
    """A question as far as it is written."""

    text: str = ""
    items: tuple[Attached, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.items) or bool(self.text)

    def without(self, sent: Written) -> Written:
        """What was added after `sent` was sent."""
        keys = {item.key for item in sent.items}
        text = self.text.removeprefix(sent.text).lstrip("\n") if sent.text else self.text
        return Written(text, tuple(item for item in self.items if item.key not in keys))

    def followed_by(self, other: Written) -> Written:
        """Both in one, a blank line between the texts."""
        return Written("\n\n".join(filter(None, (self.text, other.text))), self.items + other.items)


class AttachmentList(QObject):
    """The attachments in the order in which they are sent, before the text.

    Signals:
        changed(): something was added, taken away, or is known better.
        replaced(): all of it is another question's.
    """

    changed = Signal()
    replaced = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Attached] = []

    @property
    def items(self) -> Sequence[Attached]:
        return tuple(self._items)

    def add(self, item: Attached) -> None:
        """Adds one at the end."""
        self.put_back(len(self._items), item)

    def take(self, key: int) -> tuple[int, Attached] | None:
        """Takes one away; returns where it was, and itself."""
        found = next(((at, item) for at, item in enumerate(self._items) if item.key == key), None)
        if found is not None:
            del self._items[found[0]]
            self.changed.emit()
        return found

    def put_back(self, at: int, item: Attached) -> None:
        """Undoes `take`."""
        self._items.insert(at, item)
        self.changed.emit()

    def know(self, key: int, size: int, thumbnail: QImage | None) -> None:
        """Takes what was found out about one of them, if it is still there."""
        for at, item in enumerate(self._items):
            if item.key == key:
                self._items[at] = replace(item, size=size, thumbnail=thumbnail)
                self.changed.emit()

    def settle(self, kept: Mapping[int, ImagePart | FilePart]) -> None:
        """Takes other parts, by keys, for the same things: stored images for their bytes. Nothing changes by it."""
        self._items = [replace(item, part=kept.get(item.key, item.part)) for item in self._items]

    def set_items(self, items: Iterable[Attached]) -> None:
        """Replaces everything by another question's."""
        self._items = list(items)
        self.replaced.emit()
        self.changed.emit()
