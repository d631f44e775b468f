"""Keys: in the system's keychain, or, where there is none, in a file that only the user can read."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from chat_studio.connections.sharing import lock
from chat_studio.errors import KeyUnavailable
from chat_studio.files import write_atomically

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

REFERENCE = "keychain:"
"""What a connection's `api_key` begins with when it names a stored key."""
FROM_ENVIRONMENT = "env:"
"""What it begins with when it names an environment variable."""


def is_literal(api_key: object) -> bool:
    """Whether an entry's `api_key` is the key itself, not a reference to one."""
    return isinstance(api_key, str) and bool(api_key) and not api_key.startswith((REFERENCE, FROM_ENVIRONMENT))


@dataclass(frozen=True)
class KeyPlace:
    """Where new keys are kept, and a sentence that tells the user so."""

    kind: Literal["keychain", "file"]
    sentence: str


class Secrets:
    """Keys by connection id. A keychain may ask the user to unlock it, so every method can block: call it in a thread.

    Each home directory has a keychain service of its own. A key goes to the `fallback` file only when there is no
    keychain or it refuses, and leaves it with the next key that the keychain takes: so a key in the file is the
    newer one, and is read first.
    """

    def __init__(self, fallback: Path) -> None:
        self._fallback = fallback
        self._service = f"Chat Studio ({fallback.parent})"
        self.revision = 0
        """Counts the changes made through this object."""

    def get(self, reference: str) -> str:
        """The key that `keychain:ID` refers to. Raises KeyUnavailable when it is in neither place."""
        connection_id = reference.removeprefix(REFERENCE)
        trouble = None
        for source in (self._from_file, self._from_keychain):
            try:
                key = source(connection_id)
            except KeyUnavailable as error:
                trouble = error
                continue
            if key:
                return key
        raise trouble or KeyUnavailable(
            f"The key “{connection_id}” is not on this computer: the keychain has none of this name.",
            hint="Edit the connection and type its key again.",
        )

    def put(self, connection_id: str, key: str) -> str:
        """Stores a key and returns its reference, `keychain:ID`. Raises StorageError when the fallback fails too."""
        self.revision += 1
        if self._put_in_keychain(connection_id, key):
            self._change_file(connection_id, None)
        else:
            self._change_file(connection_id, key)
        return REFERENCE + connection_id

    def delete(self, reference: str) -> None:
        """Forgets a key, wherever it is; one that is nowhere is fine."""
        self.revision += 1
        connection_id = reference.removeprefix(REFERENCE)
        self._change_file(connection_id, None)
        backend = _keychain()
        if backend is None:
            return
        try:
            if backend.get_password(self._service, connection_id) is not None:
                backend.delete_password(self._service, connection_id)
        except _refusals() as error:
            raise KeyUnavailable(
                f"The keychain refused to delete the key “{connection_id}”.",
                hint=f"Delete it with the system's own tool; its service is “{self._service}”.",
                detail=_words(error),
            ) from None

    def where(self) -> KeyPlace:
        """Where the next key goes."""
        if backend := _keychain():
            return KeyPlace("keychain", f"Keys are kept in the system's keychain ({backend.name}).")
        return KeyPlace(
            "file", f"This computer has no keychain: keys are kept in {self._fallback}, which only you can read."
        )

    def _from_file(self, connection_id: str) -> str:
        return self._file().get(connection_id, "")

    def _from_keychain(self, connection_id: str) -> str:
        backend = _keychain()
        if backend is None:
            return ""
        try:
            return backend.get_password(self._service, connection_id) or ""
        except _refusals() as error:
            raise KeyUnavailable(
                f"The keychain refused to give the key “{connection_id}”.",
                hint="Unlock the keychain and try again.",
                detail=_words(error),
            ) from None

    def _put_in_keychain(self, connection_id: str, key: str) -> bool:
        backend = _keychain()
        if backend is None:
            return False
        try:
            backend.set_password(self._service, connection_id, key)
        except _refusals():
            return False
        return True

    def _change_file(self, connection_id: str, key: str | None) -> None:
        if self._file().get(connection_id) == key:
            return
        with lock(self._fallback):
            keys = self._file()
            keys.pop(connection_id, None)
            if key is not None:
                keys[connection_id] = key
            write_atomically(self._fallback, json.dumps(keys, indent=2) + "\n", mode=0o600)

    def _file(self) -> dict[str, str]:
        """The keys of the fallback file. Raises KeyUnavailable for one that cannot be read."""
        try:
            content = json.loads(self._fallback.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._unusable(error.strerror or "") from error
        except (ValueError, RecursionError):  # without its cause, which quotes the text
            raise self._unusable("It is not JSON.") from None
        if isinstance(content, dict) and all(isinstance(key, str) for key in content.values()):
            return content
        raise self._unusable("It is not a JSON object of texts.")

    def _unusable(self, detail: str) -> KeyUnavailable:
        return KeyUnavailable(
            f"The file of keys, {self._fallback.name}, cannot be read.",
            hint=f"Repair or remove {self._fallback}, then type the keys again.",
            detail=detail,
        )


def _keychain() -> KeyringBackend | None:
    """The system's keychain, None where there is none. Those of a priority below 1 are placeholders or plain files."""
    import keyring

    try:
        backend = keyring.get_keyring()
    except _refusals():
        return None
    except (ImportError, AttributeError, ValueError):  # the keyring that the user configured does not exist
        return None
    return backend if backend.priority >= 1 else None


def _refusals() -> tuple[type[Exception], ...]:
    """What keychains raise: keyring's own errors, and those of the backends' libraries that it lets through."""
    from keyring.errors import KeyringError

    loaded = ((sys.modules.get(module), name) for module, name in _LET_THROUGH)
    found = (getattr(module, name) for module, name in loaded if module is not None)
    return (KeyringError, RuntimeError, OSError, *found)


_LET_THROUGH = (
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney.wrappers", "DBusErrorResponse"),
    ("win32ctypes.pywin32.pywintypes", "error"),
)


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
