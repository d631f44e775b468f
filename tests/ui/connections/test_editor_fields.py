from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog, QLabel, QLineEdit, QPlainTextEdit

from chat_studio.connections.draft import SWITCHES, TEXTS
from chat_studio.ui.connections.wording import LABELS

FIELDS = (*TEXTS, *SWITCHES, "api_key")


async def test_every_field_is_there_by_its_name_and_has_a_name_to_be_read(window):
    await window.open("vllm", "vLLM")
    for name in FIELDS:
        assert window.field(name).accessibleName(), name
    inputs = window.editor.findChildren(QLineEdit) + window.editor.findChildren(QPlainTextEdit)
    buttons = window.editor.findChildren(QAbstractButton) + window.editor.findChildren(QComboBox)
    unnamed = [w for w in inputs + buttons if not w.accessibleName() and not w.objectName().startswith("qt_")]
    assert unnamed == []


async def test_the_form_shows_what_the_file_says(window):
    await window.open("vllm", "vLLM")
    assert window.field("name").text() == "vLLM"
    assert window.field("base_url").text() == "http://127.0.0.1:9/v1"
    assert window.field("provider").currentText() == "vLLM"
    assert window.field("timeout").text() == "300"
    assert window.field("max_tokens").text() == ""
    assert window.field("enabled").isChecked()
    assert not window.can_save
    await window.open("old", "Old staging")
    assert window.field("provider").currentData() == ""
    assert not window.field("enabled").isChecked()


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("name", "", "Name must be given"),
        ("base_url", "ftp://host", "Address must begin with http:// or https://"),
        ("timeout", "0", "Idle timeout must be above 0 s"),
        ("temperature", "hot", "Temperature must be a number, like 0.7"),
        ("max_tokens", "1.5", "Max tokens must be a whole number"),
        ("default_parameters", '{"a" 1}', "Extra parameters: line 1, column 6: expecting ':' delimiter"),
        ("headers", "nonsense", "Headers: line 1: write it as “Name: value”"),
        ("proxy", "proxy:1", "Proxy must begin with http://, https://, socks5:// or socks5h://"),
    ],
)
async def test_a_wrong_text_has_its_reason_below_it_and_cannot_be_saved(window, name, text, reason):
    await window.open("vllm", "vLLM")
    if not window.field(name).isVisible():
        window.find("networkFold").click()
    good = window.field(name).toPlainText() if hasattr(window.field(name), "toPlainText") else window.field(name).text()
    window.write(name, text)
    assert window.field(name).accessibleDescription() == reason
    assert window.field(name).property("invalid") is True
    assert not window.can_save
    assert reason in window.find("cannotSaveReason", QLabel).text()
    window.write(name, good)
    assert window.field(name).property("invalid") is False
    assert window.find("cannotSaveReason", QLabel).isHidden()


async def test_a_new_connection_is_not_scolded_for_what_was_not_typed_yet(window):
    window.editor.add_new()
    await window.until(lambda: window.chosen == "New connection")
    assert window.field("name").accessibleDescription() == ""
    assert window.find("cannotSaveReason", QLabel).text() == "Not saved yet: to be filled in: Name, Address."
    window.write("name", "Mine")
    assert window.chosen == "Mine"
    assert window.field("id").placeholderText() == "mine"
    assert window.find("cannotSaveReason", QLabel).text() == "Not saved yet: to be filled in: Address."


async def test_a_new_connection_of_a_kind_begins_with_what_is_known_of_it(window):
    window.editor.add_new("ollama")
    await window.until(lambda: window.chosen == "Ollama")
    assert window.field("provider").currentData() == "ollama"
    assert "11434" in window.field("base_url").text()
    assert window.field("is_local").isChecked()
    assert window.can_save


async def test_a_certificate_that_is_not_verified_is_warned_of(window):
    await window.open("vllm", "vLLM")
    warnings = [label for label in window.editor.findChildren(QLabel) if label.property("role") == "warning"]
    assert not any(label.isVisible() for label in warnings)
    window.find("networkFold").click()
    window.field("verify_cert").click()
    assert next(label.text() for label in warnings if label.isVisible()).startswith("Not verified:")
    window.find("networkFold").click()
    assert any(label.isVisible() for label in warnings), "also when the section is folded"


async def test_the_file_of_an_authority_can_be_chosen(window, tmp_path):
    await window.open("vllm", "vLLM")
    window.find("networkFold").click()
    (choose,) = (b for b in window.editor.findChildren(QAbstractButton) if b.text() == "Choose…")
    choose.click()
    dialog = window.editor.findChild(QFileDialog, "caFileDialog")
    dialog.fileSelected.emit(str(tmp_path / "ca.pem"))
    dialog.reject()
    assert window.field("ca_file").text() == str(tmp_path / "ca.pem")
    assert window.can_save


async def test_an_id_is_changed_only_on_purpose(window):
    await window.open("vllm", "vLLM")
    field = window.field("id")
    QTest.keyClicks(field, "x")
    assert (field.text(), field.isReadOnly()) == ("vllm", True)
    (change,) = field.findChildren(QAbstractButton)
    change.click()
    window.write("id", "demo")
    assert field.accessibleDescription() == "Id is taken by another connection"
    window.write("id", "vllm-2")
    await window.save()
    assert [entry["id"] for entry in window.stored] == ["demo", "vllm-2", "old", "bad"]
    assert window.entry("vllm-2")["api_key"] == "keychain:vllm-2"
    assert field.isReadOnly()


async def test_the_file_is_named(window):
    await window.open("vllm", "vLLM")
    assert window.find("connectionsPath", QLabel).text() == str(window.path)


async def test_tab_goes_through_the_form_from_top_to_bottom(window):
    await window.open("vllm", "vLLM")
    window.find("networkFold").click()
    window.field("name").setFocus()
    seen: list[str] = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        name = focused.objectName() or focused.parent().objectName()
        if name.startswith("field_"):
            seen.append(name.removeprefix("field_"))
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    order = [name for name in LABELS if window.field(name).isVisible()]
    visited = list(dict.fromkeys(seen))
    assert sorted(visited, key=order.index) == visited
    assert set(visited) == set(order)
