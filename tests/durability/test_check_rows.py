"""`check` names what is wrong with single rows, `repair` mends it, and nothing that was said is lost."""

# ruff: noqa: S608, ISC004 (statements out of constants)
from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from durability.content import change, dump, filled, running
from history.stored import all_of

from chat_studio.history.check_tree import Place, mended_parents
from chat_studio.history.records import MessageState
from chat_studio.history.store import HistoryStore

FIRST = "(SELECT id FROM conversations WHERE title = 'Conversation 0')"
LAST = f"(SELECT leaf_id FROM conversations WHERE id = {FIRST})"
SECOND_ASKED = "(SELECT id FROM messages WHERE text = 'And 0?' ORDER BY number LIMIT 1)"

DAMAGES = {
    "tree": (f"UPDATE messages SET parent_id = 'nowhere' WHERE id = {SECOND_ASKED}",),
    "tree of another conversation": (
        "UPDATE messages SET parent_id = (SELECT max(id) FROM messages WHERE conversation_id !="
        f" (SELECT conversation_id FROM messages WHERE id = {SECOND_ASKED})) WHERE id = {SECOND_ASKED}",
    ),
    "tree with a ring": (f"UPDATE messages SET parent_id = {LAST} WHERE id = {SECOND_ASKED}",),
    "tree without its root": ("PRAGMA foreign_keys = OFF", "DELETE FROM messages WHERE parent_id IS NULL"),
    "leaf": (f"UPDATE conversations SET leaf_id = 'nowhere' WHERE id = {FIRST}",),
    "empty": ("INSERT INTO conversations (id, title, created_at, updated_at, connection_id, model)"
        " VALUES ('e', 'Empty', '2024-01-01', '2024-01-01', '', '')",),
    "no_conversation": ("PRAGMA foreign_keys = OFF", f"DELETE FROM conversations WHERE id = {FIRST}"),
    "owned": (f"UPDATE messages SET runner = 'gone' WHERE id = {LAST}",),
    "journal": (f"INSERT INTO journal (message_id, kind, text) VALUES ({LAST}, 'text', 'left over')",),
    "journal of nothing": (
        "PRAGMA foreign_keys = OFF",
        "INSERT INTO journal (message_id, kind, text) VALUES ('nowhere', 'text', 'left over')",
    ),
    "image_links": ("DELETE FROM message_blobs WHERE message_id = (SELECT min(message_id) FROM message_blobs)",),
    "stray_links": ("PRAGMA foreign_keys = OFF", "INSERT INTO message_blobs SELECT 'nowhere', name FROM blobs"),
    "unneeded_images": ("INSERT INTO blobs VALUES ('unneeded', x'00')",),
    "folders": (f"UPDATE conversations SET folder_id = 'nowhere' WHERE id = {FIRST}",),
    "desks": ("INSERT INTO desks VALUES ('nowhere', '[]', '[]', '')",),
    "message_values": (f"UPDATE messages SET parts = '[{{' WHERE id = {LAST}",),
    "message_values of usage": (f"UPDATE messages SET usage = '7', timing = 'x', error = '{{}}' WHERE id = {LAST}",),
    "message_values of words": (
        f"UPDATE messages SET role = 'oracle', state = 'odd', created_at = 'x', finish_reason = 'x' WHERE id = {LAST}",
    ),
    "conversation_values": (f"UPDATE conversations SET settings = '{{', updated_at = 'x' WHERE id = {FIRST}",),
    "desk_values": (f"UPDATE desks SET draft = 'x' WHERE conversation_id = {FIRST}",),
    "titles": (f"UPDATE conversations SET title_folded = 'x' WHERE id = {FIRST}",),
    "spans": ("DELETE FROM message_spans",),
    "search": ("DROP TRIGGER search_changed", f"UPDATE messages SET text = 'other words' WHERE id = {LAST}"),
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "history.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[HistoryStore]:
    store = HistoryStore(path)
    yield store
    await store.aclose()


async def test_a_sound_history_and_none_at_all(store: HistoryStore, path: Path) -> None:
    assert (await store.check()).is_clean
    await filled(path)
    before = dump(path)
    assert (await store.check()).is_clean
    assert await store.repair() == await store.check()
    assert dump(path) == before
    assert [file.name for file in path.parent.glob("*.before-repair*")] == []


@pytest.mark.parametrize("damage", DAMAGES)
async def test_damage_is_named_mended_and_gone(store: HistoryStore, path: Path, damage: str) -> None:
    shown = [await store.thread(one.id) for one in await filled(path)]
    change(path, *DAMAGES[damage])
    before = dump(path)
    found = await store.check()
    assert damage.split(" ")[0] in {finding.kind for finding in found.findings}
    assert not any(finding.mended for finding in found.findings)
    assert dump(path) == before
    repaired = await store.repair()
    assert all(finding.mended for finding in repaired.findings)
    assert repaired.kept is not None
    assert dump(repaired.kept) == before
    assert (await store.check()).is_clean
    if damage not in ("search", "tree without its root"):
        said = {record.message.text for branch in shown for record in branch}
        assert said <= {row[7] for row in dump(path)["messages"]}
    for conversation in await all_of(store):
        assert len(await store.thread(conversation.id)) >= 7


@pytest.mark.parametrize("damage", [name for name in DAMAGES if "values" in name])
async def test_a_bad_row_takes_nothing_else_along(store: HistoryStore, path: Path, damage: str) -> None:
    (first, *others) = await filled(path)
    change(path, *DAMAGES[damage])
    assert {one.id for one in await all_of(store)} == {one.id for one in (first, *others)}
    branch = await store.thread(first.id)
    assert [record.message.text for record in branch][-2:] == ["And 2?", "So 2, 日本語 🙂"]
    assert await store.desk(first.id) is not None
    if damage.startswith("message_values"):
        assert branch.state(len(branch) - 1) in (MessageState.FAILED, MessageState.DONE)
        assert branch[-1].error is not None
        assert branch[-1].error.kind == "unreadable"
    await store.recover()


async def test_answers_of_programs_that_are_gone_are_ended(store: HistoryStore, path: Path) -> None:
    coming = await running(path)
    assert [finding.kind for finding in (await store.check()).findings] == ["abandoned"]
    await store.repair()
    shown = (await store.thread(coming.conversation_id))[-1]
    assert (shown.state, shown.message.text) == (MessageState.INTERRUPTED, "Then it ")


async def test_a_broken_piece_of_a_running_answer_is_left_out(store: HistoryStore, path: Path) -> None:
    coming = await running(path)
    change(path, "INSERT INTO journal (message_id, kind, text) SELECT id, 'tool_call', '{' FROM messages"
        " WHERE state = 'streaming'", "INSERT INTO journal (message_id, kind, text) SELECT id, 'new kind', ''"
        " FROM messages WHERE state = 'streaming'")  # fmt: skip
    assert await store.recover() == 1
    assert (await store.thread(coming.conversation_id))[-1].message.text == "Then it "


async def test_a_lost_image_is_told_and_left(store: HistoryStore, path: Path) -> None:
    await filled(path)
    change(path, "DELETE FROM message_blobs", "DELETE FROM blobs")
    report = await store.check()
    assert [(finding.kind, finding.can_be_mended) for finding in report.findings] == [("lost_images", False)]
    assert not report.needs_repair


def test_versions_of_a_lost_question_stay_versions() -> None:
    places = [Place(1, "q", None), Place(2, "a", "q"), Place(3, "b", "lost"), Place(4, "c", "lost"), Place(5, "d", "c")]
    assert mended_parents(places) == {"b": "a", "c": "a"}


def test_rings_are_opened_at_their_oldest_message() -> None:
    places = [Place(1, "q", "d"), Place(2, "a", "q"), Place(3, "b", "e"), Place(4, "d", "a"), Place(5, "e", "b")]
    assert mended_parents(places) == {"q": None, "b": "a"}
    assert mended_parents([Place(1, "own", "own")]) == {"own": None}
