from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keychains import MemoryKeychain
from keyring.backends import fail, null

from chat_studio.connections.secrets import Secrets, is_literal
from chat_studio.errors import KeyUnavailable, StorageError

KEY = "sk-test-0123456789"


def test_a_key_comes_back_by_its_reference(secrets: Secrets, keychain: MemoryKeychain, home: Path):
    assert secrets.put("a", KEY) == "keychain:a"
    assert secrets.get("keychain:a") == KEY
    assert secrets.revision == 1
    assert not (home / "secrets.json").exists()


def test_homes_do_not_share_keys(tmp_path: Path, keychain: MemoryKeychain):
    one, two = (Secrets(tmp_path / name / "secrets.json") for name in ("one", "two"))
    one.put("a", KEY)
    with pytest.raises(KeyUnavailable):
        two.get("keychain:a")


def test_a_key_that_is_nowhere(secrets: Secrets):
    with pytest.raises(KeyUnavailable, match="“a” is not on this computer") as caught:
        secrets.get("keychain:a")
    assert "type its key again" in caught.value.hint


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_without_a_keychain_the_file_serves(secrets: Secrets, home: Path, backend: type):
    keyring.set_keyring(backend())
    place = secrets.where()
    assert place.kind == "file"
    assert str(home / "secrets.json") in place.sentence
    secrets.put("a", KEY)
    secrets.put("b", "other")
    assert secrets.get("keychain:a") == KEY
    assert stat.S_IMODE((home / "secrets.json").stat().st_mode) == 0o600
    secrets.delete("keychain:a")
    assert json.loads((home / "secrets.json").read_text()) == {"b": "other"}


def test_a_keyring_that_is_configured_wrongly_counts_as_none(tmp_path: Path):
    script = (
        "import sys; from pathlib import Path; from chat_studio.connections.secrets import Secrets;"
        "secrets = Secrets(Path(sys.argv[1])); secrets.put('a', 'k');"
        "print(secrets.where().kind, secrets.get('keychain:a'))"
    )
    for backend in ("no.such.Keyring", "nonsense", "keyring.backends.nothing"):
        ran = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "secrets.json")],
            env={"PYTHON_KEYRING_BACKEND": backend, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout == "file k\n"


def test_a_locked_keychain_falls_back_to_the_file_until_it_takes_the_key(
    secrets: Secrets, keychain: MemoryKeychain, home: Path
):
    secrets.put("a", "old")
    keychain.locked = True
    with pytest.raises(KeyUnavailable, match="refused to give the key “a”") as caught:
        secrets.get("keychain:a")
    assert (caught.value.hint, caught.value.detail) == ("Unlock the keychain and try again.", "The keychain is locked.")
    secrets.put("a", KEY)
    assert secrets.get("keychain:a") == KEY
    keychain.locked = False
    assert secrets.get("keychain:a") == KEY, "the file holds the newer key"
    secrets.put("a", "newest")
    assert secrets.get("keychain:a") == "newest"
    assert json.loads((home / "secrets.json").read_text()) == {}


def test_delete_forgets_both(secrets: Secrets, keychain: MemoryKeychain):
    secrets.put("a", KEY)
    secrets.delete("keychain:a")
    secrets.delete("keychain:a")
    assert keychain.keys == {}
    secrets.put("a", KEY)
    keychain.locked = True
    with pytest.raises(KeyUnavailable, match="refused to delete"):
        secrets.delete("keychain:a")


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"a": 1}', b"\xff", b"[" * 100_000], ids=range(5))
def test_a_damaged_file_of_keys_says_so_and_is_not_overwritten(
    secrets: Secrets, keychain: MemoryKeychain, home: Path, content: bytes
):
    secrets.put("in-keychain", KEY)
    (home / "secrets.json").parent.mkdir(exist_ok=True)
    (home / "secrets.json").write_bytes(content)
    assert secrets.get("keychain:in-keychain") == KEY
    with pytest.raises(KeyUnavailable, match=r"secrets\.json, cannot be read") as caught:
        secrets.get("keychain:a")
    assert caught.value.__cause__ is None
    keyring.set_keyring(fail.Keyring())
    with pytest.raises(KeyUnavailable):
        secrets.put("a", KEY)
    assert (home / "secrets.json").read_bytes() == content


def test_a_disk_that_refuses_raises(secrets: Secrets, home: Path, no_keychain: None, ordinary_user: None):
    home.mkdir()
    home.chmod(0o500)
    with pytest.raises(StorageError) as caught:
        secrets.put("a", KEY)
    assert KEY not in caught.value.message + caught.value.detail + caught.value.hint


def test_using_the_class_does_not_import_keyring():
    script = (
        "import sys, chat_studio.connections.secrets, chat_studio.connections.store; print('keyring' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


@pytest.mark.parametrize(
    ("api_key", "literal"),
    [(None, False), ("", False), ("env:X", False), ("keychain:x", False), ("sk-1", True), (3, False)],
)
def test_what_a_literal_key_is(api_key: object, literal: bool):
    assert is_literal(api_key) is literal
