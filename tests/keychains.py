"""A keychain for tests."""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


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
