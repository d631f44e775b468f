"""Conversations that are kept nowhere."""

from __future__ import annotations

from pathlib import Path

from chat.scripted import Scripted, Source
from history.stored import all_of

from chat_studio.chat.sessions import Sessions
from chat_studio.events import Finished, TextDelta
from chat_studio.history.store import HistoryStore
from chat_studio.messages import FinishReason
from chat_studio.parameters import ConversationSettings

SECRET = "the-word-that-must-not-reach-the-disk"
STOP = Finished(FinishReason.STOP)


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_nothing_of_it_reaches_the_disk(
    sessions: Sessions, source: Source, history: HistoryStore, path: Path
) -> None:
    source.providers["s"] = Scripted([TextDelta(f"{SECRET} A"), STOP])
    kept = await sessions.new("demo")
    await kept.send("stored")
    session = await sessions.new("s", temporary=True)
    await session.set_settings(ConversationSettings(system=SECRET))
    await session.send(f"{SECRET} one")
    await session.put_queue(())
    await session.wait()
    await session.edit(session.records[0].id, f"{SECRET} edited")
    await session.wait()
    await session.show_version(session.versions(session.records[0].id)[0])
    await session.delete_message(session.records[1].id)
    await session.retitle(f"{SECRET} title", "user")
    await session.set_route("s", SECRET)
    await kept.wait()
    assert [record.message.text for record in session.records] == [f"{SECRET} one"]
    assert [record.id for record in await all_of(history)] == [kept.conversation.id]
    assert b"stored" in on_disk(path.parent)
    assert SECRET.encode() not in on_disk(path.parent)


async def test_it_lasts_until_it_is_forgotten(sessions: Sessions) -> None:
    session = await sessions.new("demo", temporary=True)
    assert sessions.temporary() == []
    await session.send("?")
    name = session.conversation.id
    await session.wait()
    assert session.conversation.title == "?"
    del session
    assert [record.id for record in sessions.temporary()] == [name]
    again = await sessions.open(name)
    assert (again.temporary, len(again.records)) == (True, 2)
    await sessions.forget(name)
    assert sessions.temporary() == []
