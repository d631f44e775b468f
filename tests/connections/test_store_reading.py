from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from chat_studio.connections.model import BrokenConnection, Connection
from chat_studio.connections.store import ConnectionStore
from chat_studio.errors import ConnectionBroken, ConnectionNotFound, FileUnusable

MakeStore = Callable[..., ConnectionStore]
GOOD = {"id": "good", "name": "Good", "base_url": "http://localhost:8000"}


def entry(**fields: object) -> dict[str, object]:
    return {**GOOD, "id": "bad", "name": "Bad", **fields}


def test_the_first_start_copies_the_sample(store: ConnectionStore, path: Path, sample: Path):
    file = store.load()
    assert [found.id for found in file.connections] == ["demo", "ollama-local"]
    assert path.read_text() == sample.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (file.notices, file.problem) == ((), None)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (3, "is not an object in braces"),
        (["id"], "is not an object in braces"),
        (None, "is not an object in braces"),
        (entry(timeout=0), "timeout must be above 0"),
        (entry(timeout="soon"), "timeout must be a number"),
        (entry(timeout=None), "timeout must be"),
        (entry(max_tokens="many"), "max_tokens must be a whole number"),
        (entry(temperature=3), "temperature must be at most 2"),
        (entry(base_url="ftp://x"), "base_url must begin with http:// or https://"),
        (entry(base_url=""), "needs a base_url, or a provider or model that has one of its own"),
        (entry(base_url=7), "base_url must be a text, in quotes"),
        (entry(headers=["a"]), "headers must be an object, as in {…}"),
        (entry(urls="http://a"), 'urls must be a list, as in ["…"]'),
        (entry(urls=[7]), "urls.0 must be a text, in quotes"),
        (entry(urls=["ftp://a"]), "urls must begin with http:// or https://"),
        (entry(is_local="perhaps"), "is_local must be a valid boolean"),
        ({"id": "bad", "provider": "demo"}, "name must be given"),
        ({"name": "Bad", "provider": "demo"}, "id must be given"),
        (entry(id=" "), "id must be given"),
        (entry(default_parameters={"x": float("nan")}), "NaN or Infinity"),
        (entry(id="good"), "has the same id as the entry in line 3"),
    ],
)
def test_a_bad_entry_is_broken_and_the_others_work(make_store: MakeStore, path: Path, bad: object, reason: str):
    store = make_store({"connections": [GOOD, bad, {**GOOD, "id": "last"}]})
    text = path.read_text()
    file = store.load()
    broken = file.entries[1]
    assert isinstance(broken, BrokenConnection)
    assert reason in broken.reason
    assert broken.line == 8
    assert broken.position == 1
    assert [found.id for found in file.connections] == ["good", "last"]
    assert file.problem is None
    assert path.read_text() == text


def test_two_faults_of_an_entry_are_both_told(make_store: MakeStore):
    (broken,) = make_store({"connections": [entry(timeout=-1, headers={"a b": "x"})]}).load().entries
    assert isinstance(broken, BrokenConnection)
    assert broken.reason == "timeout must be above 0; headers “a b” is not a header name"
    assert (broken.id, broken.name) == ("bad", "Bad")


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + json.dumps({"connections": [GOOD]}).encode(),
        json.dumps([GOOD]),
        json.dumps({"connections": [GOOD]}).replace(",", ",\r\n"),
        json.dumps({"connections": [], "other": 1}).replace(
            '"connections": []', f'"connections": [{json.dumps(GOOD)}]'
        ),
    ],
    ids=["byte order mark", "top level a list", "CRLF", "other keys"],
)
def test_unusual_files_work(make_store: MakeStore, content: str | bytes):
    file = make_store(content).load()
    assert [found.id for found in file.connections] == ["good"]
    assert (file.notices, file.problem) == ((), None)


@pytest.mark.parametrize("content", ["{}", '{"connections": null}'])
def test_a_file_without_the_list_says_so_and_takes_the_first_entry(make_store: MakeStore, path: Path, content: str):
    store = make_store(content)
    file = store.load()
    assert file.entries == ()
    assert "has no list “connections”" in file.notices[0]
    store.save(Connection.model_validate(GOOD))
    assert [found["id"] for found in json.loads(path.read_text())["connections"]] == ["good"]


UNREADABLE = {
    "empty": (b"", "is empty"),
    "truncated": (json.dumps({"connections": [GOOD]}, indent=2).encode()[:60], "is not valid JSON at line "),
    "comma": (b'{"connections": [\n{"id": "a",}]}', "is not valid JSON at line 2, column "),
    "not UTF-8": (b'{"connections": [\n{"id": "\xff"}]}', "is not UTF-8 text: line 2"),
    "UTF-16": (json.dumps({"connections": []}).encode("utf-16"), "is not UTF-8 text: line 1"),
    "no list": (b'{"connections": {"a": 1}}', "“connections” in line 1 is not a list"),
    "a text": (b'"connections"', "is not a JSON object"),
}


@pytest.mark.parametrize(("content", "said"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_an_unreadable_file_is_kept_aside_and_the_sample_serves(
    make_store: MakeStore, path: Path, content: bytes, said: str
):
    store = make_store(content)
    file = store.load()
    assert isinstance(file.problem, FileUnusable)
    assert said in file.problem.message
    assert said in file.notices[0]
    assert "the sample serves" in file.notices[0]
    assert [found.id for found in file.connections] == ["demo", "ollama-local"]
    aside = path.with_name("llm_connections.json.unreadable-1")
    assert aside.name in file.notices[1]
    assert aside.read_bytes() == path.read_bytes() == content
    assert stat.S_IMODE(aside.stat().st_mode) == 0o600


def test_an_unreadable_file_is_kept_once_and_another_one_beside_it(make_store: MakeStore, path: Path):
    make_store(b"{").load()
    make_store().load()
    make_store(b"[").load()
    found = sorted(path.parent.glob("*.unreadable-*"))
    assert [aside.read_bytes() for aside in found] == [b"{", b"["]


def test_the_last_good_copy_serves_in_a_new_program(make_store: MakeStore, path: Path):
    store = make_store({"connections": [GOOD]})
    store.load()
    store.save(Connection.model_validate(GOOD), replacing="good")
    file = make_store(b"{").load()
    assert [found.id for found in file.connections] == ["good"]
    assert "the copy llm_connections.json.bak-1 serves" in file.notices[0]


def test_a_damaged_copy_is_passed_over(make_store: MakeStore, path: Path):
    store = make_store({"connections": [GOOD]})
    for name in ("One", "Two"):
        store.save(Connection.model_validate({**GOOD, "name": name}), replacing="good")
    path.with_name("llm_connections.json.bak-1").write_bytes(b"{")
    file = make_store(b"{").load()
    assert [found.name for found in file.connections] == ["Good"]
    assert "bak-2" in file.notices[0]


def test_what_was_read_before_serves_while_the_file_is_edited_by_hand(make_store: MakeStore, path: Path):
    store = make_store({"connections": [GOOD]})
    store.load()
    path.write_text('{"connections": [')
    assert store.changed()
    assert store.find("good").name == "Good"
    assert path.read_text() == '{"connections": ['
    path.write_text(json.dumps({"connections": [{**GOOD, "name": "By hand"}]}))
    file = store.current()
    assert file.problem is None
    assert store.find("good").name == "By hand"


def test_an_edit_replaces_an_unreadable_file_by_what_served(make_store: MakeStore, path: Path):
    store = make_store(b"{")
    file = store.save(Connection.model_validate(GOOD))
    assert "kept as llm_connections.json.unreadable-1" in " ".join(file.notices)
    assert [found["id"] for found in json.loads(path.read_text())["connections"]] == ["demo", "ollama-local", "good"]
    assert store.load().problem is None


def refuse_huge(path: Path) -> None:
    path.write_bytes(b" " * (6 * 1024 * 1024))


def refuse_directory(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"), [(refuse_huge, "is too large: 6 MB"), (refuse_directory, "cannot be read: is a directory")]
)
def test_what_cannot_be_looked_into_is_never_written(
    store: ConnectionStore, path: Path, spoil: Callable[[Path], None], said: str
):
    path.parent.mkdir()
    spoil(path)
    before = path.stat()
    file = store.load()
    assert file.problem is not None
    assert said in file.problem.message
    assert str(path) in file.problem.hint
    assert [found.id for found in file.connections] == ["demo", "ollama-local"]
    with pytest.raises(FileUnusable, match=r"cannot be read|too large"):
        store.save(Connection.model_validate(GOOD))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert not list(path.parent.glob("*.unreadable-*"))


def test_a_file_that_may_not_be_read_says_so(store: ConnectionStore, path: Path, ordinary_user: None):
    store.load()
    path.chmod(0)
    file = store.load()
    assert file.problem is not None
    assert "cannot be read: permission denied" in file.problem.message
    assert file.connections


def test_a_read_only_home_shows_the_sample_and_says_why_it_cannot_be_stored(
    store: ConnectionStore, path: Path, ordinary_user: None
):
    path.parent.mkdir()
    path.parent.chmod(0o500)
    file = store.load()
    assert [found.id for found in file.connections] == ["demo", "ollama-local"]
    assert "may not write there" in file.notices[0]


def test_changed_tells_edits_of_others_from_our_own(make_store: MakeStore, path: Path):
    store = make_store()
    assert store.changed()
    store.load()
    assert not store.changed()
    store.save(Connection.model_validate(GOOD))
    assert not store.changed()
    revision = store.current().revision
    make_store().save(Connection.model_validate({**GOOD, "id": "other"}))
    assert store.changed()
    assert store.find("other").id == "other"
    assert store.current().revision == revision + 1
    os.unlink(path)
    assert store.changed()


@pytest.mark.parametrize(
    ("asked", "found"),
    [("a", "a"), ("Alpha", "a"), ("ALPHA", "a"), ("b", "b"), ("Beta", "b"), (" A ", "a"), ("a2", "a2")],
)
def test_a_connection_is_named_by_id_or_name(make_store: MakeStore, asked: str, found: str):
    content = [
        {**GOOD, "id": "a", "name": "Alpha"},
        {**GOOD, "id": "b", "name": "Beta"},
        {**GOOD, "id": "a2", "name": "a"},
    ]
    assert make_store(content).find(asked).id == found


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ("god", ConnectionNotFound, "Did you mean “Good”?"),
        ("zzz", ConnectionNotFound, "There are: good, twin-1, twin-2."),
        ("", ConnectionNotFound, "There are"),
        ("Twin", ConnectionNotFound, "Use an id: twin-1, twin-2."),
        ("bad", ConnectionBroken, "in line"),
        ("Bad", ConnectionBroken, "in line"),
    ],
)
def test_a_name_that_does_not_lead_to_one_connection_says_why(
    make_store: MakeStore, asked: str, error: type[Exception], said: str
):
    twins = [{**GOOD, "id": f"twin-{number}", "name": "Twin"} for number in (1, 2)]
    with pytest.raises(error) as caught:
        make_store([GOOD, entry(timeout=0), *twins]).find(asked)
    assert said in caught.value.hint  # type: ignore[attr-defined]
