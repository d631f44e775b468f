"""What lies ready and is not sent: each thing by itself, images apart and never taken for unneeded."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from chat_studio.history.records import EMPTY_DESK, Desk
from chat_studio.history.store import HistoryStore
from chat_studio.messages import FilePart, ImagePart, Message, Role, TextPart

IMAGE = ImagePart(data=base64.b64encode(bytes(20_000)).decode(), name="a.png")
WORDS = TextPart(text="half a question")


async def test_draft_queue_and_place_are_kept_by_themselves(store: HistoryStore) -> None:
    question = (TextPart(text="next"),)
    await store.put_draft("", (WORDS, FilePart(name="a.md", text="# A")))
    await store.put_queue("", (question,))
    await store.put_place("", "here")
    assert await store.desk("") == Desk((WORDS, FilePart(name="a.md", text="# A")), (question,), "here")
    await store.put_draft("", ())
    assert await store.desk("") == Desk((), (question,), "here")
    await store.put_queue("", ())
    await store.put_place("", "")
    assert await store.desk("") == EMPTY_DESK


async def test_images_are_kept_apart_and_outlive_a_purge_while_they_lie_ready(store: HistoryStore) -> None:
    (kept, words) = await store.keep_images((IMAGE, WORDS))
    assert isinstance(kept, ImagePart)
    assert (kept.data, kept.name, words) == ("", "a.png", WORDS)
    await store.put_draft("", (kept,))
    other = IMAGE.model_copy(update={"data": base64.b64encode(b"x" * 20_000).decode()})
    await store.put_queue("", ((other,),))
    ((queued,),) = (await store.desk("")).queue
    assert isinstance(queued, ImagePart)
    assert queued.blob
    await store.purge_deleted(datetime.now(UTC))
    (filled,) = await store.filled([Message(role=Role.USER, parts=(kept, queued))])
    assert filled.parts == (IMAGE, other)
    await store.put_draft("", ())
    await store.purge_deleted(datetime.now(UTC))
    assert await store.image(kept.blob) == b""
    assert await store.image(queued.blob) == b"x" * 20_000
