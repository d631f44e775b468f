"""An address is pasted: what answers there is recognised, and stored at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit
from servers import STALL, Gate, free_port, html, json_reply, serve
from ui.connections.adding import Adding

from chat_studio.ui.connections.adding.found_card import REFUSED

VLLM = {
    "/v1/models": json_reply(
        {"object": "list", "data": [{"id": f"qwen-{size}", "object": "model", "owned_by": "vllm"} for size in range(5)]}
    ),
    "/version": json_reply({"version": "0.11.0"}),
}
OLLAMA = {
    "/": html("Ollama is running"),
    "/api/version": json_reply({"version": "0.12.6"}),
    "/api/tags": json_reply({"models": [{"name": "llama3.2:latest", "model": "llama3.2:latest", "size": 1}]}),
}


@pytest.fixture
def page(window) -> Adding:
    return Adding(window)


@pytest.mark.parametrize("way", ["click", "enter"])
async def test_a_pasted_address_is_recognised_and_stored_by_one_click(window, page, way):
    async with serve(VLLM) as server:
        await page.open(loaded=False)
        found = await page.look_until_found(f"{server.url}/v1/chat/completions")
        assert found.startswith("vLLM 0.11.0\n")
        assert f"{server.url}/v1" in found.splitlines()
        assert "5 models: qwen-0, qwen-1, qwen-2 and 2 more" in found
        assert page.find("saveFoundButton").hasFocus()
        page.click("saveFoundButton") if way == "click" else page.press("saveFoundButton", Qt.Key.Key_Return)
        await window.until(lambda: "“vLLM 2” was added." in window.notices)
        assert window.chosen == "vLLM 2"
        entry = window.entry("vllm-2")
        assert (entry["provider"], entry["base_url"], entry["is_local"]) == ("vllm", f"{server.url}/v1", True)
        assert not window.can_save
        assert page.address.text() == ""


async def test_what_was_found_can_be_edited_before_it_is_saved(window, page):
    async with serve(OLLAMA) as server:
        await page.open()
        await page.look_until_found(server.url)
        before = window.stored
        page.click("editFoundButton")
        await window.until(lambda: window.chosen == "Ollama")
        assert window.field("base_url").text() == server.url
        assert window.field("provider").currentData() == "ollama"
        await window.until(window.field("name").hasFocus)
        assert window.can_save
        assert window.stored == before


async def test_a_double_click_stores_once(window, page):
    async with serve(OLLAMA) as server:
        await page.open()
        await page.look_until_found(server.url)
        QTest.mouseDClick(page.find("saveFoundButton"), Qt.MouseButton.LeftButton)
        page.find("saveFoundButton").click()
        await window.until(lambda: "“Ollama” was added." in window.notices)
        await window.until(lambda: window.field("name").isVisible())
        assert [entry["name"] for entry in window.stored if entry.get("provider") == "ollama"] == ["Ollama"]


async def test_another_text_forgets_what_was_found(window, page):
    async with serve(OLLAMA) as server:
        await page.open()
        await page.look_until_found(server.url)
        page.type("x")
        assert not page.shows("foundCard")


async def test_an_address_where_nothing_listens_says_so_and_can_be_added_all_the_same(window, page):
    address = f"http://127.0.0.1:{free_port()}"
    await page.open()
    page.look(address)
    await window.until(lambda: page.shows("failedCard"))
    assert page.text("failedCard").startswith("Nothing listens at 127.0.0.1")
    words = page.find("failedCard").findChild(QPlainTextEdit)
    assert not words.isVisible()
    page.click("addAnywayButton")
    await window.until(lambda: window.field("base_url").isVisible())
    assert window.field("base_url").text() == address
    assert window.field("base_url").accessibleDescription() == ""


async def test_what_is_no_address_is_explained(window, page):
    await page.open()
    page.look("http://")
    await window.until(lambda: page.shows("failedCard"))
    assert page.text("failedCard").startswith("“http://” is not an address.")
    assert not page.shows("addAnywayButton")


@pytest.mark.parametrize("way", ["escape", "escape from elsewhere", "button", "typing", "another connection", "close"])
async def test_a_slow_server_holds_nothing_up_and_can_be_given_up(window, page, way):
    async with serve((STALL,)) as server:
        await page.open()
        page.look(server.url)
        assert page.shows("cancelFindButton")
        request = await server.received()
        if way == "escape":
            page.press("addressField", Qt.Key.Key_Escape)
        elif way == "escape from elsewhere":
            page.list.setFocus()
            QTest.keyClick(window.editor, Qt.Key.Key_Escape)
        elif way == "button":
            page.click("cancelFindButton")
        elif way == "typing":
            page.type("x")
        elif way == "another connection":
            window.choose("vLLM")
        else:
            window.editor.close()
        await request.gone.wait()
        assert not page.shows("cancelFindButton")
        assert window.editor.isVisible() == (way != "close")
        assert not page.shows("foundCard")
        assert not page.shows("failedCard")


async def test_the_second_address_counts_while_the_first_still_runs(window, page):
    gate = Gate()
    async with serve((gate,)) as slow, serve(OLLAMA) as quick:
        await page.open()
        page.look(slow.url)
        request = await slow.received()
        found = await page.look_until_found(quick.url)
        await request.gone.wait()
        assert found.startswith("Ollama 0.12.6\n")
        assert page.address.text() == quick.url


async def test_a_cloud_host_is_told_by_its_name_and_its_key_goes_to_the_keychain(window, page, keychain):
    await page.open()
    found = await page.look_until_found("https://api.openai.com/v1/chat/completions")
    assert "https://api.openai.com/v1" in found.splitlines()
    key = page.find("foundKey", QLineEdit)
    assert key.hasFocus()
    assert key.echoMode() == QLineEdit.EchoMode.Password
    assert page.find("saveFoundButton").text() == "Save without a key"
    QTest.keyClicks(key, "sk-typed")
    assert page.find("saveFoundButton").text() == "Save"
    QTest.keyClick(key, Qt.Key.Key_Return)
    await window.until(lambda: "“OpenAI” was added." in window.notices)
    assert window.entry("openai")["api_key"] == "keychain:openai"
    assert keychain.by_id["openai"] == "sk-typed"
    assert key.text() == ""


async def test_what_an_address_holds_besides_is_stored_as_well(window, page):
    await page.open()
    await page.look_until_found(
        "https://me.openai.azure.com/openai/deployments/gpt4o/chat/completions?api-version=2024-10-21"
    )
    page.click("saveFoundButton")
    await window.until(lambda: "“Azure OpenAI” was added." in window.notices)
    entry = window.entry("azure-openai")
    assert (entry["deployment"], entry["api_version"], entry["model"]) == ("gpt4o", "2024-10-21", "gpt4o")


async def test_a_server_that_wants_a_key_is_asked_again_with_it(window, page):
    refused = json_reply({"error": {"message": "no key", "type": "invalid_request_error"}}, 401)
    async with serve({"/v1/models": refused}) as server:
        await page.open()
        await page.look_until_found(server.url)
        QTest.keyClicks(page.find("foundKey", QLineEdit), "secret")
        asked = len(server.requests)
        page.click("askAgainButton")
        request = await server.received(asked + 1)
        assert request.headers["authorization"] == "Bearer secret"


async def test_a_key_that_the_server_accepts_is_stored_with_what_was_found(window, page, keychain):
    refused = json_reply({"error": {"message": "no key", "type": "invalid_request_error"}}, 401)
    listed = json_reply({"object": "list", "data": [{"id": "locked", "object": "model"}]})
    script: dict[str, object] = {"/v1/models": refused}
    async with serve(script) as server:
        await page.open()
        await page.look_until_found(server.url)
        key = page.find("foundKey", QLineEdit)
        QTest.keyClicks(key, "wrong")
        QTest.keyClick(key, Qt.Key.Key_Return)
        await window.until(lambda: page.shows("foundCard") and key.accessibleDescription() == REFUSED)
        assert key.selectedText() == "wrong"
        script["/v1/models"] = listed
        QTest.keyClicks(key, "right")
        assert key.accessibleDescription() != REFUSED
        QTest.keyClick(key, Qt.Key.Key_Return)
        await window.until(lambda: page.shows("foundCard") and "locked" in page.text("foundCard"))
        page.click("saveFoundButton")
        await window.until(lambda: f"“127.0.0.1:{server.port}” was added." in window.notices)
        assert keychain.by_id[f"127.0.0.1-{server.port}"] == "right"
        assert key.text() == ""


async def test_the_address_field_finds_services_by_their_name(window, page):
    await page.open()
    page.look("anthropic")
    assert page.search.text() == "anthropic"
    assert page.list.hasFocus()
    assert page.titles[0] == "Anthropic"
    page.look("http://")
    await window.until(lambda: page.shows("failedCard"))
    assert page.search.text() == ""


async def test_plus_and_its_key_lead_to_the_page_with_the_address_field(window, page):
    await window.open("vllm", "vLLM")
    window.find("addConnectionButton").click()
    await window.until(lambda: page.shows("addConnectionPage") and page.address.hasFocus())
    assert window.chosen == ""
    window.choose("vLLM")
    await window.until(lambda: window.field("name").isVisible())
    QTest.keyClick(window.editor, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    await window.until(lambda: page.shows("addConnectionPage"))


async def test_every_control_of_the_page_has_a_name_and_the_keys_go_round_in_order(window, page):
    await page.open()
    passed = []
    for _ in range(5):
        widget = window.editor.focusWidget()
        assert widget.accessibleName(), widget.objectName()
        passed.append(widget.objectName())
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    assert passed == ["addressField", "templateSearch", "importEnvironmentButton", "templateList", "openFileButton"]
    assert page.find("foundCard").findChildren(QLabel)


async def test_what_runs_on_this_computer_is_offered_and_asked_when_it_is_chosen(window, page, nearby):
    listed = json_reply({"object": "list", "data": [{"id": "m", "owned_by": "vllm"}]})
    async with serve({"/v1/models": listed}) as server:
        nearby |= {server.port: ["vLLM", "SGLang"], free_port(): ["Nobody"]}
        await page.open()
        await window.until(lambda: "vLLM or SGLang" in page.titles)
        assert page.titles[:2] == ["Blank connection", "vLLM or SGLang"]
        assert "Nobody" not in page.titles
        assert server.requests == []
        page.click_row("vLLM or SGLang")
        await window.until(lambda: page.shows("foundCard"))
        assert page.address.text() == f"http://127.0.0.1:{server.port}"
        page.click("saveFoundButton")
        await window.until(lambda: "“vLLM” was added." in " ".join(window.notices) or window.chosen.startswith("vLLM"))
