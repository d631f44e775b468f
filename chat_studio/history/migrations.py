"""How the database came to be as it is: numbered steps, of which old ones are never changed.

`PRAGMA user_version` counts the steps that a file has had. A file that has had some is copied before it gets more.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from chat_studio.errors import StorageError
from chat_studio.files import storage_errors
from chat_studio.history.fold import fold

Migration = Callable[[sqlite3.Connection], None]

PATIENCE = 30 * 60
"""Seconds that one waits for another that brings the file up to date, at most."""
KEPT_COPIES = 2
"""How many copies of older versions stay beside the file."""
_NUMBERED = re.compile(r"\.v(\d+)\.[^.]+$")


def migrate(db: sqlite3.Connection, path: Path, steps: Sequence[Migration] | None = None) -> None:
    """Applies the steps that `db` lacks, each in its own transaction, after a copy of the file beside it.

    Two programs may try at once: the second waits, and finds nothing left to do. Raises StorageError for a file of a
    newer version, which stays as it is.
    """
    steps = MIGRATIONS if steps is None else steps
    version = _version(db)
    if version > len(steps):
        raise StorageError(
            f"The history ({path.name}) was written by a newer version of Chat Studio.",
            hint="Update Chat Studio, or start with another home: chat-studio --home DIR. The file was left alone.",
            detail=f"{path}: version {version}, this program knows {len(steps)}",
        )
    with _patient(db, version):
        for number, step in enumerate(steps[version:], start=version + 1):
            _apply(db, path, number, step, backup=number == version + 1)


def is_current(db: sqlite3.Connection) -> bool:
    """Whether a file has had all steps, and no others."""
    return _version(db) == len(MIGRATIONS)


@contextlib.contextmanager
def _patient(db: sqlite3.Connection, version: int) -> Iterator[None]:
    """Waits longer for another that brings a file up to date: that of a long history takes minutes."""
    usual = db.execute("PRAGMA busy_timeout").fetchone()[0]
    if version:
        db.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
    try:
        yield
    finally:
        db.execute(f"PRAGMA busy_timeout = {usual}")


def _apply(db: sqlite3.Connection, path: Path, number: int, step: Migration, *, backup: bool) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        if _version(db) < number:
            if backup and number > 1:
                _copy(path, number - 1)
            step(db)
            db.execute(f"PRAGMA user_version = {number}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _copy(path: Path, version: int) -> None:
    """Copies the committed state to `NAME.v<version>.sqlite3`, readable by the owner only, whole or not at all."""
    target = path.with_name(f"{path.stem}.v{version}{path.suffix}")
    unfinished = target.with_name(f".{target.name}.unfinished")
    with storage_errors(target):
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
        os.replace(unfinished, target)
        _remove_old_copies(path)


def _remove_old_copies(path: Path) -> None:
    """Keeps the last copies only: older ones are in nobody's way back, and each is as large as the history was."""
    versions = {copy: _NUMBERED.search(copy.name) for copy in path.parent.glob(f"{path.stem}.v*{path.suffix}")}
    numbered = sorted((int(match[1]), copy) for copy, match in versions.items() if match)
    for _, copy in numbered[:-KEPT_COPIES]:
        copy.unlink(missing_ok=True)


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def _1_conversations_and_messages(db: sqlite3.Connection) -> None:
    """Messages form a tree by `parent_id`; `conversations.leaf_id` is the end of the branch that is shown.

    Times are ISO 8601 in UTC with microseconds, so that they sort as text. `parts`, `usage`, `timing` and `error` are
    JSON. `runner` is the program that a streaming answer belongs to; `journal` is what came of it so far.
    """
    for statement in (
        """CREATE TABLE conversations (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            connection_id TEXT NOT NULL,
            model TEXT NOT NULL,
            leaf_id TEXT,
            deleted_at TEXT
        )""",
        "CREATE INDEX conversations_by_time ON conversations (updated_at)",
        """CREATE TABLE messages (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
            parent_id TEXT,
            created_at TEXT NOT NULL,
            role TEXT NOT NULL,
            parts TEXT NOT NULL,
            text TEXT NOT NULL,
            state TEXT NOT NULL,
            connection_id TEXT NOT NULL,
            connection_name TEXT NOT NULL,
            model TEXT NOT NULL,
            finish_reason TEXT,
            usage TEXT,
            timing TEXT,
            error TEXT,
            runner TEXT
        )""",
        "CREATE INDEX messages_by_conversation ON messages (conversation_id)",
        "CREATE INDEX messages_by_runner ON messages (runner) WHERE runner IS NOT NULL",
        """CREATE TABLE journal (
            number INTEGER PRIMARY KEY,
            message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            text TEXT NOT NULL
        )""",
        "CREATE INDEX journal_by_message ON journal (message_id)",
    ):
        db.execute(statement)


def _2_search(db: sqlite3.Connection) -> None:
    """Full text search over `messages.text`, kept in step by triggers, so that no writer can forget it."""
    forget = "INSERT INTO search (search, rowid, text) VALUES ('delete', old.number, old.text);"
    learn = "INSERT INTO search (rowid, text) VALUES (new.number, new.text);"
    for statement in (
        """CREATE VIRTUAL TABLE search USING fts5 (
            text, content = 'messages', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2'
        )""",
        "INSERT INTO search (search) VALUES ('rebuild')",
        f"CREATE TRIGGER search_added AFTER INSERT ON messages BEGIN {learn} END",
        f"CREATE TRIGGER search_removed AFTER DELETE ON messages BEGIN {forget} END",
        f"CREATE TRIGGER search_changed AFTER UPDATE OF text ON messages BEGIN {forget} {learn} END",
    ):
        db.execute(statement)


def _3_organisation(db: sqlite3.Connection) -> None:
    """Settings, folders, tags, pins and archive of conversations; single messages that are deleted; what is typed and
    not sent (`desks`, whose conversation "" is the one that has not begun); images apart from their messages.

    `settings`, `draft` and `queue` are JSON. A deleted message stays in its place in the tree, and is not shown.
    """
    for statement in (
        "ALTER TABLE conversations ADD COLUMN title_by TEXT NOT NULL DEFAULT 'question'",
        "ALTER TABLE conversations ADD COLUMN settings TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE conversations ADD COLUMN folder_id TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE conversations ADD COLUMN archived INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE conversations ADD COLUMN tags TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE conversations ADD COLUMN source TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX conversations_by_source ON conversations (source) WHERE source != ''",
        "CREATE INDEX conversations_by_folder ON conversations (folder_id) WHERE folder_id != ''",
        "ALTER TABLE messages ADD COLUMN deleted_at TEXT",
        "CREATE TABLE folders (id TEXT PRIMARY KEY, name TEXT NOT NULL)",
        """CREATE TABLE desks (
            conversation_id TEXT PRIMARY KEY,
            draft TEXT NOT NULL,
            queue TEXT NOT NULL,
            place TEXT NOT NULL
        )""",
        "CREATE TABLE blobs (name TEXT PRIMARY KEY, data BLOB NOT NULL)",
        """CREATE TABLE message_blobs (
            message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
            blob TEXT NOT NULL REFERENCES blobs (name),
            PRIMARY KEY (message_id, blob)
        ) WITHOUT ROWID""",
        "CREATE INDEX message_blobs_by_blob ON message_blobs (blob)",
        """CREATE TRIGGER desks_removed AFTER DELETE ON conversations BEGIN
            DELETE FROM desks WHERE conversation_id = old.id;
        END""",
    ):
        db.execute(statement)


def _4_listing(db: sqlite3.Connection) -> None:
    """The list in its order, from an index that holds all that it can be filtered by.

    `title_folded` is the title as `fold` writes it. Whoever writes the one writes the other.
    """
    db.execute("ALTER TABLE conversations ADD COLUMN title_folded TEXT NOT NULL DEFAULT ''")
    db.create_function("fold", 1, fold, deterministic=True)
    for statement in (
        "UPDATE conversations SET title_folded = fold(title)",
        "DROP INDEX conversations_by_time",
        "DROP INDEX conversations_by_folder",
        """CREATE INDEX conversations_listed
            ON conversations (archived, pinned, updated_at, id, folder_id, tags, title_folded)
            WHERE deleted_at IS NULL""",
        """CREATE INDEX conversations_by_folder ON conversations (folder_id, archived)
            WHERE folder_id != '' AND deleted_at IS NULL""",
        """CREATE INDEX conversations_by_tags ON conversations (tags, archived)
            WHERE tags != '' AND deleted_at IS NULL""",
    ):
        db.execute(statement)


def _5_finding(db: sqlite3.Connection) -> None:
    """Two indexes of the text of messages that are not deleted, kept in step by triggers: `search` of words and of
    their first one, two and three letters; `search_unspaced` of trigrams, for texts in scripts without spaces.

    Two line breaks end the latter's texts, so that a last word of two characters begins a trigram, too.
    `message_spans` tells the times of each 1024 messages, `messages_found` all that messages are filtered by.
    """
    for statement in (
        "DROP TRIGGER search_added",
        "DROP TRIGGER search_removed",
        "DROP TRIGGER search_changed",
        "DROP TABLE search",
        "CREATE VIEW searchable AS SELECT number, text FROM messages WHERE deleted_at IS NULL",
        f"""CREATE VIEW searchable_unspaced AS
            SELECT number, {_padded("text")} AS text FROM messages WHERE deleted_at IS NULL AND {_unspaced("text")}""",  # noqa: S608
        """CREATE VIRTUAL TABLE search USING fts5 (
            text, content = 'searchable', content_rowid = 'number', columnsize = 0, prefix = '1 2 3',
            tokenize = 'unicode61 remove_diacritics 2'
        )""",
        """CREATE VIRTUAL TABLE search_unspaced USING fts5 (
            text, content = 'searchable_unspaced', content_rowid = 'number', columnsize = 0, tokenize = 'trigram'
        )""",
        "INSERT INTO search (search) VALUES ('rebuild')",
        "INSERT INTO search_unspaced (search_unspaced) VALUES ('rebuild')",
        f"""CREATE TRIGGER search_added AFTER INSERT ON messages WHEN new.deleted_at IS NULL BEGIN
            {_learn()}
        END""",
        f"""CREATE TRIGGER search_removed AFTER DELETE ON messages WHEN old.deleted_at IS NULL BEGIN
            {_forget()}
        END""",
        f"""CREATE TRIGGER search_forgotten BEFORE UPDATE OF text, deleted_at ON messages WHEN old.deleted_at IS NULL
        BEGIN
            {_forget()}
        END""",
        f"""CREATE TRIGGER search_changed AFTER UPDATE OF text, deleted_at ON messages WHEN new.deleted_at IS NULL
        BEGIN
            {_learn()}
        END""",
        "CREATE TABLE message_spans (span INTEGER PRIMARY KEY, first_at TEXT NOT NULL, last_at TEXT NOT NULL)",
        """INSERT INTO message_spans
            SELECT number / 1024, min(created_at), max(created_at) FROM messages GROUP BY number / 1024""",
        """CREATE TRIGGER message_spans_grow AFTER INSERT ON messages BEGIN
            INSERT INTO message_spans VALUES (new.number / 1024, new.created_at, new.created_at)
            ON CONFLICT DO UPDATE SET
                first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at);
        END""",
        "CREATE INDEX messages_found ON messages (number, conversation_id, created_at, role, model)",
        "CREATE INDEX messages_by_model ON messages (model) WHERE model != ''",
        "CREATE INDEX messages_by_rare_role ON messages (role) WHERE role NOT IN ('user', 'assistant')",
    ):
        db.execute(statement)


def _learn() -> str:
    return f"""INSERT INTO search (rowid, text) VALUES (new.number, new.text);
            INSERT INTO search_unspaced (rowid, text)
                SELECT new.number, {_padded("new.text")} WHERE {_unspaced("new.text")};"""  # noqa: S608


def _forget() -> str:
    return f"""INSERT INTO search (search, rowid, text) VALUES ('delete', old.number, old.text);
            INSERT INTO search_unspaced (search_unspaced, rowid, text)
                SELECT 'delete', old.number, {_padded("old.text")} WHERE {_unspaced("old.text")};"""  # noqa: S608


def _padded(text: str) -> str:
    return f"{text} || char(10, 10)"


def _unspaced(text: str) -> str:
    """Whether a text has Chinese, Japanese, Korean, Thai, Lao, Burmese or Khmer in it. Most have ASCII only, which is
    told sooner than by looking for a pattern."""
    ranges = (
        "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3041-\u9fff"
        "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
    )
    return f"length(CAST({text} AS BLOB)) != length({text}) AND {text} GLOB '*[{ranges}]*'"


MIGRATIONS: tuple[Migration, ...] = (
    _1_conversations_and_messages,
    _2_search,
    _3_organisation,
    _4_listing,
    _5_finding,
)
