"""Counting what is found in a conversation, also in messages that have no widget at the moment.

Counted is what is shown: markers of Markdown are no text. It is done by small steps, so that the window never waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from chat_studio.ui.transcript.needle import Needle
from chat_studio.ui.transcript.reading import read, shown
from chat_studio.ui.transcript.splitter import Block, BlockSplitter, Kind

PIECE = 20_000
"""Characters that are cut into blocks at a time."""


Hits = list[tuple[int, int]]
"""Blocks in which something was found: where each begins in its message's text, and how many matches it has."""


class Tally:
    """How often a needle stands in each message. Matches of a message are told apart by block, and by number in it."""

    def __init__(self, needle: Needle, messages: int) -> None:
        self.needle = needle
        self.total = 0
        self._hits: list[Hits | None] = [None] * messages
        self._unknown = messages

    @property
    def is_complete(self) -> bool:
        return self._unknown == 0

    def __len__(self) -> int:
        return len(self._hits)

    def add_message(self) -> None:
        """One more, which is not counted yet."""
        self._hits.append(None)
        self._unknown += 1

    def is_counted(self, message: int) -> bool:
        return self._hits[message] is not None

    def put(self, message: int, hits: Hits) -> None:
        """Takes what was counted, by `hits_in` or otherwise."""
        self.total += sum(count for _, count in hits) - self.count(message)
        self._unknown -= self._hits[message] is None
        self._hits[message] = hits

    def correct(self, message: int, start: int, count: int) -> None:
        """So many matches are really shown in a block."""
        hits = [(begin, count if begin == start else known) for begin, known in self._hits[message] or ()]
        self.put(message, [hit for hit in hits if hit[1]])

    def count(self, message: int) -> int:
        return sum(count for _, count in self._hits[message] or ())

    def before(self, message: int) -> int:
        """How many stand in the messages above."""
        return sum(sum(count for _, count in hits) for hits in islice(self._hits, message) if hits)

    def place(self, message: int, nth: int) -> tuple[int, int]:
        """Where the block begins in which the `nth` match of a message stands, and which it is there."""
        for start, count in self._hits[message] or ():
            if nth < count:
                return start, nth
            nth -= count
        return 0, 0

    def next_message(self, message: int, *, forward: bool) -> int | None:
        """The next message that has matches, around the end, or one that must be counted first; None if none has."""
        step = 1 if forward else -1
        for distance in range(1, len(self._hits) + 1):
            index = (message + step * distance) % len(self._hits)
            hits = self._hits[index]
            if hits is None or hits:
                return index
        return None


def hits_in(needle: Needle, source: str, *, literal: bool) -> Iterator[Hits | None]:
    """Counts in one message, a little with each step: None until the last one, which is the result for `Tally.put`."""
    if literal:
        count = needle.count(source)
        yield [(0, count)] if count else []
        return
    hits: Hits = []
    if needle.may_be_in(source):
        for block in _blocks(source):
            if block is not None:
                hits += block_hits(needle, block)
            yield None
    yield hits


def block_hits(needle: Needle, block: Block, *, is_open: bool = False) -> Hits:
    """Where the block begins and how often the needle stands in it, if it does."""
    if not needle.may_be_in(block.source):
        return []
    count = needle.count(shown(read(block, is_open=is_open)))
    return [(block.start, count)] if count else []


def box_of(blocks: Iterable[Block], start: int, nth: int, needle: Needle) -> tuple[int, int]:
    """The number of the box that shows the block that begins at `start`, and which of its matches is meant.

    Text in which no Markdown is read is all one block for `Tally`, and cut otherwise for the boxes.
    """
    found = 0
    for number, block in enumerate(blocks):
        if block.kind is Kind.LITERAL:
            count = needle.count(block.source)
            if nth < count:
                return number, nth
            nth -= count
        elif block.start <= start:
            found = number
        else:
            break
    return found, nth


def _blocks(source: str) -> Iterator[Block | None]:
    """The blocks, and None where a step was taken without one."""
    splitter = BlockSplitter()
    for at in range(0, len(source), PIECE):
        splitter.feed(source[at : at + PIECE])
        yield from splitter.closed
        splitter.closed = []
        yield None
    splitter.finish()
    yield from splitter.closed
