"""The doctor’s panel: every state at a glance and by its name, and nothing is cut, however narrow the window is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from chat_studio.connections.steps import Step
from chat_studio.ui.appearance import Appearance
from chat_studio.ui.connections.fold import Fold
from chat_studio.ui.connections.step_row import StepRow
from chat_studio.ui.connections.trial_panel import NARROWEST, TrialPanel
from chat_studio.ui.widgets.flow_text import FlowText

LONG = "x" * 300
STEPS = (
    Step("name", "ok", "host.example is 10.0.4.12", 0.0004),
    Step("TLS", "skipped", "No TLS: the address begins with http://."),
    Step("replicas", "warning", "1 of 2 replicas answers", 0.012, "Start http://10.0.4.13:8000.", "connection refused"),
    Step("models", "ok", f"1 model: {LONG}", 1.25),
    Step("first token", "failed", f"The server does not know /{LONG}", 0.31, "Check the path.", LONG * 20),
    Step("images", "skipped"),
)


async def played() -> AsyncIterator[Step]:
    for step in STEPS:
        yield step


@pytest.fixture
async def panel(appearance: Appearance) -> Any:
    made = TrialPanel(appearance, lambda: ("Mine (http://host)", played()))
    made.resize(NARROWEST, 560)
    made.show()
    button = made.findChild(QPushButton, "testConnectionButton")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    await until(lambda: button.text() == "Run again")
    yield made
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def row(panel: QWidget, name: str) -> StepRow:
    return next(row for row in panel.findChildren(StepRow) if row.step.name == name)


async def test_each_state_has_its_own_icon_and_name(panel):
    names = [row.accessibleName() for row in panel.findChildren(StepRow)]
    assert names == [
        "name: ok",
        "TLS: not used",
        "replicas: warning",
        "models: ok",
        "first token: failed",
        "images: not tried",
    ]
    pictures = [icon_of(row(panel, name)) for name in ("name", "TLS", "replicas", "first token")]
    assert all(one != other for at, one in enumerate(pictures) for other in pictures[:at])
    running = StepRow(panel._appearance, Step("port", "running"))
    assert running.accessibleName() == "port: running"
    running.deleteLater()


async def test_a_warning_is_told_in_its_colour_with_what_to_do(panel, appearance):
    image = row(panel, "replicas").grab().toImage()
    assert QColor(appearance.theme.warn).name() in colours(image)
    assert QColor(appearance.theme.danger).name() not in colours(image)
    shown = [text.text() for text in row(panel, "replicas").findChildren(FlowText) if text.isVisible()]
    assert shown == ["1 of 2 replicas answers\nStart http://10.0.4.13:8000."]


async def test_nothing_is_cut_however_long_a_word_is(panel):
    for text in panel.findChildren(FlowText):
        if text.isVisible():
            assert right_of(text, panel) <= panel.width() - 12
            assert text.horizontalScrollBar().maximum() == 0
            assert text.verticalScrollBar().maximum() == 0, text.text()[:40]


async def test_a_servers_words_of_any_length_can_be_scrolled(panel):
    failed = row(panel, "first token")
    failed.findChild(Fold, "serversWordsFold").click()
    words = failed.findChild(FlowText, "serversWords")
    await until(lambda: words.verticalScrollBar().maximum() > 0)
    assert words.text() == STEPS[4].detail
    assert words.height() < panel.height()
    assert words.horizontalScrollBar().maximum() == 0


async def test_larger_type_makes_room_for_itself(panel, appearance):
    model = next(text for text in row(panel, "models").findChildren(FlowText) if text.isVisible())
    before = model.height()
    appearance.choose("dark", 20)
    await until(lambda: model.height() > before and model.verticalScrollBar().maximum() == 0)
    await until(
        lambda: all(
            label.width() >= label.fontMetrics().horizontalAdvance(label.text())
            for label in panel.findChildren(QLabel)
            if label.isVisible() and label.text() and not label.wordWrap()
        )
    )
    assert all(right_of(part, panel) <= panel.width() for part in panel.findChildren(QWidget) if part.isVisible())


async def test_the_report_tells_all_steps(panel):
    copy = panel.findChild(QPushButton, "copyReportButton")
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Mine (http://host)"
    assert "replicas: WARNING, 12 ms – 1 of 2 replicas answers" in lines
    assert lines[-1] == "images: not tried"


async def until(condition: Any) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what a window shows is no event
            await asyncio.sleep(0.005)


def right_of(part: QWidget, panel: QWidget) -> int:
    return part.mapTo(panel, part.rect().topRight()).x()


def icon_of(row: StepRow) -> QImage:
    return next(label.pixmap() for label in row.findChildren(QLabel) if not label.pixmap().isNull()).toImage()


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
