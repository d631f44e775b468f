from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
)

from chat_studio.connections.draft import SWITCHES, TEXTS
from chat_studio.ui.connections.form import ConnectionForm
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
        ("urls", "http://a\nftp://b", "Replicas: line 2: must begin with http:// or https://"),
        ("short_timeout", "0", "Short timeout must be above 0 s"),
        ("context_length", "0", "Context length must be at least 1"),
        ("price_output", "-1", "Output price must be at least 0"),
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
    for _ in range(50):
        focused = window.editor.focusWidget()
        name = focused.objectName() or focused.parent().objectName()
        if name.startswith("field_"):
            seen.append(name.removeprefix("field_"))
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    names = list(LABELS)
    names.insert(names.index("urls"), "api")
    order = [name for name in names if window.field(name).isVisible()]
    visited = list(dict.fromkeys(seen))
    assert sorted(visited, key=order.index) == visited
    assert set(visited) == set(order)


async def test_the_fields_of_a_kind_change_with_it_and_are_stored_under_their_names(window):
    await window.open("demo", "Demo (offline)")
    assert labelled(window, "Demo (offline) settings").isVisible()
    assert window.field("tokens_per_second").placeholderText() == "60"
    assert window.field("fail").currentText() == "none"
    window.write("tokens_per_second", "fast")
    assert window.field("tokens_per_second").accessibleDescription().endswith("must be a number, like 0.7")
    assert "Tokens per second must be a number" in window.find("cannotSaveReason", QLabel).text()
    assert not window.can_save
    window.write("tokens_per_second", "600")
    choose(window, "fail", "unauthorized")
    await window.save()
    assert window.entry("demo")["tokens_per_second"] == 600
    assert window.entry("demo")["fail"] == "unauthorized"
    choose(window, "provider", "anthropic")
    assert window.editor.findChild(QLineEdit, "field_tokens_per_second") is None
    assert window.find("cannotSaveReason", QLabel).isHidden()
    await window.save()
    assert window.entry("demo")["tokens_per_second"] == 600, "fields of other kinds stay"
    choose(window, "provider", "demo")
    assert window.field("tokens_per_second").text() == "600"


async def test_tab_reaches_the_fields_of_a_kind_in_their_place(window):
    await window.open("vllm", "vLLM")
    choose(window, "provider", "demo")
    window.field("id").setFocus()
    seen = []
    for _ in range(5):
        QTest.keyClick(window.editor.focusWidget(), Qt.Key.Key_Tab)
        seen.append(window.editor.focusWidget().objectName())
    change = ""
    assert seen == [change, "field_tokens_per_second", "field_fail", "field_fail_after", "networkFold"]


async def test_a_model_whose_name_tells_its_service_needs_neither_address_nor_kind(window):
    window.editor.add_new()
    await window.until(lambda: window.field("name").isVisible() and window.field("provider").count() > 1)
    window.write("name", "Named")
    window.write("model", "claude-sonnet-4-5")
    assert window.field("provider").accessibleDescription() == "Taken for Anthropic by the model’s name."
    assert window.field("base_url").placeholderText() == "https://api.anthropic.com"
    await window.save()
    assert window.entry("named")["model"] == "claude-sonnet-4-5"


async def test_a_key_of_another_service_is_warned_of_and_forgotten_when_it_is_gone(window):
    await window.open("demo", "Demo (offline)")
    choose(window, "provider", "openai")
    window.write("api_key", "sk-ant-abc")
    assert window.field("api_key").accessibleDescription() == "This looks like a key of Anthropic."
    assert labelled(window, "This looks like a key of Anthropic.").property("role") == "warning"
    assert window.can_save
    choose(window, "provider", "anthropic")
    assert "looks like" not in window.field("api_key").accessibleDescription()


class Browser(QObject):
    """What the desktop is asked to open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        QDesktopServices.setUrlHandler("https", self, "open")

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


async def test_the_page_where_keys_are_made_is_a_click_away(window):
    browser = Browser()
    await window.open("demo", "Demo (offline)")
    button = window.find("keyPageButton", QPushButton)
    assert not button.isVisible(), "the demo needs no key"
    choose(window, "provider", "openai")
    assert button.toolTip() == "https://platform.openai.com/api-keys"
    window.click("keyPageButton")
    QDesktopServices.unsetUrlHandler("https")
    assert browser.opened == ["https://platform.openai.com/api-keys"]


async def test_a_narrow_window_puts_labels_above_their_fields_and_cuts_nothing(window):
    await window.open("vllm", "vLLM")
    window.editor.resize(900, 600)
    await window.until(lambda: window.editor.width() == 900)
    await window.until(
        lambda: (
            labelled(window, "Model").y()
            < window.field("model")
            .mapTo(labelled(window, "Model").parentWidget(), window.field("model").rect().topLeft())
            .y()
        )
    )
    for name in FIELDS:
        field = window.field(name)
        if field.isVisible():
            right = field.mapTo(window.editor, field.rect().topRight()).x()
            assert right < window.find("testConnectionButton").mapTo(window.editor, field.rect().topLeft()).x(), name


async def test_large_type_cuts_nothing_either(window, appearance):
    window.editor.resize(1120, 760)
    await window.open("vllm", "vLLM")
    appearance.choose("light", 22)
    form = window.field("name").window().findChild(ConnectionForm)
    await window.until(
        lambda: window.field("name").mapTo(form, window.field("name").rect().topRight()).x() < form.width()
    )
    for name in ("save", "revert", "duplicate", "delete"):
        button = window.find(f"{name}ConnectionButton")
        await window.until(lambda button=button: button.width() >= button.sizeHint().width())
    window.editor.resize(1800, 900)
    await window.until(lambda: labelled(window, "Extra parameters").width() == labelled(window, "Model").width())


def labelled(window, text: str) -> QLabel:
    return next(label for label in window.editor.findChildren(QLabel) if label.text() == text)


def choose(window, name: str, value: str) -> None:
    """As if the user had picked a row of the list."""
    field = window.field(name)
    row = field.findData(value)
    assert row >= 0, value
    field.setCurrentIndex(row)
    field.activated.emit(row)


async def test_a_text_that_needs_two_lines_gets_them(window):
    await window.open("vllm", "vLLM")
    window.write("default_parameters", '{"top_p": 0.95, "repetition_penalty": 1.05, "frequency_penalty": 0.125}')
    wide = window.field("default_parameters").height()
    window.editor.resize(900, 600)
    await window.until(lambda: window.field("default_parameters").height() > wide)


async def test_a_long_model_is_read_from_its_beginning(window):
    window.editor.resize(900, 600)
    await window.open("vllm", "vLLM")
    window.write("model", "Qwen/Qwen2.5-Coder-32B-Instruct-with-a-long-name")
    window.field("name").setFocus()
    window.field("model").suggest(["a", "b"])
    assert window.field("model").lineEdit().cursorPosition() == 0
