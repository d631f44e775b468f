"""Each test has an empty home of its own, no keychain, and none of the keys and proxies of whoever runs it."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

FORBIDDEN_ENDINGS = ("_API_KEY", "_TOKEN", "_PROXY", "_SECRET")
FORBIDDEN = ("CHAT_STUDIO_HOME", "OLLAMA_HOST", "DBUS_SESSION_BUS_ADDRESS", "SSL_CERT_FILE", "SSL_CERT_DIR")

hypothesis.settings.register_profile("without a clock", deadline=None)
hypothesis.settings.load_profile("without a clock")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home directory of this test, which is empty; the program's files go to `home / "studio"`."""
    made = tmp_path_factory.mktemp("home")
    for name in os.environ:
        if name.upper() in FORBIDDEN or name.upper().endswith(FORBIDDEN_ENDINGS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(made))
    monkeypatch.setenv("CHAT_STUDIO_HOME", str(made / "studio"))
    for variable, folder in {
        "CONFIG": ".config",
        "DATA": ".local/share",
        "STATE": ".local/state",
        "CACHE": ".cache",
    }.items():
        monkeypatch.setenv(f"XDG_{variable}_HOME", str(made / folder))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(made))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return made
