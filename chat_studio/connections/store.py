"""The user's `llm_connections.json`: read in any state, changed one entry at a time, shared with other programs."""

from __future__ import annotations

import contextlib
import stat
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from chat_studio.connections.edits import Edit, Removed, api_key_of
from chat_studio.connections.keys import KeyMoves
from chat_studio.connections.listing import ConnectionFile
from chat_studio.connections.model import Connection, Entry
from chat_studio.connections.reading import FileReader, Reading, Stamp
from chat_studio.connections.secrets import Secrets
from chat_studio.connections.sharing import Copies, lock
from chat_studio.connections.texts import free_id
from chat_studio.errors import ConnectionNotFound, StorageError
from chat_studio.files import write_atomically


class ConnectionStore:
    """Reads and edits the file. Every method may wait for the disk, another program or the keychain: use a thread.

    An edit takes the lock, reads the file again, changes its own entry and nothing else, and writes atomically. Every
    edit raises StorageError when the disk refuses, and FileUnusable when the file must not be touched.
    """

    def __init__(self, path: Path, sample: Path, secrets: Secrets) -> None:
        self._path = path
        self._secrets = secrets
        self._copies = Copies(path)
        self._reader = FileReader(path, sample, self._copies)
        self._guard = threading.RLock()
        self._known = ConnectionFile()
        self._stamp: Stamp | None = None

    def load(self) -> ConnectionFile:
        """Reads the file; copies the sample on the first start. What is wrong is told in the result, never raised."""
        with self._guard:
            try:
                return self._remember(*self._prepared())
            except StorageError as error:
                return self._remember(self._reader.read(), f"{error.message} {error.hint}")

    def current(self) -> ConnectionFile:
        """The file as last read, or read again if it changed since."""
        with self._guard:
            return self.load() if self.changed() else self._known

    def changed(self) -> bool:
        """Whether the file differs from what was last read or written. Cheap: it looks only at the directory."""
        return self._known.revision == 0 or self._stamp != self._reader.stamp()

    def find(self, name_or_id: str) -> Connection:
        """The connection of this id or name, as the file has it now. Raises ConnectionNotFound or ConnectionBroken."""
        return self.current().find(name_or_id)

    def new_id(self, name: str) -> str:
        """An id made of `name` that no entry has."""
        return free_id(name, self.current().ids)

    def save(
        self,
        connection: Connection,
        *,
        replacing: Entry | str | None = None,
        position: int | None = None,
        new_key: str | None = None,
    ) -> ConnectionFile:
        """Adds a connection, or changes the one it replaces: given as it was when the edit began, or by its id.

        Only what differs between the two is written, so that another program's edit of the same entry stays. An entry
        that was removed meanwhile is added again. `position` moves it; `new_key` goes to the keychain.
        Raises ConfigurationError when the id belongs to another entry.
        """
        with self._guard:
            base = self._as_known(replacing)
            with self._editing() as edit:
                place = None if replacing is None else edit.locate(replacing)
                if replacing is not None and place is None:
                    edit.notices.append(f"“{connection.name}” had been removed meanwhile; it is back.")
                place = edit.put(connection, place, base, new_key)
                if position is not None:
                    edit.move(place, position)
            return self._known

    def duplicate(self, which: Connection | str) -> Connection:
        """A copy right after the original, with a name, an id and, in the keychain, a key of its own."""
        with self._guard:
            original = which if isinstance(which, Connection) else self.find(which)
            with self._editing() as edit:
                copy_id = edit.copy(original)
            return self._known.find(copy_id)

    def remove(self, which: Entry | str) -> Removed:
        """Takes an entry, broken or not, out of the file. Its key stays in the keychain until `forget`.

        Raises ConnectionNotFound.
        """
        with self._editing() as edit:
            place = edit.locate(which)
            if place is None:
                name = which if isinstance(which, str) else which.name or which.id
                raise ConnectionNotFound(f"The connection “{name}” is not in the file.")
            return edit.take(place)

    def restore(self, removed: Removed) -> ConnectionFile:
        """Brings a removed entry back to its place, with its key; under a new id if its own was taken meanwhile."""
        with self._guard:
            with self._editing() as edit:
                edit.bring_back(removed)
            return self._known

    def forget(self, removed: Removed) -> None:
        """Makes a removal final: deletes its key, unless an entry uses it again. Raises StorageError."""
        keys = KeyMoves(self._secrets)
        keys.drop(api_key_of(removed.item))
        with self._guard, lock(self._path):
            self._finish(keys)

    def reorder(self, ids: Sequence[str]) -> ConnectionFile:
        """Puts these connections in this order into the places they had; all other entries keep theirs."""
        with self._guard:
            with self._editing() as edit:
                edit.arrange(ids)
            return self._known

    @contextlib.contextmanager
    def _editing(self) -> Iterator[Edit]:
        """An edit of the file as it is now; what the block leaves in it is written at its end, or all is undone."""
        keys = KeyMoves(self._secrets)
        with self._guard, lock(self._path):
            reading, told = self._usable(self._reader.read())
            edit = Edit(reading, keys)
            try:
                yield edit
                self._write(reading, edit)
            except BaseException:
                keys.undo()
                raise
            self._finish(keys)
            self._remember(self._reader.read(), told, *edit.notices, *keys.notices)

    def _prepared(self) -> tuple[Reading, str]:
        """The file, after copying the sample if there is none, and keeping an unreadable one aside."""
        reading = self._reader.read()
        if reading.unreadable is None and not reading.is_missing:
            return reading, ""
        with lock(self._path):
            reading = self._reader.read()
            if reading.is_missing:
                write_atomically(self._path, reading.text, mode=0o600)
                return self._reader.read(), ""
            return (reading, "") if reading.is_locked else self._usable(reading)

    def _usable(self, reading: Reading) -> tuple[Reading, str]:
        """A reading that may be written over, and a sentence about what was kept aside. The lock is held."""
        if reading.is_locked and reading.problem is not None:
            raise reading.problem
        if reading.unreadable is None:
            return reading, ""
        aside = self._copies.keep_aside(reading.unreadable)
        return reading, f"What {self._path.name} held is kept as {aside.name}."

    def _write(self, reading: Reading, edit: Edit) -> None:
        if not reading.is_missing and reading.problem is None:
            self._copies.keep(reading.text)
        mode = 0o600 if reading.is_missing else stat.S_IMODE(self._path.stat().st_mode)
        write_atomically(self._path, reading.document.with_items(edit.items).render(), mode=mode)

    def _finish(self, keys: KeyMoves) -> None:
        """Deletes keys that no entry uses any more, and takes those that left the file out of its copies as well."""
        keys.finish({api_key_of(item) for item in self._reader.read().document.items})
        for key, reference in keys.left_file:
            self._copies.replace_key(key, reference)

    def _remember(self, reading: Reading, *told: str) -> ConnectionFile:
        notices = dict.fromkeys(notice for notice in (*reading.notices, *told) if notice)
        self._known = ConnectionFile(reading.entries, tuple(notices), reading.problem, self._known.revision + 1)
        self._stamp = reading.stamp
        return self._known

    def _as_known(self, replacing: Entry | str | None) -> Connection | None:
        """The connection as it was when the edit began."""
        if isinstance(replacing, str):
            return next((known for known in self._known.connections if known.id == replacing), None)
        return replacing if isinstance(replacing, Connection) else None
