"""Keychains for tests, as fixtures: one in memory, and none."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TypeVar

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked

Backend = TypeVar("Backend", bound=KeyringBackend)


class MemoryKeychain(KeyringBackend):
    """A keychain that lives as long as its test, and refuses while it is locked."""

    name = "Test keychain"
    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._refuse_if_locked()
        return self.keys.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._refuse_if_locked()
        self.keys[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._refuse_if_locked()
        del self.keys[service, username]

    @property
    def by_id(self) -> dict[str, str]:
        return {username: key for (_, username), key in self.keys.items()}

    def _refuse_if_locked(self) -> None:
        if self.locked:
            raise KeyringLocked("The keychain is locked.")


@pytest.fixture
def keychain() -> Iterator[MemoryKeychain]:
    with _in_use(MemoryKeychain()) as backend:
        yield backend


@pytest.fixture
def no_keychain() -> Iterator[None]:
    with _in_use(fail.Keyring()):
        yield


@contextlib.contextmanager
def _in_use(backend: Backend) -> Iterator[Backend]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)
