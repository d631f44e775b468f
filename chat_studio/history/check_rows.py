"""What is looked for in the rows of the history, in the order in which it is mended."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from chat_studio.history import blobs, check_derived, check_structure, check_tree, check_values, conversations
from chat_studio.history.findings import Check
from chat_studio.history.recovery import settle_interrupted
from chat_studio.history.rows import now, time_text
from chat_studio.history.runner import Runner

RECOVERED = "Recovered conversation"
"""The title of a conversation whose own row is lost."""


def _select(statement: str) -> Callable[[sqlite3.Connection, Runner], list[str]]:
    """Finds by one statement, whose first column names what is wrong."""

    def find(db: sqlite3.Connection, runner: Runner) -> list[str]:
        del runner
        return [row[0] for row in db.execute(statement)]

    return find


def _each(statement: str) -> Callable[[sqlite3.Connection, list[str]], None]:
    """Mends by one statement for each row, which is its only parameter."""

    def mend(db: sqlite3.Connection, rows: list[str]) -> None:
        db.executemany(statement, [(row,) for row in rows])

    return mend


def _make_conversations(db: sqlite3.Connection, rows: list[str]) -> None:
    """Nothing that was said is thrown away for want of the conversation's own row."""
    for conversation_id in rows:
        times = db.execute(
            "SELECT min(created_at), max(created_at) FROM messages WHERE conversation_id = ?", (conversation_id,)
        ).fetchone()
        created, updated = map(datetime.fromisoformat, times)
        record = replace(conversations.new("", "", RECOVERED), id=conversation_id)
        conversations.insert(db, replace(record, created_at=created, updated_at=updated))
        _show_the_last(db, [conversation_id])


def _show_the_last(db: sqlite3.Connection, rows: list[str]) -> None:
    db.executemany(
        "UPDATE conversations SET leaf_id = (SELECT id FROM messages WHERE conversation_id = conversations.id"
        " ORDER BY deleted_at IS NOT NULL, number DESC LIMIT 1) WHERE id = ?",
        [(row,) for row in rows],
    )


def _hide(db: sqlite3.Connection, rows: list[str]) -> None:
    db.executemany("UPDATE conversations SET deleted_at = ? WHERE id = ?", [(time_text(now()), row) for row in rows])


def _abandoned(db: sqlite3.Connection, runner: Runner) -> list[str]:
    """Answers that are still coming, from programs that are gone."""
    rows = db.execute("SELECT id, runner FROM messages WHERE state = 'streaming'").fetchall()
    gone = {owner: owner is None or runner.is_gone(owner) for owner in {row[1] for row in rows}}
    return [row[0] for row in rows if gone[row[1]]]


def _end(db: sqlite3.Connection, rows: list[str]) -> None:
    for message_id in rows:
        row = db.execute("SELECT * FROM messages WHERE id = ?", (message_id,)).fetchone()
        settle_interrupted(db, row)


def _unlinked(db: sqlite3.Connection, runner: Runner) -> list[str]:
    """Messages that do not say which stored image they need, so that it could be taken for unneeded."""
    del runner
    linked = {tuple(row) for row in db.execute("SELECT message_id, blob FROM message_blobs")}
    stored = {row[0] for row in db.execute("SELECT name FROM blobs")}
    needs = ((message_id, name) for message_id, names in _needed(db) for name in names if name in stored)
    return sorted({message_id for message_id, name in needs if (message_id, name) not in linked})


def _link(db: sqlite3.Connection, rows: list[str]) -> None:
    wanted = set(rows)
    stored = {row[0] for row in db.execute("SELECT name FROM blobs")}
    for message_id, names in list(_needed(db)):
        if message_id in wanted:
            blobs.link(db, message_id, [name for name in names if name in stored])


def _lost_images(db: sqlite3.Connection, runner: Runner) -> list[str]:
    del runner
    stored = {row[0] for row in db.execute("SELECT name FROM blobs")}
    return sorted({name for _, names in _needed(db) for name in names} - stored)


def _needed(db: sqlite3.Connection) -> Iterable[tuple[str, list[str]]]:
    """Messages with the names of the images that they need; none of those that cannot be read."""
    rows = db.execute("""SELECT id, parts FROM messages WHERE parts LIKE '%"blob":"_%'""")
    return ((row[0], check_values.images_in(row[1])) for row in rows)


CHECKS: tuple[Check, ...] = (
    Check(
        "index",
        "An index disagrees with its table.",
        "Indexes disagree with their tables in {n} places.",
        "Indexes are built anew.",
        check_structure.broken_indexes,
        check_structure.mend_indexes,
    ),
    Check(
        "message_values",
        "A message has values that cannot be read.",
        "{n} messages have values that cannot be read.",
        "What cannot be read is dropped; their texts stay.",
        check_values.unreadable_messages,
        check_values.mend_messages,
    ),
    Check(
        "no_conversation",
        "A conversation has messages, but is gone itself.",
        "{n} conversations have messages, but are gone themselves.",
        f"They are listed again, as “{RECOVERED}”.",
        _select(
            "SELECT DISTINCT conversation_id FROM messages WHERE conversation_id NOT IN (SELECT id FROM conversations)"
        ),
        _make_conversations,
    ),
    Check(
        "conversation_values",
        "A conversation has values that cannot be read.",
        "{n} conversations have values that cannot be read.",
        "What cannot be read gets its default.",
        check_values.unreadable_conversations,
        check_values.mend_conversations,
    ),
    Check(
        "desk_values",
        "A draft cannot be read.",
        "{n} drafts cannot be read.",
        "They are removed.",
        check_values.unreadable_desks,
        _each("DELETE FROM desks WHERE conversation_id = ?"),
    ),
    Check(
        "tree",
        "A message has no way to the beginning of its conversation.",
        "{n} messages have no way to the beginning of their conversation.",
        "They follow the message that was written before them.",
        check_tree.find,
        check_tree.mend,
    ),
    Check(
        "leaf",
        "A conversation shows a message that it does not have.",
        "{n} conversations show a message that they do not have.",
        "They show their last message.",
        _select(
            "SELECT c.id FROM conversations c LEFT JOIN messages m ON m.id = c.leaf_id"
            " WHERE c.leaf_id IS NOT NULL AND (m.id IS NULL OR m.conversation_id != c.id)"
        ),
        _show_the_last,
    ),
    Check(
        "empty",
        "A conversation has no messages.",
        "{n} conversations have no messages.",
        "They are deleted as if by hand, and go for good after 30 days.",
        _select(
            "SELECT id FROM conversations c WHERE deleted_at IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM messages WHERE conversation_id = c.id)"
            " AND NOT EXISTS (SELECT 1 FROM desks WHERE conversation_id = c.id)"
        ),
        _hide,
    ),
    Check(
        "owned",
        "A finished answer is marked as coming.",
        "{n} finished answers are marked as coming.",
        "The marks are removed.",
        _select("SELECT id FROM messages WHERE runner IS NOT NULL AND state != 'streaming'"),
        _each("UPDATE messages SET runner = NULL WHERE id = ?"),
    ),
    Check(
        "abandoned",
        "An answer was coming when its program ended.",
        "{n} answers were coming when their program ended.",
        "They are marked as interrupted, with what had come.",
        _abandoned,
        _end,
    ),
    Check(
        "journal",
        "The journal keeps pieces of an answer that is finished or gone.",
        "The journal keeps pieces of {n} answers that are finished or gone.",
        "They are removed.",
        _select(
            "SELECT DISTINCT message_id FROM journal WHERE NOT EXISTS"
            " (SELECT 1 FROM messages WHERE id = journal.message_id AND state = 'streaming')"
        ),
        _each("DELETE FROM journal WHERE message_id = ?"),
    ),
    Check(
        "image_links",
        "A message does not say which stored image it needs.",
        "{n} messages do not say which stored images they need.",
        "It is noted down again.",
        _unlinked,
        _link,
    ),
    Check(
        "stray_links",
        "A stored image is kept for a message that is gone.",
        "Stored images are kept for {n} messages that are gone.",
        "The notes are removed.",
        _select(
            "SELECT DISTINCT message_id FROM message_blobs WHERE message_id NOT IN (SELECT id FROM messages)"
            " OR blob NOT IN (SELECT name FROM blobs)"
        ),
        _each(
            "DELETE FROM message_blobs WHERE message_id = ?1 AND (?1 NOT IN (SELECT id FROM messages)"
            " OR blob NOT IN (SELECT name FROM blobs))"
        ),
    ),
    Check(
        "lost_images",
        "An image is gone.",
        "{n} images are gone.",
        "Only a backup can bring them back; the messages stay.",
        _lost_images,
        None,
    ),
    Check(
        "unneeded_images",
        "A stored image belongs to no message and no draft.",
        "{n} stored images belong to no message and no draft.",
        "They are removed.",
        _select(f"SELECT name FROM blobs WHERE {blobs.UNNEEDED}"),  # noqa: S608 (names of our own)
        _each("DELETE FROM blobs WHERE name = ?"),
    ),
    Check(
        "folders",
        "A conversation is in a folder that is gone.",
        "{n} conversations are in folders that are gone.",
        "They are outside of folders.",
        _select("SELECT id FROM conversations WHERE folder_id != '' AND folder_id NOT IN (SELECT id FROM folders)"),
        _each("UPDATE conversations SET folder_id = '' WHERE id = ?"),
    ),
    Check(
        "desks",
        "A draft belongs to no conversation.",
        "{n} drafts belong to no conversation.",
        "They are removed.",
        _select(
            "SELECT conversation_id FROM desks WHERE conversation_id != ''"
            " AND conversation_id NOT IN (SELECT id FROM conversations)"
        ),
        _each("DELETE FROM desks WHERE conversation_id = ?"),
    ),
    Check(
        "titles",
        "A title is filtered by other words than it shows.",
        "{n} titles are filtered by other words than they show.",
        "They are filtered by what they show.",
        check_derived.wrong_folds,
        check_derived.mend_folds,
    ),
    Check(
        "spans",
        "A part of the messages has times that are noted down wrongly.",
        "{n} parts of the messages have times that are noted down wrongly.",
        "The times are noted down again.",
        check_derived.wrong_spans,
        check_derived.mend_spans,
    ),
    Check(
        "search",
        "The search does not agree with the messages.",
        "The search does not agree with the messages ({n} indexes).",
        "It is built anew.",
        check_structure.broken_search,
        check_structure.mend_search,
    ),
)
