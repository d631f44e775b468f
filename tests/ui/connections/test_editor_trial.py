"""Test and “Fetch models” against real servers, with the form as it stands."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from servers import STALL, free_port, json_reply, serve, sse

from chat_studio.ui.connections.fold import Fold
from chat_studio.ui.connections.step_row import StepRow
from chat_studio.ui.widgets.flow_text import FlowText

MODELS = json_reply({"data": [{"id": "big"}, {"id": "small"}]})
ANSWER = sse({"choices": [{"delta": {"content": "Hello"}}]}, {"choices": [{"delta": {}, "finish_reason": "stop"}]})
REFUSAL = json_reply({"error": {"message": "The model `big` is gone for good.", "code": "model_not_found"}}, 404)


def states(window: Any) -> dict[str, str]:
    return {row.step.name: row.step.state for row in window.editor.findChildren(StepRow) if row.isVisible()}


async def ended(window: Any) -> dict[str, str]:
    button = window.find("testConnectionButton", QPushButton)
    await window.until(lambda: button.text() == "Run again")
    return states(window)


async def begin(window: Any, address: str) -> None:
    await window.add("Mine", address)
    window.field("provider").activated.emit(window.field("provider").findData("custom"))
    window.write("model", "big")
    window.write("api_key", "sk-typed")


async def test_a_draft_is_tested_with_its_typed_key_and_nothing_is_stored(window, keychain):
    before = window.stored
    async with serve({"/v1/models": MODELS, "/v1/chat/completions": ANSWER}) as server:
        await begin(window, server.url)
        window.click("testConnectionButton")
        steps = await ended(window)
        sent = [request.headers.get("authorization") for request in server.requests]
    assert list(steps)[:6] == ["name", "port", "TLS", "key", "models", "first token"]
    assert list(steps.values())[:6] == ["ok", "ok", "skipped", "ok", "ok", "ok"]
    assert steps["tools"] == "warning", "this server answers everything with words"
    assert steps["images"]
    assert set(sent) == {"Bearer sk-typed"}
    assert window.stored == before
    assert "mine" not in keychain.by_id


async def test_a_failing_step_shows_what_to_do_and_the_servers_words_on_demand(window):
    async with serve({"/v1/models": MODELS, "/v1/chat/completions": REFUSAL}) as server:
        await begin(window, server.url)
        window.click("testConnectionButton")
        steps = await ended(window)
    assert steps["first token"] == "failed"
    row = next(row for row in window.editor.findChildren(StepRow) if row.step.state == "failed")
    words = row.findChild(FlowText, "serversWords")
    assert not words.isVisible()
    row.findChild(Fold, "serversWordsFold").click()
    assert words.isVisible()
    assert "is gone for good" in words.text()


async def test_the_report_can_be_copied_and_holds_no_key(window):
    address = f"http://127.0.0.1:{free_port()}"
    await begin(window, address)
    window.click("testConnectionButton")
    steps = await ended(window)
    assert steps["port"] == "failed"
    window.click("copyReportButton")
    report = QGuiApplication.clipboard().text()
    assert report.startswith(f"Mine ({address})\nname: ok")
    assert "port: FAILED" in report
    assert "first token: not tried" in report
    assert "sk-typed" not in report


async def test_a_test_can_be_stopped_and_run_again(window):
    async with serve({"/v1/models": [MODELS, (STALL,), MODELS], "/v1/chat/completions": ANSWER}) as server:
        await begin(window, server.url)
        window.click("testConnectionButton")
        await server.received(2)
        window.click("testConnectionButton")
        steps = await ended(window)
        assert steps == {"name": "ok", "port": "ok", "TLS": "skipped", "key": "ok", "models": "skipped"}
        window.click("testConnectionButton")
        assert (await ended(window))["first token"] == "ok"


async def test_another_connection_begins_with_an_empty_test(window):
    async with serve({"/v1/models": (STALL,)}) as server:
        await begin(window, server.url)
        window.click("testConnectionButton")
        await server.received()
        window.click("revertConnectionButton")
        await window.open("vllm", "vLLM")
        assert window.find("testConnectionButton", QPushButton).text() == "Run"
        assert states(window) == {}


async def test_what_is_wrong_in_the_form_cannot_be_tested(window):
    await window.open("vllm", "vLLM")
    window.write("timeout", "-1")
    button = window.find("testConnectionButton", QPushButton)
    assert not button.isEnabled()
    assert button.toolTip() == "Idle timeout must be above 0 s"


async def test_models_are_fetched_from_the_server_into_the_list(window):
    async with serve({"/v1/models": MODELS}) as server:
        await begin(window, server.url)
        window.click("fetchModelsButton")
        await window.until(lambda: window.field("model").count() == 2)
    model = window.field("model")
    assert [model.itemText(at) for at in range(2)] == ["big", "small"]
    assert model.currentText() == "big"
    model.textActivated.emit("small")
    assert model.currentText() == "small"
    assert window.can_save


async def test_models_that_fit_what_is_typed_are_offered_in_a_list_of_our_look(window, appearance):
    async with serve({"/v1/models": MODELS}) as server:
        await begin(window, server.url)
        window.click("fetchModelsButton")
        await window.until(lambda: window.field("model").count() == 2)
    popup = window.field("model").completer().popup()
    window.write("model", "MAL")
    await window.until(popup.isVisible)
    assert [popup.model().index(row, 0).data() for row in range(popup.model().rowCount())] == ["small"]
    image = popup.viewport().grab().toImage()
    assert image.pixelColor(image.width() - 2, image.height() - 2).name() == appearance.theme.bg.lower()
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert window.editor.isVisible()
    assert not window.is_asking


async def test_a_failed_fetch_says_why_where_it_was_asked(window):
    await begin(window, f"http://127.0.0.1:{free_port()}")
    window.click("fetchModelsButton")
    reasons = window.editor.findChildren(QLabel)
    await window.until(lambda: any("Nothing listens at" in label.text() for label in reasons if label.isVisible()))
    assert window.find("fetchModelsButton", QPushButton).isEnabled()
