"""Taking a file in: once, again, in part, and into a history that has things of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from exchange.foreign_samples import chatgpt, claude, mapping, open_webui, said
from exchange.taking import only, spoken, take
from history.records_for_tests import question, streaming
from history.stored import begin

from chat_studio.errors import StorageError
from chat_studio.exchange import importing
from chat_studio.exchange.export import ExportWish, export
from chat_studio.exchange.formats import export_format
from chat_studio.exchange.importing import Import, preview
from chat_studio.exchange.progress import Progress
from chat_studio.history.records import JournalPiece, MessageRecord, MessageState
from chat_studio.history.rows import now
from chat_studio.history.store import HistoryStore
from chat_studio.messages import Message, Role

File = Callable[..., Path]


def many(count: int) -> list[dict[str, Any]]:
    return [chatgpt(conversation_id=f"c{number}", title=f"Loaf {number}") for number in range(count)]


async def answer_locally(history: HistoryStore, conversation_id: str, text: str) -> MessageRecord:
    """Somebody goes on with an imported conversation."""
    leaf = (await history.conversation(conversation_id)).leaf_id
    record = MessageRecord(f"local-{text}", conversation_id, leaf, Message.of(Role.USER, text), now())
    await history.append(record)
    return record


async def test_a_second_time_nothing_is_taken(history: HistoryStore, file: File) -> None:
    path = file([chatgpt(), claude(), open_webui()])
    assert (await take(history, path)).added == 3
    before = [await history.whole(id_) for id_ in await history.ids()]
    again = await take(history, path)
    assert (again.added, again.known, again.updated, again.messages) == (0, 3, 0, 0)
    assert [await history.whole(id_) for id_ in await history.ids()] == before


async def test_what_is_new_in_the_file_is_added(history: HistoryStore, file: File) -> None:
    await take(history, file([chatgpt()]))
    longer = chatgpt(current_node="a4", update_time=chatgpt()["update_time"] + 60)
    longer["mapping"] |= mapping(
        ("q4", "a3", said("user", "And a roll?", 20)), ("a4", "q4", said("assistant", "Yes.", 21))
    )
    report = await take(history, file([longer]))
    assert (report.updated, report.messages) == (1, 2)
    assert (await spoken(history))[-2:] == ["user: And a roll?", "assistant: Yes."]
    assert (await only(history)).conversation.updated_at.timestamp() == longer["update_time"]


async def test_what_was_said_here_stays_shown(history: HistoryStore, file: File) -> None:
    await take(history, file([chatgpt()]))
    (id_,) = await history.ids()
    await answer_locally(history, id_, "My own question")
    await history.retitle(id_, "My loaf", "user")
    longer = chatgpt(title="Other", current_node="q4")
    longer["mapping"] |= mapping(("q4", "a3", said("user", "Theirs", 20)))
    assert (await take(history, file([longer]))).updated == 1
    assert (await spoken(history))[-1] == "user: My own question"
    whole = await only(history)
    assert whole.conversation.title == "My loaf"
    assert {one.message.text for one in whole.messages} >= {"Theirs", "My own question"}


async def test_a_conversation_that_was_deleted_comes_back(history: HistoryStore, file: File) -> None:
    path = file([chatgpt()])
    await take(history, path)
    await history.delete((await history.ids())[0])
    assert (await take(history, path)).restored == 1
    assert len(await history.ids()) == 1


async def test_a_message_that_was_deleted_stays_so(history: HistoryStore, file: File) -> None:
    path = file([chatgpt()])
    await take(history, path)
    whole = await only(history)
    last = whole.messages[-1]
    await history.mark_deleted(whole.conversation.id, last.id, deleted=True, leaf_id=last.parent_id)
    assert (await take(history, path)).known == 1
    assert set((await only(history)).deleted) == {last.id}


async def test_message_ids_of_another_conversation_are_made_new_and_known_again(
    history: HistoryStore, file: File, tmp_path: Path
) -> None:
    await take(history, file([chatgpt()]))
    out = tmp_path / "own.json"
    await export(history, ExportWish(export_format("json"), out))
    copy = json.loads(out.read_text(encoding="utf-8"))
    copy["conversations"][0] |= {"id": "another", "source": ""}
    out.write_text(json.dumps(copy), encoding="utf-8")
    assert (await take(history, out)).added == 1
    one, other = [await history.whole(id_) for id_ in await history.ids()]
    assert not {record.id for record in one.messages} & {record.id for record in other.messages}
    assert [record.message.text for record in one.messages] == [record.message.text for record in other.messages]
    assert len(await history.thread("another")) == len(await history.thread(one.conversation.id))
    assert (await take(history, out)).known == 1


async def test_folders_are_found_by_their_names(history: HistoryStore, file: File, tmp_path: Path) -> None:
    await take(history, file([chatgpt()]))
    (id_,) = await history.ids()
    folder = await history.create_folder("Kitchen")
    await history.move([id_], folder.id)
    out = tmp_path / "own.json"
    await export(history, ExportWish(export_format("json"), out))
    other = HistoryStore(tmp_path / "other.sqlite3")
    try:
        mine = await other.create_folder("Kitchen")
        await take(other, out)
        assert (await only(other)).conversation.folder_id == mine.id
        assert await other.folders() == [mine]
    finally:
        await other.aclose()


async def test_preview(history: HistoryStore, file: File) -> None:
    await take(history, file([claude()]))
    heard: list[Progress] = []
    found = await preview(file([chatgpt(), claude(), {"what": 1}, chatgpt(mapping={})]), history, progress=heard.append)
    assert (found.program, found.conversations, found.messages, found.known) == ("ChatGPT", 2, 13, 1)
    assert [(one.title, one.messages, one.is_known) for one in found.samples] == [
        ("A loaf", 7, False),
        ("The list", 6, True),
    ]
    assert found.first is not None
    assert (found.first.year, found.first.month) == (2025, 2)
    assert {loss.reason.split(" ")[0]: loss.count for loss in found.losses}["Entries"] == 1
    assert heard[-1].fraction == 1
    assert len(await history.ids()) == 1  # nothing was taken


async def test_cancelling_leaves_whole_conversations(
    history: HistoryStore, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CONVERSATIONS", 5)
    job: Import | None = None

    def stop(progress: Progress) -> None:
        if progress.conversations >= 15:
            running.cancel()

    job = Import(history, file(many(100)), progress=stop)
    running = asyncio.ensure_future(job.run())
    with pytest.raises(asyncio.CancelledError):
        await running
    ids = await history.ids()
    assert 15 <= len(ids) == job.report.added < 100
    assert not job.report.is_complete
    for id_ in ids:
        assert len((await history.whole(id_)).messages) == 7
    assert (await take(history, file(many(100)))).known == len(ids)
    assert len(await history.ids()) == 100


async def test_cancelling_while_a_batch_is_stored_counts_it(history: HistoryStore, file: File) -> None:
    job = Import(history, file(many(20)))
    running = asyncio.ensure_future(job.run())
    while not job.report.program:  # noqa: ASYNC110 - the moment when the first batch goes to the history
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert job.report.added == len(await history.ids())


async def test_cancelling_a_preview(history: HistoryStore, file: File) -> None:
    def stop(_: Progress) -> None:
        running.cancel()

    running = asyncio.ensure_future(preview(file(many(200)), history, progress=stop))
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_a_history_that_refuses_says_so(tmp_path: Path, file: File) -> None:
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(b"no database " * 999)
    broken = HistoryStore(path)
    try:
        with pytest.raises(StorageError, match="is damaged"):
            await take(broken, file([chatgpt()]))
    finally:
        await broken.aclose()


async def test_answers_that_are_coming_are_exported_as_far_as_they_are(history: HistoryStore, tmp_path: Path) -> None:
    conversation = await begin(history, connection_id="c", model="m", title="T")
    asked = question(conversation.id, "?")
    coming = streaming(conversation.id, asked)
    await history.append(asked, coming)
    await history.journal(coming, [JournalPiece("text", "So f")])
    out = tmp_path / "own.json"
    await export(history, ExportWish(export_format("json"), out))
    stored = json.loads(out.read_text(encoding="utf-8"))["conversations"][0]["messages"][1]
    assert (stored["state"], stored["parts"]) == ("interrupted", [{"type": "text", "text": "So f"}])
    await history.finish(replace(coming, state=MessageState.DONE))
