"""Two programs on one home, and disks that refuse."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat_studio.connections import sharing
from chat_studio.connections.model import Connection
from chat_studio.connections.secrets import Secrets
from chat_studio.connections.store import ConnectionStore
from chat_studio.errors import StorageError

ROUNDS = 12

PROGRAM = """
import sys
from pathlib import Path
from chat_studio.connections.model import Connection
from chat_studio.connections.secrets import Secrets
from chat_studio.connections.store import ConnectionStore

me, path, sample, rounds = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
store = ConnectionStore(path, sample, Secrets(path.with_name("secrets.json")))
print("ready", flush=True)
sys.stdin.readline()
store.load()
field = "headers" if me == "one" else "default_parameters"
for number in range(rounds):
    own = Connection(id=f"{me}-{number}", name=f"{me} {number}", base_url="http://localhost:1")
    store.save(own, new_key=f"{me}{number}")
    shared = store.find("shared")
    store.save(shared.model_copy(update={field: {"n": str(number)}}), replacing="shared")
    if number % 3 == 2:
        store.forget(store.remove(own))
"""


def test_no_edit_of_two_programs_is_lost(path: Path, sample: Path):
    path.parent.mkdir()
    shared = {"id": "shared", "name": "Shared", "base_url": "http://localhost:2"}
    path.write_text(json.dumps({"connections": [shared]}))
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, name, str(path), str(sample), str(ROUNDS)],
            env={"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        program.communicate()
        assert program.returncode == 0
    kept = {f"{name}-{number}" for name in ("one", "two") for number in range(ROUNDS) if number % 3 != 2}
    entries = {entry["id"]: entry for entry in json.loads(path.read_text())["connections"]}
    assert set(entries) == kept | {"shared"}
    last = {"n": str(ROUNDS - 1)}
    assert (entries["shared"]["headers"], entries["shared"]["default_parameters"]) == (last, last)
    assert set(json.loads(path.with_name("secrets.json").read_text())) == kept


def test_two_first_starts_at_once_make_one_file(path: Path, sample: Path):
    script = PROGRAM.partition("field =")[0] + "print(len(store.current().connections))"
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", script, "x", str(path), str(sample), "0"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert [program.communicate("go\n")[0] for program in programs] == ["ready\n2\n"] * 2
    assert path.read_text() == sample.read_text()


def test_a_lock_that_is_never_released_is_told(store: ConnectionStore, path: Path, monkeypatch: pytest.MonkeyPatch):
    import filelock

    monkeypatch.setattr(sharing, "LOCK_TIMEOUT", 0.05)
    store.load()
    with filelock.FileLock(path.with_name(f".{path.name}.lock")), pytest.raises(StorageError, match="another program"):
        store.reorder([])


def test_a_read_only_home_refuses_edits_and_keeps_the_file(store: ConnectionStore, path: Path, ordinary_user: None):
    store.load()
    before = path.read_text()
    path.parent.chmod(0o500)
    with pytest.raises(StorageError, match="may not write there") as caught:
        store.remove("demo")
    assert caught.value.hint
    assert path.read_text() == before
    assert store.load().find("demo")
    path.parent.chmod(0o700)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_told_and_nothing_is_lost(small_disk: Path, sample: Path, no_keychain: None):
    path = small_disk / "llm_connections.json"
    store = ConnectionStore(path, sample, Secrets(small_disk / "secrets.json"))
    store.load()
    before = path.read_text()
    with pytest.raises(OSError, match="No space"):
        (small_disk / "filler").write_bytes(b"x" * 65536)
    for attempt in (lambda: store.remove("demo"), lambda: store.duplicate("demo")):
        with pytest.raises(StorageError, match="the disk is full") as caught:
            attempt()
        assert "Free some space" in caught.value.hint
    assert path.read_text() == before
    assert sorted(file.name for file in small_disk.iterdir() if not file.name.startswith(".")) == [
        "filler",
        "llm_connections.json",
    ]
    (small_disk / "filler").unlink()
    store.remove("demo")
    assert [found.id for found in store.load().connections] == ["ollama-local"]


def test_a_file_that_may_not_grow_is_told(store: ConnectionStore, path: Path):
    store.load()
    before = path.read_text()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        with pytest.raises(StorageError, match="could not be written"):
            store.save(Connection(id="new", name="New", base_url="http://localhost:1"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_text() == before
    assert not [
        file for file in path.parent.iterdir() if file.name.startswith(f".{path.name}.") and file.suffix != ".lock"
    ]
