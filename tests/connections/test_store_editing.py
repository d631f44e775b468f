from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from chat_studio.connections.model import BrokenConnection, Connection
from chat_studio.connections.store import ConnectionStore
from chat_studio.errors import ConfigurationError, ConnectionNotFound

MakeStore = Callable[..., ConnectionStore]
A = {"id": "a", "name": "A", "base_url": "http://localhost:8000", "timeout": 300, "note": {"mine": [1]}}
B = {"id": "b", "name": "B", "base_url": "http://localhost:9000"}
BROKEN = '{"id": "broken",  "timeout": -1e0, "id": "twice"}'


def raw_file(*entries: object) -> str:
    spelled = [entry if isinstance(entry, str) else json.dumps(entry) for entry in entries]
    return '{\n  "about": "ä",\n  "connections": [\n    ' + ",\n    ".join(spelled) + '\n  ],\n  "end": 1\n}\n'


def ids(path: Path) -> list[str]:
    return [entry["id"] for entry in json.loads(path.read_text())["connections"]]


def changed(store: ConnectionStore, which: str, **fields: object) -> Connection:
    return store.find(which).model_copy(update=fields)


def test_an_edit_changes_its_own_entry_and_no_other_byte(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A, BROKEN, B))
    store.save(changed(store, "b", name="Ünicode", max_tokens=9), replacing="b")
    text = path.read_text()
    head, _, rest = raw_file(A, BROKEN, B).partition(json.dumps(B))
    assert text.startswith(head)
    assert text.endswith(rest)
    assert json.loads(text[len(head) : -len(rest)]) == {**B, "name": "Ünicode", "max_tokens": 9}
    assert "Ünicode" in text


def test_saving_without_a_change_leaves_the_text(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A, BROKEN, B))
    for which in ("a", "b"):
        store.save(store.find(which), replacing=which)
    assert path.read_text() == raw_file(A, BROKEN, B)


def test_unknown_keys_and_their_order_stay(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A))
    store.save(changed(store, "a", timeout=60.0), replacing="a")
    (entry,) = json.loads(path.read_text())["connections"]
    assert list(entry.items()) == list({**A, "timeout": 60}.items())


def test_a_new_entry_spells_out_the_seed_fields(store: ConnectionStore, path: Path):
    new = Connection.model_validate({**B, "proxy": "http://proxy:3128", "own": True})
    file = store.save(new)
    assert file.find("b") == new
    assert json.loads(path.read_text())["connections"][-1] == {
        "id": "b",
        "name": "B",
        "base_url": "http://localhost:9000",
        "model": "",
        "api_key": None,
        "timeout": 300,
        "max_tokens": None,
        "temperature": None,
        "is_local": False,
        "proxy": "http://proxy:3128",
        "own": True,
    }


def test_a_taken_id_is_refused(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A, B))
    with pytest.raises(ConfigurationError, match="id “a”"):
        store.save(Connection.model_validate(A))
    with pytest.raises(ConfigurationError, match="id “a”"):
        store.save(changed(store, "b", id="a"), replacing="b")
    assert path.read_text() == raw_file(A, B)


def test_a_broken_entry_is_repaired_in_its_place(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A, {"id": "x", "name": "X", "timeout": 0, "note": 1}, 7, B))
    broken, number = store.load().entries[1:3]
    assert isinstance(broken, BrokenConnection)
    store.save(Connection.model_validate({**B, "id": "x"}), replacing=broken)
    store.save(Connection.model_validate({**B, "id": "seven"}), replacing=number)
    assert ids(path) == ["a", "x", "seven", "b"]
    assert store.find("x").model_extra == {"note": 1}


def test_a_duplicate_gets_an_id_of_its_own_without_touching_the_first(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A, {**B, "id": "a"}))
    second = store.load().entries[1]
    store.save(Connection.model_validate({**B, "id": "c"}), replacing=second)
    assert [(found.id, found.name) for found in store.load().connections] == [("a", "A"), ("c", "B")]


def test_position_moves_an_entry(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A, B))
    store.save(Connection.model_validate({**B, "id": "c"}), position=1)
    assert ids(path) == ["a", "c", "b"]
    store.save(store.find("b"), replacing="b", position=0)
    assert ids(path) == ["b", "a", "c"]


def test_reorder_moves_what_it_names_and_leaves_the_rest(make_store: MakeStore, path: Path):
    entries = [{**B, "id": name} for name in "abcd"]
    store = make_store(raw_file(*entries, BROKEN))
    store.reorder(["d", "gone", "a", "b", "d"])
    assert ids(path) == ["d", "a", "c", "b", "twice"]
    assert BROKEN in path.read_text()


def test_remove_and_restore(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A, B))
    removed = store.remove("a")
    assert (ids(path), removed.name) == (["b"], "A")
    assert [found.id for found in store.current().connections] == ["b"]
    store.restore(removed)
    assert path.read_text() == raw_file(A, B)


def test_the_last_entry_can_go_and_come_back(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A))
    removed = store.remove("a")
    assert ids(path) == []
    store.restore(removed)
    assert path.read_text() == raw_file(A)


def test_a_broken_entry_can_be_removed_and_restored(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A, BROKEN, 7, "null", B))
    for entry in store.load().entries[1:4]:
        removed = store.remove(entry)
        assert len(json.loads(path.read_text())["connections"]) == 4
        store.restore(removed)
    assert path.read_text() == raw_file(A, BROKEN, 7, "null", B)


def test_restoring_over_a_taken_id_takes_a_new_one(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A, B))
    removed = store.remove("a")
    store.save(Connection.model_validate({**B, "id": "a"}))
    store.restore(removed)
    assert ids(path) == ["a-2", "b", "a"]


@pytest.mark.parametrize("which", [0, 1])
def test_undo_brings_back_a_duplicate_as_it_was(make_store: MakeStore, path: Path, which: int):
    store = make_store(raw_file(A, {**B, "id": "a"}))
    store.restore(store.remove(store.load().entries[which]))
    assert path.read_text() == raw_file(A, {**B, "id": "a"})


def test_removing_what_is_gone_says_so(make_store: MakeStore):
    store = make_store(raw_file(A))
    with pytest.raises(ConnectionNotFound, match="“zzz” is not in the file"):
        store.remove("zzz")


def test_duplicate_stands_after_its_original(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A, B))
    copy = store.duplicate("a")
    assert ids(path) == ["a", "a-2", "b"]
    assert (copy.name, copy.model_extra, copy.base_url) == ("A (copy)", {"note": A["note"]}, A["base_url"])
    assert store.new_id("A") == "a-3"


def test_two_programs_change_different_fields_of_one_entry(make_store: MakeStore):
    ours, theirs = make_store(raw_file(A)), make_store()
    ours.load()
    theirs.save(changed(theirs, "a", timeout=60.0), replacing="a")
    edited = Connection.model_validate({**A, "name": "Ours"})
    ours.save(edited, replacing="a")
    assert (ours.find("a").name, ours.find("a").timeout) == ("Ours", 60)


def test_a_form_says_what_it_started_from(make_store: MakeStore):
    ours, theirs = make_store(raw_file(A)), make_store()
    started_from = ours.find("a")
    theirs.save(changed(theirs, "a", timeout=60.0), replacing="a")
    ours.load()
    ours.save(started_from.model_copy(update={"name": "Ours"}), replacing=started_from)
    assert (ours.find("a").name, ours.find("a").timeout) == ("Ours", 60)


def test_an_entry_that_another_program_removed_comes_back_with_the_edit(make_store: MakeStore):
    ours, theirs = make_store(raw_file(A, B)), make_store()
    edited = changed(ours, "a", name="Kept")
    theirs.remove("a")
    file = ours.save(edited, replacing="a")
    assert file.find("a").name == "Kept"
    assert "had been removed meanwhile" in file.notices[0]


def test_the_last_good_versions_are_kept(make_store: MakeStore, path: Path):
    store = make_store(raw_file(A))
    for number in range(1, 6):
        store.save(changed(store, "a", name=f"A{number}"), replacing="a")
    copies = sorted(path.parent.glob("*.bak-*"))
    assert [copy.name[-5:] for copy in copies] == ["bak-1", "bak-2", "bak-3"]
    assert [json.loads(copy.read_text())["connections"][0]["name"] for copy in copies] == ["A4", "A3", "A2"]
    assert {stat.S_IMODE(copy.stat().st_mode) for copy in copies} == {0o600}


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_the_mode_of_the_file_stays(make_store: MakeStore, path: Path, mode: int):
    store = make_store(raw_file(A))
    path.chmod(mode)
    store.save(changed(store, "a", name="B"), replacing="a")
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_linked_file_stays_a_link(make_store: MakeStore, path: Path, tmp_path: Path):
    store = make_store(raw_file(A))
    elsewhere = path.rename(tmp_path / "dotfiles.json")
    path.symlink_to(elsewhere)
    store.save(changed(store, "a", name="Linked"), replacing="a")
    assert path.is_symlink()
    assert json.loads(elsewhere.read_text())["connections"][0]["name"] == "Linked"
