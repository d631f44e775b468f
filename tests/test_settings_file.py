"""The settings file: whatever is in it the program starts, and nothing of it is lost."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chat_studio.errors import StorageError
from chat_studio.settings import Settings, SettingsStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "settings.json"


def put(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def content_of(path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_without_a_file_the_defaults_hold_and_none_is_made(path: Path) -> None:
    store = SettingsStore(path)
    assert (store.load(), store.problem) == (Settings(), "")
    assert store.save(Settings()) == Settings()
    assert not path.parent.exists()


def test_what_is_saved_is_read_again(path: Path) -> None:
    store = SettingsStore(path)
    chosen = store.load().model_copy(update={"theme": "dark", "last_models": {"demo": "é"}})
    assert store.save(chosen) == chosen
    assert (SettingsStore(path).load(), SettingsStore(path).problem) == (chosen, "")
    assert content_of(path) == {"theme": "dark", "last_models": {"demo": "é"}}, "only what was chosen"


def test_keys_of_a_newer_version_stay(path: Path) -> None:
    put(path, '{"theme": "light", "invented_later": {"a": [1]}}')
    store = SettingsStore(path)
    store.save(store.load().model_copy(update={"font_size": 16}))
    assert content_of(path) == {"theme": "light", "invented_later": {"a": [1]}, "font_size": 16}


@pytest.mark.parametrize(
    ("content", "held", "wrong"),
    [
        ('{"theme": "pink", "font_size": 20}', {"font_size": 20}, "theme"),
        ('{"font_size": 400, "last_connection": "demo"}', {"last_connection": "demo"}, "font_size"),
        ('{"font_size": "x", "last_models": 3}', {}, "font_size, last_models"),
        ('\ufeff{"theme": "dark"}', {"theme": "dark"}, ""),
    ],
)
def test_what_cannot_be_used_has_its_default_and_stays(
    path: Path, content: str, held: dict[str, object], wrong: str
) -> None:
    put(path, content)
    store = SettingsStore(path)
    loaded = store.load()
    assert loaded == Settings.model_validate(held)
    assert store.problem.endswith(f": {wrong}.") if wrong else store.problem == ""
    store.save(loaded.model_copy(update={"window_layout": "x"}))
    assert content_of(path) == json.loads(content.lstrip("\ufeff")) | {"window_layout": "x"}


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"null", b"\xff\xfe\x00", b'{"theme": "dark"', b"[" * 100_000])
def test_a_file_that_is_none_is_kept_aside(path: Path, content: bytes) -> None:
    put(path, content)
    store = SettingsStore(path)
    assert store.load() == Settings()
    (aside,) = path.parent.glob("settings.broken-*.json")
    assert aside.name in store.problem
    assert aside.read_bytes() == content
    assert not path.exists()
    assert (store.load(), store.problem) == (Settings(), "")


def test_two_programs_keep_each_others_choices(path: Path) -> None:
    one, two = SettingsStore(path), SettingsStore(path)
    first, second = one.load(), two.load()
    one.save(first.model_copy(update={"theme": "dark"}))
    now = two.save(second.model_copy(update={"font_size": 18}))
    assert (now.theme, now.font_size) == ("dark", 18)
    assert content_of(path) == {"theme": "dark", "font_size": 18}


def test_many_programs_at_once(path: Path) -> None:
    def choose(number: int) -> None:
        store = SettingsStore(path)
        store.save(Settings.model_validate({f"key_{number}": number}))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(choose, range(32)))
    assert content_of(path) == {f"key_{number}": number for number in range(32)}


def test_a_folder_that_cannot_be_made_is_said(path: Path) -> None:
    path.parent.write_text("in the way")
    store = SettingsStore(path)
    assert store.load() == Settings()
    with pytest.raises(StorageError, match=r"settings\.json could not be written"):
        store.save(Settings(theme="dark"))


def test_a_folder_in_place_of_the_file_is_said(path: Path) -> None:
    path.mkdir(parents=True)
    store = SettingsStore(path)
    assert store.load() == Settings()
    assert "could not be read" in store.problem
