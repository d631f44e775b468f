"""Connections are made of environment variables, or of a `.env` file."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QPushButton, QWidget
from ui.connections.adding import Adding


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_MODEL", "OLLAMA_HOST", "ANTHROPIC_API_KEY", "XAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def page(window) -> Adding:
    return Adding(window)


class Import:
    """The dialog, once it is open."""

    def __init__(self, window) -> None:
        self.window = window

    @property
    def dialog(self) -> QWidget:
        return self.window.find("importDialog")

    @property
    def note(self) -> str:
        return self.window.find("importNote", QLabel).text()

    @property
    def rows(self) -> list[QWidget]:
        return [row for row in self.dialog.findChildren(QWidget, "proposalRow") if row.isVisible()]

    @property
    def names(self) -> list[str]:
        return [row.findChildren(QCheckBox)[0].text() for row in self.rows]

    def row(self, name: str) -> QWidget:
        return self.rows[self.names.index(name)]

    def words(self, name: str) -> str:
        return "\n".join(label.text() for label in self.row(name).findChildren(QLabel) if label.isVisible())

    def toggle(self, name: str, which: int = 0) -> None:
        """The row itself (0), or the move of its key (1)."""
        QTest.keyClick(self.row(name).findChildren(QCheckBox)[which], Qt.Key.Key_Space)

    def click(self, name: str) -> None:
        button = self.dialog.findChild(QPushButton, name)
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    async def leave(self) -> None:
        before = self.window.stored
        self.click("cancelImportButton")
        await self.window.until(lambda: not self.window.editor.findChild(QWidget, "importDialog"))
        assert self.window.stored == before
        assert self.window.notices == []

    async def take(self) -> None:
        self.click("importButton")
        await self.window.until(lambda: self.window.notices)


@pytest.fixture
def importing(window) -> Import:
    return Import(window)


async def opened(window, page, importing, names: list[str]) -> None:
    await page.open()
    page.click("importEnvironmentButton")
    await window.until(lambda: window.editor.findChild(QWidget, "importDialog"))
    await window.until(lambda: "Looking" not in importing.note and importing.names == names)


async def test_a_key_of_the_environment_stays_a_reference(window, page, importing, monkeypatch, keychain):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    monkeypatch.setenv("OPENAI_MODEL", "gpt-4o-mini")
    await opened(window, page, importing, ["OpenAI"])
    assert "OpenAI · gpt-4o-mini" in importing.words("OpenAI")
    assert "Its key stays in OPENAI_API_KEY." in importing.words("OpenAI")
    await importing.take()
    assert window.notices == ["Added 1: OpenAI."]
    assert window.chosen == "OpenAI"
    assert window.entry("openai")["api_key"] == "env:OPENAI_API_KEY"
    assert "openai" not in keychain.by_id
    assert "sk-environment" not in window.path.read_text()


async def test_a_key_is_moved_to_the_keychain_when_that_is_ticked(window, page, importing, monkeypatch, keychain):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    await opened(window, page, importing, ["OpenAI"])
    importing.toggle("OpenAI", 1)
    assert "copied to the keychain" in importing.words("OpenAI")
    await importing.take()
    assert window.entry("openai")["api_key"] == "keychain:openai"
    assert keychain.by_id["openai"] == "sk-environment"


async def test_a_file_of_variables_is_chosen_and_what_is_not_wanted_is_skipped(
    window, page, importing, tmp_path, keychain
):
    file = tmp_path / ".env"
    file.write_text("OPENAI_API_KEY=sk-file\nANTHROPIC_API_KEY=sk-ant-file\n", encoding="utf-8")
    await opened(window, page, importing, [])
    importing.click("chooseEnvFileButton")
    await window.until(lambda: window.editor.findChild(QFileDialog, "envFileDialog"))
    chooser = window.find("envFileDialog", QFileDialog)
    chooser.selectFile(str(file))
    chooser.accept()
    await window.until(lambda: sorted(importing.names) == ["Anthropic", "OpenAI"])
    assert "copied to the keychain" in importing.words("OpenAI")
    importing.toggle("Anthropic")
    await importing.take()
    assert window.notices == ["Added 1: OpenAI. Skipped 1: Anthropic."]
    assert window.entry("openai")["api_key"] == "keychain:openai"
    assert keychain.by_id["openai"] == "sk-file"
    assert [entry for entry in window.stored if entry.get("provider") == "anthropic"] == []


async def test_a_reference_to_a_variable_that_is_not_set_says_so(window, page, importing, tmp_path):
    file = tmp_path / ".env"
    file.write_text("XAI_API_KEY=xai-file\n", encoding="utf-8")
    await opened(window, page, importing, [])
    importing.dialog.read_file(str(file))
    await window.until(lambda: importing.rows)
    (name,) = importing.names
    importing.toggle(name, 1)
    assert "XAI_API_KEY, which is not set where this program runs" in importing.words(name)
    await importing.leave()


async def test_what_is_there_already_is_not_ticked(window, page, importing, monkeypatch):
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    await page.open()
    entry = {"id": "o", "name": "Mine", "provider": "ollama", "base_url": "http://127.0.0.1:9", "model": ""}
    window.write_file([*window.stored, entry])
    await window.until(lambda: "Mine" in window.titles)
    page.click("importEnvironmentButton")
    await window.until(lambda: window.editor.findChild(QWidget, "importDialog") and importing.rows)
    assert "It is there already, as “Mine”." in importing.words("Ollama")
    assert not importing.dialog.findChild(QPushButton, "importButton").isEnabled()
    await importing.leave()


async def test_a_file_that_cannot_be_read_says_why(window, page, importing, tmp_path):
    file = tmp_path / ".env"
    file.write_text("OPENAI_API_KEY 'sk-file'\n", encoding="utf-8")
    await opened(window, page, importing, [])
    importing.dialog.read_file(str(file))
    await window.until(lambda: "line 1" in importing.note)
    assert importing.rows == []
    assert "sk-file" not in importing.note
    await importing.leave()
