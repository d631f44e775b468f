"""Out of a file whose pages are destroyed: everything that can be read, in a new file."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from chat_studio.errors import StorageError
from chat_studio.files import storage_errors
from chat_studio.history.copying import alone
from chat_studio.history.db import database_errors, open_database, transaction
from chat_studio.history.fold import fold
from chat_studio.history.pages import PageFile, Value
from chat_studio.history.records import MessageState, PieceKind
from chat_studio.messages import Role

Values = tuple[Value, ...]

WAL_ENDINGS = ("-wal", "-shm")


@dataclass(frozen=True)
class Salvaged:
    """How many rows of each table were saved."""

    rows: Mapping[str, int]

    @property
    def sentence(self) -> str:
        said = ", ".join(f"{self.rows[table]:,} {table}" for table in ("conversations", "messages"))
        return f"What could be read was saved into a new file: {said}. What stood on the destroyed pages is lost."


def salvage(path: Path, kept: Path) -> Salvaged:
    """Puts a new file with all readable rows in the place of a damaged one, which is kept as `kept`.

    Killed at any moment, the path has the damaged file or the whole new one, and another try finishes the work.
    Raises StorageError, also when another program has the file open.
    """
    _refuse_company(path)
    new = path.with_name(f".{path.stem}.salvaged{path.suffix}")
    with storage_errors(path):
        for name in (new, *_beside(new)):
            name.unlink(missing_ok=True)
        found = PageFile.of(path.read_bytes(), _bytes(path.with_name(f"{path.name}-wal")))
    with database_errors(new), closing(open_database(new)) as db:
        counts = _fill(db, found)
        db.execute("PRAGMA journal_mode = DELETE")
    put_aside(path, kept)
    with storage_errors(path):
        os.replace(new, path)
    return Salvaged(counts)


def put_aside(path: Path, kept: Path) -> None:
    """Keeps a damaged file under another name too, its WAL only there: it must not meet the file that comes."""
    with storage_errors(kept):
        for source, target in zip((path, *_beside(path)), (kept, *_beside(kept)), strict=True):
            if source.exists():
                _link(source, target)
        for name in _beside(path):
            name.unlink(missing_ok=True)


def _fill(db: sqlite3.Connection, found: PageFile) -> dict[str, int]:
    columns = {table: [row["name"] for row in db.execute(f"PRAGMA table_info ({table})")] for table in SIGNATURES}
    counts = dict.fromkeys(SIGNATURES, 0)
    db.execute("PRAGMA foreign_keys = OFF")  # what belongs to something lost is put right afterwards
    with transaction(db):
        for rowid, values in found.rows():
            table = _table_of(values)
            if table:
                numbered = (rowid, *values[1:]) if values[0] is None else values
                counts[table] += _insert(db, table, columns[table], numbered)
        db.create_function("fold", 1, fold, deterministic=True)
        db.execute("UPDATE conversations SET title_folded = fold(title)")
    return counts


def _insert(db: sqlite3.Connection, table: str, columns: list[str], values: Values) -> int:
    """Rows that were written before a column was added end before it."""
    names = columns[: len(values)]
    marks = ", ".join("?" * len(names))
    statement = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 (of the schema)
    return db.execute(statement, values[: len(names)]).rowcount


def _table_of(values: Values) -> str:
    """The table that a row belongs to, told by its values; "" for an index's, the search's and the schema's own."""
    return next((table for table, fits in SIGNATURES.items() if fits(values)), "")


_TIME = re.compile(r"\d{4}-\d\d-\d\d")
_NAME = re.compile(r"[0-9a-f]{32}")


def _is_conversation(values: Values) -> bool:
    return len(values) >= 8 and _texts(values[:6]) and all(_TIME.match(str(value)) for value in values[2:4])


def _is_message(values: Values) -> bool:
    if len(values) < 17 or values[0] is not None or not _texts((*values[1:3], *values[4:12])):
        return False
    return values[5] in set(Role) and values[8] in set(MessageState)


def _is_piece(values: Values) -> bool:
    return len(values) == 4 and values[0] is None and _texts(values[1:]) and values[2] in get_args(PieceKind)


def _is_desk(values: Values) -> bool:
    return len(values) == 4 and _texts(values) and all(str(value).startswith("[") for value in values[1:3])


def _is_blob(values: Values) -> bool:
    if len(values) != 2 or not isinstance(values[1], bytes):
        return False
    return values[0] == hashlib.sha256(values[1]).hexdigest()


def _is_folder(values: Values) -> bool:
    return len(values) == 2 and _texts(values) and _NAME.fullmatch(str(values[0])) is not None


def _texts(values: Values) -> bool:
    return all(isinstance(value, str) for value in values)


SIGNATURES: dict[str, Callable[[Values], bool]] = {
    "conversations": _is_conversation,
    "messages": _is_message,
    "journal": _is_piece,
    "desks": _is_desk,
    "blobs": _is_blob,
    "folders": _is_folder,
}
"""The tables that are salvaged, and how their rows are known. `message_blobs` and the search follow from these."""


def _refuse_company(path: Path) -> None:
    try:
        with alone(path):
            pass
    except StorageError as error:
        if isinstance(error.__cause__, sqlite3.OperationalError):
            raise


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in WAL_ENDINGS]


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copy2(source, target)
