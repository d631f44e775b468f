"""The rules of the editor's desk, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chat_studio.connections.draft import Draft
from chat_studio.connections.listing import ConnectionFile
from chat_studio.connections.model import BrokenConnection, Connection
from chat_studio.ui.connections.desk import Desk
from chat_studio.ui.connections.rows import Tone, host_of, rows_of

ONE = Connection(id="one", name="One", base_url="http://10.0.0.1:8000/v1", model="qwen")
TWO = Connection(id="two", name="Two", base_url="https://user:secret@example.com/v1", enabled=False)
DEMO = Connection(id="demo", name="Demo", provider="demo")
BAD = BrokenConnection(position=3, line=12, reason="timeout must be above 0", id="bad", name="")
FILE = ConnectionFile((ONE, TWO, DEMO, BAD))


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.adopt(FILE)
    return made


def test_the_rows_say_where_each_connection_leads_and_what_is_special():
    rows = rows_of(FILE, None)
    assert [(row.title, row.subtitle, row.tone) for row in rows] == [
        ("One", "10.0.0.1:8000 · qwen", Tone.NORMAL),
        ("Two", "example.com · disabled", Tone.DISABLED),
        ("Demo", "demo", Tone.NORMAL),
        ("bad", "broken, line 12: timeout must be above 0", Tone.BROKEN),
    ]


def test_the_row_that_is_edited_shows_the_edits(desk: Desk):
    desk.open(ONE)
    desk.edit("name", "Uno")
    assert rows_of(FILE, desk.draft)[0].title == "Uno"
    assert rows_of(FILE, desk.draft)[0].subtitle == "10.0.0.1:8000 · unsaved"
    desk.start({})
    assert rows_of(FILE, desk.draft)[-1].title == "New connection"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("http://localhost:8000/v1", "localhost:8000"),
        ("example.com", "example.com"),
        ("https://user:secret@example.com/v1", "example.com"),
        ("http://[::1", ""),
        ("http://host:99999", ""),
        ("", ""),
    ],
)
def test_the_host_of_an_address(address: str, host: str):
    assert host_of(address) == host


def test_the_filter_finds_names_hosts_and_models():
    (row, *_) = rows_of(FILE, None)
    assert all(row.matches(wanted) for wanted in ("ONE", "10.0.0", " qwen ", ""))
    assert not row.matches("claude")


def test_only_edits_make_the_desk_dirty(desk: Desk):
    desk.open(ONE)
    assert not desk.is_dirty
    desk.edit("model", "other")
    assert desk.is_dirty
    desk.edit("model", "qwen")
    assert not desk.is_dirty
    desk.start({})
    assert not desk.is_dirty


def test_removing_the_key_forgets_a_typed_one(desk: Desk):
    desk.open(ONE)
    desk.edit("new_key", "sk-typed")
    desk.edit("api_key", None)
    assert not desk.is_dirty


def test_what_was_typed_while_it_was_stored_stays_an_edit(desk: Desk):
    desk.open(ONE)
    desk.edit("model", "stored")
    stored = desk.draft
    assert isinstance(stored, Draft)
    desk.edit("timeout", "90")
    turn = desk.turn
    desk.settle(stored, ConnectionFile((ONE.model_copy(update={"model": "stored"}), TWO, DEMO, BAD)))
    assert desk.draft is not None
    assert (desk.draft.model, desk.draft.timeout) == ("stored", "90")
    assert desk.is_dirty
    assert desk.turn == turn, "it still is the same connection"


def test_a_stored_connection_is_settled_even_if_another_one_is_edited_by_then(desk: Desk):
    desk.open(ONE)
    desk.edit("model", "stored")
    stored = desk.draft
    assert isinstance(stored, Draft)
    desk.open(DEMO)
    desk.settle(stored, FILE)
    assert desk.entry == DEMO


def test_the_ids_of_new_entries_are_taken_for_a_new_connection(desk: Desk):
    desk.start({})
    desk.edit("name", "Three")
    desk.edit("base_url", "http://localhost")
    desk.edit("id", "three")
    assert desk.draft is not None
    assert desk.draft.connection is not None
    desk.adopt(ConnectionFile((*FILE.entries, ONE.model_copy(update={"id": "three"}))))
    assert "id" in desk.draft.problems


def test_a_connection_that_is_gone_leaves_the_desk_unless_it_was_edited(desk: Desk):
    desk.open(ONE)
    assert desk.adopt(ConnectionFile((TWO,))) == ""
    assert desk.item is None


def test_a_broken_entry_is_found_again_at_another_line(desk: Desk):
    desk.open(BAD)
    desk.adopt(ConnectionFile((ONE, replace(BAD, position=1, line=20))))
    assert isinstance(desk.item, BrokenConnection)
    assert desk.item.line == 20
