"""The rows of a database file, read page by page without SQLite, which gives up where the first page is destroyed.

The layout is SQLite's own (sqlite.org/fileformat2.html, sections 1.3 to 1.6, 2.1 and 4). Leaves of tables hold the
rows; what leads to them (inner pages, the schema, the header) is not needed to read them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Value = None | int | float | str | bytes
LEAF = 0x0D
PAGE_SIZE = 4096
"""What SQLite gives new files, for one whose header is destroyed."""
LONGEST = 1 << 30
"""Bytes of a row: more is no row."""
_MAGIC = b"SQLite format 3\0"
_WAL_MAGIC = (0x377F0682, 0x377F0683)


@dataclass(frozen=True)
class PageFile:
    """A file's bytes; `newer` are pages that only the WAL holds so far."""

    data: bytes | memoryview
    page_size: int = PAGE_SIZE
    usable: int = PAGE_SIZE
    newer: Mapping[int, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, data: bytes, wal: bytes) -> PageFile:
        size, reserved = PAGE_SIZE, 0
        if data.startswith(_MAGIC):
            told = int.from_bytes(data[16:18], "big")
            size, reserved = 65536 if told == 1 else told, data[20]
        if size < 512 or size & (size - 1) or reserved > 32:
            size, reserved = PAGE_SIZE, 0
        return cls(data, size, size - reserved, _committed(wal, size))

    def page(self, number: int) -> bytes:
        """A page by its number, from 1; empty beyond the end."""
        start = (number - 1) * self.page_size
        return self.newer.get(number) or bytes(self.data[start : start + self.page_size])

    def rows(self) -> Iterator[tuple[int, tuple[Value, ...]]]:
        """Rowid and values of every row on every leaf that is in use and can be read, of whichever table."""
        free = self._free()
        for number in range(1, max(len(self.data) // self.page_size, *self.newer, 0) + 1):
            page, start = self.page(number), 100 if number == 1 else 0
            if number not in free and len(page) == self.page_size and page[start] == LEAF:
                yield from self._rows_of(page, start)

    def _rows_of(self, page: bytes, start: int) -> Iterator[tuple[int, tuple[Value, ...]]]:
        cells = int.from_bytes(page[start + 3 : start + 5], "big")
        for index in range(min(cells, self.page_size // 4)):
            at = int.from_bytes(page[start + 8 + 2 * index : start + 10 + 2 * index], "big")
            try:
                yield self._row(page, at)
            except (IndexError, ValueError, struct.error):
                continue  # overwritten, or no row at all

    def _row(self, page: bytes, at: int) -> tuple[int, tuple[Value, ...]]:
        length, at = _varint(page, at)
        rowid, at = _varint(page, at)
        if length > LONGEST:
            raise ValueError("no row is that long")
        return rowid - (1 << 64 if rowid >> 63 else 0), _values(self._payload(page, at, length))

    def _payload(self, page: bytes, at: int, length: int) -> bytes:
        local = self._local(length)
        payload = page[at : at + local]
        if local == length:
            return payload
        pieces = [payload]
        left, following = length - local, int.from_bytes(page[at + local : at + local + 4], "big")
        while left > 0:
            overflow = self.page(following)
            piece = overflow[4 : 4 + min(left, self.usable - 4)]
            if not piece:
                raise ValueError("the rest of the row is gone")
            pieces.append(piece)
            left, following = left - len(piece), int.from_bytes(overflow[:4], "big")
        return b"".join(pieces)

    def _local(self, length: int) -> int:
        """How many bytes of a row are on its leaf; the rest is on overflow pages."""
        most, least = self.usable - 35, (self.usable - 12) * 32 // 255 - 23
        if length <= most:
            return length
        wanted = least + (length - least) % (self.usable - 4)
        return wanted if wanted <= most else least

    def _free(self) -> set[int]:
        """The pages that hold nothing any more, but may still look as if."""
        free: set[int] = set()
        first = self.page(1)
        trunk = int.from_bytes(first[32:36], "big") if first.startswith(_MAGIC) else 0
        while trunk and trunk not in free:
            free.add(trunk)
            page = self.page(trunk)
            count = min(int.from_bytes(page[4:8], "big"), self.page_size // 4 - 2)
            free.update(struct.unpack(f">{count}I", page[8 : 8 + 4 * count]) if len(page) == self.page_size else ())
            trunk = int.from_bytes(page[:4], "big")
        return free


def _committed(wal: bytes, page_size: int) -> dict[int, bytes]:
    """The pages of the WAL's committed transactions, the newest of each."""
    if len(wal) < 32 or int.from_bytes(wal[:4], "big") not in _WAL_MAGIC:
        return {}
    committed: dict[int, bytes] = {}
    pending: dict[int, bytes] = {}
    salt = wal[16:24]
    for at in range(32, len(wal) - 24 - page_size + 1, 24 + page_size):
        number, size_after = struct.unpack(">II", wal[at : at + 8])
        if wal[at + 8 : at + 16] != salt:  # left over from before the last checkpoint
            break
        pending[number] = wal[at + 24 : at + 24 + page_size]
        if size_after:
            committed |= pending
            pending = {}
    return committed


def _values(payload: bytes) -> tuple[Value, ...]:
    end, at = _varint(payload, 0)
    body = end
    values: list[Value] = []
    while at < end:
        kind, at = _varint(payload, at)
        value, body = _value(payload, body, kind)
        values.append(value)
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind in _CONSTANTS:
        return _CONSTANTS[kind], at
    if kind == 7:
        return struct.unpack(">d", payload[at : at + 8])[0], at + 8
    if kind < 7:
        size = _INTEGERS[kind]
        return int.from_bytes(payload[at : at + size], "big", signed=True), at + size
    if kind < 12:
        raise ValueError("a kind of value that no file holds")
    size = (kind - 12) // 2
    piece = payload[at : at + size]
    if len(piece) != size:
        raise ValueError("the row ends too early")
    return (piece.decode() if kind % 2 else piece), at + size


_CONSTANTS: dict[int, Value] = {0: None, 8: 0, 9: 1}
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends."""
    value = 0
    for size in range(8):
        byte = data[at + size]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + size + 1
    return value << 8 | data[at + 8], at + 9
