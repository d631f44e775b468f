from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMenu

IDS = ["demo", "vllm", "old", "bad"]


def ids(window) -> list[str]:
    return [entry["id"] for entry in window.stored]


async def test_saving_writes_what_was_edited_and_leaves_the_rest(window, qtbot):
    await window.open("vllm", "vLLM")
    before = window.stored
    window.write("temperature", "0.3")
    window.field("provider").activated.emit(window.field("provider").findData("custom"))
    with qtbot.waitSignal(window.editor.changed):
        await window.save()
    after = window.stored
    assert after[1] == before[1] | {"temperature": 0.3, "provider": "custom"}
    assert after[1]["note"] == "ours"
    assert [after[at] for at in (0, 2, 3)] == [before[at] for at in (0, 2, 3)]


async def test_ctrl_s_saves(window):
    await window.open("vllm", "vLLM")
    window.write("model", "qwen")
    QTest.keyClick(window.field("model"), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    await window.until(lambda: not window.can_save)
    assert window.entry("vllm")["model"] == "qwen"


async def test_headers_and_parameters_are_stored_as_json(window):
    await window.open("vllm", "vLLM")
    window.find("networkFold").click()
    window.write("headers", "X-Team: blue\nX-Trace: 1")
    window.write("default_parameters", '{"top_p": 0.9, "stop": ["a"]}')
    await window.save()
    assert window.entry("vllm")["headers"] == {"X-Team": "blue", "X-Trace": "1"}
    assert window.entry("vllm")["default_parameters"] == {"top_p": 0.9, "stop": ["a"]}


async def test_a_new_connection_gets_an_id_and_its_key_goes_to_the_keychain(window, keychain):
    await window.add("My Server", "http://127.0.0.1:9")
    window.write("api_key", "sk-typed")
    assert window.field("api_key").echoMode() == QLineEdit.EchoMode.Password
    await window.save()
    assert ids(window) == [*IDS, "my-server"]
    assert window.entry("my-server")["api_key"] == "keychain:my-server"
    assert keychain.by_id["my-server"] == "sk-typed"
    assert "sk-typed" not in window.path.read_text(encoding="utf-8")
    assert window.field("api_key").text() == "•••••••• in the keychain"
    assert window.chosen == "My Server"


async def test_a_stored_key_is_never_shown_and_can_be_replaced(window, keychain):
    await window.open("vllm", "vLLM")
    assert window.field("api_key").text() == "•••••••• in the keychain"
    window.act_on_notice("Replace")
    window.write("api_key", "sk-newer")
    await window.save()
    assert keychain.by_id["vllm"] == "sk-newer"
    assert window.entry("vllm")["api_key"] == "keychain:vllm"


async def test_replacing_can_be_thought_better_of(window):
    await window.open("vllm", "vLLM")
    window.act_on_notice("Replace")
    window.write("api_key", "sk-newer")
    assert window.can_save
    window.act_on_notice("Keep the stored one")
    assert window.field("api_key").text() == "•••••••• in the keychain"
    assert not window.can_save


async def test_a_key_can_be_removed(window, keychain):
    await window.open("vllm", "vLLM")
    window.act_on_notice("Remove")
    assert window.field("api_key").text() == ""
    await window.save()
    assert window.entry("vllm")["api_key"] is None
    assert "vllm" not in keychain.by_id


async def test_without_a_keychain_the_window_says_where_keys_are(window, keychain):
    keychain.priority = 0
    await window.open("vllm", "vLLM")
    assert "no keychain" in window.field("api_key").accessibleDescription()
    assert window.field("api_key").text() == "•••••••• in a file of keys"


async def test_revert_brings_the_stored_texts_back(window):
    await window.open("vllm", "vLLM")
    window.write("name", "Another")
    assert "Another" in window.titles
    window.click("revertConnectionButton")
    assert window.field("name").text() == "vLLM"
    assert not window.can_save


async def test_duplicating_stores_a_copy_with_a_key_of_its_own(window, keychain):
    await window.open("vllm", "vLLM")
    window.click("duplicateConnectionButton")
    await window.until(lambda: window.chosen == "vLLM (copy)")
    assert len(ids(window)) == 5
    copy = window.stored[2]
    assert copy["name"] == "vLLM (copy)"
    assert copy["note"] == "ours"
    assert keychain.by_id[copy["id"]] == "sk-stored"


async def test_what_was_deleted_comes_back_with_undo(window, keychain):
    await window.open("vllm", "vLLM")
    before = window.stored
    window.click("deleteConnectionButton")
    await window.until(lambda: window.notices)
    assert ids(window) == ["demo", "old", "bad"]
    assert window.chosen == "Old staging"
    window.act_on_notice("Undo")
    await window.until(lambda: window.chosen == "vLLM")
    assert window.stored == before
    assert keychain.by_id["vllm"] == "sk-stored"
    assert window.notices == []


async def test_the_key_of_a_deleted_connection_goes_when_there_is_no_way_back(window, keychain):
    await window.open("vllm", "vLLM")
    QTest.keyClick(window.list, Qt.Key.Key_Delete)
    await window.until(lambda: window.notices)
    assert "vllm" in keychain.by_id
    (dismiss,) = (b for b in window.editor.findChildren(QAbstractButton) if b.accessibleName() == "Dismiss")
    dismiss.click()
    await window.until(lambda: "vllm" not in keychain.by_id)


async def test_a_broken_entry_is_shown_with_its_line_and_can_be_deleted(window):
    await window.open("bad", "Broken")
    assert window.find("brokenReason").text().startswith("The entry in line 2")
    assert "timeout must be above 0" in window.find("brokenReason").text()
    window.click("deleteBrokenEntryButton")
    await window.until(lambda: window.notices)
    assert ids(window) == ["demo", "vllm", "old"]
    window.act_on_notice("Undo")
    await window.until(lambda: window.chosen == "Broken")
    assert ids(window) == IDS


async def test_connections_are_moved_by_keys_and_by_dragging(window):
    await window.open("vllm", "vLLM")
    QTest.keyClick(window.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    await window.until(lambda: ids(window) == ["demo", "old", "vllm", "bad"])
    assert window.chosen == "vLLM"
    QTest.keyClick(window.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert window.titles[-1] == "Broken", "a broken entry keeps its place"
    window.list.model().moveRow(QModelIndex(), 2, QModelIndex(), 0)  # what Qt does when a row is dropped
    await window.until(lambda: ids(window) == ["vllm", "demo", "old", "bad"])


async def test_the_menu_of_a_row_enables_and_disables_without_touching_the_edits(window):
    await window.open("vllm", "vLLM")
    window.write("model", "qwen")
    at = window.list.visualItemRect(window.list.item(2)).center()
    window.list.customContextMenuRequested.emit(QPoint(at))
    (menu,) = window.editor.findChildren(QMenu)
    (enable,) = (action for action in menu.actions() if action.text() == "Enable")
    enable.trigger()
    menu.close()
    await window.until(lambda: window.entry("old")["enabled"])
    assert window.field("model").currentText() == "qwen"
    assert window.can_save


async def test_the_filter_hides_what_does_not_match(window):
    await window.open("vllm", "vLLM")
    QTest.keyClicks(window.find("connectionFilter"), "STAGING")
    assert window.titles == ["vLLM", "Old staging"], "the one that is edited stays in sight"


async def test_what_cannot_be_stored_is_said_and_stays_in_the_form(window):
    await window.open("vllm", "vLLM")
    window.path.with_name(f".{window.path.name}.lock").unlink(missing_ok=True)
    window.path.with_name(f".{window.path.name}.lock").mkdir()
    before = window.path.read_text(encoding="utf-8")
    window.write("name", "Another")
    window.click("saveConnectionButton")
    await window.until(lambda: window.notices)
    assert "could not be written" in window.notices[0]
    assert window.field("name").text() == "Another"
    assert window.path.read_text(encoding="utf-8") == before
    window.path.with_name(f".{window.path.name}.lock").rmdir()
    await window.save()
    assert window.entry("vllm")["name"] == "Another"
    assert window.notices == []


async def test_replicas_prices_context_and_timeouts_are_stored(window):
    await window.open("vllm", "vLLM")
    window.find("networkFold").click()
    window.write("urls", "http://10.0.4.13:8000/v1\nhttp://10.0.4.14:8000/v1")
    for name, text in {
        "short_timeout": "5",
        "context_length": "32768",
        "price_input": "0.15",
        "price_output": "0",
    }.items():
        window.write(name, text)
    await window.save()
    stored = window.entry("vllm")
    assert stored["urls"] == ["http://10.0.4.13:8000/v1", "http://10.0.4.14:8000/v1"]
    assert (stored["short_timeout"], stored["context_length"]) == (5, 32768)
    assert (stored["price_input"], stored["price_output"]) == (0.15, 0)
    assert window.find("networkFold").text() == "Set: Replicas, Short timeout"
    window.write("price_input", "")
    await window.save()
    assert window.entry("vllm")["price_input"] is None, "blank is the price table's again"
