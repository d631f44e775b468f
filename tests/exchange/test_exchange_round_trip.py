"""Our JSON loses nothing: what is exported, imported and exported again is the same."""

from __future__ import annotations

import asyncio
import base64
import re
import tempfile
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exchange.taking import losses, take
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_studio.exchange.export import ExportWish, export
from chat_studio.exchange.formats import export_format
from chat_studio.history.branch import Branch
from chat_studio.history.records import (
    ConversationRecord,
    Desk,
    ErrorRecord,
    Folder,
    MessageRecord,
    MessageState,
    Timing,
)
from chat_studio.history.store import HistoryStore
from chat_studio.history.whole import Whole
from chat_studio.messages import (
    FilePart,
    FinishReason,
    ImagePart,
    Message,
    NoticePart,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    Usage,
)
from chat_studio.parameters import ConversationSettings, Parameters

texts = st.text(max_size=12)
words = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8)
numbers = st.none() | st.integers(0, 10**9)
seconds = st.floats(0, 1e6, allow_nan=False)
times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is beside
json_values = st.recursive(st.none() | st.booleans() | st.integers() | texts, lambda inner: st.lists(inner, max_size=2))
images = st.builds(
    lambda data, name: ImagePart(data=base64.b64encode(data).decode(), name=name),
    st.binary(min_size=1, max_size=20) | st.binary(min_size=4000, max_size=4005),  # in the message, and put aside
    texts,
)
parts = st.one_of(
    st.builds(TextPart, text=texts),
    images,
    st.builds(FilePart, name=words, text=texts),
    st.builds(ReasoningPart, text=texts, seconds=st.none() | seconds, replay=json_values),
    st.builds(ToolCallPart, id=words, name=words, arguments=st.just('{"a": 1}'), replay=json_values),
    st.builds(ToolResultPart, call_id=words, name=words, content=texts, is_error=st.booleans()),
    st.builds(NoticePart, text=texts),
)
part_lists = st.lists(parts, max_size=3).map(tuple)
usages = st.builds(Usage, input_tokens=numbers, output_tokens=numbers, cost=st.none() | seconds)
errors = st.builds(ErrorRecord, kind=words, message=texts, hint=texts, detail=texts)
conversation_settings = st.builds(
    ConversationSettings,
    system=texts,
    parameters=st.builds(
        Parameters,
        temperature=st.none() | seconds,
        seed=numbers,
        stop=st.lists(texts, max_size=2).map(tuple),
        extra=st.dictionaries(words, json_values, max_size=2),
    ),
)


@st.composite
def wholes(draw: st.DrawFn, number: int) -> Whole:
    """A conversation with a random tree."""
    id_ = f"conversation-{number}"
    records: list[MessageRecord] = []
    for index in range(draw(st.integers(0, 6))):
        above = draw(st.none() | st.sampled_from([one.id for one in records])) if records else None
        records.append(
            MessageRecord(
                f"{id_}/{index}",
                id_,
                above,
                Message(role=draw(st.sampled_from(Role)), parts=draw(part_lists)),
                draw(times),
                state=draw(st.sampled_from([one for one in MessageState if one is not MessageState.STREAMING])),
                connection_id=draw(texts),
                model=draw(texts),
                finish_reason=draw(st.none() | st.sampled_from(FinishReason)),
                usage=draw(st.none() | usages),
                timing=draw(st.none() | st.builds(Timing, st.none() | seconds, seconds)),
                error=draw(st.none() | errors),
            )
        )
    record = ConversationRecord(
        id_,
        draw(texts),
        draw(times),
        draw(times),
        draw(texts),
        draw(texts),
        leaf_id=draw(st.none() | st.sampled_from([one.id for one in records])) if records else None,
        title_by=draw(st.sampled_from(["question", "model", "user"])),
        settings=draw(conversation_settings),
        folder_id=draw(st.sampled_from(["", "f1", "f2"])),
        pinned=draw(st.booleans()),
        archived=draw(st.booleans()),
        tags=tuple(draw(st.lists(words, max_size=3))),
        source=draw(st.sampled_from(["", f"chatgpt:{number}"])),
    )
    deleted = {one.id: draw(times) for one in records if draw(st.booleans())}
    desk = Desk(draw(part_lists), draw(st.lists(part_lists, max_size=2).map(tuple)), draw(texts))
    return Whole(record, Branch(records), deleted, desk, draw(st.none() | times))


homes = st.integers(0, 3).flatmap(lambda count: st.tuples(*map(wholes, range(count))))


async def exported(history: HistoryStore, path: Path) -> str:
    """All of a history as JSON, without the time at which it was written."""
    await export(history, ExportWish(export_format("json"), path, with_deleted=True))
    return re.sub(r'"exported_at": "[^"]+"', "", path.read_text(encoding="utf-8"))


async def there_and_back(home: tuple[Whole, ...], folder: Path) -> tuple[str, str, Any]:
    async with (
        aclosing(HistoryStore(folder / "one.sqlite3")) as one,
        aclosing(HistoryStore(folder / "two.sqlite3")) as two,
    ):
        await one.take(home, [Folder("f1", "Work"), Folder("f2", "At home")])
        first = await exported(one, folder / "one.json")
        report = await take(two, folder / "one.json")
        return first, await exported(two, folder / "two.json"), report


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(homes.filter(bool))
def test_export_import_export_gives_the_same_bytes(home: tuple[Whole, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first, second, report = asyncio.run(there_and_back(home, Path(folder)))
    assert first == second
    assert (report.program, report.added, losses(report)) == ("Chat Studio", len(home), {})
    assert report.messages == sum(len(whole.messages) for whole in home)
