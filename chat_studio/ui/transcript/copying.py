"""What a selection puts on the clipboard: the words that are read, and the Markdown that they were written in.

It is made of the blocks' sources, so that nothing need be laid out for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData

from chat_studio.ui.transcript.plain_text import part, plain_text
from chat_studio.ui.transcript.reading import Line, Run, read, shown, units
from chat_studio.ui.transcript.rewriting import markdown
from chat_studio.ui.transcript.splitter import Block, Kind

if TYPE_CHECKING:
    from chat_studio.ui.transcript.flow import MarkdownFlow, Place

MARKDOWN_TYPE = "text/markdown"


@dataclass(frozen=True)
class Excerpt:
    """A selection of a text, taken at one moment: it can be read in another thread while the text goes on.

    `start` and `end` are positions in the first and the last of the blocks from `first` to `last`.
    """

    source: str  # all of it, as it came
    blocks: Sequence[Block]  # all of them
    is_open: bool  # whether the last block is
    first: int
    start: int
    last: int
    end: int

    @classmethod
    def of(cls, flow: MarkdownFlow, selection: tuple[Place, Place], source: str) -> Excerpt:
        blocks = tuple(flow.blocks())
        start, end = selection
        is_open = bool(blocks) and flow.box(len(blocks) - 1).is_open
        last = len(blocks) - 1  # the open block may have gone since something was selected in it
        first = max(min(start.box, last), 0)
        return cls(source, blocks, is_open, first, start.position, min(end.box, last), end.position)

    @property
    def size(self) -> int:
        """About how many characters of source are to be read."""
        return sum(len(self.blocks[index].source) for index in range(self.first, self.last + 1))

    def first_words(self) -> str:
        """The first line of the words, read from the first block only."""
        alone = self if self.last == self.first else replace(self, last=self.first, end=2**31 - 1)
        return next((line.strip() for line in alone.plain().split("\n") if line.strip()), "")

    def plain(self) -> str:
        """The words, blocks apart by empty lines."""
        return self._joined((chain, plain_text(self._lines(chain))) for chain in self._chains())

    def markdown(self) -> str:
        """Whole blocks exactly as they were written, and of the others the selected words with their emphasis."""
        if self._is_literal:
            return self.plain()
        pieces: list[tuple[range, str]] = []
        for is_whole, group in groupby(self._chains(), self._is_whole):
            chains = list(group)
            if not is_whole:
                pieces += [(chain, self._rewritten(chain)) for chain in chains]
            elif chains[0].start == 0 and chains[-1].stop == len(self.blocks):
                return self.source
            else:
                pieces.append((chains[0], self._written(chains[0].start, chains[-1].stop)))
        return self._joined(pieces)

    def _joined(self, pieces: Iterable[tuple[range, str]]) -> str:
        """Pieces that begin with these chains. Where only the end of a block is selected there is none."""
        kept = [(chain, text) for chain, text in pieces if text or self._is_literal]
        return "".join(self._between(chain) + text if number else text for number, (chain, text) in enumerate(kept))

    def _rewritten(self, chain: range) -> str:
        lines = self._lines(chain)
        return markdown(lines) if plain_text(lines) else ""

    @property
    def _is_literal(self) -> bool:
        return bool(self.blocks) and self.blocks[0].kind is Kind.LITERAL

    def _chains(self) -> Iterator[range]:
        """The numbers of blocks that are one for the reader, though they were cut: each such group that is touched."""
        begin = self.first
        while begin > 0 and self.blocks[begin].continues:
            begin -= 1
        starts = [index for index in range(begin, len(self.blocks)) if not self.blocks[index].continues]
        for start, stop in pairwise([*starts, len(self.blocks)]):
            if start > self.last:
                return
            yield range(start, stop)

    def _is_whole(self, chain: range) -> bool:
        begins = chain.start > self.first or (chain.start == self.first and self.start == 0)
        last = chain.stop - 1
        if not begins or last > self.last:
            return False
        return last < self.last or self.end >= units(shown(self._read(last)))

    def _read(self, index: int) -> list[Line]:
        return read(self.blocks[index], is_open=self.is_open and index == len(self.blocks) - 1)

    def _lines(self, chain: range) -> list[Line]:
        """What is selected of a chain."""
        lines: list[Line] = []
        for index in chain:
            if self.first <= index <= self.last:
                start = self.start if index == self.first else 0
                read_lines = self._read(index)
                end = self.end if index == self.last else units(shown(read_lines))
                _extend(lines, part(read_lines, start, end), self.blocks[index].joint)
        return lines

    def _written(self, first: int, stop: int) -> str:
        """The source of blocks up to the one at `stop`."""
        source = self.source.replace("\r\n", "\n")
        end = self.blocks[stop].start if stop < len(self.blocks) else len(source)
        return source[self.blocks[first].start : end].rstrip()

    def _between(self, chain: range) -> str:
        """What stands between a chain and the one above it."""
        above, block = self.blocks[chain.start - 1], self.blocks[chain.start]
        if block.kind is Kind.LITERAL:
            return "\n" if above.source.endswith("\n") else ""
        return "\n" if above.kind is block.kind is Kind.ITEM else "\n\n"


def mime_data(plain: str, written: str) -> QMimeData:
    """For the clipboard."""
    data = QMimeData()
    data.setText(plain)
    data.setData(MARKDOWN_TYPE, written.encode())
    return data


def quoted(written: str) -> str:
    """Markdown as a quote, ready to be answered below."""
    return "\n".join(f"> {line}".rstrip() for line in written.strip("\n").split("\n")) + "\n\n"


def _extend(lines: list[Line], more: list[Line], joint: str) -> None:
    """Adds what continues a block: lines of their own, or the rest of the last line."""
    if lines and more and joint != "\n":
        above = lines.pop()
        more = [replace(above, runs=(*above.runs, Run(joint), *more[0].runs)), *more[1:]]
    lines.extend(more)
