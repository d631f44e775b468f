from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from keychains import MemoryKeychain

from chat_studio.connections.model import Connection
from chat_studio.connections.secrets import Secrets
from chat_studio.connections.store import ConnectionStore
from chat_studio.errors import StorageError

MakeStore = Callable[..., ConnectionStore]
KEY, OTHER_KEY = "sk-typed-0123456789abcdef", "sk-other-fedcba9876543210"
A = {"id": "a", "name": "A", "base_url": "http://localhost:8000"}


@pytest.fixture(autouse=True)
def _no_key_is_ever_written_or_logged(home: Path, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does, no file but the fallback and no log line holds a key at its end."""
    caplog.set_level(logging.DEBUG)
    yield
    for file in home.rglob("*"):
        if file.is_file() and file.name != "secrets.json":
            content = file.read_bytes()
            assert KEY.encode() not in content, file
            assert OTHER_KEY.encode() not in content, file
    assert KEY not in caplog.text
    assert OTHER_KEY not in caplog.text


def api_keys(path: Path) -> dict[str, str | None]:
    return {entry["id"]: entry.get("api_key") for entry in json.loads(path.read_text())["connections"]}


def test_a_typed_key_goes_to_the_keychain(store: ConnectionStore, path: Path, keychain: MemoryKeychain):
    file = store.save(Connection.model_validate(A), new_key=KEY)
    assert api_keys(path)["a"] == "keychain:a"
    assert keychain.by_id == {"a": KEY}
    assert file.find("a").api_key == "keychain:a"
    assert file.notices == ()


def test_a_literal_key_is_told_and_moves_with_the_first_save(
    make_store: MakeStore, path: Path, keychain: MemoryKeychain
):
    store = make_store({"connections": [{**A, "api_key": KEY}, {"id": "b"}]})
    notices = store.load().notices
    assert "“A” stands in llm_connections.json in plain text" in notices[0]
    assert KEY not in notices[0]
    literal = store.find("a")
    assert KEY not in repr(literal)
    file = store.save(literal.model_copy(update={"timeout": 60.0}), replacing="a")
    assert api_keys(path) == {"a": "keychain:a", "b": None}
    assert keychain.by_id == {"a": KEY}
    assert "has left the file" in file.notices[0]
    assert "Test keychain" in file.notices[0]
    assert path.with_name("llm_connections.json.bak-1").read_text().count("keychain:a") == 1


def test_another_entrys_edit_leaves_a_literal_key_alone(make_store: MakeStore, path: Path, keychain: MemoryKeychain):
    store = make_store({"connections": [{**A, "api_key": KEY}]})
    store.save(Connection.model_validate({**A, "id": "b"}))
    assert api_keys(path) == {"a": KEY, "b": None}
    assert keychain.by_id == {}
    store.forget(store.remove("a"))
    assert "a" not in api_keys(path)


@pytest.mark.parametrize("api_key", [None, "", "env:MY_KEY", "keychain:elsewhere"])
def test_references_stay_as_they_are(make_store: MakeStore, path: Path, keychain: MemoryKeychain, api_key: str | None):
    store = make_store({"connections": [{**A, "api_key": api_key}]})
    store.save(store.find("a").model_copy(update={"name": "B"}), replacing="a")
    assert api_keys(path) == {"a": api_key}
    assert keychain.by_id == {}


def test_a_new_key_replaces_the_old_one(store: ConnectionStore, keychain: MemoryKeychain):
    store.save(Connection.model_validate(A), new_key=KEY)
    store.save(store.find("a"), replacing="a", new_key=OTHER_KEY)
    assert keychain.by_id == {"a": OTHER_KEY}


@pytest.mark.parametrize("api_key", [None, "env:MY_KEY"])
def test_a_key_that_no_entry_uses_any_more_is_deleted(
    store: ConnectionStore, keychain: MemoryKeychain, api_key: str | None
):
    store.save(Connection.model_validate(A), new_key=KEY)
    store.save(store.find("a").model_copy(update={"api_key": api_key}), replacing="a")
    assert keychain.by_id == {}


def test_a_key_that_another_entry_uses_stays(make_store: MakeStore, secrets: Secrets, keychain: MemoryKeychain):
    store = make_store({"connections": [{**A, "api_key": "keychain:a"}, {**A, "id": "b", "api_key": "keychain:a"}]})
    secrets.put("a", KEY)
    store.save(store.find("b"), replacing="b", new_key=OTHER_KEY)
    store.forget(store.remove("b"))
    assert keychain.by_id == {"a": KEY}


def test_a_renamed_id_takes_its_key_along(store: ConnectionStore, path: Path, keychain: MemoryKeychain):
    store.save(Connection.model_validate(A), new_key=KEY)
    store.save(store.find("a").model_copy(update={"id": "renamed"}), replacing="a")
    assert api_keys(path)["renamed"] == "keychain:renamed"
    assert keychain.by_id == {"renamed": KEY}


def test_a_copy_has_a_key_of_its_own(store: ConnectionStore, path: Path, keychain: MemoryKeychain):
    store.save(Connection.model_validate(A), new_key=KEY)
    copy = store.duplicate("a")
    assert copy.api_key == "keychain:a-2"
    store.forget(store.remove("a"))
    assert keychain.by_id == {"a-2": KEY}


def test_a_copy_does_not_share_a_key_that_cannot_be_read(store: ConnectionStore, path: Path, keychain: MemoryKeychain):
    store.save(Connection.model_validate(A), new_key=KEY)
    keychain.locked = True
    assert store.duplicate("a").api_key is None
    assert api_keys(path)["a"] == "keychain:a"


def test_removal_keeps_the_key_until_it_is_final(store: ConnectionStore, path: Path, keychain: MemoryKeychain):
    store.save(Connection.model_validate(A), new_key=KEY)
    removed = store.remove("a")
    assert keychain.by_id == {"a": KEY}
    assert KEY not in repr(removed)
    store.restore(removed)
    assert api_keys(path)["a"] == "keychain:a"
    store.forget(removed)
    assert keychain.by_id == {"a": KEY}, "the entry is back"
    store.forget(store.remove("a"))
    assert keychain.by_id == {}


def test_undo_brings_back_the_key_even_after_its_id_was_used_again(
    store: ConnectionStore, path: Path, keychain: MemoryKeychain
):
    store.save(Connection.model_validate(A), new_key=KEY)
    removed = store.remove("a")
    store.save(Connection.model_validate(A), new_key=OTHER_KEY)
    store.restore(removed)
    assert api_keys(path)["a-2"] == "keychain:a-2"
    assert keychain.by_id == {"a": OTHER_KEY, "a-2": KEY}


def test_undo_brings_back_a_key_that_was_deleted_meanwhile(
    store: ConnectionStore, secrets: Secrets, keychain: MemoryKeychain
):
    store.save(Connection.model_validate(A), new_key=KEY)
    removed = store.remove("a")
    secrets.delete("keychain:a")
    store.restore(removed)
    assert keychain.by_id == {"a": KEY}


def test_a_failed_save_puts_the_previous_key_back(
    store: ConnectionStore, path: Path, keychain: MemoryKeychain, ordinary_user: None
):
    store.save(Connection.model_validate(A), new_key=KEY)
    path.parent.chmod(0o500)
    with pytest.raises(StorageError):
        store.save(store.find("a"), replacing="a", new_key=OTHER_KEY)
    with pytest.raises(StorageError):
        store.save(Connection.model_validate({**A, "id": "b"}), new_key=OTHER_KEY)
    assert keychain.by_id == {"a": KEY}
    path.parent.chmod(0o700)


def test_without_a_keychain_the_user_is_told_where_the_key_is(
    store: ConnectionStore, path: Path, home: Path, no_keychain: None
):
    file = store.save(Connection.model_validate(A), new_key=KEY)
    assert api_keys(path)["a"] == "keychain:a"
    assert f"keys are kept in {home / 'secrets.json'}" in file.notices[0]
    assert KEY in (home / "secrets.json").read_text()


def test_a_keychain_that_refuses_to_delete_is_told(store: ConnectionStore, keychain: MemoryKeychain):
    store.save(Connection.model_validate(A), new_key=KEY)
    keychain.locked = True
    file = store.save(store.find("a").model_copy(update={"api_key": None}), replacing="a")
    assert "refused to delete the key “a”" in file.notices[0]
