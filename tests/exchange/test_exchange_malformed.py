"""Files that are not what they should be harm nothing: they are refused, or what is sound in them is taken."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import random
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from exchange.foreign_samples import chatgpt, claude, mapping, open_webui, said
from exchange.taking import losses, only, spoken, take
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_studio.errors import ImportFailed
from chat_studio.exchange import loose
from chat_studio.exchange.assets import NoAssets
from chat_studio.exchange.foreign.format import Reading
from chat_studio.exchange.importing import preview
from chat_studio.exchange.losses import Losses
from chat_studio.exchange.reader import FORMATS
from chat_studio.history.store import HistoryStore
from chat_studio.history.whole import Whole

File = Callable[..., Path]

OWN = {"format": "chat-studio", "version": 1}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"   \n", "is not JSON"),
        (b"hello", "is not JSON"),
        (b"\x00\x01\x02\x03", "is not JSON"),
        (b"<!DOCTYPE html><html>", "is a web page"),
        (b"SQLite format 3\0 and more", "is a database"),
        (b"%PDF-1.7", "is a PDF"),
        (b"\x1f\x8b\x08", "packed by gzip"),
        (b"42", "is not JSON"),
        (b"[]", "holds no conversations"),
        (b"{}", "holds no conversations"),
        (b"[1, 2, null]", "holds no conversations"),
        (b'{"mapping": 7}', "holds no conversations"),
        (b"[" * 100_000, "holds no conversations"),
        (b'{"a":' * 5000, "holds no conversations"),
        (b"[}]{", "holds no conversations"),
        (json.dumps(OWN | {"version": 99, "conversations": []}).encode(), "newer version"),
        (json.dumps(OWN | {"version": "x", "conversations": [{}]}).encode(), "is not as it should be"),
        (b"PK\x03\x04 no archive", "is a damaged ZIP"),
    ],
)
async def test_what_is_no_export_is_refused_with_advice(
    history: HistoryStore, file: File, content: bytes, words: str
) -> None:
    path = file(content, "some.file")
    for work in (take(history, path), preview(path, history)):
        with pytest.raises(ImportFailed, match=words) as caught:
            await work
        assert "some.file" in caught.value.message
        assert caught.value.hint
    assert await history.ids(deleted=True) == []


async def test_what_is_no_file(history: HistoryStore, tmp_path: Path) -> None:
    wrong = {tmp_path: "is a folder", tmp_path / "nowhere": "no file"}
    if hasattr(os, "mkfifo"):  # Windows has none
        os.mkfifo(tmp_path / "pipe")
        wrong[tmp_path / "pipe"] = "no regular file"
    for path, words in wrong.items():
        with pytest.raises(ImportFailed, match=words):
            await take(history, path)
    with pytest.raises(ImportFailed, match="cannot be read"):
        await take(history, Path("a\0b"))


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may read everything")
async def test_a_file_that_may_not_be_read(history: HistoryStore, file: File) -> None:
    path = file([chatgpt()])
    path.chmod(0)
    with pytest.raises(ImportFailed, match="may not be read"):
        await take(history, path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
async def test_any_encoding_of_json(history: HistoryStore, file: File, encoding: str) -> None:
    await take(history, file(json.dumps([claude(name="Größe 木")], ensure_ascii=False).encode(encoding)))
    assert (await only(history)).conversation.title == "Größe 木"


async def test_a_truncated_file_gives_what_is_whole(history: HistoryStore, file: File) -> None:
    text = json.dumps([chatgpt(conversation_id="1"), chatgpt(conversation_id="2"), chatgpt(conversation_id="3")])
    report = await take(history, file(text[: len(text) - 700]))
    assert report.added == 2
    assert any("ends in the middle" in reason for reason in losses(report))


async def test_one_faulty_conversation_costs_no_other(history: HistoryStore, file: File) -> None:
    sound = json.dumps(claude())
    faulty = ['{"mapping": {"a": NaN, }}', '{"mapping" "x"}', "tru", f'{{"mapping": {{"a": {"9" * 5000}}}}}']
    report = await take(history, file(f"[{', '.join([*faulty, sound])}]"))
    assert report.added == 1
    assert losses(report)["Conversations that are no correct JSON were left out."] == 4


async def test_odd_numbers_and_halves_of_characters(history: HistoryStore, file: File) -> None:
    nodes = mapping(("q", None, said("user", "half \ud83d and whole \U0001f600", create_time=float("inf"))))
    nodes["q"]["message"]["weight"] = 10**400
    value = chatgpt(mapping=nodes, create_time=float("nan"), update_time=-1e300, title="\udc00")
    report = await take(history, file([value]))
    assert (report.added, losses(report)) == (1, {})
    assert await spoken(history) == ["user: half \ufffd and whole \U0001f600"]


async def test_deep_nesting_in_a_place_that_nobody_reads(history: HistoryStore, file: File) -> None:
    deep = "[" * 100 + "]" * 100
    text = json.dumps(claude()).replace('"account":', f'"extra": {deep}, "account":')
    deeper = text.replace(deep, "[" * 1000 + "]" * 1000)
    report = await take(history, file(f"[{text}, {deeper}]"))
    assert (report.added, losses(report)["Conversations nested deeper than 200 levels were left out."]) == (1, 1)


async def test_rings_and_twins(history: HistoryStore, file: File) -> None:
    nodes = mapping(("a", "b", said("user", "A")), ("b", "a", said("assistant", "B", 1)))
    twins = [{"uuid": "1", "sender": "human", "text": text} for text in ("first", "second")]
    report = await take(history, file([chatgpt(mapping=nodes), claude(chat_messages=twins)]))
    assert (report.added, report.messages) == (2, 3)


async def test_our_own_file_by_somebody_else(history: HistoryStore, file: File) -> None:
    time = "2025-01-01T00:00:00Z"
    message = {"id": "m", "role": "user", "created_at": time, "parts": [{"type": "text", "text": "Hi"}]}
    sound = {"id": "c", "title": "T", "created_at": time, "updated_at": time, "messages": [message, message]}
    others: list[Any] = [
        {"id": "", "created_at": time, "updated_at": time},
        sound | {"messages": [message | {"role": "king"}]},
        sound | {"messages": 7},
        sound | {"created_at": "soon"},
        sound | {"settings": {"parameters": {"temperature": "hot"}}},
        "x",
    ]
    report = await take(history, file(OWN | {"conversations": [*others, sound | {"from a newer version": 1}]}))
    assert (report.added, report.messages) == (1, 1)
    assert losses(report) == {
        "Conversations that are not as they should be were left out.": 5,
        "Entries that are no conversation of a known program were left out.": 1,
    }
    assert next(iter(report.losses)).examples[1] == "messages.0.role of “T”"


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


junk = st.sampled_from(
    [None, True, -1, 1e308, "", "x", "0", [], {}, [[]], [None], {"a": {}}, 10**30, [{"type": "text"}]]
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([chatgpt, claude, open_webui]),
    st.lists(st.tuples(st.integers(0, 10**6), junk), min_size=1, max_size=4),
)
def test_wrong_types_everywhere(make: Callable[[], dict[str, Any]], changes: list[tuple[int, Any]]) -> None:
    """No value in any place makes a reader fail: a conversation comes out, or none."""
    value = make()
    for number, wrong in changes:
        found = list(places(value))
        if found:
            container, key = found[number % len(found)]
            container[key] = copy.deepcopy(wrong)
    for one in FORMATS:
        if one.fits(value):
            whole = one.read(value, Reading(NoAssets(), Losses()))
            assert whole is None or len(whole.messages) > 0


async def test_mutated_files_end_in_a_report_or_a_refusal(history: HistoryStore, file: File) -> None:
    """Bytes changed, cut out and doubled at random: what is stored is whole, and nothing else is raised."""
    source = json.dumps([chatgpt(), claude(), open_webui()]).encode()
    chance = random.Random(7)  # noqa: S311 - no secret
    for _ in range(60):
        data = bytearray(source)
        for _ in range(chance.randint(1, 5)):
            at, length = chance.randrange(len(data)), chance.randrange(40)
            data[at : at + length] = chance.choice([b"", b"\xff", b'"', b"}", b"[[", data[at : at + length] * 2])
        with contextlib.suppress(ImportFailed):
            await take(history, file(bytes(data), "mutated.json"))
    for id_ in await history.ids(deleted=True):
        whole: Whole = await history.whole(id_)
        known = {record.id for record in whole.messages}
        assert all(record.parent_id in known for record in whole.messages if record.parent_id)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1_740_000_000, "2025-02-19T21:20:00+00:00"),
        (1_740_000_000_000, "2025-02-19T21:20:00+00:00"),
        (1_740_000_000_000_000, "2025-02-19T21:20:00+00:00"),
        ("2025-02-19T22:20:00+01:00", "2025-02-19T21:20:00+00:00"),
        ("2025-02-19T21:20:00", "2025-02-19T21:20:00+00:00"),
        *(
            (wrong, None)
            for wrong in (None, True, -1, 1e30, float("nan"), 10**400, "yesterday", "", "0001-01-01T00:00+14:00", [])
        ),
    ],
)
def test_times(value: object, expected: str | None) -> None:
    found = loose.time(value)
    assert (found.isoformat() if found else None) == expected


async def test_a_large_file_is_never_in_memory(history: HistoryStore, tmp_path: Path) -> None:
    """40 MB of conversations are previewed with a small part of that."""
    path = tmp_path / "large.json"
    padding = "x" * 100_000
    with path.open("w", encoding="utf-8") as written:
        for number in range(400):
            nodes = mapping(("q", None, said("user", padding)))
            written.write("[" if number == 0 else ",")
            written.write(json.dumps(chatgpt(conversation_id=str(number), mapping=nodes)))
        written.write("]")
    tracemalloc.start()
    try:
        found = await preview(path, history)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.conversations == 400
    assert peak < path.stat().st_size / 2


def own(*messages: tuple[str, str | None], leaf_id: str) -> dict[str, Any]:
    """An export of our own: messages with their parents."""
    time = "2026-02-28T09:00:00+00:00"
    entries = [
        {"id": id_, "parent_id": parent, "role": "user", "created_at": time, "parts": [{"type": "text", "text": id_}]}
        for id_, parent in messages
    ]
    about = {"id": "c", "title": "Bread", "created_at": time, "updated_at": time, "leaf_id": leaf_id}
    return OWN | {"conversations": [about | {"messages": entries}]}


async def test_a_ring_in_a_file_of_our_own_is_opened(history: HistoryStore, file: File) -> None:
    await take(history, file(own(("m1", "m3"), ("m2", "m1"), ("m3", "m2"), leaf_id="m3")))
    assert await spoken(history) == ["user: m1", "user: m2", "user: m3"]
    opened = await history.open("c")
    assert opened.tree.parent("m1") is None
    assert (await history.check()).is_clean


async def test_a_leaf_that_is_not_there_hides_nothing(history: HistoryStore, file: File) -> None:
    await take(history, file(own(("m1", None), ("m2", "m1"), leaf_id="m9")))
    assert await spoken(history) == ["user: m1", "user: m2"]
