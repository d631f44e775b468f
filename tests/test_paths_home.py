"""Where the files are."""

from __future__ import annotations

from pathlib import Path

import pytest

from chat_studio.paths import HOME_VARIABLE, Paths


def files(paths: Paths) -> list[Path]:
    return [paths.connections, paths.secrets, paths.settings, paths.history, paths.log]


def test_a_home_holds_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["llm_connections.json", "secrets.json", "settings.json", "history.sqlite3", "logs/chat-studio.log"]
    assert files(Paths.find(tmp_path)) == [tmp_path / name for name in names]
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "other"))
    assert files(Paths.find()) == [tmp_path / "other" / name for name in names]
    assert files(Paths.find(tmp_path)) == [tmp_path / name for name in names], "what is said counts more"
    assert list(tmp_path.iterdir()) == [], "nothing is made"


def test_a_home_may_be_relative_or_of_the_user(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Paths.find("here").config == tmp_path / "here"
    assert Paths.find("~/there").config == home / "there"


def test_without_a_home_the_platform_decides(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HOME_VARIABLE)
    assert all(home in file.parents and "chat-studio" in str(file) for file in files(Paths.find()))
    monkeypatch.setenv(HOME_VARIABLE, "")
    assert all(home in file.parents for file in files(Paths.find()))
